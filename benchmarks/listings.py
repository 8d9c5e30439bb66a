"""Invented listings at real places, as many as wanted, in a database that is ready for a site and has none:
`python -m benchmarks.listings NUMBER`. The same number gives the same listings."""

import random
import sys
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import islice

import django
from django.db.models import Max
from django.utils import timezone

from benchmarks.bulk import filling, known_in, stemmed, write, write_lines

AT_ONCE = 4000  # doctors
KNOWN = ("word", "initial", "length", "entry_id")  # columns of SearchWord
SEED = 2026
PRACTICES_OF_A_DOCTOR = 1.25
OLDEST = 900  # days since the last check
STATUSES = ["listed"] * 95 + ["hidden"] * 3 + ["stopped"] * 2
FIRST_NAMES = ("ada", "ben", "cora", "dan", "eve", "finn", "gwen", "hugo", "ida", "jon", "kate", "leo", "mia", "ned")
SYLLABLES = ("ba", "den", "ker", "lo", "mar", "nes", "or", "pel", "ros", "sin", "tal", "ver", "win")
CLINICS = ("Pain Clinic", "Infusion Center", "Medical Group", "Hospital", "Anesthesia Partners")


def fill(number):
    """Make so many practices, of fewer doctors, each with one or two treatments; and what the search finds of them."""
    from crpsinfo.models import SearchEntry, SearchWord
    from directory import zip_data
    from directory.models import Doctor, Offer, Practice, Treatment, ZipCode
    from directory.states import STATES

    if not ZipCode.objects.exists():
        zip_data.load()
    doctors = max(1, int(number / PRACTICES_OF_A_DOCTOR))
    places = list(ZipCode.objects.order_by("zip"))
    treatments = list(Treatment.objects.all())
    entries = SearchEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    with filling(Doctor, Practice, Offer, SearchEntry, SearchWord):
        invented = listings(number, doctors, places, treatments)
        while some := list(islice(invented, AT_ONCE)):
            write(Doctor, (each.doctor for each in some))
            write(Practice, (row for each in some for row in each.practices))
            write(Offer, (row for each in some for row, _ in each.offers))
            found = [each for each in some if each.doctor["status"] != "hidden"]
            write(SearchEntry, (each.entry(entries) for each in found))
            write_lines(SearchWord, KNOWN, (line for each in found for line in each.known_words(entries)))
    Practice.objects.recount(*STATES)


@dataclass(frozen=True)
class Listing:
    """A doctor, the practices, and the offers at these, with the treatment of each: rows as their columns."""

    doctor: dict
    practices: list
    offers: list

    def entry(self, before):
        """What the search keeps of it, after so many entries; as crpsinfo/search/index.py makes it."""
        key = self.doctor["id"]
        return {
            "id": before + key,
            "kind": "doctor",
            "object_id": key,
            "title": stemmed([self.name]),
            "body": stemmed(self.facts),
        }

    def known_words(self, before):
        """The words of it that typing errors are compared with, as lines of KNOWN."""
        key = before + self.doctor["id"]
        words = dict.fromkeys(facts for piece in [self.name, *self.facts] for facts in known_in(piece))
        return [(*facts, key) for facts in words]

    @property
    def name(self):
        return "{first_name} {last_name}, {credentials}".format(**self.doctor)

    @property
    def facts(self):
        """What can be found beside the name, piece by piece; as directory/found.py says it."""
        from directory.states import STATES

        at = [f"{each['clinic_name']}, {each['city']}, {STATES[each['state']].name}" for each in self.practices]
        return list(dict.fromkeys([*at, *(treatment.name for _, treatment in self.offers)]))


def listings(number, doctors, places, treatments):
    """Yields as many Listings as there are doctors, with so many practices in all."""
    rng = random.Random(SEED)  # noqa: S311 - nothing secret
    for key in range(1, doctors + 1):
        keys = range((key - 1) * number // doctors + 1, key * number // doctors + 1)
        practices = [practice(pk, key, rng.choice(places), rng) for pk in keys]
        yield Listing(doctor(key), practices, [each for row in practices for each in offers_at(row, treatments, rng)])


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
        "licence_checked_on": today(),
        "licence_checked_how": "Invented",
        "physician_supervised": True,
        "supervision_checked_on": today(),
        "stopped_since": today() if status == "stopped" else None,
        "stopped_source": "Invented" if status == "stopped" else "",
    }


def name(pk):
    """(first name, last name) of the doctor with this key: each last name is that of a doctor in 2,197."""
    number, size = pk * 1009, len(SYLLABLES)
    last = SYLLABLES[number % size] + SYLLABLES[number // size % size] + SYLLABLES[number // size**2 % size]
    return FIRST_NAMES[pk % len(FIRST_NAMES)], last


def practice(pk, owner, place, rng):
    """The columns of a practice: in the middle of a ZIP code, or near it."""
    from directory import freshness
    from directory.distance import Point

    first, last = name(owner)
    fresh_on, off = last_check(pk), 0.02 * (pk % 2)  # degrees
    at = Point(place.lat + rng.uniform(-off, off), place.lon + rng.uniform(-off, off))
    clinic, (x, y, z) = rng.choice(CLINICS), at.vector
    return {
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
        "age": int(freshness.age(fresh_on, today())),
        "search_text": f"{first} {last} md {clinic} {place.city}".lower(),
    }


@cache
def today():
    return timezone.localdate()


def last_check(practice):
    """When somebody last checked the practice with this key."""
    return today() - timedelta(days=practice * 7919 % OLDEST)


def offers_at(practice, treatments, rng):
    """Yields the columns of one or two offers, each with its Treatment, in the order of a page."""
    chosen = rng.sample(range(len(treatments)), rng.choice((1, 1, 2)))
    for treatment in (treatments[place] for place in sorted(chosen)):
        offer = {
            "practice_id": practice["id"],
            "treatment_id": treatment.pk,
            "for_crps": rng.choice(("yes", "yes", "pain", "unclear")),
            "accepting_new": rng.choice((True, True, False, None)),
            "confirmed_on": practice["checked_on"],
            "confirmed_how": "phone",
        }
        yield offer, treatment


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
