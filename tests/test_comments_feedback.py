"""What the spam checker is told about decisions that contradict it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.checking import check
from comments.masking import MASK
from comments.models import Comment, Feedback, FormerText
from comments.moves import Reason, Status
from comments.retention import purge
from crpsinfo.spam import Result, Unavailable, Verdict
from crpsinfo.work import DueQuerySet
from crpsinfo.worker import work_off
from tests.deciding import done, stored, take_back
from tests.factories import days_ago, make_article, make_comment, make_moderator
from tests.moderation import tick
from tests.working import let_probe

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_clock")]


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


@pytest.mark.parametrize("policy", ["publish-ham", "hold-all"])
def test_so_it_is_if_the_check_that_was_under_way_finds_no_spam(settings, checker, policy):
    settings.COMMENT_POLICY = policy
    comment = make_comment(status=Status.PENDING)
    comment.make_due(timezone.now())
    comment.save()
    claimed = DueQuerySet(Comment).claim()
    comment.mark_spam(by=make_moderator())
    check(claimed)
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [True]


def test_the_ten_minutes_run_from_the_latest_decision(checker):
    comment, moderator = judged(Verdict.HAM), make_moderator()
    comment.mark_spam(by=moderator)
    Feedback.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    comment.publish(by=moderator)
    comment.mark_spam(by=moderator)
    assert Feedback.objects.get().due_at > timezone.now() + timedelta(minutes=9)
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [True]


def test_a_decision_that_is_taken_back_by_holding_is_not_reported(checker):
    comment, moderator = judged(Verdict.SPAM), make_moderator()
    comment.publish(by=moderator)
    comment.hold(by=moderator)
    ten_minutes_later()
    assert checker.reported == []


def test_what_many_were_marked_as_at_once_is_reported_of_each(client, checker):
    moderator = make_moderator()
    client.force_login(moderator)
    ham = [judged(Verdict.HAM, text=f"Text {n}") for n in range(3)]
    tick(client, "spam", *ham, judged(Verdict.SPAM, text="Known to be spam"))
    work_off()
    assert checker.reported == []
    ten_minutes_later()
    reported = {(submission.text, spam) for submission, spam in checker.reported}
    assert reported == {("Text 0", True), ("Text 1", True), ("Text 2", True)}


def test_what_was_never_checked_is_not_reported(checker):
    make_comment().mark_spam(by=make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_what_came_without_a_decision_here_is_not_reported(checker):
    by = {"decided_at": timezone.now(), "decided_by": make_moderator()}
    make_comment(status=Status.SPAM, verdict=Verdict.HAM, checked_at=timezone.now(), **by)
    make_comment(status=Status.PUBLIC, verdict=Verdict.SPAM, checked_at=timezone.now(), **by)
    ten_minutes_later()
    assert checker.reported == []
    assert not Feedback.objects.exists()


def test_what_our_own_rules_called_spam_is_not_reported_whatever_a_moderator_says(checker):
    comment = Comment(article=make_article(), author_name="Ann", text="A few words.", ip="192.0.2.7")
    comment.post(trapped=True)
    assert comment.status == Status.SPAM
    work_off()
    comment.publish(by=make_moderator())
    ten_minutes_later()
    assert (checker.checked, checker.reported) == ([], [])


def test_what_our_own_rules_held_was_checked_and_is_reported(checker):
    judged(Verdict.HAM, ruling="hold", ruled_because="4 links").mark_spam(by=make_moderator())
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [True]


def test_a_comment_without_its_submission_facts_is_not_reported(checker):
    judged(Verdict.HAM, ip=None).mark_spam(by=make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_a_report_that_is_still_due_when_the_facts_are_erased_is_dropped(checker):
    comment = judged(Verdict.HAM, created_at=days_ago(29))
    comment.mark_spam(by=make_moderator())
    Comment.objects.update(created_at=days_ago(31))
    purge()
    ten_minutes_later()
    assert checker.reported == []
    assert Feedback.objects.get().due_at is None


# --- What was hidden since the check ----------------------------------------------------------------------

FULL = "Call me at 212-555-0147, or write to Bea."


def hide(comment, *places):
    """A moderator hides these places. Returns who that was."""
    moderator = make_moderator()
    done("mask", stored(comment), by=moderator, place=places)
    return moderator


def told_about(checker):
    """[(name, text)] of what the checker was told about."""
    return [(submission.author, submission.text) for submission, _ in checker.reported]


@pytest.mark.parametrize("times", [1, 2])
def test_what_was_hidden_since_the_check_is_reported_as_it_was_checked(checker, times):
    comment = judged(Verdict.SPAM, text=FULL, author_name="Bea")
    for places in (["212-555-0147"], ["Bea"])[-times:]:
        hide(comment, *places)
    stored(comment).publish(by=make_moderator())
    ten_minutes_later()
    assert told_about(checker) == [("Bea", FULL)]
    assert "Bea" not in stored(comment).text + stored(comment).author_name


def test_what_was_hidden_before_the_check_is_not_told_afterward(checker):
    comment = make_comment(status=Status.PENDING, text=FULL)
    hide(comment, "Bea")
    stored(comment).record_verdict(Result(verdict=Verdict.SPAM), may_publish=False)
    stored(comment).publish(by=make_moderator())
    ten_minutes_later()
    assert told_about(checker) == [("Ann", f"Call me at 212-555-0147, or write to {MASK}.")]


def test_what_was_hidden_and_is_shown_again_makes_no_difference(checker):
    comment = judged(Verdict.SPAM, text=FULL)
    assert take_back(hide(comment, "Bea")) == [""]
    stored(comment).publish(by=make_moderator())
    ten_minutes_later()
    assert told_about(checker) == [("Ann", FULL)]


def test_of_two_parts_that_were_hidden_one_is_shown_again(checker):
    comment = judged(Verdict.SPAM, text=FULL)
    hide(comment, "212-555-0147")
    assert take_back(hide(comment, "Bea")) == [""]
    stored(comment).publish(by=make_moderator())
    ten_minutes_later()
    assert told_about(checker) == [("Ann", FULL)]


def test_after_a_new_version_it_is_that_version_which_was_checked(checker):
    comment = judged(Verdict.HAM, text="Long ago.")
    comment.publish(by=make_moderator())
    comment.edit("Ann", FULL)
    stored(comment).proposal.record_verdict(Result(verdict=Verdict.HAM), may_publish=True)
    hide(comment, "Bea")
    stored(comment).mark_spam(by=make_moderator())
    ten_minutes_later()
    assert told_about(checker) == [("Ann", FULL)]


def test_without_the_text_that_was_checked_nothing_is_reported(checker):
    comment = judged(Verdict.SPAM, text=FULL)
    hide(comment, "Bea")
    stored(comment).publish(by=make_moderator())
    FormerText.objects.all().delete()
    ten_minutes_later()
    assert checker.reported == []
    assert Feedback.objects.get().due_at is None


def test_what_was_checked_with_a_part_hidden_that_is_shown_again_is_not_reported(checker):
    comment = make_comment(status=Status.PENDING, text=FULL)
    moderator = hide(comment, "Bea")
    stored(comment).record_verdict(Result(verdict=Verdict.HAM), may_publish=False)
    assert take_back(moderator) == [""]
    stored(comment).mark_spam(by=make_moderator())
    ten_minutes_later()
    assert checker.reported == []


# --- When it does not go well -----------------------------------------------------------------------------


def test_a_worker_that_is_killed_while_it_reports_leaves_the_report_to_the_next(checker):
    judged(Verdict.HAM).mark_spam(by=make_moderator())
    Feedback.objects.update(due_at=timezone.now())
    DueQuerySet(Feedback).claim()  # by the one that is killed
    work_off()
    assert checker.reported == []
    Feedback.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    work_off()
    assert [spam for _, spam in checker.reported] == [True]


def test_a_worker_that_is_killed_after_it_reported_makes_no_second_report(checker):
    judged(Verdict.HAM).mark_spam(by=make_moderator())
    ten_minutes_later()
    Feedback.objects.update(due_at=timezone.now())  # as if it had died before the claim was closed
    work_off()
    assert len(checker.reported) == 1
    assert Feedback.objects.get().due_at is None


def test_reports_wait_for_the_end_of_an_outage_and_then_all_go_out(checker):
    for _ in range(6):
        judged(Verdict.HAM).mark_spam(by=make_moderator())
    checker.will_fail("down", failure=Unavailable)
    ten_minutes_later()
    assert len(checker.reported) == 3
    checker.will_say(Verdict.HAM)
    let_probe()
    work_off()
    assert Feedback.objects.filter(told="spam", due_at=None).count() == 6


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
