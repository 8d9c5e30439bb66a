"""Where the links in mails lead: confirming an address, choosing mails, stopping them."""

import logging

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment
from comments.moves import Move, Status
from crpsinfo.logs import RedactingFormatter
from tests.factories import make_article
from tests.test_comments_mails import PAT, confirmed, page_of, pass_time, reply_to, stop_of, unconfirmed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


# --- The page that mails lead to ------------------------------------------------------------------


def test_the_page_asks_for_confirmation_and_tells_little(client):
    article = make_article("A title")
    comment = unconfirmed(article=article, author_name="Marguerite", text="My hand burns.")
    page = client.get(page_of(comment))
    main = page.text.split("<main")[1].split("</main")[0]
    assert "Yes, send me these mails" in main
    assert main.count("checked") == 2
    assert "p…@example.org" in main
    for secret in (PAT, "Marguerite", "burns", article.title, comment.receipt_key, "/receipt/"):
        assert secret not in main


def test_confirming_keeps_the_choices(client):
    comment = unconfirmed()
    response = client.post(page_of(comment), {"do": "save", "replies": "on"})
    assert (response.status_code, response.headers["Location"]) == (303, page_of(comment))
    comment.refresh_from_db()
    assert comment.email_confirmed_at
    assert (comment.mail_decision, comment.mail_replies) == (False, True)
    assert "is confirmed" in client.get(page_of(comment)).text


def test_confirming_twice_is_recorded_once(client):
    comment = unconfirmed()
    for _ in range(2):
        assert client.post(page_of(comment), {"do": "save", "decision": "on"}).status_code == 303
    assert comment.events.filter(move=Move.CONFIRM).count() == 1


@pytest.mark.parametrize("values", [{}, {"email_confirmed_at": timezone.now()}])
def test_the_address_can_be_forgotten(client, values):
    comment = unconfirmed(**values)
    address = page_of(comment)
    response = client.post(address, {"do": "forget"})
    assert response.status_code == 200
    assert "Your address is forgotten" in response.text
    comment.refresh_from_db()
    assert (comment.email, comment.mail_key, comment.email_confirmed_at) == ("", None, None)
    again = client.post(address, {"do": "forget"})
    assert again.status_code == 404
    assert "is forgotten" in again.text


def test_all_mails_can_be_stopped_on_the_page(client):
    comment = confirmed()
    assert client.post(page_of(comment), {"do": "stop"}).status_code == 303
    comment.refresh_from_db()
    assert (comment.mail_decision, comment.mail_replies) == (False, False)
    assert "You get no mails about this comment." in client.get(page_of(comment)).text


@pytest.mark.parametrize("fields", [{}, {"do": "nonsense"}, ONE_CLICK])
def test_a_post_that_says_nothing_changes_nothing(client, fields):
    comment = unconfirmed()
    assert client.post(page_of(comment), fields).status_code == 400
    comment.refresh_from_db()
    assert comment.email_confirmed_at is None
    assert comment.mail_decision


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.PENDING, "waits for a moderator"),
        (Status.PUBLIC, "is published"),
        (Status.REMOVED, "was not published"),
        (Status.SPAM, "was not published"),
        (Status.WITHDRAWN, "was taken back"),
    ],
)
def test_the_page_says_what_became_of_the_comment(client, status, words):
    comment = unconfirmed(status=status)
    page = client.get(page_of(comment)).text
    assert words in page
    assert (f'href="/comments/{comment.pk}/"' in page) == (status == Status.PUBLIC)


def test_a_strangers_key_opens_nothing_of_others(client):
    mine, other = confirmed(), confirmed()
    client.post(page_of(mine), {"do": "stop"})
    other.refresh_from_db()
    assert other.mail_replies


# --- One click ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{}, {"content_type": "application/x-www-form-urlencoded"}])
def test_one_click_stops_all_mails_without_cookie_token_or_redirect(mailoutbox, how):
    comment = confirmed()
    reply_to(comment)
    program = Client(enforce_csrf_checks=True)
    body = "List-Unsubscribe=One-Click" if how else ONE_CLICK  # as a form of either kind
    response = program.post(stop_of(comment), body, **how)
    assert response.status_code == 200
    assert "You get no more mails" in response.text
    assert not response.cookies
    pass_time()
    assert mailoutbox == []


def test_one_click_twice_is_fine(client):
    comment = confirmed()
    for _ in range(2):
        assert client.post(stop_of(comment), ONE_CLICK).status_code == 200


def test_a_mail_program_on_another_site_may_click(client):
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    comment = confirmed()
    assert client.post(stop_of(comment), ONE_CLICK, headers=headers).status_code == 200
    comment.refresh_from_db()
    assert not comment.mail_replies


@pytest.mark.parametrize("address_of", [page_of, stop_of])
@pytest.mark.parametrize("method", ["get", "head"])
def test_nothing_changes_on_get(client, address_of, method):
    comment = unconfirmed()
    before = Comment.objects.values().get(pk=comment.pk)
    assert getattr(client, method)(address_of(comment), ONE_CLICK | {"do": "forget"}).status_code == 200
    assert Comment.objects.values().get(pk=comment.pk) == before


@pytest.mark.parametrize("address_of", [page_of, stop_of])
def test_the_pages_are_private_and_carry_their_address_nowhere(client, address_of):
    comment = confirmed()
    for method in ("get", "post"):
        response = getattr(client, method)(address_of(comment))
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
    assert client.put(address_of(comment)).status_code == 405


@pytest.mark.parametrize("name", ["mail", "mail-stop"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_key_is_a_404(client, name, method):
    comment = confirmed()
    for key in ("nonsense", "None", "x" * 64, comment.receipt_key, comment.mail_key[:-1]):
        response = getattr(client, method)(reverse(name, args=[key]))
        assert response.status_code == 404
        assert response.headers["Cache-Control"] == "private, no-store"
    comment.refresh_from_db()
    assert comment.mail_replies


def test_the_key_of_an_erased_address_is_a_404(client):
    comment = confirmed()
    Comment.objects.update(email="")
    assert client.get(page_of(comment)).status_code == 404


# --- Who else may know the key --------------------------------------------------------------------


def test_the_key_stays_out_of_the_log():
    record = logging.LogRecord("x", logging.INFO, "x", 1, '"POST /comments/mail/s3cret-K_y/stop/ HTTP/1.1"', (), None)
    assert RedactingFormatter().format(record) == '"POST /comments/mail/…/stop/ HTTP/1.1"'


def test_search_engines_are_asked_to_stay_away(client):
    assert "Disallow: /comments/mail/\n" in client.get("/robots.txt").text
