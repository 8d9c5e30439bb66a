"""What people and other workers do while Akismet is being asked: over HTTP to the stand-in, in threads."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from comments.checking import check, check_proposal, report
from comments.models import Comment, CommentEvent, Feedback, Proposal
from comments.moves import Actor, Move, Reason, Status
from crpsinfo.work import DueQuerySet, Work
from tests.akismet_stand_in import StandIn
from tests.factories import make_comment, make_moderator
from tests.working import in_a_thread, post, until

pytestmark = pytest.mark.django_db(transaction=True)

SPAMMER = "akismet-guaranteed-spam"


@pytest.fixture(params=["publish-ham", "hold-all"])
def policy(request, settings):
    settings.COMMENT_POLICY = request.param
    return request.param


@pytest.fixture
def akismet(settings):
    settings.COMMENT_POLICY = "publish-ham"
    with StandIn() as server, override_settings(**server.settings | {"AKISMET_TIMEOUT": 30}):
        yield server


@contextmanager
def asking(akismet, model=Comment, perform=check):
    """A worker has claimed a row and asked about it; it gets its answer when the block has ended."""
    asked = len(akismet.calls)
    akismet.hurry.clear()
    akismet.fault = "slow"
    with in_a_thread(Work(model, perform).do_one):
        until(lambda: len(akismet.calls) > asked)
        akismet.fault = ""
        try:
            yield
        finally:
            akismet.hurry.set()


def ask(model=Comment, perform=check):
    """A worker without anything in its way."""
    assert Work(model, perform).do_one()


def lease_ends(model=Comment):
    model.objects.update(leased_until=timezone.now() - timedelta(seconds=1))


def posted(name="Ann"):
    post([name])
    return Comment.objects.get()


def moves(comment, actor=Actor.SYSTEM):
    return [event.move for event in CommentEvent.objects.filter(comment=comment, actor=actor)]


def as_it_is(comment):
    return Comment.objects.get(pk=comment.pk)


# --- A moderator decides --------------------------------------------------------------------------

DECISIONS = {
    "publish": (lambda comment, by: comment.publish(by=by), Status.PUBLIC),
    "mark_spam": (lambda comment, by: comment.mark_spam(by=by), Status.SPAM),
    "remove": (lambda comment, by: comment.remove(by=by, reason=Reason.UNKIND), Status.REMOVED),
}


@pytest.mark.parametrize(
    ("decision", "name", "verdict", "news"),
    [
        ("publish", SPAMMER, "spam", "ham"),
        ("publish", "Ann", "ham", ""),
        ("mark_spam", "Ann", "ham", "spam"),
        ("mark_spam", SPAMMER, "spam", ""),
        ("remove", "Ann", "ham", ""),
        ("remove", SPAMMER, "spam", ""),
    ],
)
def test_a_moderators_decision_stands_and_the_checker_is_told_if_it_was_wrong(
    akismet, policy, decision, name, verdict, news
):
    comment = posted(name)
    decide, status = DECISIONS[decision]
    with asking(akismet):
        decide(comment, make_moderator())
    comment = as_it_is(comment)
    assert (comment.status, comment.verdict, comment.due_at) == (status, verdict, None)
    assert moves(comment) == [Move.CHECK]
    assert [feedback.news() for feedback in Feedback.objects.filter(due_at__isnull=False)] == ([news] if news else [])


# --- The writer changes or withdraws it -----------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), [(SPAMMER, "Ann"), ("Ann", SPAMMER)])
def test_a_verdict_on_a_text_that_was_changed_meanwhile_decides_nothing(akismet, before, after):
    comment = posted(before)
    with asking(akismet):
        comment.edit(after, "Other words.")
    comment = as_it_is(comment)
    assert (comment.status, comment.checked_at, comment.verdict) == (Status.PENDING, None, "")
    ask()
    comment = as_it_is(comment)
    assert comment.status == (Status.SPAM if after == SPAMMER else Status.PUBLIC)
    assert [call.fields["comment_content"] for call in akismet.calls] == ["Text 0", "Other words."]
    assert akismet.calls[1].fields["recheck_reason"] == "edit"
    assert list(comment.events.filter(move=Move.CHECK).values_list("revision", flat=True)) == [1, 2]


@pytest.mark.parametrize("name", ["Ann", SPAMMER])
def test_what_is_withdrawn_meanwhile_stays_withdrawn(akismet, policy, name):
    comment = posted(name)
    with asking(akismet):
        comment.withdraw()
    comment = as_it_is(comment)
    assert (comment.status, comment.verdict) == (Status.WITHDRAWN, "spam" if name == SPAMMER else "ham")
    assert moves(comment) == [Move.CHECK]
    assert not Feedback.objects.exists()
    comment.restore()
    assert (as_it_is(comment).status, as_it_is(comment).due_at) == (Status.PENDING, None)


def test_what_is_withdrawn_and_brought_back_meanwhile_is_judged_once(akismet):
    comment = posted()
    with asking(akismet):
        comment.withdraw()
        comment.restore()
        ask()
    assert as_it_is(comment).status == Status.PUBLIC
    assert moves(comment) == [Move.CHECK, Move.PUBLISH]


# --- Two workers, one row -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Ann", SPAMMER])
def test_of_two_workers_with_one_comment_one_has_a_say(akismet, policy, name):
    comment = posted(name)
    with asking(akismet):
        lease_ends()
        ask()
        judged = Comment.objects.values().get()
    assert Comment.objects.values().get() == judged
    assert len(akismet.calls) == 2
    assert moves(comment).count(Move.CHECK) == 1


def test_whose_lease_went_to_another_worker_leaves_the_comment_to_that_one(akismet):
    comment = posted()
    slow = DueQuerySet(Comment).claim()
    lease_ends()
    quick = DueQuerySet(Comment).claim()
    check(slow)
    assert (as_it_is(comment).checked_at, as_it_is(comment).leased_until) == (None, quick.leased_until)
    check(quick)
    assert as_it_is(comment).status == Status.PUBLIC
    assert moves(comment) == [Move.CHECK, Move.PUBLISH]


def test_a_second_look_is_planned_once(akismet):
    comment = posted("akismet-recheck")
    slow = DueQuerySet(Comment).claim()
    lease_ends()
    check(DueQuerySet(Comment).claim())
    planned = as_it_is(comment)
    check(slow)
    assert (as_it_is(comment).due_at, as_it_is(comment).guid) == (planned.due_at, planned.guid)
    assert planned.due_at > timezone.now() + timedelta(seconds=100)


def test_of_two_workers_with_one_proposal_one_has_a_say(akismet, policy):
    comment = proposed("Better words.")
    with asking(akismet, Proposal, check_proposal):
        lease_ends(Proposal)
        ask(Proposal, check_proposal)
        judged = list(Proposal.objects.values())
    assert list(Proposal.objects.values()) == judged
    assert len(judged) == (policy == "hold-all")
    assert moves(comment).count(Move.CHECK) == 1


def test_of_two_workers_with_one_report_the_second_changes_nothing(akismet):
    reportable()
    with asking(akismet, Feedback, report):
        lease_ends(Feedback)
        ask(Feedback, report)
    feedback = Feedback.objects.get()
    assert (feedback.told, feedback.due_at, feedback.leased_until) == ("spam", None, None)


# --- A new version of a public comment ------------------------------------------------------------


def proposed(text, name="Ann"):
    """A public comment, whose writer proposes this version."""
    comment = make_comment(text="Approved words.")
    comment.edit(name, text)
    return comment


@pytest.mark.parametrize(("before", "after"), [(SPAMMER, "Ann"), ("Ann", SPAMMER)])
def test_a_verdict_on_a_version_that_was_replaced_meanwhile_decides_nothing(akismet, before, after):
    comment = proposed("First try.", name=before)
    with asking(akismet, Proposal, check_proposal):
        comment.edit(after, "Second try.")
    proposal = Proposal.objects.get()
    assert (proposal.text, proposal.checked_at, as_it_is(comment).text) == ("Second try.", None, "Approved words.")
    ask(Proposal, check_proposal)
    assert as_it_is(comment).text == ("Approved words." if after == SPAMMER else "Second try.")
    assert as_it_is(comment).status == Status.PUBLIC


@pytest.mark.parametrize("name", ["Ann", SPAMMER])
def test_a_version_that_takes_the_place_of_the_hidden_one_meanwhile_is_checked_for_itself(akismet, name):
    comment = proposed("Better words.", name=name)
    with asking(akismet, Proposal, check_proposal):
        comment.hide()
    comment = as_it_is(comment)
    assert (comment.status, comment.text, comment.checked_at) == (Status.PENDING, "Better words.", None)
    ask()
    assert as_it_is(comment).status == (Status.SPAM if name == SPAMMER else Status.PUBLIC)


@pytest.mark.parametrize(("decide", "text"), [("accept", "Better words."), ("decline", "Approved words.")])
def test_what_a_moderator_says_of_a_version_meanwhile_stands(akismet, decide, text):
    comment = proposed("Better words.", name=SPAMMER if decide == "accept" else "Ann")
    with asking(akismet, Proposal, check_proposal):
        getattr(Proposal.objects.get(), decide)(by=make_moderator())
    comment = as_it_is(comment)
    assert (comment.status, comment.text, comment.verdict) == (Status.PUBLIC, text, "")
    assert moves(comment) == []
    assert not Proposal.objects.exists()


def test_a_version_of_a_comment_that_is_removed_meanwhile_is_not_shown(akismet):
    comment = proposed("Better words.")
    with asking(akismet, Proposal, check_proposal):
        comment.remove(by=make_moderator(), reason=Reason.OTHER)
    assert (as_it_is(comment).status, as_it_is(comment).text) == (Status.REMOVED, "Approved words.")
    assert Proposal.objects.get().verdict == "ham"


# --- A report -------------------------------------------------------------------------------------


def reportable():
    """A comment that Akismet let through and a moderator marked as spam, ten minutes ago."""
    comment = make_comment(status=Status.PENDING, verdict="ham", checked_at=timezone.now())
    comment.mark_spam(by=make_moderator())
    Feedback.objects.update(due_at=timezone.now())
    return comment


def test_a_decision_that_is_reversed_while_it_is_reported_is_reported_again(akismet):
    comment = reportable()
    with asking(akismet, Feedback, report):
        comment.publish(by=make_moderator())
    feedback = Feedback.objects.get()
    assert feedback.told == "spam"
    assert feedback.due_at > timezone.now() + timedelta(minutes=9)
    Feedback.objects.update(due_at=timezone.now())
    ask(Feedback, report)
    assert [call.endpoint for call in akismet.calls] == ["1.1/submit-spam", "1.1/submit-ham"]
    assert (Feedback.objects.get().told, Feedback.objects.get().due_at) == ("ham", None)


def test_what_is_told_of_a_text_that_is_changed_meanwhile_is_not_said_of_the_new_one(akismet):
    comment = make_comment(status=Status.PENDING, verdict="spam", checked_at=timezone.now())
    comment.publish(by=make_moderator())
    Feedback.objects.update(due_at=timezone.now())
    with asking(akismet, Feedback, report):
        comment.edit(SPAMMER, "Other words.", hide=True)
    assert Feedback.objects.get().told == ""
    ask()
    as_it_is(comment).publish(by=make_moderator())
    Feedback.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    ask(Feedback, report)
    assert [call.endpoint for call in akismet.calls] == ["1.1/submit-ham", "1.1/comment-check", "1.1/submit-ham"]
    assert akismet.calls[-1].fields["comment_content"] == "Other words."


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
def test_a_report_that_ends_while_the_text_is_being_changed_tells_nothing_of_the_new_one(akismet):
    comment = make_comment(status=Status.PENDING, verdict="spam", checked_at=timezone.now())
    comment.publish(by=make_moderator())
    Feedback.objects.update(due_at=timezone.now())
    asked = len(akismet.calls)
    akismet.hurry.clear()
    akismet.fault = "slow"
    with in_a_thread(Work(Feedback, report).do_one):
        until(lambda: len(akismet.calls) > asked)
        with transaction.atomic():
            comment.edit("Ann", "Other words.", hide=True)
            akismet.hurry.set()
            until(somebody_waits_for_a_lock)
    assert Feedback.objects.get().told == ""


def somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
        return cursor.fetchone()[0]
