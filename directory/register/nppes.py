"""The import of the registry of providers (NPPES): what it says about pain medicine, and about our listings."""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from tempfile import SpooledTemporaryFile

from django.db import transaction

from directory.models import CheckOf, CheckResult, RegisterEntry
from directory.register import layout
from directory.register.agreement import differences
from directory.register.checks import AT_ONCE, Checks, by_npi, checkable
from directory.register.filling import Register
from directory.register.reading import Refused, Table, Unreadable, opened
from directory.register.rejects import Rejects
from directory.register.rows import Rows
from directory.register.sieve import Sieve
from directory.register.taxonomy import PAIN

MAIN_FILE = r"(?i)npidata_(?:pfile_)?(\d{8})-(\d{8})(?:_v2)?\.csv"
FIRST_DAY = date(2005, 5, 23)  # of the registry: a file that starts then holds all of it
NO_DAY = "The name of {} does not say of which day it is: add --date with that day, such as --date 2026-11-08."
IN_MEMORY = 8 * 2**20  # bytes of kept lines: a week's; more of them wait on the disk


@dataclass(frozen=True)
class Edition:
    """Which file it is: its day, and whether it holds the whole registry, or what changed in a week."""

    name: str
    on: date
    is_full: bool

    @classmethod
    def of(cls, source, on=None, is_full=None):
        """As its name says, unless the caller knows better. One whose name says nothing is not taken for the whole.
        Raises Unreadable if nobody says of which day it is: when it was written tells only when it was copied."""
        first, last = days_in(source.name)
        if not (on or last):
            raise Unreadable(NO_DAY.format(source.name))
        return cls(source.name, on or last, first == FIRST_DAY if is_full is None else is_full)


def days_in(name):
    """(first, last) day that the name of a main file says, or (None, None)."""
    said = re.fullmatch(MAIN_FILE, name)
    try:
        return tuple(map(date.fromisoformat, said.groups())) if said else (None, None)
    except ValueError:
        return None, None


@dataclass
class Summary:
    edition: Edition
    unknown_columns: list
    rejects: Rejects = field(default_factory=Rejects)
    rows: int = 0
    register: Register = None
    checks: Checks = None


def import_file(path, *, on=None, is_full=None, dry_run=False, progress=None, codes=PAIN):
    """Bring the register up to date, and check our listings, by the registry's main file: a ZIP with it, or itself.
    Returns a Summary. Raises Unreadable, and then nothing has changed.

    The file is read to its end before the first row is written: so a broken one changes nothing, and nobody who writes
    to the site meanwhile has to wait for more than the rows that are kept.
    """
    with opened(path, MAIN_FILE) as source, SpooledTemporaryFile(IN_MEMORY) as kept:
        table = Table(source, progress)
        rows = Rows(table, codes)
        summary = Summary(Edition.of(source, on, is_full), layout.unknown(table.columns))
        ours = set(checkable().values_list("npi", flat=True))
        known = ours.union(RegisterEntry.objects.values_list("pk", flat=True).iterator())
        summary.rows = sift(table, Sieve(known, codes), kept)
        with transaction.atomic():
            write(parsed(kept, rows, summary), ours, summary)
            transaction.set_rollback(dry_run)
    return summary


def sift(table, sieve, kept):
    """Write the lines that may concern us to a file, each after its number and a comma. Returns how many there were,
    without the header."""
    count = 0
    for block in table.blocks():
        lines_of_block, lines = sieve(block)
        kept.writelines(b"%d,%b" % (count + which + 2, line) for which, line in lines)
        count += lines_of_block
    if not count:
        raise Unreadable("It holds column names, and no rows.")
    kept.seek(0)
    return count


def parsed(kept, rows, summary):
    """(NPI that the line starts with, its RegisterEntry, or None if it is refused)"""
    for numbered in kept:
        number, _, line = numbered.partition(b",")
        npi = line.lstrip(b'"')[:10].decode("ascii", "replace")
        try:
            yield npi, rows.parse(line)
        except Refused as refused:
            summary.rejects.add(str(refused), int(number))
            yield npi, None


def write(found, ours, summary):
    """Write what was found, in the order of `parsed`, to the register, and record the checks of our listings."""
    edition, missing = summary.edition, set(ours)
    summary.checks, summary.register = Checks(CheckOf.NPI, edition.on, edition.name), Register(edition.on, ours)
    while some := dict(islice(found, AT_ONCE)):
        missing -= some.keys()  # also if the line was refused: the NPI is there
        entries = {npi: entry for npi, entry in some.items() if entry}
        summary.register.take(entries.values())
        for doctors in by_npi(ours & entries.keys()):
            summary.checks.record([(doctor, *compared(doctor, entries[doctor.npi])) for doctor in doctors])
    for doctors in by_npi(missing if edition.is_full else []):
        summary.checks.record([(doctor, CheckResult.NOT_FOUND, {"npi": doctor.npi}) for doctor in doctors])


def compared(doctor, entry):
    """(CheckResult, facts) of a listing and what the registry says about its NPI."""
    days = {name: getattr(entry, name) for name in ("deactivated_on", "reactivated_on")}
    facts = {"npi": entry.npi} | {name: day.isoformat() for name, day in days.items() if day}
    if not entry.is_active:
        return CheckResult.DEACTIVATED, facts
    if differing := differences(doctor, entry):
        return CheckResult.DIFFERS, facts | {"differs": differing}
    return CheckResult.REACTIVATED if entry.deactivated_on else CheckResult.ACTIVE, facts
