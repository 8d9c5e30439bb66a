"""How long comments wait for a person, in numbers and in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comments.models import CommentEvent, CommentSettings
from comments.moves import Actor, Move, Status
from comments.waiting import absence_in_words, how_long, last_seen, usual_in_words, usual_wait
from tests.factories import make_article, make_comment, make_moderator

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def moderator(db):
    return make_moderator()


def decide(moderator, *, after, ago=timedelta(), move=Move.PUBLISH, was=Status.PENDING, comment=None):
    """A moderator's move `ago` from now, on a comment that was posted so long before."""
    at = timezone.now() - ago
    comment = comment or make_comment(created_at=at - after)
    return CommentEvent.objects.create(
        comment=comment, at=at, move=move, actor=Actor.MODERATOR, by=moderator, was=was, revision=1
    )


# --- In words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(), "Usually within an hour."),
        (timedelta(minutes=59), "Usually within an hour."),
        (timedelta(minutes=61), "Usually within 2 hours."),
        (5 * HOUR, "Usually within 5 hours."),
        (23 * HOUR, "Usually within 23 hours."),
        (24 * HOUR, "Usually within a day."),
        (25 * HOUR, "Usually within 2 days."),
        (timedelta(days=6, seconds=1), "Usually within 7 days."),
        (None, ""),
    ],
)
def test_a_wait_is_told_in_hours_or_days_rounded_up(wait, words):
    assert usual_in_words(wait) == words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, ""),
        ({"unattended_since": NOON}, "No moderator has been here since 22 Nov 2026."),
        (
            {"unattended_since": NOON, "deserted": True},
            "No moderator has been here since 22 Nov 2026. Until one is, nothing new is published, and comments are "
            "closed.",
        ),
    ],
)
def test_an_absence_is_told_with_its_date(state, words):
    assert absence_in_words(CommentSettings(**state)) == words


# --- From the events --------------------------------------------------------------------------------


def test_the_usual_wait_is_the_median_of_first_decisions(moderator):
    for hours in (1, 3, 200):
        decide(moderator, after=hours * HOUR)
    assert usual_wait() == 3 * HOUR


def test_spam_and_removals_are_decisions_too(moderator):
    decide(moderator, after=2 * HOUR, move=Move.MARK_SPAM)
    decide(moderator, after=4 * HOUR, move=Move.REMOVE)
    assert usual_wait() == 3 * HOUR


def test_only_what_waited_since_it_was_posted_counts(moderator):
    again = decide(moderator, after=HOUR).comment
    decide(moderator, after=HOUR, move=Move.HOLD, was=Status.PUBLIC, comment=again)
    decide(moderator, after=HOUR, comment=again, ago=-100 * HOUR)  # the second decision on it
    decide(moderator, after=90 * HOUR, was=Status.SPAM)  # it did not wait: the filter had decided
    decide(moderator, after=90 * HOUR, move=Move.HOLD, was=Status.PUBLIC)
    assert usual_wait() == HOUR


def test_what_the_site_decides_by_itself_does_not_count(db):
    comment = make_comment(status=Status.PENDING)
    comment.record(Move.PUBLISH, Actor.SYSTEM)
    assert usual_wait() is None
    assert last_seen() is None


def test_only_the_last_thirty_days_count(moderator):
    decide(moderator, after=HOUR, ago=timedelta(days=29))
    decide(moderator, after=90 * HOUR, ago=timedelta(days=31))
    assert usual_wait() == HOUR


def test_only_the_latest_decisions_count(moderator, monkeypatch):
    monkeypatch.setattr("comments.waiting.AT_MOST", 2)
    decide(moderator, after=90 * HOUR, ago=3 * HOUR)
    decide(moderator, after=2 * HOUR, ago=2 * HOUR)
    decide(moderator, after=4 * HOUR, ago=HOUR)
    assert usual_wait() == 3 * HOUR


def test_whoever_does_anything_as_a_moderator_was_here(moderator):
    decide(moderator, after=HOUR, ago=timedelta(days=40))
    latest = decide(moderator, after=HOUR, ago=timedelta(days=9), move=Move.DISMISS, was=Status.PUBLIC)
    assert last_seen() == latest.at


def test_an_absence_is_told_instead_of_what_was_usual(moderator):
    decide(moderator, after=5 * HOUR, ago=timedelta(days=9))
    CommentSettings.objects.create(pk=1, unattended_since=NOON)
    assert how_long() == ("No moderator has been here since 22 Nov 2026.", "")


@pytest.mark.parametrize("days", [6, 20])  # a quiet site is no deserted one
def test_unless_nobody_moderates_the_usual_wait_is_told(moderator, days):
    decide(moderator, after=5 * HOUR, ago=timedelta(days=days))
    assert how_long() == ("", "Usually within 5 hours.")


def test_nothing_is_claimed_without_a_decision_to_go_by(moderator):
    make_article()
    decide(moderator, after=HOUR, ago=timedelta(days=6), was=Status.SPAM)
    assert how_long() == ("", "")


def test_it_takes_two_queries_however_much_was_decided(moderator, django_assert_num_queries):
    for _ in range(5):
        decide(moderator, after=HOUR)
    with django_assert_num_queries(2):
        how_long()
