"""What a writer changes: at once while the comment waits, as a proposal once readers have seen it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from comments.checking import check
from comments.models import Appeal, Comment, CrisisFlag, Feedback, FormerText, Proposal, Report, ReportReason
from comments.moves import Actor, Conflict, Move, Reason, Status
from crpsinfo.spam import Verdict
from crpsinfo.work import Work
from crpsinfo.worker import work_off
from tests.factories import days_ago, make_comment, make_moderator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_clock")]


@pytest.fixture
def public():
    """An approved comment, as the checker saw it."""
    return make_comment(
        text="The first words.",
        verdict=Verdict.HAM,
        guid="g1",
        checked_at=timezone.now(),
        decided_at=timezone.now(),
        decided_by=make_moderator(),
    )


@pytest.fixture
def waiting(checker):
    comment = make_comment(status=Status.PENDING, text="The first words.", due_at=timezone.now())
    work_off()
    comment.refresh_from_db()
    return comment


def worked_off(row):
    work_off()
    row.refresh_from_db()
    return row


def meanwhile(checker, do):
    """The next time the checker is asked, this happens before it answers."""
    answer = checker.check

    def slow(submission):
        checker.check = answer
        do()
        return answer(submission)

    checker.check = slow


# --- Of a public comment ------------------------------------------------------------------------------


def test_readers_see_the_approved_version_until_the_new_one_is_accepted(client, public):
    public.edit("Bea", "The new words.")
    page = client.get(public.article.get_absolute_url()).text
    assert "The first words." in page
    assert "The new words." not in page
    assert public.events.get().move == Move.PROPOSE
    public.proposal.accept(by=make_moderator())
    page = client.get(public.article.get_absolute_url()).text
    assert "The new words." in page
    assert "The first words." not in page


def test_the_next_proposal_replaces_the_one_that_waits(public, checker):
    public.edit("Ann", "Second.")
    worked_off(public.proposal)
    public.edit("Ann", "Third.")
    proposal = Proposal.objects.get()
    assert (proposal.text, proposal.verdict, proposal.checked_at) == ("Third.", "", None)
    assert proposal.due_at is not None


def test_an_accepted_proposal_brings_what_the_checker_said_of_it(public, checker):
    public.edit("Bea", "The new words.")
    checker.will_say(Verdict.HAM, guid="g2")
    proposal, moderator = worked_off(public.proposal), make_moderator()
    proposal.accept(by=moderator)
    public.refresh_from_db()
    assert (public.author_name, public.revision, public.guid, public.status) == ("Bea", 2, "g2", Status.PUBLIC)
    assert public.edited_at is not None
    assert not Proposal.objects.exists()
    event = public.events.last()
    assert (event.move, event.actor, event.by, event.revision) == (Move.ACCEPT, Actor.MODERATOR, moderator, 2)


def test_what_stood_there_is_kept_for_moderators(public):
    public.edit("Bea", "The new words.")
    public.proposal.accept(by=make_moderator())
    former = FormerText.objects.get()
    assert (former.revision, former.author_name, former.text) == (1, "Ann", "The first words.")


def test_a_declined_proposal_leaves_everything_as_it_was(public):
    public.edit("Bea", "The new words.")
    public.proposal.decline(by=make_moderator())
    public.refresh_from_db()
    assert (public.author_name, public.text, public.revision) == ("Ann", "The first words.", 1)
    assert public.events.last().move == Move.DECLINE
    assert not Proposal.objects.exists()


def test_a_declined_version_is_kept_for_a_while(public):
    public.edit("Bea", "The new words.")
    public.proposal.decline(by=make_moderator())
    kept = FormerText.objects.get()
    assert (kept.author_name, kept.text, kept.declined) == ("Bea", "The new words.", True)


@pytest.mark.parametrize(
    ("policy", "verdict", "text", "accepted"),
    [
        ("publish-ham", Verdict.HAM, "Other words.", True),
        ("publish-ham", Verdict.SPAM, "Other words.", False),
        ("publish-ham", Verdict.DISCARD, "Other words.", False),
        ("publish-ham", Verdict.HAM, "I want to kill myself.", False),
        ("trust-returning", Verdict.HAM, "Other words.", False),
        ("hold-all", Verdict.HAM, "Other words.", False),
    ],
)
def test_a_proposal_appears_by_itself_only_as_an_unknown_writers_comment_would(
    settings, public, checker, policy, verdict, text, accepted
):
    settings.COMMENT_POLICY = policy
    public.edit("Ann", text)
    checker.will_say(verdict)
    work_off()
    public.refresh_from_db()
    assert (public.text == text) == accepted
    assert Proposal.objects.on_public().exists() != accepted
    assert public.status == Status.PUBLIC


def test_the_checker_is_asked_about_the_new_words_as_an_edit(public, checker):
    public.edit("Bea", "The new words.")
    work_off()
    [submission] = checker.checked
    assert (submission.author, submission.text, submission.recheck_reason) == ("Bea", "The new words.", "edit")


@pytest.mark.parametrize("guid", ["g2", ""])
def test_a_checker_that_wants_to_look_again_at_a_proposal_is_asked_again_before_readers_see_it(
    settings, public, checker, guid
):
    settings.COMMENT_POLICY = "publish-ham"
    public.edit("Ann", "The new words.")
    checker.will_say(Verdict.HAM, recheck_after=120, guid=guid)
    proposal = worked_off(public.proposal)
    assert (proposal.checked_at, Comment.objects.get().text) == (None, "The first words.")
    assert proposal.due_at > timezone.now() + timedelta(seconds=110)
    Proposal.objects.update(due_at=timezone.now())
    work_off()
    assert Comment.objects.get().text == "The new words."
    assert [submission.recheck_reason for submission in checker.checked] == ["edit", "recheck"]


def test_while_the_checker_is_down_a_proposal_waits_and_is_checked_afterwards(public, checker):
    public.edit("Ann", "The new words.")
    checker.will_fail("down")
    assert worked_off(public.proposal).last_error == "down"
    checker.will_say(Verdict.HAM)
    Proposal.objects.update(due_at=timezone.now())
    assert worked_off(public.proposal).verdict == Verdict.HAM


def test_a_verdict_on_a_proposal_that_was_replaced_meanwhile_is_not_the_next_ones(settings, public, checker):
    settings.COMMENT_POLICY = "publish-ham"
    public.edit("Ann", "Second.")
    meanwhile(checker, lambda: Comment.objects.get(pk=public.pk).edit("Ann", "Third: dose 40 mg."))
    work_off()
    assert [submission.text for submission in checker.checked] == ["Second.", "Third: dose 40 mg."]
    public.refresh_from_db()
    assert public.text == "Third: dose 40 mg."
    assert [former.text for former in public.former_texts.all()] == ["The first words."]


@pytest.mark.parametrize("decide", [Proposal.accept, Proposal.decline])
def test_a_moderator_decides_on_what_they_saw_and_nothing_newer(public, decide):
    public.edit("Ann", "Second.")
    seen = Proposal.objects.get()
    public.edit("Ann", "Third.")
    with pytest.raises(Conflict):
        decide(seen, by=make_moderator())
    public.refresh_from_db()
    assert (public.text, Proposal.objects.get().text) == ("The first words.", "Third.")


@pytest.mark.parametrize("decide", [Proposal.accept, Proposal.decline])
def test_of_two_moderators_the_first_decides_on_a_proposal(public, decide):
    public.edit("Ann", "Second.")
    hers, his = Proposal.objects.get(), Proposal.objects.get()
    hers.accept(by=make_moderator())
    with pytest.raises(Conflict):
        decide(his, by=make_moderator())
    assert public.events.filter(move__in=[Move.ACCEPT, Move.DECLINE]).count() == 1


@pytest.mark.parametrize(
    "leave",
    [
        lambda comment: comment.withdraw(),
        lambda comment: comment.hold(by=make_moderator()),
        lambda comment: comment.remove(by=make_moderator(), reason=Reason.OTHER),
    ],
)
def test_the_proposal_of_a_comment_that_left_the_page_waits_for_nobody_and_cannot_be_accepted(public, checker, leave):
    public.edit("Ann", "Second.")
    leave(public)
    work_off()
    assert checker.checked == []
    assert not Proposal.objects.on_public().exists()
    with pytest.raises(Conflict):
        Proposal.objects.get().accept(by=make_moderator())
    assert Proposal.objects.get().text == "Second."


def test_a_comment_that_is_brought_back_has_its_proposal_again(public):
    public.edit("Ann", "Second.")
    public.withdraw()
    public.restore()
    assert Proposal.objects.on_public().get().text == "Second."
    assert Comment.objects.for_a_person().get() == public


# --- Out of sight meanwhile ---------------------------------------------------------------------------


def test_hidden_meanwhile_nobody_sees_either_version_until_the_new_one_passes(client, public, checker):
    public.edit("Ann", "The new words.", hide=True)
    assert (public.status, public.text, public.revision) == (Status.PENDING, "The new words.", 2)
    assert "words." not in client.get(public.article.get_absolute_url()).text.split('id="comments"')[1]
    assert [event.move for event in public.events.all()] == [Move.HIDE, Move.EDIT]
    assert worked_off(public).status == Status.PENDING
    assert checker.checked[0].recheck_reason == "edit"


def test_a_proposal_can_be_hidden_for_afterwards(public):
    public.edit("Bea", "The new words.")
    public.hide()
    assert (public.status, public.author_name, public.text) == (Status.PENDING, "Bea", "The new words.")
    assert not Proposal.objects.exists()
    assert public.former_texts.get().text == "The first words."


def test_without_a_proposal_there_is_nothing_to_hide_for(public):
    with pytest.raises(Conflict):
        public.hide()
    assert public.status == Status.PUBLIC


# --- Of a comment that waits --------------------------------------------------------------------------


def test_a_waiting_comment_is_changed_at_once_and_checked_again_as_an_edit(waiting, checker):
    waiting.edit("Bea", "Other words.")
    assert (waiting.author_name, waiting.text, waiting.revision) == ("Bea", "Other words.", 2)
    assert "Other words." in waiting.html
    assert (waiting.verdict, waiting.checked_at) == ("", None)
    assert worked_off(waiting).verdict == Verdict.HAM
    assert [submission.recheck_reason for submission in checker.checked] == ["", "edit"]
    assert waiting.former_texts.get().text == "The first words."


def test_a_verdict_on_words_that_were_changed_meanwhile_is_only_put_on_record(checker):
    comment = make_comment(status=Status.PENDING, due_at=timezone.now())
    meanwhile(checker, lambda: Comment.objects.get(pk=comment.pk).edit("Ann", "Other words."))
    checker.will_say(Verdict.SPAM)
    Work(Comment, check).do_one()
    comment.refresh_from_db()
    assert (comment.status, comment.verdict, comment.checked_at) == (Status.PENDING, "", None)
    assert comment.events.filter(move=Move.CHECK, reason="spam").exists()
    checker.will_say(Verdict.HAM)
    assert worked_off(comment).verdict == Verdict.HAM
    assert checker.checked[-1].text == "Other words."


def test_the_checker_is_not_taught_words_that_it_did_not_see(waiting, checker):
    waiting.edit("Ann", "Other words.")
    waiting.mark_spam(by=make_moderator())
    Feedback.objects.update(due_at=timezone.now())
    work_off()
    assert checker.reported == []


def test_what_was_taught_about_the_former_words_says_nothing_about_the_new_ones(public, checker):
    moderator = make_moderator()
    Feedback.objects.create(comment=public, told="spam", told_at=timezone.now())
    public.edit("Ann", "Other words.", hide=True)
    worked_off(public).mark_spam(by=moderator)
    Feedback.objects.update(due_at=timezone.now())
    work_off()
    [(submission, spam)] = checker.reported
    assert (submission.text, spam) == ("Other words.", True)


def test_a_moderators_decision_on_words_that_were_changed_meanwhile_is_refused(waiting):
    seen = Comment.objects.get(pk=waiting.pk)
    waiting.edit("Ann", "Other words.")
    with pytest.raises(Conflict):
        seen.publish(by=make_moderator())
    waiting.refresh_from_db()
    assert waiting.status == Status.PENDING


def test_what_a_person_holds_is_still_held_after_an_edit(settings, public, checker):
    settings.COMMENT_POLICY = "publish-ham"
    public.hold(by=make_moderator())
    public.edit("Ann", "Other words.")
    assert worked_off(public).status == Status.PENDING


def test_words_of_danger_are_flagged_in_an_edit_too(waiting, public):
    for comment in (waiting, public):
        comment.edit("Ann", "I want to kill myself.")
        assert CrisisFlag.objects.filter(comment=comment, kind="self-harm").exists()


# --- What cannot be changed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"status": Status.REMOVED},
        {"status": Status.SPAM},
        {"status": Status.WITHDRAWN},
        {"created_at": days_ago(31)},
        {"erased_at": days_ago(1)},
    ],
)
def test_what_cannot_be_changed_stays_as_it_is(values):
    comment = make_comment(**values)
    with pytest.raises(Conflict):
        comment.edit("Ann", "Other words.")
    comment.refresh_from_db()
    assert (comment.text, comment.revision) == ("A few words.", 1)
    assert not Proposal.objects.exists()


def test_what_a_moderator_wrote_as_one_has_no_private_page_to_change_it_on():
    with pytest.raises(Conflict):
        make_comment(staff=make_moderator()).edit("Ann", "Other words.")


@pytest.mark.parametrize("status", [Status.PENDING, Status.PUBLIC])
def test_an_edit_of_an_older_page_is_refused(status):
    comment = make_comment(status=status)
    with pytest.raises(Conflict):
        comment.edit("Ann", "Other words.", seen=comment.revision + 1)
    assert not comment.events.exists()


def test_words_that_are_not_as_they_were_seen_are_never_replaced():
    comment = make_comment(status=Status.PENDING)
    seen = Comment.objects.get(pk=comment.pk)
    comment.edit("Ann", "Other words.")
    with pytest.raises(Conflict):
        seen.rewrite("Ann", "Older words.", Move.EDIT, Actor.WRITER)


def test_a_comment_that_was_decided_while_it_was_edited_keeps_its_words():
    comment = make_comment(status=Status.PENDING)
    on_the_page = Comment.objects.get(pk=comment.pk)
    comment.publish(by=make_moderator())
    with pytest.raises(Conflict):
        on_the_page.edit("Ann", "Other words.")
    comment.refresh_from_db()
    assert comment.text == "A few words."


def test_of_a_comment_that_was_removed_meanwhile_nothing_is_proposed(public):
    on_the_page = Comment.objects.get(pk=public.pk)
    public.remove(by=make_moderator(), reason=Reason.OTHER)
    with pytest.raises(Conflict):
        on_the_page.edit("Ann", "Other words.")
    assert not Proposal.objects.exists()


def test_no_second_look_is_taken_at_what_was_published_meanwhile():
    comment = make_comment(status=Status.SPAM)
    on_the_page = Comment.objects.get(pk=comment.pk)
    comment.publish(by=make_moderator())
    with pytest.raises(Conflict):
        on_the_page.ask_again("This is no spam.")
    assert not Appeal.objects.exists()


def test_choosing_mails_on_an_older_page_brings_no_older_words_back(public):
    on_the_page = Comment.objects.get(pk=public.pk)
    public.edit("Ann", "The new words.")
    public.proposal.accept(by=make_moderator())
    on_the_page.choose_mails(decision=False, replies=False)
    public.refresh_from_db()
    assert "The new words." in public.html


# --- Who has approved what stands there ----------------------------------------------------------------


def test_a_version_that_the_machine_let_through_is_nobodys_approval(public, checker, settings):
    settings.COMMENT_POLICY = "publish-ham"
    public.edit("Ann", "Other words.")
    work_off()
    public.refresh_from_db()
    assert (public.text, public.decided_at, public.decided_by) == ("Other words.", None, None)
    report_by_three(public)
    assert public.status == Status.PENDING


def test_a_version_that_a_moderator_accepted_is_approved(public):
    Comment.objects.update(decided_at=None, decided_by=None)
    public.refresh_from_db()
    public.edit("Ann", "Other words.")
    moderator = make_moderator()
    public.proposal.accept(by=moderator)
    public.refresh_from_db()
    assert public.decided_by == moderator
    report_by_three(public)
    assert public.is_public


def test_a_version_that_is_accepted_against_the_checker_is_reported_to_it(public, checker):
    checker.will_say(Verdict.SPAM)
    public.edit("Ann", "Other words.")
    work_off()
    public.refresh_from_db()
    public.proposal.accept(by=make_moderator())
    assert Feedback.objects.get().due_at is not None


def report_by_three(comment):
    for reader in ("one", "two", "three"):
        Report.objects.add(comment, reader=reader, reason=ReportReason.SELLING)
    comment.refresh_from_db()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
@pytest.mark.django_db(transaction=True)
def test_a_moderator_and_the_writer_at_the_same_moment_do_not_wait_for_each_other(public):
    """The one is too late, and told so; no deadlock."""
    public.edit("Ann", "Other words.")
    moderator, together = make_moderator(), Barrier(2)

    def do(action):
        mine = Comment.objects.get(pk=public.pk)
        proposal = mine.proposal
        together.wait()
        try:
            action(mine, proposal)
        except Conflict:
            return "too late"
        finally:
            connection.close()
        return "done"

    actions = [
        lambda comment, proposal: proposal.accept(by=moderator),
        lambda comment, proposal: comment.edit("Ann", "Still other words."),
    ]
    with ThreadPoolExecutor(2) as people:
        outcomes = list(people.map(do, actions))
    assert "done" in outcomes
    public.refresh_from_db()
    assert public.text in ("The first words.", "Other words.")


def test_hiding_the_old_version_needs_no_time_limit(public):
    public.edit("Ann", "Other words.")
    Comment.objects.update(created_at=days_ago(40))
    public.refresh_from_db()
    public.hide()
    assert (public.status, public.text) == (Status.PENDING, "Other words.")
