"""A measured directory, in a process of its own: `python -m benchmarks.reading`. It reads the name of a question from
each line, answers it, and writes in how many seconds, and how many listings it found, as JSON."""

import json
import sys
from time import perf_counter
from urllib.parse import urlencode

import django

ZIP = "10001"  # where most practices are near
STATE = "CA"
MILES = 50
NAME = "ada"


def serve():
    """Answer questions until there are no more."""
    asked = questions()
    for line in sys.stdin:
        ask = asked[line.strip()]
        start = perf_counter()
        listings = ask()
        json.dump({"seconds": perf_counter() - start, "listings": listings}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


def questions():
    """{name: a function that answers it and returns how many listings it found}"""
    from directory.models import Practice, ZipCode
    from directory.nearby import Nearby
    from directory.states import STATES

    point, listed = ZipCode.objects.get(pk=ZIP).point, Practice.objects.in_default_list()
    state = f"/doctors/{STATES[STATE].slug}/"
    somebody = Practice.objects.listed().select_related("doctor").order_by("pk").first().doctor
    return {
        "state page": page(state),
        "deep page of a state": page(f"{state}?after={middle_of_list()}"),
        "ZIP search": page("/doctors/", zip=ZIP, miles=MILES),
        "ZIP search, second page": page("/doctors/", zip=ZIP, miles=MILES, after=last_of_first_page(point)),
        "ZIP search with treatment and name": page(
            "/doctors/", zip=ZIP, miles=MILES, treatment="ketamine-outpatient", name=NAME
        ),
        "name alone": page("/doctors/", name=NAME),
        "front page": page("/doctors/"),
        "one doctor": page(somebody.get_absolute_url()),
        "nearest 25": lambda: len(Nearby(listed, point, MILES).take(25)),
        "exact count": lambda: listed.near(point, MILES).count(),
    }


def page(address, **parameters):
    """A function that gets a page through all of Django, and returns how many cards are on it."""
    from django.test import Client

    client, address = Client(SERVER_NAME="127.0.0.1"), f"{address}?{urlencode(parameters)}" if parameters else address

    def ask():
        response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} was answered with {response.status_code}.")
        return response.content.count(b'class="card listing"')

    return ask


def middle_of_list():
    """The row in the middle of the state's list."""
    from directory.models import Practice

    rows = list(Practice.objects.in_default_list().in_state(STATE).by_place().values_list("pk", flat=True))
    return rows[len(rows) // 2] if rows else None


def last_of_first_page(point):
    from directory.models import Practice
    from directory.nearby import Nearby

    return Nearby(Practice.objects.in_default_list(), point, MILES).page(25).after


if __name__ == "__main__":
    django.setup()
    serve()
