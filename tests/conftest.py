import io
import socket
from collections import defaultdict
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection

from crpsinfo.kept.store import kept_pages
from crpsinfo.models import Rule
from crpsinfo.spam import get_checker
from tests import emptying

LOCAL = ("127.0.0.1", "::1", "localhost")
SHARE = 4  # of so many cases of a sweep, PostgreSQL is asked one


@pytest.fixture(autouse=True)
def _no_outside_network(monkeypatch):
    """A test that speaks to another machine fails, and says so."""
    connect = socket.socket.connect

    def only_here(self, address):
        if isinstance(address, tuple) and address[0] not in LOCAL:
            raise RuntimeError(f"A test tried to reach {address[0]}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, once more, what asks a database and is not marked to be about pages alone; of sweeps a part."""
    if connection.vendor != "sqlite":
        asked = [item for item in items if asks_a_database(item)]
        left_out = beyond_the_sample(asked)
        asked = [item for item in asked if item not in left_out]
        config.hook.pytest_deselected(items=list(set(items) - set(asked)))
        items[:] = asked


def beyond_the_sample(items):
    """The cases of sweeps that SQLite alone is asked: drawn from all of them, and the same in every run."""
    sweeps = defaultdict(list)
    for item in items:
        if item.get_closest_marker("sweep"):
            sweeps[item.function].append(item)
    return {
        case
        for cases in sweeps.values()
        for case in Random(cases[0].originalname).sample(cases, len(cases) * (SHARE - 1) // SHARE)
    }


def asks_a_database(item):
    if item.get_closest_marker("one_database"):
        return False
    return bool(item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The roles are there from the start: to make them in each test would take most of its time."""
    with django_db_blocker.unblock():
        call_command("create_roles", stdout=io.StringIO())
    emptying.install()


@pytest.fixture
def content(db):
    """The texts that come with the project."""
    call_command("load_content", stdout=io.StringIO())


@pytest.fixture
def checker(settings):
    settings.SPAM_CHECKER = "tests.fake_checker.FakeChecker"
    return get_checker()


@pytest.fixture
def keeping(settings):
    """This process keeps pages, and has kept none yet."""
    settings.KEPT_PAGES_BYTES = 1_000_000
    kept_pages.cache_clear()
    yield
    kept_pages.cache_clear()


@pytest.fixture
def no_clock(settings):
    """`work_off` does what is due, without the jobs that go by the clock: they take most of its time on a new database,
    where all of them are due."""
    settings.PERIODIC_JOBS = {}


@pytest.fixture
def no_rules(db):
    """Without the spam rules that come with the site."""
    Rule.objects.all().delete()
