"""The writer's private page, and the buttons on it."""

from datetime import timedelta

import html5lib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.models import Appeal, Comment, CommentSettings, Kind, Notification, Proposal, Writer
from comments.moves import Actor, Move, Reason, Status
from comments.remember import COOKIE
from crpsinfo.models import CheckerState
from tests.factories import make_comment, make_moderator, reply_fields

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

BUTTONS = [
    "withdraw", "restore", "hide", "appeal", "choose-mails", "confirm-again", "forget-email", "new-link", "forget-me",
]  # fmt: skip


def press(client, button, comment, **fields):
    return client.post(reverse(button, args=[comment.receipt_key]), fields)


def page_of(client, comment, flag=""):
    return client.get(comment.get_receipt_url() + flag).text


def leads_to_the_receipt(response, comment):
    return (response.status_code, response.headers.get("Location")) == (303, comment.get_receipt_url())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.PENDING, "We have your comment"),
        (Status.PUBLIC, "Your comment is published"),
        (Status.SPAM, "taken for spam"),
        (Status.REMOVED, "not published"),
        (Status.WITHDRAWN, "took your comment back"),
    ],
)
def test_the_receipt_says_what_became_of_it_to_people_and_machines(client, status, words):
    page = client.get(make_comment(status=status).get_receipt_url())
    assert words in page.text
    assert f'data-status="{status}" data-checked="no"' in page.text


def test_the_writer_reads_why_it_was_removed(client):
    comment = make_comment()
    comment.remove(by=make_moderator(), reason=Reason.DOSE_ADVICE)
    page = client.get(comment.get_receipt_url()).text
    assert "It gives advice on doses." in page
    assert comment.decided_by.username not in page


def test_the_writer_reads_what_happened_and_when(client):
    comment = make_comment(status=Status.PENDING)
    comment.publish(by=make_moderator())
    steps = page_of(client, comment).split('<ol class="steps">')[1]
    for words in ("Received", "A moderator read it.", "Published"):
        assert words in steps
    assert comment.decided_by.username not in steps


@pytest.mark.parametrize("error", ["", "the service answered 500"])
def test_a_failing_check_is_told_in_plain_words(client, error):
    comment = make_comment(status=Status.PENDING, due_at=timezone.now(), last_error=error)
    page = client.get(comment.get_receipt_url()).text
    assert "Spam check:" in page
    assert ("not possible yet" in page) == bool(error)
    assert "answered 500" not in page


def test_a_second_look_and_a_second_reading_are_told(client):
    looked = make_comment(status=Status.PENDING, due_at=timezone.now(), guid="g", last_error="later")
    assert "wants a second look" in client.get(looked.get_receipt_url()).text
    held = make_comment()
    held.hold(by=make_moderator())
    assert "is looking at it again" in client.get(held.get_receipt_url()).text


def test_a_check_that_will_not_come_is_not_promised(client):
    page = client.get(make_comment(status=Status.PENDING, due_at=None).get_receipt_url()).text
    assert "a person looks at it" in page
    assert "takes a moment" not in page


def test_the_receipt_is_private_and_carries_its_address_nowhere(client):
    page = client.get(make_comment().get_receipt_url())
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]


@pytest.mark.parametrize("key", ["nonsense", "x" * 64, "../../admin", "ü"])
def test_a_forged_key_is_a_404(client, key):
    assert client.get(f"/comments/receipt/{key}/").status_code == 404


def test_taking_back_and_undoing(client):
    comment = make_comment()
    assert client.post(reverse("withdraw", args=[comment.receipt_key])).status_code == 303
    comment.refresh_from_db()
    assert comment.status == Status.WITHDRAWN
    client.post(reverse("restore", args=[comment.receipt_key]))
    comment.refresh_from_db()
    assert comment.status == Status.PUBLIC


def test_taking_back_twice_ends_where_once_does(client):
    comment = make_comment()
    url = reverse("withdraw", args=[comment.receipt_key])
    client.post(url)
    response = client.post(url, follow=True)
    assert response.redirect_chain == [(comment.get_receipt_url(), 303)]
    assert "took your comment back" in response.text
    assert comment.events.count() == 1


def test_what_was_never_taken_back_cannot_be_brought_back(client):
    comment = make_comment(status=Status.REMOVED)
    assert client.post(reverse("restore", args=[comment.receipt_key])).status_code == 409
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED


@pytest.mark.parametrize("button", BUTTONS)
def test_nothing_changes_on_get(client, button):
    comment = make_comment(email="ann@example.org")
    response = client.get(reverse(button, args=[comment.receipt_key]))
    assert (response.status_code, response.headers["Location"]) == (302, comment.get_receipt_url())
    assert Comment.objects.filter(status=Status.PUBLIC, receipt_key=comment.receipt_key, email=comment.email).exists()
    assert not comment.events.exists()


