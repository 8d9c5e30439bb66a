"""What the writer of a comment does on its private page, and what others see of it."""

import pytest
from django.utils import timezone

from comments import retention
from comments.models import Comment, Writer
from comments.moves import Reason, Status
from crpsinfo.worker import work_off
from tests.browser.audit import PHONE
from tests.browser.people import (
    change_comment,
    comment_on,
    expect,
    expect_done,
    expect_receipt,
    fold,
    press,
    signed_in,
    tab_to,
    write_comment,
)
from tests.factories import days_ago, make_article, make_comment, make_moderator
from tests.moderation import page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARTICLE = "/articles/infusions/"
WAITS = "Thank you. We have your comment"
IS_PUBLIC = "Your comment is published"


@pytest.fixture
def article():
    return make_article("Infusions", slug="infusions")


@pytest.fixture
def office(borrow, base_url):
    """The browser of a moderator who has signed in."""
    return signed_in(borrow(), make_moderator(), base_url)


# --- Changing it ------------------------------------------------------------------------------------------


def test_waiting_comment_is_changed_and_checked_again(article, reader, checker):
    comment = make_comment(article, status=Status.PENDING, text="Four infusions.", checked_at=timezone.now())
    reader.goto(comment.get_receipt_url())
    change_comment(reader, "Five infusions.")
    expect_receipt(reader, WAITS, Status.PENDING)
    expect(reader.get_by_role("article", name="What you wrote")).to_contain_text("Five infusions.")
    expect(reader.get_by_text("You changed it")).to_be_visible()
    expect(reader.get_by_text("this takes a moment")).to_be_visible()
    expect(reader.get_by_text("Moderators are volunteers; it can take some days.")).to_be_visible()
    work_off()
    reader.reload()
    expect(reader.get_by_text("Checked for spam.")).to_be_visible()
    assert [submission.text for submission in checker.checked] == ["Five infusions."]


def test_new_version_of_a_published_comment_is_seen_once_a_moderator_accepts_it(article, reader, office):
    comment = make_comment(article, text="Four infusions.")
    reader.goto(comment.get_receipt_url())
    change_comment(reader, "Five infusions.")
    expect(reader.get_by_role("article", name="What readers see")).to_contain_text("Four infusions.")
    expect(reader.get_by_role("article", name="New, not shown yet")).to_contain_text("Five infusions.")
    reader.get_by_role("link", name="see it on the page").click()
    expect(comment_on(reader, "Four infusions.")).not_to_contain_text("edited")

    office.goto(page_of(comment))
    office.get_by_role("button", name="Accept the new version").click()
    expect_done(office, f"Shown in the new version: comment {comment.pk}, by Ann")
    reader.reload()
    expect(comment_on(reader, "Five infusions.")).to_contain_text("edited")
    reader.goto(comment.get_receipt_url())
    expect(reader.get_by_role("article", name="What you wrote")).to_contain_text("Five infusions.")
    expect(reader.get_by_text("Your new version waits")).to_have_count(0)


def test_published_comment_is_hidden_until_its_new_version_is_read(article, reader):
    comment = make_comment(article, text="My clinic is in Denver.")
    reader.goto(comment.get_receipt_url())
    change_comment(reader, "My clinic is far away.")
    reader.get_by_role("button", name="Hide my comment until then").click()
    expect_receipt(reader, WAITS, Status.PENDING)
    reader.get_by_role("link", name="Back to the article").click()
    expect(reader.get_by_text("Nobody has commented yet.")).to_be_visible()
    Comment.objects.get().publish(by=make_moderator())
    reader.reload()
    expect(comment_on(reader, "My clinic is far away.")).to_be_visible()


# --- A second look ----------------------------------------------------------------------------------------


def test_removed_comment_gets_one_second_look(article, reader, office):
    comment = make_comment(article, status=Status.PENDING)
    comment.remove(by=make_moderator(), reason=Reason.DOSE_ADVICE)
    reader.goto(comment.get_receipt_url())
    expect_receipt(reader, "Your comment is not published", Status.REMOVED)
    expect(reader.get_by_text("It gives advice on doses.")).to_be_visible()
    reader.get_by_label("What should the moderator know?").fill("That was the dose of my cat.")
    reader.get_by_role("button", name="Ask for a second look").click()
    expect(reader.get_by_text("You asked for a second look")).to_be_visible()
    expect(reader.get_by_role("button", name="Ask for a second look")).to_have_count(0)

    office.goto(page_of(comment))
    expect(office.get_by_text("That was the dose of my cat.")).to_be_visible()
    office.get_by_role("button", name="The decision stays").click()
    expect_done(office, f"Left as decided before: comment {comment.pk}, by Ann")
    reader.reload()
    expect(reader.get_by_text("the decision stays")).to_be_visible()
    expect(reader.get_by_role("button", name="Ask for a second look")).to_have_count(0)


# --- Mails, the link, the device --------------------------------------------------------------------------


