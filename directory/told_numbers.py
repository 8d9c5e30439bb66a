"""Telephone numbers that a reader told us. Who makes sure of something by phone has to know which number was there
before: somebody may have sent in their own, to answer for a clinic."""

from dataclasses import dataclass
from datetime import date

from directory.models import Practice

NUMBER = ("phone", "phone_ext")


@dataclass(frozen=True)
class ToldNumber:
    """`on`: when a reader told us the number that is there now; `before`: the last that was not a reader's word, as
    text, or ""."""

    on: date
    before: str


def told_numbers(practices):
    """{key: ToldNumber} of those practices whose number is a reader's word. One query, or none."""
    told = {practice.pk: days for practice in practices if (days := list(filter(None, map(practice.told_on, NUMBER))))}
    before = numbers_before(told) if told else {}
    return {pk: ToldNumber(max(days), before.get(pk, "")) for pk, days in told.items()}


def numbers_before(pks):
    """{key of a practice: the number in its latest version with one that no reader told us; "" for none}"""
    versions = Practice.history.filter(id__in=pks).order_by("history_date", "history_id")
    ours = versions.exclude(told__has_any_keys=NUMBER).values_list("id", *NUMBER)
    return {pk: Practice(phone=phone, phone_ext=ext).phone_text if phone else "" for pk, phone, ext in ours}
