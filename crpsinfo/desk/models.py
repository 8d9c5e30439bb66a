from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crpsinfo.work import DueRow, due_index

UNDO_FOR = timedelta(days=1)
BAR_FOR = timedelta(hours=1)
ZONES = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Mountain, Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Atlantic (Puerto Rico)",
    "Pacific/Guam": "Chamorro (Guam)",
    "UTC": "UTC",
}


class StaffSettings(models.Model):
    """What somebody who works here has chosen for themselves. Without a row, the defaults hold."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_settings")
    shortcuts = models.BooleanField("single-key shortcuts", default=True)
    digest = models.BooleanField("one mail a day when something waits", default=True)
    urgent_mail = models.BooleanField("a mail soon when somebody may be in danger", default=False)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=40, choices=ZONES.items(), default="America/New_York")

    class Meta:
        verbose_name = verbose_name_plural = "staff settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="staff_settings_quiet_from_and_until",
            )
        ]

    def __str__(self):
        return f"Settings of {self.user}"

    @classmethod
    def of(cls, user):
        """What this user has chosen, or the defaults."""
        return cls.objects.filter(user=user).first() or cls(user=user)


class StaffMailKind(models.TextChoices):
    DIGEST = "digest", "what waits, once a day"
    URGENT = "urgent", "somebody may be in danger"
    REQUEST = "request", "somebody asks to be taken off"
    OPERATOR = "operator", "nobody moderates"
    REVIEW = "review", "articles are due for review"


class StaffMail(DueRow):
    """A mail to somebody who works here: one row for each kind, which falls due again when there is news of that kind.
    What it says is worked out when it is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_mails")
    kind = models.CharField(max_length=10, choices=StaffMailKind.choices)
    sent_at = models.DateTimeField(null=True, blank=True)  # the last time
    failed_at = models.DateTimeField(null=True, blank=True)  # given up; `last_error` says why

    class Meta:
        indexes = [due_index("staffmail_due")]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="staff_mail_one_of_a_kind")]

    def __str__(self):
        return f"Mail to {self.user}: {self.get_kind_display()}"


class UndoStepQuerySet(models.QuerySet):
    def latest_batch(self, user):
        """The steps that this user took last, all at once, if that was not long ago: what the undo bar offers."""
        lately = self.filter(by=user, at__gte=timezone.now() - BAR_FOR)
        last = lately.order_by("-at", "-pk").values("batch")[:1]
        return self.filter(by=user, batch__in=last).order_by("pk")

    def in_time(self):
        """Those that can still be undone."""
        return self.filter(at__gte=timezone.now() - UNDO_FOR)

    def over(self):
        """Too old to be undone."""
        return self.filter(at__lt=timezone.now() - UNDO_FOR)


class UndoStep(models.Model):
    """A decision that can be taken back, for a while: by whom, about what, and how it was before. Holds
    nothing that a reader wrote; of a moderator's own words, those that readers or the writer may read."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    batch = models.UUIDField()  # the same for all that was decided with one click
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20)  # of item: the name of a Kind of the desk
    item = models.BigIntegerField()
    name = models.CharField(max_length=20)  # of the decision
    form = models.CharField(max_length=32, blank=True)  # a mark of what was sent
    facts = models.JSONField(default=dict)

    objects = UndoStepQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["by", "-at"], name="undo_step_latest"),
            models.Index(fields=["at"], name="undo_step_retention"),
        ]

    def __str__(self):
        return f"{self.name} {self.kind} {self.item}"
