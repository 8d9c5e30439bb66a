from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import retention
from comments.figures import interval, is_empty, keep, last_months, latest, of_month
from comments.models import Comment, Sample, SpamMonth
from comments.moves import Status
from crpsinfo.models import RuleAction
from crpsinfo.spam import Verdict
from tests.factories import days_ago, make_article, make_comment, make_moderator

MARCH = date(2026, 3, 1)
IN_MARCH = datetime(2026, 3, 14, 12, tzinfo=UTC)


def make_checked(verdict=Verdict.HAM, status=Status.PUBLIC, *, by=None, at=IN_MARCH, seconds=30, **values):
    """A comment that got this verdict at a time, so many seconds after it was posted; decided `by` a person."""
    decision = {"decided_at": at, "decided_by": by} if by else {}
    posted = at - timedelta(seconds=seconds)
    return make_comment(verdict=verdict, status=status, checked_at=at, created_at=posted, **decision, **values)


def make_judged(was_spam, *, by, at=IN_MARCH):
    comment = make_checked(Verdict.DISCARD, Status.SPAM, at=at)
    return Sample.objects.create(comment=comment, drawn_at=at, closed_at=at, closed_by=by, was_spam=was_spam)


def nothing_but(**figures):
    """The figures of a month in which there was nothing else."""
    return dict.fromkeys(of_month(date(2020, 1, 1)), 0) | {"median_seconds": None} | figures


# --- What is counted --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_month_without_anything():
    assert of_month(MARCH) == nothing_but()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verdict", "status", "by_a_person", "counted"),
    [
        (Verdict.HAM, Status.PUBLIC, True, {}),
        (Verdict.HAM, Status.SPAM, True, {"missed": 1}),
        (Verdict.HAM, Status.SPAM, False, {}),
        (Verdict.HAM, Status.REMOVED, True, {}),
        (Verdict.SPAM, Status.SPAM, False, {"spam": 1}),
        (Verdict.SPAM, Status.PUBLIC, True, {"spam": 1, "false_positives": 1}),
        (Verdict.SPAM, Status.PENDING, False, {"spam": 1}),
        (Verdict.DISCARD, Status.SPAM, True, {"spam": 1, "discarded": 1}),
        (Verdict.DISCARD, Status.PUBLIC, True, {"spam": 1, "discarded": 1, "false_positives": 1}),
    ],
)
def test_what_counts_as_a_mistake_is_what_a_person_decided(verdict, status, by_a_person, counted):
    make_checked(verdict, status, by=make_moderator() if by_a_person else None)
    assert of_month(MARCH) == nothing_but(checked=1, median_seconds=30, **counted)


@pytest.mark.django_db
def test_a_decision_that_a_moderator_makes_is_counted():
    comment = make_checked(Verdict.SPAM, Status.SPAM)
    assert of_month(MARCH)["false_positives"] == 0
    comment.publish(by=make_moderator())
    assert of_month(MARCH)["false_positives"] == 1


@pytest.mark.django_db
def test_months_begin_at_midnight_utc():
    make_checked(at=datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC))
    make_checked(at=datetime(2026, 3, 1, tzinfo=UTC))
    make_checked(at=datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
    make_checked(at=datetime(2026, 4, 1, tzinfo=UTC))
    assert [of_month(date(2026, month, 1))["checked"] for month in (2, 3, 4)] == [1, 2, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "median"), [([7], 7), ([1, 5, 90], 5), ([600, 10, 20, 1], 15), ([0.2, 0.4], 0), ([-3], 0)]
)
def test_the_median_time_to_the_verdict(seconds, median):
    for wait in seconds:
        make_checked(seconds=wait)
    make_checked(seconds=90_000, edited_at=IN_MARCH)  # whose text was not there yet when it was posted
    assert of_month(MARCH)["median_seconds"] == median


@pytest.mark.django_db
def test_what_our_own_rules_caught_counts_when_it_was_posted():
    article = make_article()
    for ruling in (RuleAction.SPAM, RuleAction.HOLD, RuleAction.HOLD):
        make_comment(article, ruling=ruling, created_at=IN_MARCH)
    make_comment(article, ruling=RuleAction.SPAM, created_at=IN_MARCH + timedelta(days=30))
    assert of_month(MARCH) == nothing_but(ruled_spam=1, ruled_hold=2)


