from datetime import timedelta

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError
from django.utils import timezone

from comments.models import Comment
from crpsinfo.models import PeriodicJob
from crpsinfo.work import DueQuerySet, RetryLater, Work, overdue_since
from crpsinfo.worker import Worker, work_off
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

NOW = timezone.now


def due_comment(ago=1, **values):
    return make_comment(status="pending", due_at=NOW() - timedelta(seconds=ago), **values)


def claim():
    return DueQuerySet(Comment).claim()


def test_the_row_that_has_been_due_longest_comes_first():
    due_comment(ago=5)
    oldest = due_comment(ago=50)
    make_comment(due_at=NOW() + timedelta(hours=1))
    make_comment(due_at=None)
    assert claim() == oldest


def test_a_claimed_row_is_left_to_its_worker_until_the_lease_is_over():
    row = due_comment()
    assert claim() == row
    assert claim() is None
    Comment.objects.update(leased_until=NOW() - timedelta(seconds=1))
    again = claim()
    assert (again, again.attempts) == (row, 2)


def test_finishing_ends_the_work():
    due_comment()
    assert claim().finish()
    row = Comment.objects.get()
    assert (row.due_at, row.leased_until, row.attempts) == (None, None, 0)


def test_what_the_work_found_out_is_written_with_its_end_or_not_at_all():
    due_comment()
    slow = claim()
    Comment.objects.update(leased_until=NOW() - timedelta(seconds=1))
    quick = claim()
    assert not slow.finish(guid="slow")
    assert quick.finish(guid="quick", next_at=NOW() + timedelta(hours=1))
    row = Comment.objects.get()
    assert (row.guid, row.attempts) == ("quick", 0)
    assert row.due_at > NOW()


def test_before_its_time_the_row_that_was_tried_least_comes_first_and_what_is_planned_not_at_all():
    make_comment(due_at=NOW() + timedelta(hours=1))
    often, once, never = due_comment(ago=50, attempts=9), due_comment(ago=-50, attempts=1), due_comment(ago=5)
    claimed = [DueQuerySet(Comment).claim(early=True) for _ in range(4)]
    assert claimed == [never, once, often, None]


def test_a_worker_whose_lease_went_to_another_writes_nothing():
    due_comment()
    slow = claim()
    Comment.objects.update(leased_until=NOW() - timedelta(seconds=1))
    quick = claim()
    assert not slow.finish()
    assert not slow.retry("too late")
    assert Comment.objects.get().leased_until == quick.leased_until


def test_each_failure_doubles_the_pause_up_to_a_day(settings):
    settings.WORK_RETRY = (30, 86_400)
    row = due_comment()
    for attempts, seconds in [(1, 30), (2, 60), (5, 480), (40, 86_400)]:
        Comment.objects.update(attempts=attempts - 1, due_at=NOW(), leased_until=None)
        claim().retry("down")
        row.refresh_from_db()
        pause = (row.due_at - NOW()).total_seconds()
        assert 0.79 * seconds <= pause <= 1.21 * seconds
        assert row.last_error == "down"


def test_the_other_sides_wish_is_honoured():
    due_comment()
    claim().retry("too many", after=900)
    assert Comment.objects.get().due_at > NOW() + timedelta(seconds=890)


def perform_with(error):
    def perform(row):
        raise error

    return Work(Comment, perform)


def test_work_that_cannot_be_done_now_is_put_off():
    due_comment()
    assert perform_with(RetryLater("not yet")).do_one()
    row = Comment.objects.get()
    assert row.last_error == "not yet"
    assert row.due_at > NOW()


def test_a_bug_puts_its_own_row_off_and_no_other():
    due_comment(ago=9)
    second = due_comment(ago=1)
    assert perform_with(KeyError("secret text")).do_one()
    assert claim() == second
    assert Comment.objects.exclude(pk=second.pk).get().last_error == "internal error: KeyError"


def test_nothing_due_is_said():
    assert not perform_with(AssertionError()).do_one()


def test_overdue_is_what_nobody_works_on(settings):
    settings.WORK_OVERDUE = 60
    assert overdue_since() is None
    row = due_comment(ago=120)
    assert overdue_since() == row.due_at
    claim()
    assert overdue_since() is None


def test_readyz_names_overdue_work(client, settings):
    settings.WORK_OVERDUE = 60
    due_comment(ago=120)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "overdue-work"})


# --- The loop ---------------------------------------------------------------------------------------------


class Endless:
    """Work that never ends."""

    def __init__(self, meanwhile=lambda: None):
        self.done, self.meanwhile = 0, meanwhile

    def do_one(self):
        self.done += 1
        self.meanwhile()
        return True


def test_each_kind_of_work_gets_its_turn(monkeypatch):
    kinds = [Endless(), Endless()]
    monkeypatch.setattr("crpsinfo.worker.TURN", 0)
    monkeypatch.setattr("crpsinfo.worker.all_work", lambda: kinds)
    assert Worker(threads=0).work_once()
    assert [kind.done for kind in kinds] == [1, 1]


def test_a_worker_that_is_told_to_stop_begins_nothing_more():
    worker = Worker(threads=0)
    kind = Endless(meanwhile=worker.stop)
    worker.take_turn(kind)
    assert kind.done == 1


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, ProgrammingError, DatabaseError])
def test_a_worker_outlives_what_a_database_can_say(monkeypatch, error):
    worker, looks = Worker(threads=0, idle=0.01), []

    def look():
        looks.append(1)
        if len(looks) == 3:
            worker.stop()
        raise error

    monkeypatch.setattr("crpsinfo.worker.connection", Unclosed())
    monkeypatch.setattr(worker, "work_once", look)
    worker.loop()
    assert len(looks) == 3


class Unclosed:
    """Stands for the connection of a thread, so that the test keeps its own."""

    def close(self):
        """Nothing to close."""


# --- By the clock -----------------------------------------------------------------------------------------

RUNS = []


def tick():
    RUNS.append(1)


def test_a_periodic_job_runs_once_in_its_period(settings):
    settings.PERIODIC_JOBS = {"tick": ("tests.test_work.tick", 3600)}
    RUNS.clear()
    work_off()
    work_off()
    assert len(RUNS) == 1
    PeriodicJob.objects.update(due_at=NOW())
    work_off()
    assert len(RUNS) == 2


def test_a_job_that_is_no_more_loses_its_row(settings):
    from crpsinfo.periodic import schedule

    PeriodicJob.objects.create(name="old", due_at=NOW())
    schedule()
    assert list(PeriodicJob.objects.order_by("name").values_list("name", flat=True)) == sorted(settings.PERIODIC_JOBS)
