import pytest
from django.db import IntegrityError

from comments.models import Comment, CommentEvent, Report, ReportReason
from comments.moves import RULES, Actor, Conflict, Move, Reason, Status
from crpsinfo.spam import Result, Verdict
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db

VERBS = {
    Move.PUBLISH: lambda comment, by: comment.publish(by=by),
    Move.HOLD: lambda comment, by: comment.hold(by=by),
    Move.REMOVE: lambda comment, by: comment.remove(by=by, reason=Reason.OFF_TOPIC),
    Move.MARK_SPAM: lambda comment, by: comment.mark_spam(by=by),
    Move.WITHDRAW: lambda comment, by: comment.withdraw(),
}


@pytest.mark.parametrize("move", VERBS)
@pytest.mark.parametrize("status", Status)
def test_each_move_goes_from_its_states_and_from_no_other(move, status):
    comment, moderator = make_comment(status=status), make_moderator()
    if status in RULES[move].sources:
        VERBS[move](comment, moderator)
        assert comment.status == RULES[move].target
        assert comment.events.get().move == move
    else:
        with pytest.raises(Conflict):
            VERBS[move](comment, moderator)
        assert not comment.events.exists()


def test_a_decision_keeps_who_when_and_why():
    comment, moderator = make_comment(), make_moderator()
    comment.remove(by=moderator, reason=Reason.UNKIND)
    assert comment.decided_by == moderator
    assert comment.decided_at is not None
    assert comment.reason == Reason.UNKIND
    event = comment.events.get()
    assert (event.by, event.actor, event.reason, event.was) == (moderator, Actor.MODERATOR, "unkind", "public")


def test_holding_clears_the_decision():
    comment, moderator = make_comment(status=Status.PENDING), make_moderator()
    comment.publish(by=moderator)
    comment.hold(by=moderator)
    assert (comment.decided_by, comment.decided_at) == (None, None)
    assert comment.held_at is not None


def test_of_two_moderators_the_first_decides():
    comment = make_comment(status=Status.PENDING)
    hers, his = Comment.objects.get(pk=comment.pk), Comment.objects.get(pk=comment.pk)
    hers.publish(by=make_moderator())
    with pytest.raises(Conflict):
        his.remove(by=make_moderator(), reason=Reason.OTHER)
    comment.refresh_from_db()
    assert comment.status == Status.PUBLIC
    assert comment.events.count() == 1


def test_a_decision_on_another_revision_is_refused():
    comment = make_comment(status=Status.PENDING)
    with pytest.raises(Conflict):
        comment.publish(by=make_moderator(), seen=comment.revision + 1)


def test_removing_needs_a_known_reason():
    with pytest.raises(ValueError, match="nonsense"):
        make_comment().remove(by=make_moderator(), reason="nonsense")


@pytest.mark.parametrize("status", [Status.PENDING, Status.PUBLIC, Status.REMOVED, Status.SPAM])
def test_taking_a_withdrawal_back_leads_to_where_it_was(status):
    comment = make_comment(status=status)
    comment.withdraw()
    comment.restore()
    assert comment.status == status


def test_a_writer_cannot_shake_off_a_decision_by_withdrawing():
    comment, moderator = make_comment(), make_moderator()
    comment.remove(by=moderator, reason=Reason.SELLING)
    comment.withdraw()
    comment.restore()
    assert (comment.status, comment.reason, comment.decided_by) == (Status.REMOVED, Reason.SELLING, moderator)


def test_a_writer_cannot_shake_off_a_hold_by_withdrawing():
    comment = make_comment()
    comment.hold(by=make_moderator())
    comment.withdraw()
    comment.restore()
    assert comment.held_at is not None


def test_events_are_never_changed_or_deleted():
    comment = make_comment()
    comment.withdraw()
    event = comment.events.get()
    for change in (event.save, event.delete, CommentEvent.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        CommentEvent.objects.update(reason="")


@pytest.mark.parametrize(
    "values",
    [
        {"status": "nonsense"},
        {"decided_at": "2026-01-01T00:00Z"},
        {"root_id": 1, "parent_id": None},
    ],
)
def test_the_database_refuses_what_cannot_be(values):
    comment = make_comment()
    values = {name: comment.pk if name == "root_id" else value for name, value in values.items()}
    with pytest.raises(IntegrityError):
        Comment.objects.filter(pk=comment.pk).update(**values)


# --- The spam checker's verdict -------------------------------------------------------------------------


def judge(comment, verdict, may_publish=False):
    comment.record_verdict(Result(verdict=verdict, guid="g1"), may_publish=may_publish)
    comment.refresh_from_db()
    return comment


@pytest.mark.parametrize(
    ("verdict", "may_publish", "status"),
    [
        (Verdict.HAM, False, Status.PENDING),
        (Verdict.HAM, True, Status.PUBLIC),
        (Verdict.SPAM, True, Status.SPAM),
        (Verdict.DISCARD, True, Status.SPAM),
    ],
)
def test_a_verdict_moves_a_waiting_comment(verdict, may_publish, status):
    comment = judge(make_comment(status=Status.PENDING), verdict, may_publish)
    assert (comment.status, comment.verdict, comment.guid) == (status, verdict, "g1")
    assert comment.checked_at is not None


@pytest.mark.parametrize("verdict", [Verdict.HAM, Verdict.SPAM])
def test_a_verdict_never_overrules_a_person(verdict):
    held = make_comment()
    held.hold(by=make_moderator())
    assert judge(held, verdict, may_publish=True).status == Status.PENDING
    removed = make_comment()
    removed.remove(by=make_moderator(), reason=Reason.OTHER)
    assert judge(removed, verdict, may_publish=True).status == Status.REMOVED
    assert removed.verdict == verdict


def test_a_verdict_that_comes_while_a_moderator_decides_is_only_recorded():
    comment = make_comment(status=Status.PENDING)
    at_the_checker = Comment.objects.get(pk=comment.pk)
    comment.publish(by=make_moderator())
    judge(at_the_checker, Verdict.SPAM)
    comment.refresh_from_db()
    assert (comment.status, comment.verdict) == (Status.PUBLIC, Verdict.SPAM)
    assert comment.decided_by is not None


def test_what_was_reported_before_it_was_taken_back_comes_back_to_wait():
    comment = make_comment()
    Report.objects.add(comment, reader="one", reason=ReportReason.UNKIND)
    comment.withdraw()
    comment.restore()
    assert comment.status == Status.PENDING
    assert comment.held_at is not None


def test_reports_that_a_moderator_dismissed_are_a_persons_word():
    comment = make_comment()
    Report.objects.add(comment, reader="one", reason=ReportReason.UNKIND)
    comment.dismiss_reports(by=make_moderator())
    for reader in ("two", "three", "four"):
        Report.objects.add(comment, reader=reader, reason=ReportReason.UNKIND)
    comment.refresh_from_db()
    assert comment.is_public
