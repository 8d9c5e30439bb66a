from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment
from crpsinfo.models import PeriodicJob
from crpsinfo.work import DueQuerySet, RetryLater, Work, overdue_since
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


# --- By the clock -----------------------------------------------------------------------------------------

RUNS = []


def tick():
    RUNS.append(1)


def test_a_periodic_job_runs_once_in_its_period(settings):
    from crpsinfo.worker import work_off

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
