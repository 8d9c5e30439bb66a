"""Who asked not to be listed. Kept as hashes, which outlive the doctor's own row, and keep this from being a list of
names. They are no secret: whoever can read the table can try an NPI or a name; and while the doctor's row is there,
`doctor` leads to it."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.names import forms_of


class NotListedQuerySet(models.QuerySet):
    def covering(self, *, npi=None, forms=(), states=()):
        """The rows about a provider with this NPI, or with a name of one of these forms (see `directory.names`) in one
        of these states (codes). Who has another NPI is somebody else, whatever the name."""
        same_name = Q(name_hash__in=[hashed(form, state) for form in forms for state in states])
        if npi:
            return self.filter(Q(npi_hash=hashed(npi)) | same_name & Q(npi_hash=""))
        return self.filter(same_name)

    def covers(self, **provider):
        """Whether such a provider asked not to be listed (see `covering`)."""
        return self.covering(**provider).exists()

    def covering_doctor(self, doctor, states):
        """The rows about this doctor in these states; by the NPI alone, if an editor said that the name is somebody
        else's, too."""
        return self.covering(npi=doctor.npi, forms=() if doctor.is_namesake else forms_of(doctor), states=states)

    def about(self, doctor):
        """The rows that came from this doctor's row, or cover it."""
        covering = self.covering_doctor(doctor, {practice.state for practice in doctor.practices.all()})
        return self.filter(Q(doctor=doctor) | Q(pk__in=covering.values("pk")))

    def lifted_with(self, doctor):
        """Those that end when the removal is lifted for this doctor: its own, and those that cover it and whose own
        doctor's row is gone. That of another doctor is lifted there."""
        return self.about(doctor).filter(Q(doctor=doctor) | Q(doctor=None))

    def of_the_name(self, doctor):
        """The rows of others that cover this doctor by the name alone: it may be somebody else."""
        npi_hash = hashed(doctor.npi) if doctor.npi else None
        return self.about(doctor).exclude(doctor=doctor).exclude(npi_hash=npi_hash)

    def add(self, doctor, *, by):
        """Put the doctor on the list: with the NPI, if there is one, and with each form of the name in each state."""
        npi_hash = hashed(doctor.npi) if doctor.npi else ""
        states = {practice.state for practice in doctor.practices.all()}
        name_hashes = {hashed(form, state) for form in forms_of(doctor) for state in states} or {""}
        for name_hash in sorted(name_hashes):
            self.get_or_create(doctor=doctor, npi_hash=npi_hash, name_hash=name_hash, defaults={"by": by})


class NotListed(models.Model):
    """One form of a name in one state, or one NPI, or both, that is not to be listed."""

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
