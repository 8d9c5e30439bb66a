"""The worker as a process of its own, against the stand-in for Akismet, killed and cut off in the middle."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from comments.models import Comment
from comments.moves import Move, Status
from tests import postgres
from tests.akismet_stand_in import StandIn
from tests.factories import make_comment

ROOT = Path(__file__).parent.parent


@pytest.fixture
def akismet():
    with StandIn() as server:
        yield server


def database_url():
    """The address of the test database, for other processes."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}@{str(values['HOST']).replace('/', '%2F')}/{values['NAME']}"


def environment(url, akismet, lease=2):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "DATABASE_URL": url,
        "TEST_AKISMET_URL": akismet.url,
        "TEST_WORK_LEASE": str(lease),  # seconds
    }


@contextmanager
def worker(url, akismet, **values):
    command = [sys.executable, "manage.py", "worker", "--threads", "2", "--idle", "0.1"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(url, akismet, **values), stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition, seconds=20):
    """Wait for the condition to be true; the test fails if it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def posted(**values):
    comment = make_comment(status=Status.PENDING, **values)
    comment.make_due(timezone.now())
    comment.save()
    return comment


@pytest.mark.django_db(transaction=True)
def test_the_worker_checks_what_is_due(akismet):
    good, bad, blatant = (
        posted(author_name=name) for name in ("Ann", "akismet-guaranteed-spam", "akismet-guaranteed-discard")
    )
    with worker(database_url(), akismet):
        until(lambda: not Comment.objects.unchecked().exists() and not Comment.objects.due().exists())
    for comment, status, verdict in [
        (good, Status.PENDING, "ham"),
        (bad, Status.SPAM, "spam"),
        (blatant, Status.SPAM, "discard"),
    ]:
        comment.refresh_from_db()
        assert (comment.status, comment.verdict) == (status, verdict)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_check_costs_its_lease_and_no_comment(akismet):
    comment = posted()
    akismet.fault = "slow"
    with worker(database_url(), akismet) as first:
        until(lambda: akismet.calls)
        first.send_signal(signal.SIGKILL)
        first.wait()
    akismet.fault = None
    with worker(database_url(), akismet):
        until(lambda: Comment.objects.get().checked_at)
    comment.refresh_from_db()
    assert comment.verdict == "ham"
    assert comment.events.filter(move=Move.CHECK).count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_check_each_comment_once(akismet):
    for _ in range(30):
        posted()
    each = {"url": database_url(), "akismet": akismet, "lease": 60}  # none is over before a busy machine gets to it
    with worker(**each), worker(**each), worker(**each):
        until(lambda: not Comment.objects.unchecked().exists())
    assert len(akismet.calls) == 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(akismet, how):
    posted()
    akismet.fault, akismet.seconds = "slow", 1.0
    with worker(database_url(), akismet) as process:
        until(lambda: akismet.calls)
        process.send_signal(how)
        assert process.wait(timeout=20) == 0
    assert Comment.objects.get().leased_until is None


@pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL server on this machine")
def test_a_worker_outlives_a_restart_of_the_database(akismet):
    with postgres.PrivatePostgres() as server:
        manage(server.url, akismet, "migrate", "--verbosity", "0")
        post_by_another_process(server.url, akismet)
        with worker(server.url, akismet) as process:
            until(lambda: checked_count(server) == 1)
            server.stop()
            server.start()
            post_by_another_process(server.url, akismet)
            until(lambda: checked_count(server) == 2, seconds=60)
            assert process.poll() is None


def manage(url, akismet, *command):
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment(url, akismet), check=True)


def post_by_another_process(url, akismet):
    script = "from tests.test_worker_processes import posted; posted(article=Article.objects.first())"
    manage(url, akismet, "shell", "--verbosity", "0", "-c", script)


def checked_count(server):
    """How many comments of a private server's database have been checked."""
    database = psycopg2.connect(host=str(server.folder), user="postgres", dbname="postgres")
    try:
        with database.cursor() as cursor:
            cursor.execute("select count(*) from comments_comment where checked_at is not null")
            return cursor.fetchone()[0]
    finally:
        database.close()
