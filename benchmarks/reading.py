"""A measured site, in a process of its own: `python -m benchmarks.reading`. It reads the name of a question from each
line, answers it, and writes in how many seconds, and how many things it found, as JSON. Most questions are whole pages,
through all of Django; the environment says that none is kept."""

import json
import sys
from itertools import count
from time import perf_counter
from urllib.parse import urlencode

import django

from benchmarks.posting import address_of, fields_of
from benchmarks.writings import COMMON, LONG, MODERATOR, PAGE, RARE, SHORT, THREAD

ZIP = "10001"  # where most practices are near
STATE = "CA"
MILES = 50
NAME = "ada"
# What stands in a page once for each thing that it shows.
LISTING, COMMENT, CARD, ENTRY, HIT = b'class="card listing"', b'id="comment-', b'class="card"', b"<entry>", b"<mark>"
QUEUED, FILE = b'id="card-', b"<sitemap>"


def serve():
    """Answer questions until there are no more."""
    asked = questions()
    for line in sys.stdin:
        ask = asked[line.strip()]
        start = perf_counter()
        found = ask()
        json.dump({"seconds": perf_counter() - start, "found": found}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


def questions():
    """{name: a function that answers it and returns how many things it found}"""
    return of_articles() | of_comments() | of_the_site() | of_the_directory()


def of_articles():
    first = {slug: page(f"/articles/{slug}/", COMMENT) for slug in (LONG, SHORT, PAGE)}
    return {
        "article with many comments": first[LONG],
        "article with 200 comments": first[SHORT],
        "article with 50 threads": first[PAGE],
        "article, a deep page of comments": page(f"/articles/{LONG}/?page={last_full_page()}", COMMENT),
        "end of a long thread": page(last_page_of_thread(), COMMENT),
    }


def of_comments():
    from django.urls import reverse

    from articles.models import Article

    late = Article.objects.get(slug=LONG).comments.public().exclude(parent=None).order_by("-pk").first()
    return {
        "permanent link of a late comment": redirected(late.get_absolute_url()),
        "feed of comments": page("/feeds/comments/", ENTRY),
        "feed of an article's comments": page(f"/articles/{LONG}/feed/", ENTRY),
        "post of a comment": posting(f"/articles/{LONG}/comments/"),
        "moderators' queue": page(reverse("admin:desk-tab", args=["attention"]), QUEUED, user=MODERATOR),
    }


def of_the_site():
    return {
        "front page": page("/", CARD),
        "list of articles": page("/articles/", CARD),
        "search for a rare word": page("/search/", HIT, q=RARE),
        "search for a common word": page("/search/", HIT, q=COMMON),
        "sitemap index": page("/sitemap.xml", FILE),
    }


def of_the_directory():
    from directory.models import Practice, ZipCode
    from directory.nearby import Nearby
    from directory.search import Wish
    from directory.states import STATES

    point, listed = ZipCode.objects.get(pk=ZIP).point, Practice.objects.in_default_list()
    state = f"/doctors/{STATES[STATE].slug}/"
    around = {"zip": ZIP, "miles": MILES}
    somebody = Practice.objects.listed().select_related("doctor").order_by("pk").first().doctor
    return {
        "state page": page(state, LISTING),
        "deep page of a state": page(f"{state}?after={middle_of_list()}", LISTING),
        "ZIP search": page("/doctors/", LISTING, **around),
        "ZIP search, second page": page("/doctors/", LISTING, **around, after=last_of_first_page(point)),
        "ZIP search with treatment and name": page(
            "/doctors/", LISTING, **around, treatment="ketamine-outpatient", name=NAME
        ),
        "name alone": page("/doctors/", LISTING, name=NAME),
        "front page of the directory": page("/doctors/", b'class="tile tile-'),
        "one doctor": page(somebody.get_absolute_url(), b"<h1"),
        "nearest 25": lambda: len(Nearby(listed, point, MILES).take(25)),
        "radius count": lambda: page_count(Nearby(Wish().practices, point, MILES)),
        "bare exact count": lambda: listed.near(point, MILES).count(),
    }


# --- Ways to ask -----------------------------------------------------------------------------------


def page(address, thing, *, user=None, **parameters):
    """A function that gets a page and returns how many things are on it; as this user, if one is named."""
    client, address = client_of(user), f"{address}?{urlencode(parameters)}" if parameters else address

    def ask():
        response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} was answered with {response.status_code}.")
        return response.content.count(thing)

    return ask


def client_of(name):
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    if name:
        client.force_login(get_user_model().objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
    return client


def redirected(address):
    """A function that asks for a redirect and returns 1."""
    client = client_of(None)

    def ask():
        response = client.get(address)
        if response.status_code != 302 or "#comment-" not in response.headers["Location"]:
            raise SystemExit(f"{address} was answered with {response.status_code}, and does not lead to a comment.")
        return 1

    return ask


def posting(address):
    """A function that posts another comment at each call, each from a network of its own, and returns 1."""
    client, numbers = client_of(None), count(1)

    def ask():
        number = next(numbers)
        response = client.post(address, fields_of(number), REMOTE_ADDR=address_of(number))
        if response.status_code != 303 or "/comments/receipt/" not in response.headers["Location"]:
            raise SystemExit(f"A post was answered with {response.status_code}, not with 303 to a receipt.")
        return 1

    return ask


# --- Where to ask ----------------------------------------------------------------------------------


def last_full_page():
    """The last page of the long article's comments on which there are as many threads as on any."""
    from articles.models import Article
    from comments.discussion import THREADS_ON_A_PAGE

    return max(1, Article.objects.get(slug=LONG).comments.threads().count() // THREADS_ON_A_PAGE)


def last_page_of_thread():
    from django.urls import reverse

    from articles.models import Article
    from comments.discussion import REPLIES_ON_A_THREADS_PAGE

    comments = Article.objects.get(slug=THREAD).comments
    root = comments.threads().first()
    number = max(1, comments.replies_to([root]).count() // REPLIES_ON_A_THREADS_PAGE)
    return f"{reverse('thread', args=[THREAD, root.pk])}?page={number}"


def middle_of_list():
    """The row in the middle of the state's list."""
    from directory.models import Practice

    rows = list(Practice.objects.in_default_list().in_state(STATE).by_place().values_list("pk", flat=True))
    return rows[len(rows) // 2] if rows else None


def last_of_first_page(point):
    from directory.models import Practice
    from directory.nearby import Nearby

    return Nearby(Practice.objects.in_default_list(), point, MILES).page(25).after


def page_count(around):
    """How many a page of a ZIP search says there are, at least."""
    from directory.search import MOST_COUNTED

    keys = around.all_if_few(MOST_COUNTED)
    return MOST_COUNTED if keys is None else len(keys)


if __name__ == "__main__":
    django.setup()
    serve()
