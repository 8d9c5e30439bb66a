"""The places of the ZIP codes, from the `zipcodes` package (GeoNames, CC BY 4.0)."""

from dataclasses import dataclass

import zipcodes
from django.db import transaction

from directory.models import Practice, ZipCode
from directory.states import STATES

BATCH = 2000
FIELDS = ["city", "state", "lat", "lon"]


@dataclass(frozen=True)
class Summary:
    new: int
    changed: int
    unchanged: int
    left_out: int
    placed: int


def parse(row):
    """The ZipCode of a row of the package; None outside the 56 states and territories, or without a place.

    The package gives numbers as text, and 0 for a place it does not know.
    """
    lat, lon = float(row["lat"] or 0), float(row["long"] or 0)
    if row["state"] not in STATES or not lat or not lon:
        return None
    return ZipCode(zip=row["zip_code"], city=row["city"], state=row["state"], lat=lat, lon=lon)


def load(rows=None, *, dry_run=False):
    """Make the table say what the rows say, in one transaction, and place the practices that were waiting for it.

    Rows that say nothing new are not written; ZIP codes that are in no row stay. Returns a Summary.
    """
    rows = zipcodes.list_all() if rows is None else rows
    wanted = [code for code in map(parse, rows) if code]
    there = {code.zip: values(code) for code in ZipCode.objects.all()}
    to_write = [code for code in wanted if there.get(code.zip) != values(code)]
    new = sum(code.zip not in there for code in to_write)
    placed = 0
    if not dry_run:
        with transaction.atomic():
            ZipCode.objects.bulk_create(
                to_write, batch_size=BATCH, update_conflicts=True, unique_fields=["zip"], update_fields=FIELDS
            )
            placed = place_practices()
    return Summary(new, len(to_write) - new, len(wanted) - len(to_write), len(rows) - len(wanted), placed)


def values(code):
    return tuple(getattr(code, field) for field in FIELDS)


def place_practices():
    """Give a place, and nothing else, to the practices without one whose ZIP code is known now. Returns how many."""
    waiting = Practice.objects.unplaced().filter(zip_code__in=ZipCode.objects.values("zip"))
    for practice in waiting:
        practice.save(update_fields=Practice.PLACE)
    return len(waiting)
