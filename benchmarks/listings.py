"""Invented listings at real places, as many as wanted, in a database that is ready for a site and has none:
`python -m benchmarks.listings NUMBER`. The same number gives the same listings."""

import csv
import io
import random
import sys
from datetime import timedelta
from itertools import islice

import django
from django.db import connection, transaction
from django.utils import timezone

AT_ONCE = 20_000  # rows
SEED = 2026
PRACTICES_OF_A_DOCTOR = 1.25
OLDEST = 900  # days since the last check
STATUSES = ["listed"] * 95 + ["hidden"] * 3 + ["stopped"] * 2
FIRST_NAMES = ("ada", "ben", "cora", "dan", "eve", "finn", "gwen", "hugo", "ida", "jon", "kate", "leo", "mia", "ned")
SYLLABLES = ("ba", "den", "ker", "lo", "mar", "nes", "or", "pel", "ros", "sin", "tal", "ver", "win")
CLINICS = ("Pain Clinic", "Infusion Center", "Medical Group", "Hospital", "Anesthesia Partners")


def fill(number):
    """Make so many practices, of fewer doctors, each with one or two treatments."""
    from directory import zip_data
    from directory.models import Doctor, Offer, Practice, Treatment, ZipCode
    from directory.states import STATES

    doctors = max(1, int(number / PRACTICES_OF_A_DOCTOR))
    with transaction.atomic():
        zip_data.load()
        places = list(ZipCode.objects.order_by("zip"))
        treatments = list(Treatment.objects.order_by("pk").values_list("pk", flat=True))
        write(Doctor, (doctor(pk) for pk in range(1, doctors + 1)))
        write(Practice, practices(number, doctors, places))
        write(Offer, offers(number, treatments))
        Practice.objects.recount(*STATES)
    with connection.cursor() as cursor:  # what a database that has been in use for a while knows of its tables
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def doctor(pk):
    """The columns of a doctor, but for those that are as in any new one."""
    first, last = name(pk)
    status = STATUSES[pk % len(STATUSES)]
    return {
        "id": pk,
        "first_name": first.title(),
        "last_name": last.title(),
        "credentials": "MD",
        "slug": f"{first}-{last}-{pk}",
        "status": status,
        "search_text": f"{first} {last} md",
        "source": "Invented",
        "licence_checked_on": timezone.localdate(),
        "licence_checked_how": "Invented",
        "physician_supervised": True,
        "supervision_checked_on": timezone.localdate(),
        "stopped_since": timezone.localdate() if status == "stopped" else None,
        "stopped_source": "Invented" if status == "stopped" else "",
    }


def name(pk):
    """(first name, last name) of the doctor with this key: each last name is that of a doctor in 2,197."""
    number, size = pk * 1009, len(SYLLABLES)
    last = SYLLABLES[number % size] + SYLLABLES[number // size % size] + SYLLABLES[number // size**2 % size]
    return FIRST_NAMES[pk % len(FIRST_NAMES)], last


def practices(number, doctors, places):
    """The columns of the practices: some in the middle of a ZIP code, some near it."""
    from directory import freshness
    from directory.distance import Point

    rng, today = random.Random(SEED), timezone.localdate()  # noqa: S311 - nothing secret
    for pk in range(1, number + 1):
        owner, place, fresh_on = (pk - 1) % doctors + 1, rng.choice(places), last_check(pk)
        first, last = name(owner)
        off = 0.02 * (pk % 2)  # degrees
        at = Point(place.lat + rng.uniform(-off, off), place.lon + rng.uniform(-off, off))
        clinic, (x, y, z) = rng.choice(CLINICS), at.vector
        yield {
            "id": pk,
            "doctor_id": owner,
            "clinic_name": clinic,
            "address": f"{pk} Nowhere Street",
            "city": place.city,
            "state": place.state,
            "zip_code": place.zip,
            **{"lat": at.lat, "lon": at.lon, "x": x, "y": y, "z": z},
            "phone": "+12125550123",
            "step_free": rng.choice((True, False, None)),
            "checked_on": fresh_on,
            "checked_how": "phone",
            "is_listed": STATUSES[owner % len(STATUSES)] == "listed",
            "is_off_the_lists": STATUSES[owner % len(STATUSES)] == "stopped",
            "sort_name": f"{last} {first}",
            "fresh_on": fresh_on,
            "age": int(freshness.age(fresh_on, today)),
            "search_text": f"{first} {last} md {clinic} {place.city}".lower(),
        }


def last_check(practice):
    """When somebody last checked the practice with this key."""
    return timezone.localdate() - timedelta(days=practice * 7919 % OLDEST)


def offers(number, treatments):
    """The columns of one or two offers at each practice."""
    rng = random.Random(SEED)  # noqa: S311 - nothing secret
    for practice in range(1, number + 1):
        for treatment in rng.sample(treatments, rng.choice((1, 1, 2))):
            yield {
                "practice_id": practice,
                "treatment_id": treatment,
                "for_crps": rng.choice(("yes", "yes", "pain", "unclear")),
                "accepting_new": rng.choice((True, True, False, None)),
                "confirmed_on": last_check(practice),
                "confirmed_how": "phone",
            }


def write(model, rows):
    """Add the rows, each {column: value}; what a row does not name is as in any new one. Past `save` and `bulk_create`,
    which would take most of an hour."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key and model.__name__ == "Offer")]
    ready = {field.column: field.get_db_prep_save(field.get_default(), connection) for field in fields}
    ready |= {"updated_at": timezone.now()} | ({"told": "{}"} if "told" in ready else {})
    lines = ([*(ready | row).values()] for row in rows)
    with connection.cursor() as cursor:
        while some := list(islice(lines, AT_ONCE)):
            add(cursor, model._meta.db_table, list(ready), some)


def add(cursor, table, columns, lines):
    """The quickest way of each database."""
    if connection.vendor == "postgresql":
        text = io.StringIO()
        csv.writer(text).writerows([["\\N" if value is None else value for value in line] for line in lines])
        text.seek(0)
        names = ", ".join(columns)
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", text)
    else:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", lines)  # noqa: S608


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