@pytest.mark.parametrize("button", BUTTONS)
def test_other_methods_are_refused(client, button):
    response = client.put(reverse(button, args=[make_comment().receipt_key]))
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("button", BUTTONS)
def test_a_strangers_key_moves_nothing(client, button):
    make_comment()
    assert client.post(reverse(button, args=["x" * 43])).status_code == 404
    assert client.get(reverse(button, args=["x" * 43])).status_code == 404


@pytest.mark.parametrize("button", BUTTONS)
def test_what_is_erased_cannot_be_changed(client, button):
    comment = make_comment(status=Status.WITHDRAWN, erased_at=timezone.now(), author_name="", text="")
    response = press(client, button, comment)
    assert response.status_code == 409
    assert "This comment is erased" in response.text
    assert not comment.events.exists()


LIMITED = ["restore", "hide", "choose-mails", "confirm-again", "new-link"]


@pytest.mark.parametrize("button", LIMITED)
def test_too_many_changes_wait(client, settings, button):
    settings.POST_LIMITS = [(1, 3600)]
    press(client, "choose-mails", make_comment())
    comment = make_comment(status=Status.WITHDRAWN if button == "restore" else Status.PUBLIC)
    Proposal.put(comment, "Ann", "After")
    response = press(client, button, comment)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    assert "Nothing was changed. Please try again in " in response.text
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.status, stored.receipt_key, stored.mail_replies) == (comment.status, comment.receipt_key, True)
    assert not comment.events.exists()


@pytest.mark.parametrize("button", ["withdraw", "forget-email"])
def test_what_is_everybodys_right_knows_no_limit(client, settings, button):
    settings.POST_LIMITS = [(0, 3600)]
    comment = make_comment(email="ann@example.org")
    assert leads_to_the_receipt(press(client, button, comment), comment)
    assert comment.events.exists()


def test_a_browser_that_sends_no_origin_from_the_receipt_may_take_back(client):
    comment = make_comment()
    response = client.post(reverse("withdraw", args=[comment.receipt_key]), headers={"Origin": "null"})
    assert response.status_code == 303


def test_a_strangers_key_opens_nothing_of_others(client):
    mine, other = make_comment(text="mine"), make_comment(text="other")
    assert "other" not in client.get(mine.get_receipt_url()).text.split("<footer")[0]
    client.post(reverse("withdraw", args=[mine.receipt_key]))
    other.refresh_from_db()
    assert other.status == Status.PUBLIC


# --- While it waits ---------------------------------------------------------------------------------


def test_the_usual_wait_is_told_while_a_person_has_to_look(client):
    make_comment(status=Status.PENDING, created_at=timezone.now() - timedelta(hours=4.5)).publish(by=make_moderator())
    assert "Usually within 5 hours." in page_of(client, make_comment(status=Status.PENDING))
    assert "Usually within" not in page_of(client, make_comment())


def test_it_says_so_when_no_moderator_comes(client):
    comment, weeks_ago = make_comment(status=Status.PENDING), timezone.now() - timedelta(days=20)
    assert "No moderator" not in page_of(client, comment)
    CommentSettings.objects.create(pk=1, unattended_since=weeks_ago)
    assert f"No moderator has been here since {weeks_ago.day} " in page_of(client, comment)
    assert "Your comment stays safe until one comes." in page_of(client, comment)


# --- Mails ------------------------------------------------------------------------------------------


def with_mail(**values):
    return make_comment(email="ann.lee@example.org", **values)


def confirmation_mail(comment, **values):
    return Notification.objects.create(comment=comment, kind=Kind.CONFIRM, **values)


def test_the_page_speaks_of_mails_only_if_there_can_be_any(client, settings):
    assert "Mails about this comment" in page_of(client, with_mail())
    assert "Mails about this comment" not in page_of(client, make_comment())
    settings.MAIL_CONFIGURED = False
    assert "Mails about this comment" not in page_of(client, with_mail())


@pytest.mark.parametrize(
    ("mail", "words", "can_ask"),
    [
        (None, "Once the spam check is done, we send you a mail.", False),
        ({"due_at": timezone.now()}, "A mail is on its way to you.", False),
        ({"sent_at": timezone.now() - timedelta(days=2)}, "Open the mail we sent on ", True),
        ({"sent_at": timezone.now()}, "You can ask for it again tomorrow.", False),
        ({"failed_at": timezone.now(), "last_error": "refused (550)"}, "could not be delivered", True),
        ({}, "one a day goes to an address", True),
    ],
)
def test_an_address_that_is_not_confirmed_and_why(client, mail, words, can_ask):
    comment = with_mail(status=Status.PENDING)
    if mail is not None:
        confirmation_mail(comment, **mail)
    page = page_of(client, comment)
    assert "is not confirmed yet." in page
    assert words in page
    assert ("Send that mail again" in page) == can_ask
    assert "(550)" not in page


