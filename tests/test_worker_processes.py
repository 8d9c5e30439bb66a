"""The worker as a process of its own, against the stand-in for Akismet, stopped and cut off in the middle."""

import signal
from collections import Counter
from contextlib import closing

import psycopg2
import pytest

from comments.models import Comment
from comments.moves import Move, Status
from crpsinfo.models import CheckerState
from tests import postgres
from tests.akismet_stand_in import StandIn
from tests.working import Processes, let_probe, nothing_in_hand, post, until


@pytest.fixture
def akismet():
    with StandIn() as server:
        yield server


def checks(akismet):
    """{text: how often it was sent for a check}"""
    return Counter(
        call.fields["comment_content"] for call in list(akismet.calls) if call.endpoint == "1.1/comment-check"
    )


@pytest.mark.django_db(transaction=True)
def test_the_worker_checks_what_is_due(akismet):
    post(["Ann", "akismet-guaranteed-spam", "akismet-guaranteed-discard"])
    with Processes(akismet) as workers:
        workers.start()
        until(lambda: not Comment.objects.unchecked().exists() and nothing_in_hand())
    assert set(Comment.objects.values_list("author_name", "status", "verdict")) == {
        ("Ann", Status.PENDING, "ham"),
        ("akismet-guaranteed-spam", Status.SPAM, "spam"),
        ("akismet-guaranteed-discard", Status.SPAM, "discard"),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(akismet, how):
    post(["Ann"])
    akismet.fault, akismet.seconds = "slow", 1.0
    with Processes(akismet) as workers:
        process = workers.start()
        until(lambda: checks(akismet))
        process.send_signal(how)
        assert process.wait(timeout=20) == 0
    assert nothing_in_hand()
    assert Comment.objects.get().verdict == "ham"


@pytest.mark.django_db(transaction=True)
def test_several_workers_check_each_comment_once(akismet):
    post(["Ann"] * 30)
    with Processes(akismet, lease=60) as workers:  # none is over before a busy machine gets to it
        workers.start(3)
        until(lambda: not Comment.objects.unchecked().exists())
    assert checks(akismet) == Counter({f"Text {n}": 1 for n in range(30)})


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_one_breaker(akismet):
    failing = CheckerState.objects.filter(failing_since__isnull=False)
    akismet.fault = "error-500"
    post(["Ann"] * 30)
    with Processes(akismet, lease=60) as workers:
        workers.start(3)
        until(lambda: failing.exists() and nothing_in_hand())
        before = checks(akismet).total()
        let_probe()
        until(lambda: checks(akismet).total() > before and nothing_in_hand())
        assert checks(akismet).total() <= 3 * 3 * Processes.threads + 1  # with what was under way
        akismet.fault = ""
        let_probe()
        until(lambda: not Comment.objects.unchecked().exists())


@pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL server on this machine")
def test_a_burst_outlives_a_restart_of_the_database(akismet):
    akismet.fault, akismet.seconds = "slow", 0.05
    with postgres.PrivatePostgres() as server, Processes(akismet, url=server.url) as workers:
        workers.manage("migrate", "--verbosity", "0")
        workers.manage("shell", "--verbosity", "0", "-c", "from tests.working import post; post(['Ann'] * 100)")
        process = workers.start()
        until(lambda: checks(akismet).total() >= 30)
        server.stop()
        server.start()
        until(lambda: ask(server, "select count(*) from comments_comment where checked_at is null") == [(0,)])
        assert process.poll() is None
        judged = ask(
            server, f"select comment_id, count(*) from comments_commentevent where move = '{Move.CHECK}' group by 1"
        )
    assert [count for _, count in judged] == [1] * 100
    assert max(checks(akismet).values()) <= 2
    assert checks(akismet).total() <= 100 + Processes.threads


def ask(server, query):
    """The rows that a private server's database has for a query."""
    database = psycopg2.connect(host=str(server.folder), user="postgres", dbname="postgres")
    with closing(database), database.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