@pytest.mark.django_db
def test_the_sample_counts_when_it_was_drawn_and_once_it_is_judged():
    moderator = make_moderator()
    for was_spam in (True, True, False):
        make_judged(was_spam, by=moderator)
    make_judged(False, by=moderator, at=IN_MARCH + timedelta(days=30))
    Sample.objects.create(comment=make_checked(Verdict.DISCARD, Status.SPAM), drawn_at=IN_MARCH)
    figures = of_month(MARCH)
    assert (figures["sampled"], figures["sample_wrong"]) == (3, 1)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes an index only where there are many rows")
def test_each_figure_is_found_by_an_index():
    with CaptureQueriesContext(connection) as asked:
        of_month(MARCH)
    assert len(asked) == 5
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}").fetchall()
        assert "USING INDEX" in str(plan) or "USING COVERING INDEX" in str(plan), plan


# --- What is kept -----------------------------------------------------------------------------------------


def in_month(place):
    """A time in the current month (0) or an earlier one."""
    return datetime.combine(latest(place + 1)[place], datetime.min.time(), tzinfo=UTC)


def missed_of(month):
    return SpamMonth.objects.get(month=month).missed


@pytest.mark.django_db
def test_keeping_again_changes_nothing_but_the_time():
    make_checked(at=timezone.now())
    keep()
    before = list(SpamMonth.objects.values_list("month", "checked", "median_seconds"))
    keep()
    assert list(SpamMonth.objects.values_list("month", "checked", "median_seconds")) == before
    assert before[0][1] == 1


@pytest.mark.django_db
def test_decisions_that_come_late_change_three_months_and_no_more():
    comments = [make_checked(at=in_month(place)) for place in range(4)]
    keep()
    for comment in comments:
        comment.mark_spam(by=make_moderator())
    keep()
    assert [missed_of(month) for month in latest(4)] == [1, 1, 1, 0]


@pytest.mark.django_db
def test_a_month_that_was_not_kept_in_time_is_kept_later():
    make_checked(at=in_month(6))
    keep()
    assert SpamMonth.objects.get(month=latest(7)[6]).checked == 1


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.SPAM, Status.PUBLIC])
def test_figures_outlive_what_the_purge_erases(status):
    moderator = make_moderator()
    for verdict in Verdict:
        make_checked(verdict, status, by=moderator, at=days_ago(40), status_at=days_ago(40), ruling=RuleAction.HOLD)
    months = latest(3)
    before = [of_month(month) for month in months]
    assert sum(figures["missed"] + figures["false_positives"] for figures in before)
    retention.purge()
    assert not Comment.objects.exclude(ip=None).exists()
    assert Comment.objects.filter(erased_at=None).exists() == (status == Status.PUBLIC)
    assert [of_month(month) for month in months] == before


@pytest.mark.django_db
def test_the_current_month_is_shown_as_it_is_now_and_the_others_as_they_were_kept():
    this, last, _, first, *_ = latest(12)
    SpamMonth.objects.create(month=last, checked=70)
    SpamMonth.objects.create(month=this, checked=999)
    SpamMonth.objects.create(month=first, checked=50)
    make_checked(at=timezone.now())
    assert [(row.month, row.checked) for row in last_months()] == [(this, 1), (last, 70), (first, 50)]


@pytest.mark.django_db
def test_months_before_anything_was_counted_are_left_out():
    assert last_months() == []
    make_checked(at=in_month(1))
    keep()
    assert SpamMonth.objects.count() == 12
    assert [row.month for row in last_months()] == latest(2)


def test_what_only_our_own_rules_caught_is_not_nothing():
    assert is_empty(SpamMonth(month=MARCH))
    assert not is_empty(SpamMonth(month=MARCH, ruled_hold=1))


# --- The interval -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # As in R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(part, whole, low, high):
    assert interval(part, whole) == pytest.approx((low, high), abs=0.0001)


def test_the_interval_of_the_rest_is_the_rest_of_the_interval():
    low, high = interval(3, 40)
    assert interval(37, 40) == pytest.approx((1 - high, 1 - low))
    assert interval(40, 40)[1] == 1