def test_an_address_that_is_confirmed(client):
    comment = with_mail(email_confirmed_at=timezone.now())
    page = page_of(client, comment)
    assert "is confirmed." in page
    assert "Send that mail again" not in page


@pytest.mark.parametrize("values", [{"mail_decision": False, "mail_replies": False}, {"status": Status.WITHDRAWN}])
def test_no_mail_is_promised_that_nobody_will_send(client, values):
    page = page_of(client, with_mail(**{"status": Status.PENDING} | values))
    assert "we send you a mail" not in page


def test_asking_for_the_mail_again(client):
    comment = with_mail(status=Status.PENDING)
    mail = confirmation_mail(comment, sent_at=timezone.now() - timedelta(days=2))
    for _ in range(2):
        assert leads_to_the_receipt(press(client, "confirm-again", comment), comment)
    mail.refresh_from_db()
    assert mail.due_at is not None
    assert Notification.objects.count() == 1


def test_choosing_mails(client):
    comment = with_mail()
    assert leads_to_the_receipt(press(client, "choose-mails", comment, replies="on"), comment)
    comment.refresh_from_db()
    assert (comment.mail_decision, comment.mail_replies) == (False, True)
    page = page_of(client, comment)
    assert page.count(" checked") == 1


def test_forgetting_the_address(client):
    comment = with_mail()
    mail = confirmation_mail(comment, due_at=timezone.now())
    for _ in range(2):
        assert leads_to_the_receipt(press(client, "forget-email", comment), comment)
    comment.refresh_from_db()
    mail.refresh_from_db()
    assert (comment.email, mail.due_at) == ("", None)
    assert comment.events.filter(move=Move.FORGET).count() == 1


def test_neither_address_nor_browser_nor_network_stands_on_the_page(client):
    comment = with_mail(ip="192.0.2.99", user_agent="Netscape 4", referrer="http://testserver/from-here/")
    confirmation_mail(comment, sent_at=timezone.now())
    page = page_of(client, comment)
    assert "a…@example.org" in page
    for secret in ("ann.lee", "192.0.2.99", "Netscape", "from-here", comment.mail_key):
        assert secret not in page


# --- The private link -------------------------------------------------------------------------------


def test_the_link_can_be_copied_and_the_page_says_what_it_opens(client):
    comment = make_comment()
    page = page_of(client, comment)
    assert f'value="http://testserver{comment.get_receipt_url()}" readonly' in page
    assert (
        "Anyone with this link can change your comment. On a shared computer, copy it to a safe place and clear the "
        "browser's history."
    ) in page


def next_key(client, comment):
    """What the page's button for a new link sends."""
    document = html5lib.parse(page_of(client, comment), namespaceHTMLElements=False)
    return next(field.get("value") for field in document.iter("input") if field.get("name") == "next")


def test_a_new_link_replaces_the_old_one(client):
    comment = make_comment()
    old = comment.get_receipt_url()
    response = press(client, "new-link", comment, next=next_key(client, comment))
    comment.refresh_from_db()
    assert comment.get_receipt_url() != old
    assert response.headers["Location"] == f"{comment.get_receipt_url()}?new=1"
    assert "The old one leads nowhere now." in client.get(response.headers["Location"]).text
    assert client.get(old).status_code == 404
    assert "The old one" not in page_of(client, comment).split("<details")[0]


