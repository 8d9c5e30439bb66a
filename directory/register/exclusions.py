"""The check of our listings against the list of those excluded from federal health programs (OIG's LEIE), by NPI alone.

A name on the list is many people's name, and most of its rows have no NPI: no match proves little.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from django.db import transaction

from directory.models import CheckOf, CheckResult
from directory.npi import is_npi
from directory.register.checks import Checks, by_npi, checkable
from directory.register.reading import Refused, Table, Unreadable, opened
from directory.register.rejects import Rejects

LIST = r"(?i).+\.csv"
SUPPLEMENT = re.compile(r"(?i)\d{4}(EXCL|REIN)\.csv")  # what a month added, or took off
NEEDED = ["NPI", "EXCLDATE", "REINDATE", "EXCLTYPE", "LASTNAME", "FIRSTNAME", "BUSNAME", "STATE", "WVRSTATE"]
FEWEST = 10_000  # rows of the whole list, which had some 80,000 in 2026
TEN_DIGITS = re.compile(rb"[0-9]{10}")

TOO_SHORT = (
    "{0.name} has {0.rows:,} rows, too few for the whole list. Add --supplement if it holds a month's additions, or "
    "--whole if it is the whole list."
)


@dataclass
class Summary:
    name: str
    on: date
    is_whole: bool
    rejects: Rejects = field(default_factory=Rejects)
    rows: int = 0
    with_npi: int = 0
    checks: Checks = None


def check_file(path, *, on=None, is_whole=None, dry_run=False, progress=None):
    """Record of each listing with an NPI whether the list names it. Of a month's supplement only matches are recorded:
    who is not in it may be in the list. Returns a Summary. Raises Unreadable, and then nothing has changed.

    `is_whole`: whether it is the whole list; without it, as its name and its length say. A short one that does not call
    itself a supplement is refused, since all who are not in it would be called clean.

    The list does not say of which day it is: without `on`, it is the day on which its file was written.
    """
    ours = set(checkable().values_list("npi", flat=True))
    with opened(path, LIST) as source:
        table = Table(source, progress)
        seems_whole = not SUPPLEMENT.fullmatch(source.name)
        summary = Summary(source.name, on or source.written_on, seems_whole if is_whole is None else is_whole)
        excluded, unclear = read(table, ours, summary)
    if is_whole is None and seems_whole and summary.rows < FEWEST:
        raise Unreadable(TOO_SHORT.format(summary))
    with transaction.atomic():
        write(excluded, ours - unclear if summary.is_whole else excluded.keys(), summary)
        transaction.set_rollback(dry_run)
    return summary


def read(table, ours, summary):
    """({NPI of a listing: facts of its latest exclusion in force}, the NPIs in lines that could not be read)"""
    places, found, unclear = table.places(NEEDED), {}, set()
    row_of = itemgetter(*map(places.get, NEEDED))
    for number, line in table.lines():
        summary.rows += 1
        try:
            npi, *row = map(str.strip, row_of(table.values(line)))
            if has_no_npi(npi):
                continue
            summary.with_npi += 1
            if npi in ours and (facts := in_force(npi, *row, on=summary.on)):
                found[npi] = max(found.get(npi, facts), facts, key=itemgetter("excluded_on"))
        except Refused as refused:
            summary.rejects.add(str(refused), number)
            unclear |= ours & {digits.decode() for digits in TEN_DIGITS.findall(line)}
    if not summary.rows:
        raise Unreadable("It holds column names, and no rows.")
    return found, unclear


def has_no_npi(text):
    """Zeros stand for none. Raises Refused for what is neither that nor an NPI."""
    if text.strip("0") and not is_npi(text):
        raise Refused("bad NPI")
    return not text.strip("0")


def in_force(npi, excluded, reinstated, kind, last_name, first_name, business, state, waiver, *, on):
    """The facts of an exclusion; None if the provider had been reinstated by that day. Raises Refused."""
    since, back = day(excluded), day(reinstated)
    if since is None:
        raise Refused("a date that is none")
    if back and back <= on:
        return None
    name = business or ", ".join(filter(None, [last_name, first_name]))
    facts = {"npi": npi, "excluded_on": since.isoformat(), "type": kind, "name": name, "state": state}
    return facts | ({"waiver_in": waiver} if waiver else {})


def day(text):
    """The date that is written YYYYMMDD; None for zeros. Raises Refused."""
    try:
        return date.fromisoformat(text) if text.strip("0") else None
    except ValueError as error:
        raise Refused("a date that is none") from error


def write(excluded, npis, summary):
    """Record the result of each listing with one of the NPIs."""
    summary.checks = Checks(CheckOf.EXCLUSION, summary.on, summary.name)
    for doctors in by_npi(npis):
        found = [(doctor, excluded.get(doctor.npi)) for doctor in doctors]
        summary.checks.record(
            [
                (doctor, CheckResult.MATCH, facts) if facts else (doctor, CheckResult.NO_MATCH, {"npi": doctor.npi})
                for doctor, facts in found
            ]
        )
