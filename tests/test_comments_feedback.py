"""What the spam checker is told about decisions that contradict it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, Feedback
from comments.moves import Reason, Status
from crpsinfo.spam import Result, Verdict
from crpsinfo.worker import work_off
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db


def judged(verdict, **values):
    return make_comment(status=Status.PENDING, verdict=verdict, checked_at=timezone.now(), **values)


def ten_minutes_later():
    Feedback.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work_off()


def test_a_contradicted_verdict_is_reported_ten_minutes_later(checker):
    comment = judged(Verdict.HAM)
    comment.mark_spam(by=make_moderator())
    work_off()
    assert checker.reported == []
    wait = Feedback.objects.get().due_at - timezone.now()
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)
    ten_minutes_later()
    [(submission, spam)] = checker.reported
    assert (submission.text, spam) == (comment.text, True)


def test_ham_taken_for_spam_is_reported_as_ham(checker):
    comment = judged(Verdict.DISCARD)
    comment.publish(by=make_moderator())
    ten_minutes_later()
    assert checker.reported[0][1] is False


@pytest.mark.parametrize(
    "decide",
    [
        lambda comment, by: comment.publish(by=by),
        lambda comment, by: comment.remove(by=by, reason=Reason.UNKIND),
        lambda comment, by: comment.withdraw(),
    ],
)
def test_what_does_not_contradict_is_not_reported(checker, decide):
    decide(judged(Verdict.HAM), make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_an_undone_slip_is_never_taught(checker):
    comment, moderator = judged(Verdict.HAM), make_moderator()
    comment.mark_spam(by=moderator)
    comment.publish(by=moderator)
    ten_minutes_later()
    assert checker.reported == []


def test_a_decision_that_contradicts_what_was_taught_is_taught_again(checker):
    comment, moderator = judged(Verdict.HAM), make_moderator()
    comment.mark_spam(by=moderator)
    ten_minutes_later()
    comment.publish(by=moderator)
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [True, False]


def test_a_decision_made_while_the_check_was_under_way_is_reported_if_the_verdict_contradicts_it(checker):
    comment = make_comment(status=Status.PENDING)
    at_the_checker = Comment.objects.get(pk=comment.pk)
    comment.publish(by=make_moderator())
    at_the_checker.record_verdict(Result(verdict=Verdict.SPAM), may_publish=False)
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [False]


def test_what_was_never_checked_is_not_reported(checker):
    make_comment().mark_spam(by=make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_a_comment_without_its_submission_facts_is_not_reported(checker):
    judged(Verdict.HAM, ip=None).mark_spam(by=make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_a_report_that_fails_is_tried_again(checker):
    judged(Verdict.HAM).mark_spam(by=make_moderator())
    checker.will_fail("down")
    ten_minutes_later()
    assert Feedback.objects.get().last_error == "down"
    checker.will_say(Verdict.HAM)
    ten_minutes_later()
    assert Feedback.objects.get().told == "spam"
    assert Feedback.objects.get().due_at is None


def test_a_decision_while_a_report_is_on_its_way_is_reported_after_it(checker):
    comment, moderator = judged(Verdict.HAM), make_moderator()
    comment.mark_spam(by=moderator)

    def decide_meanwhile(submission, *, spam):
        checker.reported.append((submission, spam))
        if spam:
            Comment.objects.get(pk=comment.pk).publish(by=moderator)

    checker.report = decide_meanwhile
    ten_minutes_later()
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [True, False]
