"""Mails about a comment: which are sent, when, and what they say."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Kind, Notification, Writer
from comments.moves import Move, Reason, Status
from crpsinfo.spam import Verdict
from crpsinfo.worker import work_off
from tests.factories import make_article, make_comment, make_moderator
from tests.mail_stand_in import MailStandIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_clock")]

PAT = "pat@example.org"
CHECKED = {"status": Status.PENDING, "checked_at": timezone.now(), "verdict": Verdict.HAM}


def unconfirmed(**values):
    return make_comment(**{"email": PAT, **CHECKED, **values})


def confirmed(article=None, **values):
    return make_comment(article, **{"email": PAT, "email_confirmed_at": timezone.now(), **values})


def pass_time():
    """What is due within the next minutes is due now; the worker does it."""
    soon = timezone.now() + timedelta(minutes=11)
    Notification.objects.filter(due_at__lt=soon).update(due_at=timezone.now(), leased_until=None)
    work_off()


def an_hour_later():
    hour = timedelta(hours=1)
    for row in Notification.objects.filter(sent_at__isnull=False):
        due_at = row.due_at and row.due_at - hour
        Notification.objects.filter(pk=row.pk).update(sent_at=row.sent_at - hour, due_at=due_at)
    pass_time()


def schedule(comment):
    comment.refresh_from_db()
    Notification.schedule(comment)


def reply_to(comment, **values):
    """A reply that a moderator publishes."""
    reply = make_comment(parent=comment, status=Status.PENDING, **values)
    reply.publish(by=make_moderator())
    return reply


def row(kind):
    return Notification.objects.get(kind=kind)


def page_of(comment):
    return reverse("mail", args=[comment.mail_key])


def stop_of(comment):
    return reverse("mail-stop", args=[comment.mail_key])


# --- Please confirm -------------------------------------------------------------------------------


def test_an_address_is_asked_to_confirm_after_the_spam_check(client, checker, mailoutbox):
    article = make_article()
    client.post(reverse("post-comment", args=[article.slug]), {"name": "Pat", "text": "Hello", "email": PAT})
    assert mailoutbox == []
    work_off()
    pass_time()
    (mail,) = mailoutbox
    comment = Comment.objects.get()
    assert (mail.to, mail.subject) == ([PAT], "Please confirm your e-mail address")
    assert f"http://testserver{page_of(comment)}" in mail.body
    assert mail.extra_headers["List-Unsubscribe"] == f"<http://testserver{stop_of(comment)}>"
    assert comment.events.filter(move=Move.MAIL, reason=Kind.CONFIRM).count() == 1


def test_nobody_mails_for_a_spammer(client, checker, mailoutbox):
    checker.will_say(Verdict.SPAM)
    article = make_article()
    client.post(reverse("post-comment", args=[article.slug]), {"name": "Pat", "text": "Hello", "email": PAT})
    work_off()
    pass_time()
    assert mailoutbox == []


def take_back(comment):
    comment.withdraw()


def mark_spam(comment):
    comment.mark_spam(by=make_moderator())


def confirm(comment):
    comment.confirm_email()


def forget(comment):
    comment.forget_email()


def stop_all(comment):
    comment.choose_mails(decision=False, replies=False)


@pytest.mark.parametrize("meanwhile", [take_back, mark_spam, confirm, forget, stop_all])
def test_what_changed_before_the_mail_went_is_heeded(mailoutbox, meanwhile):
    comment = unconfirmed()
    schedule(comment)
    meanwhile(comment)
    pass_time()
    assert mailoutbox == []
    assert row(Kind.CONFIRM).due_at is None


def test_an_address_is_asked_once_a_day_however_often_and_wherever_it_was_typed(mailoutbox):
    for email in (PAT, "Pat@Example.org", PAT):
        schedule(unconfirmed(email=email))
    pass_time()
    assert len(mailoutbox) == 1
    assert not Notification.objects.filter(due_at__isnull=False).exists()


def test_it_can_be_asked_for_again_the_next_day(mailoutbox, monkeypatch):
    from comments import mails

    comment = unconfirmed()
    schedule(comment)
    pass_time()
    Notification.ask_again(comment)
    pass_time()
    assert len(mailoutbox) == 1
    tomorrow = mails.time.time() + mails.DAY
    monkeypatch.setattr("comments.mails.time.time", lambda: tomorrow)
    Notification.ask_again(comment)
    pass_time()
    assert len(mailoutbox) == 2


def test_who_posted_before_there_were_mails_gets_none(mailoutbox):
    comment = unconfirmed()
    Comment.objects.update(mail_key=None)
    schedule(comment)
    pass_time()
    assert mailoutbox == []
    assert not Notification.objects.exists()


def test_a_worker_that_was_killed_on_the_way_does_not_cost_the_mail(mailoutbox, monkeypatch):
    def die(*args):
        raise SystemExit

    schedule(unconfirmed())
    with monkeypatch.context() as patch:
        patch.setattr("comments.mails.deliver", die)
        with pytest.raises(SystemExit):
            pass_time()
    pass_time()
    assert len(mailoutbox) == 1


# --- Published, or not ----------------------------------------------------------------------------


def test_that_it_is_published_is_told_ten_minutes_later(mailoutbox):
    comment = confirmed(status=Status.PENDING)
    comment.publish(by=make_moderator())
    work_off()
    assert mailoutbox == []
    pass_time()
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([PAT], "Your comment is published")
    assert f"http://testserver/comments/{comment.pk}/" in mail.body
    assert (row(Kind.DECISION).told, row(Kind.DECISION).sent) == (Status.PUBLIC, 1)


@pytest.mark.parametrize(
    "refuse", [mark_spam, lambda comment: comment.remove(by=make_moderator(), reason=Reason.UNKIND)]
)
def test_that_it_is_not_published_is_told_without_the_reason(mailoutbox, refuse):
    comment = confirmed(status=Status.PENDING)
    refuse(comment)
    pass_time()
    (mail,) = mailoutbox
    assert mail.subject == "Your comment was not published"
    assert "private page" in mail.body
    assert "unkind" not in mail.body
    assert f"/comments/{comment.pk}/" not in mail.body


def test_an_undone_slip_is_not_mailed(mailoutbox):
    comment, moderator = confirmed(status=Status.PENDING), make_moderator()
    comment.publish(by=moderator)
    comment.hold(by=moderator)
    pass_time()
    assert mailoutbox == []


def test_what_was_told_is_not_told_again(mailoutbox):
    comment, moderator = confirmed(status=Status.PENDING), make_moderator()
    comment.publish(by=moderator)
    pass_time()
    comment.hold(by=moderator)
    comment.publish(by=moderator)
    pass_time()
    assert len(mailoutbox) == 1
    comment.remove(by=moderator, reason=Reason.OTHER)
    pass_time()
    comment.mark_spam(by=moderator)
    pass_time()
    assert [mail.subject for mail in mailoutbox] == [
        "Your comment is published",
        "Your comment is not shown any more",
    ]


@pytest.mark.parametrize("values", [{"email_confirmed_at": None}, {"email": ""}, {"mail_decision": False}])
def test_a_decision_is_mailed_only_to_a_confirmed_address_that_wants_it(mailoutbox, values):
    comment = confirmed(status=Status.PENDING, **values)
    comment.publish(by=make_moderator())
    pass_time()
    assert "Your comment is published" not in [mail.subject for mail in mailoutbox]


def test_a_confirmed_address_is_confirmed_for_that_comment_alone(mailoutbox):
    confirmed()
    other = unconfirmed()
    other.publish(by=make_moderator())
    reply_to(other)
    pass_time()
    assert [mail.subject for mail in mailoutbox] == ["Please confirm your e-mail address"]


# --- Somebody replied -----------------------------------------------------------------------------


def test_a_reply_is_told_once_it_is_public(mailoutbox):
    comment = confirmed()
    reply = make_comment(parent=comment, status=Status.PENDING)
    schedule(reply)
    pass_time()
    assert mailoutbox == []
    reply.publish(by=make_moderator())
    pass_time()
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([PAT], "Somebody replied to your comment")
    assert f"http://testserver/comments/{reply.pk}/" in mail.body
    reply.refresh_from_db()
    assert reply.announced_at


def test_a_burst_of_replies_makes_one_mail(mailoutbox):
    comment = confirmed()
    replies = [reply_to(comment) for _ in range(20)]
    pass_time()
    (mail,) = mailoutbox
    assert mail.subject == "20 replies to your comment"
    assert f"/comments/{replies[0].pk}/" in mail.body
    assert not Comment.objects.filter(parent=comment, announced_at=None).exists()


def test_the_next_replies_are_told_an_hour_later_at_the_earliest(mailoutbox):
    comment = confirmed()
    reply_to(comment)
    pass_time()
    later = [reply_to(comment), reply_to(comment)]
    pass_time()
    assert len(mailoutbox) == 1
    an_hour_later()
    assert mailoutbox[1].subject == "2 replies to your comment"
    assert f"/comments/{later[0].pk}/" in mailoutbox[1].body


def test_a_reply_that_comes_while_a_mail_is_on_its_way_waits_its_hour(mailoutbox, monkeypatch):
    from comments import mails

    comment, deliver = confirmed(), mails.deliver

    def slowly(*args):
        reply_to(comment)
        deliver(*args)

    reply_to(comment)
    with monkeypatch.context() as patch:
        patch.setattr(mails, "deliver", slowly)
        pass_time()
    pass_time()
    assert [mail.subject for mail in mailoutbox] == ["Somebody replied to your comment"]
    an_hour_later()
    assert [mail.subject for mail in mailoutbox] == ["Somebody replied to your comment"] * 2


def test_nobody_is_told_of_their_own_reply(mailoutbox):
    writer = Writer.objects.create()
    comment = confirmed(writer=writer)
    reply_to(comment, email="PAT@example.org", email_confirmed_at=timezone.now(), mail_decision=False)
    reply_to(comment, writer=writer)
    pass_time()
    assert mailoutbox == []
    assert row(Kind.REPLY).due_at is None
    reply_to(comment, writer=Writer.objects.create())
    pass_time()
    assert [mail.subject for mail in mailoutbox] == ["Somebody replied to your comment"]


@pytest.mark.parametrize("status", [Status.REMOVED, Status.WITHDRAWN])
def test_a_reply_that_is_gone_again_is_not_told(mailoutbox, status):
    reply = reply_to(confirmed())
    reply.withdraw() if status == Status.WITHDRAWN else reply.remove(by=make_moderator(), reason=Reason.OTHER)
    pass_time()
    assert mailoutbox == []


def test_a_reply_under_an_article_that_is_no_more_is_not_told(mailoutbox):
    article = make_article()
    reply_to(confirmed(article))
    article.status = "draft"
    article.save()
    pass_time()
    assert mailoutbox == []


@pytest.mark.parametrize("values", [{"email_confirmed_at": None}, {"email": ""}, {"mail_replies": False}])
def test_replies_are_mailed_only_to_a_confirmed_address_that_wants_them(mailoutbox, values):
    reply_to(confirmed(**values))
    pass_time()
    assert mailoutbox == []


# --- What no mail holds ---------------------------------------------------------------------------


def test_no_mail_holds_text_names_titles_the_illness_or_the_receipts_key(mailoutbox, settings):
    settings.SITE_URL, settings.MAIL_FROM = "https://example.org", "no-reply@example.org"
    article = make_article("A title about CRPS", slug="crps-and-ketamine")
    about = {"author_name": "Marguerite", "text": "My hand burns."}
    schedule(unconfirmed(article=article, email="new@example.org", **about))
    comment = confirmed(article, status=Status.PENDING, **about)
    comment.publish(by=make_moderator())
    reply_to(comment, **about)
    confirmed(article, status=Status.PENDING, **about).remove(by=make_moderator(), reason=Reason.ACCUSES)
    pass_time()
    assert len(mailoutbox) == 4
    keys = Comment.objects.values_list("receipt_key", flat=True)
    for mail in mailoutbox:
        words = mail.message().as_string().lower()
        for secret in (
            "crps",
            "ketamine",
            "marguerite",
            "burns",
            "title",
            "accuses",
            "site",
            "/articles/",
            "/receipt/",
        ):
            assert secret not in words, (secret, words)
        assert not [key for key in keys if key.lower() in words]
        assert "/stop/" in mail.body
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# --- Trouble --------------------------------------------------------------------------------------


@pytest.fixture
def server(settings):
    with MailStandIn() as server:
        for name, value in server.settings.items():
            setattr(settings, name, value)
        yield server


def publish_confirmed():
    comment = confirmed(status=Status.PENDING)
    comment.publish(by=make_moderator())
    return comment


@pytest.mark.parametrize("fault", ["try-later-451", "disconnect", "nonsense-greeting", "auth-required"])
def test_a_mail_that_could_not_go_is_tried_again_later(server, fault):
    server.fault = fault
    publish_confirmed()
    pass_time()
    notice = row(Kind.DECISION)
    assert notice.due_at > timezone.now()
    assert notice.last_error
    assert (notice.sent, notice.told, notice.failed_at) == (0, "", None)
    server.fault = ""
    pass_time()
    assert [mail["Subject"] for mail in server.mails] == ["Your comment is published"]
    assert row(Kind.DECISION).last_error == ""


def test_an_address_that_the_server_refuses_is_given_up_at_once_and_the_reason_kept(server):
    server.fault = "refuse-recipient-550"
    comment = publish_confirmed()
    pass_time()
    notice = row(Kind.DECISION)
    assert (notice.due_at, notice.last_error) == (None, "the mail server refused it (550)")
    assert notice.failed_at
    assert not comment.events.filter(move=Move.MAIL).exists()


def test_a_mail_is_given_up_after_some_days_of_trouble(server, settings):
    server.fault = "try-later-451"
    publish_confirmed()
    Notification.objects.update(attempts=settings.MAIL_ATTEMPTS - 1)
    pass_time()
    notice = row(Kind.DECISION)
    assert (notice.due_at, notice.last_error) == (None, "the mail server put it off (451)")
    assert notice.failed_at


def test_a_mail_that_was_given_up_does_not_keep_the_next_from_going(server):
    server.fault = "refuse-recipient-550"
    comment = publish_confirmed()
    pass_time()
    server.fault = ""
    comment.remove(by=make_moderator(), reason=Reason.OTHER)
    pass_time()
    assert [mail["Subject"] for mail in server.mails] == ["Your comment was not published"]
    assert row(Kind.DECISION).failed_at is None


def test_trouble_on_the_way_does_not_use_up_the_days_confirmation(server):
    server.fault = "try-later-451"
    schedule(unconfirmed())
    pass_time()
    server.fault = ""
    pass_time()
    assert [mail["Subject"] for mail in server.mails] == ["Please confirm your e-mail address"]


def test_replies_stay_unannounced_until_the_mail_has_gone(server):
    server.fault = "disconnect-in-mail"
    reply = reply_to(confirmed())
    pass_time()
    reply.refresh_from_db()
    assert reply.announced_at is None


def test_without_a_mail_server_nothing_falls_due(settings, mailoutbox):
    settings.MAIL_CONFIGURED = False
    schedule(unconfirmed())
    reply_to(publish_confirmed())
    pass_time()
    assert mailoutbox == []
    assert not Notification.objects.exists()


# --- Out of the usual order -----------------------------------------------------------------------------


def test_what_was_decided_before_the_address_was_confirmed_is_mailed_after(mailoutbox):
    comment = unconfirmed()
    comment.publish(by=make_moderator())
    reply_to(comment)
    pass_time()
    mailoutbox.clear()
    comment.refresh_from_db()
    comment.confirm_email()
    pass_time()
    subjects = {mail.subject for mail in mailoutbox}
    assert subjects == {"Your comment is published", "Somebody replied to your comment"}


def test_who_was_taken_for_spam_first_is_asked_to_confirm_once_it_is_public(mailoutbox):
    comment = unconfirmed()
    schedule(comment)
    comment.mark_spam(by=make_moderator())
    pass_time()
    assert mailoutbox == []
    comment.publish(by=make_moderator())
    pass_time()
    assert [mail.subject for mail in mailoutbox] == ["Please confirm your e-mail address"]


def test_asking_again_brings_no_address_back_that_was_forgotten_meanwhile(mailoutbox):
    comment = unconfirmed()
    elsewhere = Comment.objects.get(pk=comment.pk)
    elsewhere.forget_email()
    Notification.ask_again(comment)
    comment.refresh_from_db()
    assert (comment.email, comment.mail_key) == ("", None)


def test_asking_again_while_the_mail_is_on_its_way_makes_no_second(mailoutbox):
    comment = unconfirmed()
    schedule(comment)
    claimed = Notification.objects.claim()
    Notification.ask_again(comment)
    claimed.refresh_from_db()
    assert claimed.leased_until is not None
    assert Notification.objects.claim() is None


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
@pytest.mark.django_db(transaction=True)
def test_two_replies_published_at_the_same_moment_make_one_mail(mailoutbox):
    comment, moderator, together = confirmed(), make_moderator(), Barrier(2)
    replies = [make_comment(parent=comment, status=Status.PENDING) for _ in range(2)]

    def publish(reply):
        together.wait()
        reply.publish(by=moderator)
        connection.close()

    with ThreadPoolExecutor(2) as moderators:
        list(moderators.map(publish, replies))
    pass_time()
    assert [mail.subject for mail in mailoutbox] == ["2 replies to your comment"]


def test_variants_of_an_address_are_one_address(mailoutbox):
    for email in ("pat+1@example.org", "Pat@example.org", "pat@example.org"):
        schedule(unconfirmed(email=email))
    pass_time()
    assert len(mailoutbox) == 1


def test_an_address_that_would_break_a_header_is_given_up(mailoutbox):
    schedule(unconfirmed(email='"a\x0bBcc:v@example.org"@example.org'))
    pass_time()
    assert mailoutbox == []
    assert row(Kind.CONFIRM).failed_at is not None