def test_mails_are_chosen_and_the_address_is_forgotten(article, reader):
    comment = make_comment(article, email="ann.lee@example.org", email_confirmed_at=timezone.now())
    reader.goto(comment.get_receipt_url())
    fold(reader, "Mails about this comment").click()
    expect(reader.get_by_text("a…@example.org")).to_be_visible()
    reader.get_by_label("When somebody replies to it").uncheck()
    reader.get_by_role("button", name="Save my choice").click()
    fold(reader, "Mails about this comment").click()
    expect(reader.get_by_label("When it is published, or not")).to_be_checked()
    expect(reader.get_by_label("When somebody replies to it")).not_to_be_checked()
    reader.get_by_role("button", name="Forget my e-mail address").click()
    expect(fold(reader, "Mails about this comment")).to_have_count(0)
    expect_receipt(reader, IS_PUBLIC, Status.PUBLIC)
    assert Comment.objects.get().email == ""


def test_new_private_link_replaces_the_old_one(article, reader, watch):
    old = make_comment(article).get_receipt_url()
    reader.goto(old)
    fold(reader, "Does somebody else have this link?").click()
    reader.get_by_role("button", name="Make a new private link").click()
    expect(reader.get_by_role("status")).to_contain_text("This is your new private link.")
    new = Comment.objects.get().get_receipt_url()
    expect(reader.get_by_label("It is the only way back to this page:")).to_have_value(f"http://testserver{new}")
    watch.announce(404)
    assert reader.goto(old).status == 404
    reader.goto(new)
    expect_receipt(reader, IS_PUBLIC, Status.PUBLIC)


def write_remembered(page, text):
    page.goto(ARTICLE)
    page.get_by_label("Remember me on this device").check()
    write_comment(page, text)
    expect_receipt(page, WAITS, Status.PENDING)


def test_two_comments_from_one_device_are_one_writers_until_it_is_forgotten(article, reader, new_context):
    write_remembered(reader, "I had four infusions.")
    write_remembered(reader, "Now it is five.")
    assert Writer.objects.get().comments.count() == 2
    assert len(reader.context.cookies()) == 1
    seen_by_a_known_device = reader.request.get(ARTICLE).body()
    assert seen_by_a_known_device == new_context().request.get(ARTICLE).body()
    fold(reader, "You are remembered on this device").click()
    reader.get_by_role("button", name="Forget me here").click()
    expect_receipt(reader, WAITS, Status.PENDING)
    expect(fold(reader, "You are remembered on this device")).to_have_count(0)
    assert reader.context.cookies() == []


# --- The end of it ----------------------------------------------------------------------------------------


def test_comment_that_was_taken_back_is_erased_after_its_days(article, reader, watch):
    comment = make_comment(article, text="Too much about me.")
    reader.goto(comment.get_receipt_url())
    reader.get_by_role("button", name="Take my comment back").click()
    expect(reader.get_by_text("You can undo this until")).to_be_visible()
    Comment.objects.update(status_at=days_ago(8))
    retention.purge()
    watch.announce(410)
    reader.goto(comment.get_receipt_url())
    expect_receipt(reader, "This comment is erased", Status.WITHDRAWN)
    expect(reader.get_by_text("Its text, name and addresses were erased on")).to_be_visible()
    expect(reader.get_by_role("main")).not_to_contain_text("Too much about me.")
    expect(reader.get_by_role("main").get_by_role("button")).to_have_count(0)


def test_everything_on_the_private_page_with_the_keyboard_alone_on_a_small_screen(article, page):
    page.set_viewport_size(PHONE)
    page.goto(make_comment(article, text="Four infusions.", email="ann@example.org").get_receipt_url())
    press(page, page.get_by_role("link", name="Change my comment"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Change your comment")
    tab_to(page, page.get_by_label("Your comment"))
    page.keyboard.press("Control+A")
    page.keyboard.type("Five infusions.")
    press(page, page.get_by_label("Hide my comment meanwhile"), "Space")
    press(page, page.get_by_role("button", name="Send the new version"))
    expect_receipt(page, WAITS, Status.PENDING)
    expect(page.get_by_role("article", name="What you wrote")).to_contain_text("Five infusions.")

    press(page, fold(page, "Does somebody else have this link?"))
    press(page, page.get_by_role("button", name="Make a new private link"))
    expect(page.get_by_role("status")).to_contain_text("This is your new private link.")
    press(page, fold(page, "Mails about this comment"))
    press(page, page.get_by_label("When somebody replies to it"), "Space")
    press(page, page.get_by_role("button", name="Save my choice"))
    expect(page.get_by_label("When somebody replies to it")).to_be_hidden()
    press(page, fold(page, "Mails about this comment"))
    expect(page.get_by_label("When somebody replies to it")).not_to_be_checked()
    press(page, page.get_by_role("button", name="Forget my e-mail address"))
    expect(fold(page, "Mails about this comment")).to_have_count(0)

    press(page, page.get_by_role("button", name="Take my comment back"))
    expect_receipt(page, "You took your comment back", Status.WITHDRAWN)
    press(page, page.get_by_role("button", name="Bring my comment back"))
    expect_receipt(page, WAITS, Status.PENDING)