def test_a_double_tap_leads_to_the_one_new_link(client):
    comment = make_comment()
    sent = next_key(client, comment)
    first, second = (press(client, "new-link", comment, next=sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert comment.events.filter(move=Move.NEW_LINK).count() == 1


def test_the_old_link_tells_nobody_the_new_one(client):
    comment, other = make_comment(), make_comment()
    seen_before = next_key(client, comment)
    press(client, "new-link", comment, next=next_key(client, comment))
    for known in (seen_before, next_key(client, other), "forged", ""):
        assert press(client, "new-link", comment, next=known).status_code == 404


@pytest.mark.parametrize("sent", ["", "forged", "another comment's"])
def test_nobody_chooses_the_new_link(client, sent):
    comment, other = make_comment(), make_comment()
    sent = next_key(client, other) if "another" in sent else sent
    assert press(client, "new-link", comment, next=sent).status_code == 303
    key = Comment.objects.get(pk=comment.pk).receipt_key
    assert len(key) == 43
    assert key not in (comment.receipt_key, sent)


# --- Remembered on this device ----------------------------------------------------------------------


@pytest.fixture
def device():
    """The browser of a writer who asked to be remembered, and the comment they posted with it."""
    client, article = Client(), make_comment().article
    client.post(reverse("post-comment", args=[article.slug]), reply_fields(remember="on"))
    return client, Comment.objects.exclude(writer=None).get()


def test_the_writers_device_is_told_that_it_is_known(device, client):
    known, comment = device
    assert "You are remembered on this device" in page_of(known, comment)
    assert "You are remembered" not in page_of(client, comment)
    assert "You are remembered" not in page_of(known, make_comment(writer=Writer.objects.create()))
    assert "You are remembered" not in page_of(known, make_comment())


def test_being_forgotten(device):
    known, comment = device
    for _ in range(2):
        assert leads_to_the_receipt(press(known, "forget-me", comment), comment)
    comment.writer.refresh_from_db()
    assert comment.writer.revoked_at is not None
    assert not known.cookies[COOKIE].value
    assert "You are remembered" not in page_of(known, comment)


def test_another_device_makes_nobody_forgotten(device, client):
    _, comment = device
    assert leads_to_the_receipt(press(client, "forget-me", comment), comment)
    comment.writer.refresh_from_db()
    assert comment.writer.revoked_at is None


# --- The page as a whole ----------------------------------------------------------------------------


def test_help_stands_above_the_heading_which_still_says_that_it_was_received(client):
    comment = make_comment(status=Status.PENDING)
    page = page_of(client, comment, "?help=now")
    assert page.index('id="help-now"') < page.index("<h1>Thank you. We have your comment</h1>")
    assert 'id="help-now"' not in page_of(client, comment)


def everything(status=Status.PUBLIC, **values):
    """A comment with whatever its page can show."""
    comment = with_mail(status=status, edited_at=timezone.now(), writer=Writer.objects.create(), **values)
    if status in (Status.PENDING, Status.PUBLIC):
        Proposal.put(comment, "Ann", "After")
    else:
        Appeal.objects.create(comment=comment)
    confirmation_mail(comment)
    comment.record(Move.DECLINE, Actor.MODERATOR)
    return comment


@pytest.mark.parametrize("flag", ["", "?help=now", "?new=1"])
@pytest.mark.parametrize("status", Status.values)
def test_every_state_is_well_formed(client, status, flag):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    for comment in (everything(status), make_comment(status=status), everything(status, erased_at=timezone.now())):
        document = parser.parse(page_of(client, comment, flag))
        assert parser.errors == []
        assert len(document.findall(".//h1")) == 1
        ids = [element.get("id") for element in document.iter() if element.get("id")]
        assert len(ids) == len(set(ids))


def test_an_erased_comment_tells_no_more_than_when(client):
    comment = everything(Status.REMOVED, erased_at=timezone.now())
    response = client.get(comment.get_receipt_url())
    assert response.status_code == 410
    assert "were erased on" in response.text
    for words in ("example.org", "Mails about", "second look", "What you can do"):
        assert words not in response.text.split("<footer")[0]


def test_the_page_takes_as_many_queries_with_much_behind_it_as_with_little(client, django_assert_num_queries):
    comment = everything()
    moderator = make_moderator()
    for n in range(3):
        make_comment(comment.article, parent=comment)
        make_comment(comment.article, status=Status.PENDING).publish(by=moderator)
        with django_assert_num_queries(6):  # the comment, its events, what was declined, two for the wait, its mail
            assert client.get(comment.get_receipt_url()).status_code == 200, n


def test_it_says_so_when_the_check_waits_for_a_checker_that_does_not_answer(client, checker):
    comment = make_comment(status=Status.PENDING)
    comment.make_due(timezone.now())
    comment.save()
    assert "this takes a moment" in client.get(comment.get_receipt_url()).text
    CheckerState.objects.create(pk=1, failing_since=timezone.now(), probe_at=timezone.now())
    assert "not possible yet. We try again by ourselves" in client.get(comment.get_receipt_url()).text


@pytest.mark.parametrize(("policy", "by_itself"), [("publish-ham", True), ("hold-all", False)])
def test_what_may_appear_without_a_moderator_is_not_said_to_wait_for_one(client, checker, settings, policy, by_itself):
    settings.COMMENT_POLICY = policy
    comment = make_comment(status=Status.PENDING, due_at=timezone.now())
    page = page_of(client, comment)
    assert ("unless the check finds something" in page) is by_itself
    assert ("A moderator reads it" in page) is not by_itself


def test_what_our_own_rules_caught_is_not_blamed_on_the_filter(client, checker):
    page = page_of(client, make_comment(status=Status.SPAM, ruling="spam"))
    assert "own rules against spam caught it" in page
    assert "The spam filter marked" not in page
    assert 'data-status="spam" data-checked="yes"' in page
