from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from comments.erasure import erase
from comments.models import (
    Appeal,
    Comment,
    CrisisFlag,
    Feedback,
    FormerText,
    Kind,
    Note,
    Notification,
    Proposal,
    Report,
    Writer,
)
from comments.moves import Conflict, Move, Reason, Status
from crpsinfo.models import UndoStep
from crpsinfo.spam import Result, Verdict
from tests.factories import days_ago, make_comment, make_moderator, make_writer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "days", "erased"),
    [
        (Status.SPAM, 16, True),
        (Status.SPAM, 14, False),
        (Status.REMOVED, 31, True),
        (Status.REMOVED, 29, False),
        (Status.WITHDRAWN, 8, True),
        (Status.WITHDRAWN, 6, False),
        (Status.PUBLIC, 4000, False),
        (Status.PENDING, 4000, False),
    ],
)
def test_purge_erases_what_its_days_are_over_for(status, days, erased):
    comment = make_comment(status=status, status_at=days_ago(days), email="ann@example.org", website="https://e.org/")
    call_command("purge")
    comment.refresh_from_db()
    assert (comment.text == "") == erased
    assert (comment.author_name, comment.email, comment.html) == ("", "", "") if erased else comment.email
    assert comment.events.filter(move=Move.ERASE).exists() == erased
    assert comment.status == status


def test_purge_erases_submission_facts_after_thirty_days():
    old, new = make_comment(created_at=days_ago(31)), make_comment(created_at=days_ago(29))
    call_command("purge")
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.ip, old.user_agent, old.text) == (None, "", "A few words.")
    assert new.ip is not None


def test_purge_twice_does_nothing_more_and_a_dry_run_nothing_at_all(capsys):
    comment = make_comment(status=Status.SPAM, status_at=days_ago(16))
    call_command("purge", dry_run=True)
    comment.refresh_from_db()
    assert comment.text
    assert "spam comments erased: 1" in capsys.readouterr().out
    call_command("purge")
    call_command("purge")
    assert comment.events.filter(move=Move.ERASE).count() == 1


def test_purge_goes_in_batches(monkeypatch):
    monkeypatch.setattr("crpsinfo.retention.BATCH", 2)
    for _ in range(5):
        make_comment(status=Status.SPAM, status_at=days_ago(16))
    call_command("purge")
    assert not Comment.objects.exclude(text="").exists()


def test_a_withdrawal_cannot_be_undone_once_the_text_is_erased(client):
    comment = make_comment(status=Status.PUBLIC)
    comment.withdraw()
    Comment.objects.update(status_at=days_ago(8))
    call_command("purge")
    response = client.post(reverse("restore", args=[comment.receipt_key]))
    assert response.status_code == 409
    assert client.get(comment.get_receipt_url()).status_code == 410


def test_what_is_erased_cannot_be_published(checker):
    comment = make_comment(status=Status.SPAM, status_at=days_ago(16))
    call_command("purge")
    with pytest.raises(Conflict):
        comment.publish(by=make_moderator())


# --- What hangs on a comment ----------------------------------------------------------------------------


def make_report(comment=None, **values):
    return Report.objects.create(
        comment=comment or make_comment(), reader="r", reason="other", words="It is me", **values
    )


def make_appeal(comment=None, **values):
    return Appeal.objects.create(comment=comment or make_comment(), text="Please look again", **values)


def make_former_text(comment=None, **values):
    return FormerText.objects.create(
        comment=comment or make_comment(), revision=1, author_name="Ann", text="Before", **values
    )


def make_flag(comment=None, **values):
    return CrisisFlag.objects.create(comment=comment or make_comment(), kind="self-harm", list_version=1, **values)


def make_note(comment=None, **values):
    return Note.objects.create(comment=comment or make_comment(), by=make_moderator(), text="Ann again", **values)


def make_undo_step(comment):
    return UndoStep.objects.create(by=make_moderator(), batch=uuid4(), kind="comment", item=comment.pk, name="spam")


@pytest.mark.parametrize(
    ("make", "field", "days"),
    [
        (make_note, "at", 90),
        (make_former_text, "replaced_at", 30),
        (make_report, "closed_at", 90),
        (make_flag, "flagged_at", 30),
        (make_writer, "seen_at", 365),
    ],
)
def test_purge_deletes_what_its_days_are_over_for_and_leaves_the_rest(make, field, days):
    old, new = make(**{field: days_ago(days + 1)}), make(**{field: days_ago(days - 1)})
    call_command("purge")
    assert list(type(old).objects.all()) == [new]


def test_an_open_report_is_never_too_old():
    make_report(created_at=days_ago(4000))
    call_command("purge")
    assert Report.objects.exists()


@pytest.mark.parametrize(("days", "words"), [(91, ""), (89, "Please look again")])
def test_an_appeals_words_go_ninety_days_after_the_answer_and_it_stays_the_only_one(days, words):
    appeal = make_appeal(make_comment(status=Status.REMOVED), closed_at=days_ago(days), granted=False)
    call_command("purge")
    appeal.refresh_from_db()
    assert appeal.text == words
    with pytest.raises(Conflict):
        appeal.comment.ask_again("And again")


