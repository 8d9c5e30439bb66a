from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from crpsinfo.phrases import trouble

LINES = 300  # at most in a list


class CrisisKind(models.TextChoices):
    SELF_HARM = "self-harm", "Suicide or self-harm"
    EMERGENCY = "emergency", "Medical emergency"
    LOWERING = "lowering", "Words that make it less urgent"


ALARMS = (CrisisKind.SELF_HARM, CrisisKind.EMERGENCY)  # the graver first


class CrisisList(models.Model):
    """Phrases that tell that somebody may be in danger, or (kind "lowering") that they speak of the past, of what is
    not so, or in a figure of speech."""

    kind = models.CharField(max_length=10, choices=CrisisKind.choices, primary_key=True)
    phrases = models.TextField(
        blank=True,
        help_text="One phrase a line. Whole words; * at the end of a word stands for any ending. "
        "Capitals, accents and apostrophes do not matter.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)  # one more whenever the phrases change
    updated_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=CrisisKind.values), name="crisis_list_kind")]

    def __str__(self):
        return self.get_kind_display()

    def save(self, *args, **kwargs):
        self.phrases = "\n".join(self.lines())
        with transaction.atomic():
            self.version = self.next_version()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "phrases", "version"}
            super().save(*args, **kwargs)

    def clean(self):
        lines = self.lines()
        problems = [f"“{line}”: {wrong}" for line in lines if (wrong := trouble(line))]
        if not lines and self.kind in ALARMS:
            problems.append("An empty list would leave nobody to be found. Keep a phrase at least.")
        if len(lines) > LINES:
            problems.append(f"There are {len(lines)} lines; at most {LINES} fit.")
        if problems:
            raise ValidationError({"phrases": problems}, code="phrases")

    def lines(self):
        """The phrases, without empty lines and spaces around."""
        return [line.strip() for line in self.phrases.splitlines() if line.strip()]

    def next_version(self):
        """What the version is once this is saved. An old version that is brought back is a new one too."""
        stored = CrisisList.objects.select_for_update().filter(pk=self.pk).first()
        return stored.version + (stored.phrases != self.phrases) if stored else self.version


class CrisisFlagQuerySet(models.QuerySet):
    def over(self, days):
        """Raised more than so many days ago."""
        return self.filter(flagged_at__lt=timezone.now() - timedelta(days=days))

    def raise_for(self, comment, hit):
        """Flag the comment because of a Hit. A flag that is there already keeps what is graver. Returns the flag."""
        facts = {"kind": hit.kind, "list_version": hit.list_version, "lowered": hit.lowered}
        with transaction.atomic():
            flag, is_new = self.select_for_update().get_or_create(comment=comment, defaults=facts)
            if not is_new:
                flag.heighten(hit)
        return flag


class CrisisFlag(models.Model):
    """Somebody may be in danger: a person looks at this comment first. Holds no word of it; erased after some days."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, related_name="crisis_flag")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in ALARMS])
    list_version = models.PositiveIntegerField()  # of the list of that kind
    lowered = models.BooleanField(default=False)  # speaks of the past, or says that it is not so: less urgent
    flagged_at = models.DateTimeField(default=timezone.now)

    objects = CrisisFlagQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["flagged_at"], name="crisis_flag_retention")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in ALARMS]), name="crisis_flag_kind")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}{', less urgent' if self.lowered else ''}"

    def heighten(self, hit):
        """Take a second Hit in: thoughts of self-harm outrank an emergency, and urgent outranks less urgent."""
        if ALARMS.index(hit.kind) <= ALARMS.index(self.kind):
            self.kind, self.list_version = hit.kind, hit.list_version
        self.lowered = self.lowered and hit.lowered
        self.flagged_at = timezone.now()
        self.save()
