"""How long ago a statement was checked, in words. A date says more than a badge."""

from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

FRESH_DAYS = 90
STALE_DAYS = 365
OLD_DAYS = 730
DAYS_OF_A_MONTH = 30.44


class Band(StrEnum):
    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    NEVER = "never"


class Age(models.IntegerChoices):
    """Where a listing stands in a list, by its last check."""

    CURRENT = 0, "checked within a year"
    STALE = 1, "not checked for a year, or never"
    OLD = 2, "not checked for two years: in no list, found by name"


def age(checked_on, today):
    """The Age of a listing that was checked on this date (or never: None)."""
    if checked_on is None:
        return Age.STALE
    days = (today - checked_on).days
    return Age.CURRENT if days <= STALE_DAYS else Age.STALE if days <= OLD_DAYS else Age.OLD


def band(checked_on, today):
    """How much a statement that was checked on this date (or never: None) can be relied on."""
    if checked_on is None:
        return Band.NEVER
    days = (today - checked_on).days
    if days <= FRESH_DAYS:
        return Band.FRESH
    return Band.AGEING if days <= STALE_DAYS else Band.STALE


def in_words(checked, checked_on, today):
    """A sentence without its full stop. `checked` names what was done, such as "Phone checked"."""
    match band(checked_on, today):
        case Band.NEVER:
            return "Not checked yet: call first"
        case Band.STALE:
            months = int((today - checked_on).days / DAYS_OF_A_MONTH)
            return f"Not checked for {months} months: call first ({checked.lower()} {short_date(checked_on)})"
        case _:
            return f"{checked} {short_date(checked_on)}"


def short_date(date):
    """12 Sep 2026: the form of every date in the directory."""
    return f"{date.day} {date:%b %Y}"


def refuse_future(row, *fields):
    """Raise ValidationError for each of the row's date fields that tells of a check still to come."""
    today = timezone.localdate()
    late = [field for field in fields if (date := getattr(row, field)) and date > today]
    if late:
        raise ValidationError(dict.fromkeys(late, "A check cannot lie in the future."))