@pytest.mark.parametrize("status", [Status.REMOVED, Status.SPAM])
def test_an_open_appeal_delays_the_erasure_until_it_is_answered(status):
    comment = make_comment(status=status, status_at=days_ago(100))
    make_appeal(comment)
    call_command("purge")
    comment.refresh_from_db()
    assert comment.text
    comment.uphold(by=make_moderator())
    call_command("purge")
    comment.refresh_from_db()
    assert comment.text == ""


def test_what_its_writer_took_back_goes_although_an_appeal_is_open():
    comment = make_comment(status=Status.WITHDRAWN, status_at=days_ago(8))
    make_appeal(comment)
    call_command("purge")
    assert not Appeal.objects.open().exists()
    assert not Appeal.objects.exclude(text="").exists()


def test_a_writers_comments_outlive_what_is_known_of_the_writer():
    writer = make_writer(approved=1, seen_at=days_ago(366))
    call_command("purge")
    assert not Writer.objects.filter(pk=writer.pk).exists()
    comment = Comment.objects.get()
    assert (comment.writer, comment.text, comment.status) == (None, "A few words.", Status.PUBLIC)


def make_whole_comment():
    """One with everything that can hang on it."""
    comment = make_comment(
        status=Status.SPAM,
        status_at=days_ago(16),
        reason=Reason.OTHER,
        reason_words="Dear Ann.",
        public_note="Ann asked us.",
        email="ann@example.org",
        email_confirmed_at=timezone.now(),
        website="https://example.org/",
        referrer="https://example.org/from",
        guid="g1",
        writer=make_writer(),
    )
    for make in (make_report, make_former_text, make_flag, make_note, make_undo_step):
        make(comment)
    make_appeal(comment, closed_at=timezone.now())
    Proposal.objects.create(comment=comment, author_name="Ann", text="After", due_at=timezone.now())
    Feedback.objects.create(comment=comment, due_at=timezone.now())
    Notification.objects.create(comment=comment, kind=Kind.REPLY, due_at=timezone.now(), last_error="refused")
    return comment


def test_what_is_erased_leaves_no_word_and_no_work_behind():
    comment = make_whole_comment()
    call_command("purge")
    comment.refresh_from_db()
    texts = ("author_name", "email", "website", "text", "html", "user_agent", "referrer", "guid")
    for field in (*texts, "reason_words", "public_note"):
        assert getattr(comment, field) == "", field
    for field in ("ip", "email_confirmed_at", "mail_key", "writer", "due_at"):
        assert getattr(comment, field) is None, field
    assert (comment.status, comment.reason) == (Status.SPAM, Reason.OTHER)
    for model in (Proposal, FormerText, CrisisFlag, Note, UndoStep):
        assert not model.objects.exists(), model
    assert (Report.objects.get().words, Appeal.objects.get().text) == ("", "")
    assert not Report.objects.open().exists()
    assert Feedback.objects.get().due_at is Notification.objects.get().due_at is None
    assert Notification.objects.get().last_error == ""


def test_what_our_own_rules_said_of_what_is_erased_stays_and_why_does_not():
    comment = make_comment(text="Some words. " * 20, ruling="spam", ruled_because="“some words”")
    assert comment.text_mark
    with transaction.atomic():
        erase([comment])
    comment.refresh_from_db()
    assert (comment.ruling, comment.ruled_because, comment.text_mark) == ("spam", "", "")


def test_a_verdict_that_comes_after_the_erasure_writes_nothing_back():
    comment = make_comment(status=Status.PENDING)
    at_the_checker = Comment.objects.get(pk=comment.pk)
    with transaction.atomic():
        erase([comment])
    at_the_checker.record_verdict(Result(verdict=Verdict.HAM, guid="g1"), may_publish=True)
    comment.refresh_from_db()
    assert (comment.guid, comment.verdict, comment.status) == ("", "", Status.PENDING)


def test_a_dry_run_counts_everything_and_changes_nothing(capsys):
    make_whole_comment()
    make_former_text(replaced_at=days_ago(31))
    make_report(closed_at=days_ago(91))
    make_appeal(closed_at=days_ago(91))
    make_flag(flagged_at=days_ago(31))
    make_note(at=days_ago(91))
    make_writer(seen_at=days_ago(366))
    call_command("purge", dry_run=True)
    said = capsys.readouterr().out
    for what in ("spam comments erased", "former texts deleted", "notes deleted", "reports deleted", "appeals erased"):
        assert f"{what}: 1" in said
    assert "crisis flags deleted: 1, remembered writers deleted: 1" in said
    assert [model.objects.count() for model in (FormerText, Note, Report, CrisisFlag, Writer)] == [2] * 5
    assert not Comment.objects.exclude(erased_at=None).exists()


def test_an_old_flag_goes_no_earlier_than_the_check_that_could_publish_the_comment(checker, settings):
    """A comment that waited so long cannot be checked any more: without its flag, too, it waits for a person."""
    settings.COMMENT_POLICY = "publish-ham"
    comment = make_comment(status=Status.PENDING, created_at=days_ago(31), due_at=timezone.now())
    make_flag(comment, flagged_at=days_ago(31))
    call_command("purge")
    call_command("worker", once=True)
    comment.refresh_from_db()
    assert (comment.status, checker.checked) == (Status.PENDING, [])
