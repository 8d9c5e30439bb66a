"""From the mails about a comment into the site and out again."""

import re

import pytest

from comments.models import Comment
from comments.moves import Status
from tests.browser.people import comment_on, expect, expect_receipt, fold, press, write_comment
from tests.factories import make_article, make_moderator
from tests.test_comments_mails import pass_time, reply_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANN = "ann@example.org"


@pytest.fixture
def article(settings, base_url):
    settings.SITE_URL = base_url  # where the links in the mails lead
    return make_article("Infusions", slug="infusions")


def post_with_email(page):
    page.goto("/articles/infusions/")
    page.get_by_label("E-mail").fill(ANN)
    write_comment(page, "My hand burns.", name="Marguerite")
    expect_receipt(page, "Thank you. We have your comment", Status.PENDING)


def next_mail(mailoutbox, subject):
    """The addresses in the mail that comes next."""
    pass_time()
    mail = mailoutbox.pop()
    assert (mail.to, mail.subject, mailoutbox) == ([ANN], subject, [])
    words = mail.message().as_string().lower()
    assert not [secret for secret in ("burns", "marguerite", "crps", "infusions", "/receipt/") if secret in words]
    return re.findall(r"https?://\S+", mail.body)


def test_mails_from_confirmation_to_reply_until_they_are_stopped(article, reader, mailoutbox):
    post_with_email(reader)
    mails_page, _ = next_mail(mailoutbox, "Please confirm your e-mail address")
    reader.goto(mails_page)
    reader.get_by_role("button", name="Yes, send me these mails").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Mails about your comment")

    comment = Comment.objects.get()
    comment.publish(by=make_moderator())
    permanent_link, *_ = next_mail(mailoutbox, "Your comment is published")
    reader.goto(permanent_link)
    expect(comment_on(reader, "My hand burns.")).to_be_in_viewport()

    reply_to(comment, text="Mine too.", author_name="Ben")
    permanent_link, _, stop = next_mail(mailoutbox, "Somebody replied to your comment")
    reader.goto(permanent_link)
    expect(comment_on(reader, "Mine too.")).to_be_in_viewport()

    reader.goto(stop)
    reader.get_by_role("button", name="Stop all mails about this comment").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("You get no more mails about this comment")
    reply_to(comment)
    pass_time()
    assert mailoutbox == []


def test_somebody_elses_address_is_forgotten(article, reader, mailoutbox, watch):
    post_with_email(reader)
    mails_page, stop = next_mail(mailoutbox, "Please confirm your e-mail address")
    reader.goto(mails_page)
    expect(reader.get_by_role("main")).not_to_contain_text("My hand burns.")
    reader.get_by_role("button", name="No, forget this address").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your address is forgotten")
    watch.announce(404)
    reader.goto(stop)
    expect(reader.get_by_role("heading", level=1)).to_have_text("This link leads nowhere any more")
    Comment.objects.get().publish(by=make_moderator())
    pass_time()
    assert mailoutbox == []


def test_choices_made_with_the_keyboard_on_the_page_of_the_mail_stand_on_the_receipt_too(article, page, mailoutbox):
    post_with_email(page)
    receipt = page.url
    mails_page, _ = next_mail(mailoutbox, "Please confirm your e-mail address")
    page.goto(mails_page)
    press(page, page.get_by_label("When it is published, or not"), "Space")
    press(page, page.get_by_role("button", name="Yes, send me these mails"))
    expect(page.get_by_role("button", name="Save my choice")).to_be_visible()
    page.goto(receipt)
    fold(page, "Mails about this comment").click()
    expect(page.get_by_label("When it is published, or not")).not_to_be_checked()
    expect(page.get_by_label("When somebody replies to it")).to_be_checked()
