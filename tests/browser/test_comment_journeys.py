"""The ways of a comment: from the reader who writes it to the readers who find it, with the moderator between them."""

import pytest
from django.test import override_settings

from comments.models import Comment
from comments.moves import Status
from crpsinfo.worker import work_off
from tests.akismet_stand_in import StandIn
from tests.browser.people import (
    comment_on,
    expect,
    expect_done,
    expect_receipt,
    press,
    publish_by_keyboard,
    publish_in_the_queue,
    sign_in_as_moderator,
    sign_in_as_moderator_by_keyboard,
    signed_in,
    write_comment,
    write_comment_by_keyboard,
)
from tests.factories import make_article, make_comment, make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAITS = "Thank you. We have your comment"
IS_PUBLIC = "Your comment is published"


@pytest.fixture
def article():
    return make_article(
        "Infusions", slug="infusions", body="## What helps\n\nSome words.\n\n## What does not\n\nMore.\n"
    )


@pytest.fixture
def akismet():
    """A site that asks the stand-in for Akismet, and whose work is done when the test says so."""
    with StandIn() as server, override_settings(**server.settings):
        yield server


def test_comment_and_reply_from_the_form_to_the_article(article, reader, moderators_page):
    reader.goto("/articles/infusions/")
    write_comment(reader, "I had four infusions.", name="Ann")
    expect_receipt(reader, WAITS, Status.PENDING)
    sign_in_as_moderator(moderators_page)
    publish_in_the_queue(moderators_page, "I had four infusions.")
    reader.reload()
    expect_receipt(reader, IS_PUBLIC, Status.PUBLIC)

    reader.get_by_role("link", name="see it on the page").click()
    expect(comment_on(reader, "I had four infusions.")).to_be_in_viewport()
    reader.get_by_role("link", name="Reply to Ann").click()
    write_comment(reader, "Did they last?", name="Ben")
    publish_in_the_queue(moderators_page, "Did they last?")
    reader.goto("/articles/infusions/")
    expect(reader.get_by_role("heading", name="2 comments")).to_be_visible()
    expect(comment_on(reader, "Did they last?")).to_contain_text("Ben in reply to Ann")


def test_form_that_is_refused_keeps_what_was_typed(article, reader, watch):
    reader.goto("/articles/infusions/")
    watch.announce(400)
    write_comment(reader, "I had four infusions.", name="")
    expect(reader.get_by_role("alert")).to_contain_text("Please give a name.")
    expect(reader.get_by_label("Your comment")).to_have_value("I had four infusions.")
    reader.get_by_role("alert").get_by_role("link", name="Name").click()
    expect(reader.get_by_label("Name")).to_be_focused()
    reader.keyboard.type("Ann")
    reader.get_by_role("button", name="Post comment").click()
    expect_receipt(reader, WAITS, Status.PENDING)


def test_comment_is_taken_back_and_brought_back(article, reader):
    comment = make_comment(article, text="Too much about me.")
    reader.goto(comment.get_receipt_url())
    reader.get_by_role("button", name="Take my comment back").click()
    expect_receipt(reader, "You took your comment back", Status.WITHDRAWN)
    reader.get_by_role("link", name="Back to the article").click()
    expect(reader.get_by_text("Nobody has commented yet.")).to_be_visible()
    reader.goto(comment.get_receipt_url())
    reader.get_by_role("button", name="Bring my comment back").click()
    expect_receipt(reader, IS_PUBLIC, Status.PUBLIC)
    reader.get_by_role("link", name="Back to the article").click()
    expect(comment_on(reader, "Too much about me.")).to_be_visible()


def test_comment_and_reply_from_the_form_to_the_article_with_the_keyboard_alone(article, page, moderators_page):
    page.goto("/articles/infusions/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    press(page, page.get_by_role("link", name="Comments (0)"))
    write_comment_by_keyboard(page, "I had four infusions.", name="Ann")
    expect_receipt(page, WAITS, Status.PENDING)
    sign_in_as_moderator_by_keyboard(moderators_page)
    publish_by_keyboard(moderators_page, "I had four infusions.")
    page.reload()
    press(page, page.get_by_role("link", name="see it on the page"))
    expect(comment_on(page, "I had four infusions.")).to_be_in_viewport()
    press(page, page.get_by_role("link", name="Reply to Ann"))
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_visible()
    write_comment_by_keyboard(page, "Did they last?", name="Ben")
    expect_receipt(page, WAITS, Status.PENDING)
    publish_by_keyboard(moderators_page, "Did they last?")
    page.goto("/articles/infusions/")
    expect(comment_on(page, "Did they last?")).to_contain_text("Ben in reply to Ann")


def test_reply_form_shows_what_is_answered(article, reader):
    make_comment(article, text="Has anybody tried a mirror?", author_name="Eve")
    reader.goto("/articles/infusions/")
    reader.get_by_role("link", name="Reply to Eve").click()
    expect(reader.get_by_role("blockquote")).to_contain_text("Has anybody tried a mirror?")
    expect(reader.get_by_role("heading", name="Reply to Eve")).to_be_visible()


def test_permanent_link_leads_to_the_comment_on_the_second_page(article, page):
    Comment.objects.bulk_create(Comment(article=article, author_name="Ann", status=Status.PUBLIC) for _ in range(50))
    last = make_comment(article, text="The last word.")
    page.goto(last.get_absolute_url())
    expect(page).to_have_url(f"/articles/infusions/?page=2#comment-{last.pk}")
    expect(page.get_by_text("The last word.")).to_be_in_viewport()


def test_ordinary_comment_is_checked_and_waits_for_a_moderator(article, page, akismet):
    page.goto("/articles/infusions/")
    write_comment(page, "I had four infusions.")
    expect(page.get_by_text("this takes a moment")).to_be_visible()
    work_off()
    page.reload()
    expect_receipt(page, WAITS, Status.PENDING)
    expect(page.get_by_text("Checked for spam.")).to_be_visible()


def test_writer_of_spam_is_told_and_a_moderator_can_still_publish_it(article, page, borrow, base_url, akismet):
    page.goto("/articles/infusions/")
    write_comment(page, "I had four infusions.", name="akismet-guaranteed-spam")
    work_off()
    page.reload()
    expect_receipt(page, "Your comment was taken for spam", Status.SPAM)
    office = signed_in(borrow(), make_moderator(), base_url)
    office.goto("/admin/comments/comment/?status=spam")
    office.get_by_role("link", name="I had four infusions.").click()
    office.get_by_role("button", name="Publish", exact=True).click()
    expect_done(office, "Published: ")
    expect(office).to_have_url("/admin/comments/comment/?status=spam")
    page.reload()
    expect_receipt(page, IS_PUBLIC, Status.PUBLIC)


def test_form_says_who_checks_for_spam_and_links_to_what_happens_with_the_data(article, page, akismet):
    page.goto("/articles/infusions/")
    expect(page.get_by_text("This site uses Akismet to reduce spam.")).to_be_visible()
    page.get_by_role("link", name="Learn how your comment data is processed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How your comment data is processed")
    expect(page.get_by_role("main")).to_contain_text("Akismet, a service of Automattic")


def test_writer_never_gets_a_cookie(article, page, context):
    page.goto("/")
    page.get_by_role("link", name="Infusions").click()
    write_comment(page, "I had four infusions.")
    expect_receipt(page, WAITS, Status.PENDING)
    page.get_by_role("button", name="Take my comment back").click()
    page.get_by_role("link", name="Contact").click()
    page.get_by_label("Your message").fill("Thank you.")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your message")
    assert context.cookies() == []
