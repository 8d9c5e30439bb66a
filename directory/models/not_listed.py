"""Who asked not to be listed. Kept as hashes, so that the list says nothing to whoever reads it, and outlives the
doctor's own row."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crpsinfo.folding import fold


class NotListedQuerySet(models.QuerySet):
    def covering(self, *, npi=None, name="", states=()):
        """The rows about a provider with this NPI, or with this name in one of these states (codes). Who has another
        NPI is somebody else, whatever the name."""
        same_name = Q(name_hash__in=[hashed(fold(name), state) for state in states] if name else [])
        if npi:
            return self.filter(Q(npi_hash=hashed(npi)) | same_name & Q(npi_hash=""))
        return self.filter(same_name)

    def covers(self, **provider):
        """Whether such a provider asked not to be listed (see `covering`)."""
        return self.covering(**provider).exists()

    def about(self, doctor):
        """The rows that came from this doctor's row, or cover it."""
        states = {practice.state for practice in doctor.practices.all()}
        covering = self.covering(npi=doctor.npi, name=doctor.plain_name, states=states)
        return self.filter(Q(doctor=doctor) | Q(pk__in=covering.values("pk")))

    def add(self, doctor, *, by):
        """Put the doctor on the list: with the NPI, if there is one, and with the name in each state."""
        states = {practice.state for practice in doctor.practices.all()} or {""}
        npi_hash = hashed(doctor.npi) if doctor.npi else ""
        for state in sorted(states):
            name_hash = hashed(fold(doctor.plain_name), state) if state else ""
            self.get_or_create(doctor=doctor, npi_hash=npi_hash, name_hash=name_hash, defaults={"by": by})


class NotListed(models.Model):
    """One name in one state, or one NPI, that is not to be listed."""

    npi_hash = models.CharField(max_length=64, blank=True, db_index=True)
    name_hash = models.CharField(max_length=64, blank=True, db_index=True)
    doctor = models.ForeignKey(
        "directory.Doctor", models.SET_NULL, null=True, blank=True, related_name="not_listed", editable=False
    )
    on = models.DateField(default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = NotListedQuerySet.as_manager()

    class Meta:
        verbose_name = "request not to be listed"
        verbose_name_plural = "requests not to be listed"
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"Not to be listed, {self.on:%-d %b %Y}"


def hashed(*facts):
    return sha256("\n".join(["crpsinfo not listed", *facts]).encode()).hexdigest()
