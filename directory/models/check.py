"""What somebody, or a file of the government, said about a listing on a day. Rows are added, and never changed. When
the desk takes a decision back, the row that came of it goes, too."""

from django.conf import settings
from django.db import models
from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone


class CheckOf(models.TextChoices):
    LICENSE = "license", "License"
    SUPERVISION = "supervision", "Supervision"
    PHONE = "phone", "Phone call"
    WEBSITE = "website", "Website"
    NPI = "npi", "Federal NPI registry"
    EXCLUSION = "exclusion", "Federal exclusion list"


BY_NPI = (CheckOf.NPI, CheckOf.EXCLUSION)  # `facts` say which


class CheckResult(models.TextChoices):
    CONFIRMED = "confirmed", "Still right"
    CHANGED = "changed", "Something changed"
    STOPPED = "stopped", "No longer offered"
    NOT_TAKING = "not-taking", "Takes no new patients"
    NO_ANSWER = "no-answer", "Nobody answered"
    WRONG_NUMBER = "wrong-number", "The number is wrong"
    ACTIVE = "active", "Active"
    DEACTIVATED = "deactivated", "Deactivated"
    REACTIVATED = "reactivated", "Deactivated once, active again"
    NOT_FOUND = "not-found", "Not in the registry"
    DIFFERS = "differs", "Active, but something differs"
    NO_MATCH = "no-match", "No match by NPI"
    MATCH = "match", "A match by NPI"


class CheckQuerySet(models.QuerySet):
    def latest(self):
        """Of each thing that was checked of a doctor the last of these checks: of the latest day, there the one that
        was put on record last."""
        place = Window(RowNumber(), partition_by=["doctor", "what"], order_by=["-on", "-pk"])
        return self.filter(pk__in=self.order_by().annotate(place=place).filter(place=1).values("pk"))

    def valid_for(self, npi):
        """Without those that looked another NPI up than this one (None: any)."""
        return self.filter(~Q(what__in=BY_NPI) | Q(facts__npi=npi) if npi else ~Q(what__in=BY_NPI))


class Check(models.Model):
    doctor = models.ForeignKey("directory.Doctor", models.CASCADE, related_name="checks", db_index=False)
    practice = models.ForeignKey("directory.Practice", models.SET_NULL, null=True, blank=True, related_name="checks")
    what = models.CharField(max_length=12, choices=CheckOf.choices)
    result = models.CharField(max_length=14, choices=CheckResult.choices)
    on = models.DateField(default=timezone.localdate)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # what a file said: dates, and what differs

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["doctor", "what", "-id"], name="check_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=CheckOf.values), name="check_what_known"),
            models.CheckConstraint(condition=Q(result__in=CheckResult.values), name="check_result_known"),
        ]

    def __str__(self):
        return f"{self.get_what_display()}, {self.on:%-d %b %Y}: {self.get_result_display()}"
