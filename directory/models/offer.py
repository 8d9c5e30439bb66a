from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from crpsinfo import search
from directory import freshness
from directory.models.told import Told


class ForCrps(models.TextChoices):
    YES = "yes", "for CRPS"
    PAIN_ONLY = "pain", "for pain, but not said to be for CRPS"
    UNCLEAR = "unclear", "not clear whether for CRPS"


class Setting(models.TextChoices):
    OUTPATIENT = "outpatient", "Outpatient clinic"
    DAY = "day", "Hospital, home the same day"
    INPATIENT = "inpatient", "Hospital, staying overnight"


class Confirmed(models.TextChoices):
    PHONE = "phone", "Phone checked"
    WEBSITE = "website", "Website checked"
    CLINIC = "clinic", "Confirmed by the clinic"
    READER = "reader", "A reader told us"


class Treatment(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, help_text="What it is, in one plain sentence.")
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            search.refresh("doctor", *self.offers.order_by().values_list("practice__doctor", flat=True).distinct())


class Offer(Told):
    """A treatment at a practice: what was said about it, and when and how that was checked."""

    practice = models.ForeignKey("directory.Practice", models.CASCADE, related_name="offers")
    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="offers", db_index=False)
    for_crps = models.CharField("for CRPS", max_length=10, choices=ForCrps.choices, default=ForCrps.UNCLEAR)
    setting = models.CharField(max_length=12, choices=Setting.choices, blank=True)
    course = models.CharField(max_length=200, blank=True, help_text="Such as: 4 hours a day on 5 days, then boosters.")
    accepting_new = models.BooleanField("takes new patients", null=True, blank=True)
    driver_required = models.BooleanField("somebody must drive you home", null=True, blank=True)
    price_note = models.CharField("price", max_length=300, blank=True, help_text="As the clinic said it.")
    payers_note = models.CharField("who pays", max_length=300, blank=True, help_text="As the clinic said it.")
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_how = models.CharField(max_length=10, choices=Confirmed.choices, blank=True)
    confirmed_by = models.CharField(max_length=80, blank=True, help_text="Initials or a role. Not shown to readers.")
    source_url = models.URLField("source address", blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["treatment__order", "treatment__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["treatment", "practice"],
                name="offer_once_a_practice",
                violation_error_message="This practice has an offer of this treatment already.",
            ),
            models.CheckConstraint(condition=Q(for_crps__in=ForCrps.values), name="offer_for_crps_known"),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_how="")
                | Q(confirmed_on__isnull=False, confirmed_how__in=Confirmed.values),
                name="offer_confirmed_when_and_how",
                violation_error_message="Say when and how it was confirmed, or neither.",
            ),
        ]

    def __str__(self):
        return f"{self.treatment}, {self.get_for_crps_display()}"

    def save(self, *args, **kwargs):
        self.forget_what_was_told("confirmed_on", self.confirmed_how)
        with transaction.atomic():
            self.practice.locked_doctor()
            super().save(*args, **kwargs)
            self.practice.refresh()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            self.practice.locked_doctor()
            gone = super().delete(*args, **kwargs)
            self.practice.refresh()
        return gone

    def clean(self):
        freshness.refuse_future(self, "confirmed_on")

    @property
    def band(self):
        return freshness.band(self.confirmed_on, timezone.localdate())

    @property
    def checked(self):
        """When and how it was checked, in words."""
        return freshness.in_words(self.get_confirmed_how_display(), self.confirmed_on, timezone.localdate())
