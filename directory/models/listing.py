"""Whether readers see a doctor, and what an editor can decide about that."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from directory import freshness
from directory.models.not_listed import NotListed


class Status(models.TextChoices):
    HIDDEN = "hidden", "hidden"
    LISTED = "listed", "listed"
    STOPPED = "stopped", "no longer offers treatment"
    DISPUTED = "disputed", "disputed"
    REMOVED = "removed", "removed at their request"


class HiddenBecause(models.TextChoices):
    """What hid a listing without an editor; it stays hidden until one has looked."""

    NPI = "npi", "its NPI is deactivated"
    EXCLUSION = "exclusion", "it is on the federal exclusion list"


class NotListable(Exception):
    """The doctor cannot be listed. `missing` says in words what is missing."""

    def __init__(self, missing):
        super().__init__(f"Missing for listing: {'; '.join(missing)}.")
        self.missing = missing


class Listing(models.Model):
    """The part of a Doctor that says whether and how readers see it. Changed by its verbs alone."""

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.HIDDEN)
    status_on = models.DateField("status since", default=timezone.localdate)
    hidden_because = models.CharField(max_length=10, choices=HiddenBecause.choices, blank=True, editable=False)
    is_namesake = models.BooleanField("only a namesake of who asked not to be listed", default=False, editable=False)
    stopped_since = models.DateField("no longer offered since", null=True, blank=True)
    stopped_source = models.CharField(
        "who says so", max_length=300, blank=True, help_text="Such as: the clinic, by phone. Shown to readers."
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="doctor_status_known"),
            models.CheckConstraint(
                condition=~Q(status=Status.STOPPED) | Q(stopped_since__isnull=False) & ~Q(stopped_source=""),
                name="doctor_stopped_has_a_dated_source",
            ),
            models.CheckConstraint(
                condition=Q(hidden_because="") | Q(hidden_because__in=HiddenBecause.values, status=Status.HIDDEN),
                name="doctor_hidden_because_known",
            ),
        ]

    @property
    def is_listed(self):
        return self.status == Status.LISTED

    @property
    def is_off_the_lists(self):
        """Whether the doctor has a page, and it says why no list has it."""
        return self.status in (Status.STOPPED, Status.DISPUTED)

    @property
    def has_stopped(self):
        return self.status == Status.STOPPED

    @property
    def is_disputed(self):
        return self.status == Status.DISPUTED

    @property
    def is_removed(self):
        return self.status == Status.REMOVED

    @property
    def supervision_checked(self):
        """When the supervision was checked, in words."""
        return freshness.in_words("Checked", self.supervision_checked_on, timezone.localdate())

    def missing_for_listing(self):
        """What is missing before readers may see this doctor, in words; empty when nothing is."""
        practices = self.practices.all() if self.pk else self.practices.model.objects.none()
        rules = [
            (self.source, "a source"),
            (self.licence_checked_on, "the date of a license check"),
            (self.licence_checked_how, "how the license was checked"),
            (self.physician_supervised, "that a physician supervises the care in person"),
            (self.supervision_checked_on, "the date when the supervision was checked"),
            (practices.exists(), "a practice with a treatment"),
        ]
        bare = [f"a treatment at {practice}" for practice in practices.filter(offers=None)]
        asked_not_to = ["that the request for removal is lifted"] if self.is_not_to_be_listed() else []
        return [words for there, words in rules if not there] + bare + asked_not_to

    def publish(self):
        """List the doctor. Raises NotListable."""
        self._move(Status.LISTED, hidden_because="")

    def hide(self, because=""):
        """Take the doctor out of sight. `because`: what found a reason that an editor has to look at."""
        self._move(Status.HIDDEN, hidden_because=because)

    def hide_unless_listable(self):
        """Hide the doctor if it is listed and now lacks something. Returns what, in words; empty if all is well."""
        with transaction.atomic():
            doctor = self.locked()
            missing = doctor.missing_for_listing() if doctor.is_listed else []
            if missing:
                self.hide()
        return missing

    def stop(self, *, since, source):
        """The doctor no longer offers treatment, since a date, as `source` says. The page stays and says so, so that
        nobody calls in vain."""
        self._move(Status.STOPPED, hidden_because="", stopped_since=since, stopped_source=source)

    def dispute(self):
        """Somebody says that the entry is wrong. It leaves the lists until an editor has looked."""
        self._move(Status.DISPUTED, hidden_because="")

    def remove_on_request(self, *, by):
        """The doctor or clinic does not want to be listed: the page is gone for good, and nobody enters them again
        unknowingly."""
        with transaction.atomic():
            self._move(Status.REMOVED, hidden_because="")
            NotListed.objects.add(self, by=by)

    def lift_removal(self):
        """They want to be listed again, or never asked for the removal: hidden, to be listed by an editor."""
        with transaction.atomic():
            NotListed.objects.lifted_with(self).delete()
            self._move(Status.HIDDEN, hidden_because="", reason="The removal is lifted")

    def tell_apart(self, is_namesake=True):
        """It is somebody else of the same name who asked not to be listed, an editor says; or that taken back. The
        request stands."""
        with transaction.atomic():
            doctor = self.locked()
            doctor.is_namesake = is_namesake
            said = "Only a namesake of" if is_namesake else "May be"
            doctor._change_reason = f"{said} who asked not to be listed"
            doctor.save()
        self.refresh_from_db()

    def is_not_to_be_listed(self):
        """Whether they, or somebody of the same NPI or of the same name in the same state, asked not to be listed."""
        return bool(self.pk) and NotListed.objects.about(self).exists()

    def locked(self):
        """The row as it is stored, locked until the end of the transaction."""
        return type(self).objects.select_for_update().get(pk=self.pk)

    def _move(self, status, *, reason=None, **values):
        """`reason`: goes into the history, where it is put on record even if nothing else is new."""
        with transaction.atomic():
            doctor = self.locked()
            missing = doctor.missing_for_listing() if status == Status.LISTED else []
            if missing:
                raise NotListable(missing)
            if status != doctor.status:
                doctor.status, doctor.status_on = status, timezone.localdate()
            elif not reason and all(getattr(doctor, name) == value for name, value in values.items()):
                values = None  # nothing new to put on record
            if values is not None:
                for name, value in values.items():
                    setattr(doctor, name, value)
                doctor._change_reason = reason
                doctor.save()  # and not update(), which leaves no history
        self.refresh_from_db()
