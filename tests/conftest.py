import io
import socket

import pytest
from django.core.management import call_command
from django.db import connection

from crpsinfo.models import Rule
from crpsinfo.spam import get_checker

LOCAL = ("127.0.0.1", "::1", "localhost")


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
    """On PostgreSQL, once more, what asks a database, and is not marked to be about pages alone."""
    if connection.vendor != "sqlite":
        config.hook.pytest_deselected(items=[item for item in items if not asks_a_database(item)])
        items[:] = filter(asks_a_database, items)


def asks_a_database(item):
    if item.get_closest_marker("one_database"):
        return False
    return bool(item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The roles are there from the start: to make them in each test would take most of its time."""
    with django_db_blocker.unblock():
        call_command("create_roles", stdout=io.StringIO())


@pytest.fixture
def content(db):
    """The texts that come with the project."""
    call_command("load_content", stdout=io.StringIO())


@pytest.fixture
def checker(settings):
    settings.SPAM_CHECKER = "tests.fake_checker.FakeChecker"
    return get_checker()


@pytest.fixture
def no_rules(db):
    """Without the spam rules that come with the site."""
    Rule.objects.all().delete()
