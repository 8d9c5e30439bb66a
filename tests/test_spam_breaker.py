"""The breaker before the spam checker: what an outage costs, and that it holds nobody up for longer than it lasts."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.checking import check
from comments.models import Comment, Feedback, Proposal
from comments.moves import Status
from crpsinfo.models import CheckerState, PeriodicJob
from crpsinfo.spam import KeyState, NotChecked, Refused, Result, Submission, Unavailable, Verdict, breaker, get_checker
from crpsinfo.spam.breaker import ask
from crpsinfo.spam.health import refresh
from crpsinfo.work import EARLY_TRIES, DueQuerySet, RetryLater, Work, all_work, overdue_since
from crpsinfo.worker import Worker, work_off
from directory.models import Report
from tests.akismet_stand_in import FAULTS, KEY, Answer, StandIn
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


class Clock:
    """The time, which a test can move on."""

    ahead = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def move(self, **time):
        self.ahead += timedelta(**time)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def down(checker):
    checker.will_fail("down", failure=Unavailable)
    return checker


def waiting(count=1, **values):
    """So many comments that wait for their check, for the longer the lower their number."""
    article, first = make_article(), timezone.now() - timedelta(minutes=10)
    rows = [
        Comment(article=article, ip="192.0.2.7", due_at=first + timedelta(milliseconds=n), text=f"Text {n}", **values)
        for n in range(count)
    ]
    return Comment.objects.bulk_create(rows)


def fail(checker, **trouble):
    checker.will_fail(**{"reason": "down", "failure": Unavailable, **trouble})
    with pytest.raises(RetryLater):
        ask(checker.check, Submission(kind="comment", text="Hello", ip="192.0.2.7"))


def answer(checker, verdict=Verdict.HAM, **facts):
    checker.will_say(verdict, **facts)
    return ask(checker.check, Submission(kind="comment", text="Hello", ip="192.0.2.7"))


def state():
    return CheckerState.objects.get()


def is_shut():
    return breaker.breaker.is_shut()


def shut(checker):
    fail(checker, failure=Refused, reason="refused")


def work():
    """What a worker does when it looks for something to do, until it finds no more."""
    while Worker(threads=0).work_once():
        pass


# --- When it shuts --------------------------------------------------------------------------------


def test_three_failures_in_a_row_shut_it_and_the_rest_is_not_even_tried(down):
    waiting(10)
    work()
    assert len(down.checked) == 3
    assert is_shut()


def test_an_answer_in_between_counts_anew(checker):
    for _ in range(3):
        fail(checker)
        fail(checker)
        assert not is_shut()
        answer(checker)
    assert state().failures == 0


@pytest.mark.parametrize("trouble", [{"failure": Refused}, {"retry_after": 7}])
def test_what_says_that_it_will_last_shuts_it_at_once(checker, trouble):
    fail(checker, **trouble)
    assert is_shut()


def test_a_pause_of_no_seconds_is_none(checker):
    fail(checker, retry_after=0)
    assert not is_shut()


def test_the_trouble_of_one_comment_alone_is_not_the_checkers(checker):
    for _ in range(5):
        fail(checker, failure=NotChecked)
    assert not CheckerState.objects.exists()


# --- While it is shut -----------------------------------------------------------------------------


def test_what_waits_is_neither_claimed_nor_written(down):
    waiting(10)
    work()
    before = list(Comment.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as queries:
        work()
    assert list(Comment.objects.order_by("pk").values()) == before
    assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]


def test_looking_costs_the_same_however_many_wait(down):
    def queries():
        with CaptureQueriesContext(connection) as queries:
            work()
        return len(queries)

    waiting(5)
    work()
    few = queries()
    waiting(50)
    assert queries() == few


def test_one_is_tried_a_minute(down, clock):
    waiting(10)
    work()
    for calls in (4, 5, 6):
        clock.move(seconds=58)
        work()
        assert len(down.checked) == calls - 1
        clock.move(seconds=3)
        work()
        work()
        assert len(down.checked) == calls


def test_none_is_tried_before_the_pause_is_over_that_the_checker_asked_for(checker, clock):
    waiting(10)
    fail(checker, retry_after=900)
    asked = len(checker.checked)
    clock.move(seconds=890)
    work()
    assert len(checker.checked) == asked
    clock.move(seconds=15)
    work()
    assert len(checker.checked) == asked + 1


def test_a_later_failure_does_not_shorten_that_pause(checker):
    fail(checker, retry_after=900)
    fail(checker)
    assert state().probe_at > timezone.now() + timedelta(seconds=880)


def test_what_was_put_off_is_tried_when_nothing_else_waits(down, clock):
    waiting()
    for _ in range(3):
        Comment.objects.update(due_at=timezone.now())
        work()
    clock.move(seconds=61)
    Comment.objects.update(due_at=timezone.now() + timedelta(hours=9))
    work()
    assert len(down.checked) == 4


def test_outage_of_an_hour_costs_a_call_a_minute_however_many_wait(down, clock):
    waiting(200)
    for _ in range(120):
        work()
        clock.move(seconds=30)
    assert 3 + 57 <= len(down.checked) <= 3 + 60
    down.will_say(Verdict.HAM)
    clock.move(seconds=60)
    work()
    assert not Comment.objects.filter(checked_at=None).exists()
    assert len({submission.text for submission in down.checked}) == 200


def test_proposals_and_reports_wait_likewise(checker, clock):
    shut(checker)
    Proposal.put(make_comment(), "Ann", "Better words.")
    feedback_due()
    checker.will_say(Verdict.HAM)
    calls = len(checker.checked)
    work()
    assert (len(checker.checked), checker.reported) == (calls, [])
    clock.move(seconds=61)
    work()
    assert len(checker.checked) == calls + 1
    assert len(checker.reported) == 1


def feedback_due():
    comment = make_comment(status=Status.PENDING, verdict=Verdict.HAM, checked_at=timezone.now())
    comment.mark_spam(by=make_moderator())
    Feedback.objects.filter(comment=comment).update(due_at=timezone.now())


def test_other_work_goes_on(settings, checker):
    settings.PERIODIC_JOBS = {"tick": ("tests.test_spam_breaker.tick", 3600)}
    shut(checker)
    work_off()
    assert PeriodicJob.objects.get().last_run_at


def tick():
    """A job."""


@pytest.mark.django_db(transaction=True)
def test_of_all_workers_one_gets_to_try(checker):
    waiting(20)
    shut(checker)
    CheckerState.objects.update(probe_at=timezone.now())
    start, claimed = threading.Barrier(8), []

    def race():
        start.wait()
        claimed.append(breaker.breaker.claim(DueQuerySet(Comment)))
        connection.close()

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([row for row in claimed if row]) == 1
    assert len(claimed) == 8
    assert Comment.objects.filter(leased_until__isnull=False).count() == 1


# --- When it opens --------------------------------------------------------------------------------


def test_an_answer_opens_it_and_what_was_put_off_is_due_at_once(down, clock):
    waiting(10)
    work()
    Comment.objects.filter(attempts__gt=0).update(due_at=timezone.now() + timedelta(days=1))
    down.will_say(Verdict.SPAM)
    clock.move(seconds=61)
    work()
    assert not is_shut()
    assert Comment.objects.filter(status=Status.SPAM).count() == 10


def test_what_has_a_planned_time_keeps_it(checker, clock):
    waiting()
    checker.will_say(Verdict.HAM, recheck_after=600)
    work()
    feedback_due()
    Feedback.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    planned = (Comment.objects.get(due_at__isnull=False).due_at, Feedback.objects.get().due_at)
    shut(checker)
    clock.move(seconds=61)
    work()
    answer(checker)
    assert not is_shut()
    assert (Comment.objects.get(due_at__isnull=False).due_at, Feedback.objects.get().due_at) == planned


def test_it_does_not_open_without_what_was_put_off(down, clock, monkeypatch):
    waiting(3)
    work()

    def killed():
        raise KeyboardInterrupt

    monkeypatch.setattr(breaker, "release", killed)
    down.will_say(Verdict.HAM)
    clock.move(seconds=61)
    with pytest.raises(KeyboardInterrupt):
        work()
    assert is_shut()


# --- What can never be done -----------------------------------------------------------------------


def odd_ones_fail(checker):
    """From now on the checker cannot stand texts that begin with "odd"."""

    def check(submission):
        checker.checked.append(submission)
        if submission.text.startswith("odd"):
            raise Unavailable("not understood")
        return Result(verdict=Verdict.HAM)

    checker.check = check


@pytest.mark.parametrize("odd_ones", [1, 5, 20])
def test_comments_that_the_checker_cannot_stand_hold_up_no_other_for_longer_than_minutes(checker, clock, odd_ones):
    odd_ones_fail(checker)
    waiting(odd_ones)
    Comment.objects.update(text="odd")
    for _ in range(5):
        good = make_comment(status=Status.PENDING, text="Hello", due_at=timezone.now())
        for _ in range(3):
            work()
            clock.move(seconds=30)
        good.refresh_from_db()
        assert good.checked_at


def test_rows_that_fail_by_a_mistake_of_ours_leave_probes_to_others(checker, clock):
    def mistaken(submission):
        raise KeyError("a bug")

    waiting(3)
    feedback_due()
    shut(checker)
    checker.check = mistaken
    for _ in range(10):
        clock.move(seconds=61)
        work()
    assert len(checker.reported) >= 2


def test_what_was_tried_very_often_is_not_tried_before_it_is_due(down, clock):
    waiting()
    Comment.objects.update(attempts=EARLY_TRIES, due_at=timezone.now() + timedelta(hours=10))
    shut(down)
    asked = len(down.checked)
    clock.move(hours=9)
    work()
    assert len(down.checked) == asked
    clock.move(hours=2)
    work()
    assert len(down.checked) == asked + 1


# --- When the key is accepted ---------------------------------------------------------------------


def put_off(attempts):
    """A comment that is tried again tomorrow."""
    waiting()
    Comment.objects.update(attempts=attempts, due_at=timezone.now() + timedelta(days=1))
    return Comment.objects.get()


def test_what_was_put_off_is_the_next_probe(checker, clock):
    put_off(attempts=EARLY_TRIES)
    shut(checker)
    checker.will_say(Verdict.HAM)
    refresh()
    assert is_shut()
    clock.move(seconds=61)
    work()
    assert not is_shut()
    assert Comment.objects.get().verdict == Verdict.HAM


def test_it_opens_if_nothing_waits(checker):
    shut(checker)
    refresh()
    assert not is_shut()


@pytest.mark.parametrize("key_state", [KeyState.INVALID, KeyState.FAILED])
def test_a_key_that_is_not_accepted_opens_nothing_and_hurries_nothing(checker, key_state):
    comment = put_off(attempts=1)
    shut(checker)
    checker.key_state = key_state
    refresh()
    assert is_shut()
    assert Comment.objects.get().due_at == comment.due_at


def test_while_it_is_open_an_accepted_key_changes_nothing(checker):
    comment = put_off(attempts=1)
    refresh()
    assert Comment.objects.get().due_at == comment.due_at
    assert (state().last_success_at, state().recovered_at) == (None, None)


# --- What it keeps --------------------------------------------------------------------------------


def test_failures_are_on_record(checker):
    fail(checker, reason="it answered with status 500")
    now = state()
    assert (now.failures, now.failing_since, now.last_error) == (1, None, "it answered with status 500")
    assert timezone.now() - now.last_error_at < timedelta(minutes=1)


def test_an_outage_tells_since_when_it_lasts(down, clock):
    waiting(5)
    work()
    began = state().failing_since
    clock.move(minutes=30)
    work()
    assert state().failing_since == began
    assert state().last_error_at - began > timedelta(minutes=29)


def test_an_answer_is_on_record_and_the_last_error_stays(checker):
    shut(checker)
    answer(checker)
    now = state()
    assert (now.failures, now.failing_since, now.probe_at, now.last_error) == (0, None, None, "refused")
    assert timezone.now() - now.last_success_at < timedelta(minutes=1)


def test_an_alert_is_kept_until_a_check_comes_without(checker):
    answer(checker, alert_code="10502", alert_message="Over the limit.")
    assert (state().alert_code, state().alert_message) == ("10502", "Over the limit.")
    assert state().alert_at
    ask(checker.report, Submission(kind="comment", text="Hello", ip="192.0.2.7"), spam=True)
    assert state().alert_code == "10502"
    answer(checker)
    assert (state().alert_code, state().alert_message, state().alert_at) == ("", "", None)


def test_the_alert_of_an_account_that_is_stopped_is_kept(checker):
    checker.will_say(Verdict.HAM)

    def check(submission):
        raise Refused("stopped", alert=("10006", "Suspended."))

    checker.check = check
    with pytest.raises(RetryLater):
        ask(checker.check, None)
    assert (state().alert_code, state().alert_message) == ("10006", "Suspended.")
    assert state().alert_at


def test_an_alert_tells_since_when_it_is_there(checker, clock):
    stopped = partial(Refused, alert=("10006", "Suspended."))
    fail(checker, failure=stopped)
    began = state().alert_at
    clock.move(minutes=30)
    fail(checker, failure=stopped)
    assert state().alert_at == began
    answer(checker, alert_code="10006", alert_message="Suspended.")
    assert state().alert_at == began
    fail(checker, failure=partial(Refused, alert=("10402", "Not paid.")))
    assert state().alert_at - began > timedelta(minutes=29)


def test_answers_are_not_written_down_one_by_one(checker, clock):
    def writes():
        with CaptureQueriesContext(connection) as queries:
            for _ in range(10):
                answer(checker, alert_code="10502")
        return len([query for query in queries if query["sql"].startswith("UPDATE")])

    answer(checker, alert_code="10502")
    assert writes() == 0
    clock.move(seconds=31)
    assert writes() == 1


@pytest.mark.sweep
@pytest.mark.parametrize("fault", [*FAULTS, "key in the headers"])
def test_the_key_is_nowhere_in_it(fault):
    leak = {"X-akismet-alert-code": "10005", "X-akismet-alert-msg": f"Key {KEY} is used by others"}
    if fault == "key in the headers":
        fault = Answer("false", headers=leak | {"X-akismet-error": f"key {KEY}"})
    with StandIn() as server, override_settings(**server.settings | {"AKISMET_TIMEOUT": 0.1}):
        server.fault = fault
        with suppress(RetryLater):
            ask(get_checker().check, Submission(kind="comment", text="Hello", ip="192.0.2.7"))
    kept = " ".join(str(value) for value in CheckerState.objects.values().get().values())
    assert KEY not in kept
    assert bool(state().last_error) == (fault != "alert")
    assert bool(state().alert_code) == (fault in ("alert", "suspended-alert") or isinstance(fault, Answer))


# --- What is overdue ------------------------------------------------------------------------------


def test_work_that_waits_at_a_shut_breaker_is_not_overdue_and_else_it_is(client, settings, checker):
    settings.WORK_OVERDUE = 300
    waiting()  # for ten minutes
    assert client.get("/readyz").status_code == 503
    shut(checker)
    assert client.get("/readyz").json() == {"status": "ok"}


def test_work_is_not_overdue_in_the_pause_that_the_checker_asked_for(settings, checker, clock):
    settings.WORK_OVERDUE = 300
    waiting()
    fail(checker, retry_after=3600)
    clock.move(seconds=3000)
    assert overdue_since() is None


def test_how_long_work_may_wait_is_a_setting(client, settings):
    waiting()
    settings.WORK_OVERDUE = 900
    assert client.get("/readyz").status_code == 200
    settings.WORK_OVERDUE = 300
    assert client.get("/readyz").json() == {"status": "overdue-work"}


def test_other_work_is_overdue_although_the_breaker_is_shut(client, settings, checker):
    settings.WORK_OVERDUE = 300
    shut(checker)
    PeriodicJob.objects.create(name="purge", due_at=timezone.now() - timedelta(minutes=10))
    assert client.get("/readyz").json() == {"status": "overdue-work"}


def test_what_waited_for_hours_is_not_overdue_at_the_moment_the_checker_answers(settings, checker, clock):
    settings.WORK_OVERDUE = 300
    waiting()
    clock.move(hours=5)
    shut(checker)
    answer(checker)
    assert overdue_since() is None
    clock.move(seconds=310)
    assert overdue_since() == state().recovered_at


def test_a_failure_now_and_then_does_not_hide_that_too_little_is_done(client, settings, checker, clock):
    settings.WORK_OVERDUE = 300
    waiting()
    clock.move(hours=30)
    fail(checker)
    clock.move(minutes=3)
    assert not is_shut()
    assert client.get("/readyz").json() == {"status": "overdue-work"}


def test_nor_does_an_outage_that_was_over_long_ago(client, settings, checker, clock):
    settings.WORK_OVERDUE = 300
    shut(checker)
    answer(checker)
    waiting()
    clock.move(hours=30)
    fail(checker)
    assert client.get("/readyz").status_code == 503


# --- No checker any more --------------------------------------------------------------------------


def test_where_no_checker_is_configured_any_more_nothing_waits_for_it(checker, settings):
    waiting(5)
    shut(checker)
    settings.SPAM_CHECKER = "crpsinfo.spam.none.NoChecker"
    assert not is_shut()
    work()
    assert not Comment.objects.filter(due_at__isnull=False).exists()
    assert not Comment.objects.exclude(status=Status.PENDING, checked_at=None).exists()


def test_where_no_checker_is_configured_any_more_work_can_be_overdue(client, checker, settings):
    settings.WORK_OVERDUE = 300
    shut(checker)
    settings.SPAM_CHECKER = "crpsinfo.spam.none.NoChecker"
    waiting()
    assert client.get("/readyz").status_code == 503


def test_what_needs_the_checker_says_so():
    needy = {work.model for work in all_work() if work.gate is breaker.breaker}
    assert needy == {Comment, Proposal, Feedback, Report}
    assert Work(Comment, check).gate is breaker.breaker
