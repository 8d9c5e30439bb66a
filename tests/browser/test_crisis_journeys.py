"""Somebody writes words that may mean danger: they see at once, and once, that help exists."""

import pytest

from comments.models import Comment
from comments.moves import Status
from tests.browser.full_site import restore_crisis_lists
from tests.browser.people import change_comment, expect, expect_receipt, write_comment
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARTICLE = "/articles/infusions/"
WAITS = "Thank you. We have your comment"


@pytest.fixture(autouse=True)
def article():
    restore_crisis_lists()
    return make_article("Infusions", slug="infusions")


def help_panel(page):
    return page.get_by_role("region", name="Help exists now")


def expect_receipt_without_help(page):
    expect_receipt(page, WAITS, Status.PENDING)
    expect(help_panel(page)).to_have_count(0)


@pytest.mark.parametrize("text", ["I want to die.", "I would rather die than pace myself."], ids=["plain", "a figure"])
def test_help_is_on_the_receipt_and_not_when_its_writer_comes_again(page, text):
    page.goto(ARTICLE)
    write_comment(page, text)
    expect_receipt(page, WAITS, Status.PENDING)
    expect(help_panel(page)).to_be_in_viewport()
    expect(help_panel(page).get_by_role("link", name="Call 988")).to_have_attribute("href", "tel:988")
    page.goto(
        page.get_by_label("It is the only way back to this page:").input_value().removeprefix("http://testserver")
    )
    expect_receipt_without_help(page)
    assert Comment.objects.get().crisis_flag


def test_help_is_where_its_writer_looks_again_and_not_on_the_receipt_too(reader):
    reader.goto(ARTICLE)
    reader.get_by_label("Your comment").fill("I want to die.")
    reader.get_by_label("Name").fill("Ann")
    reader.get_by_role("button", name="Look again first").click()
    expect(help_panel(reader)).to_be_visible()
    reader.get_by_role("button", name="Post comment").first.click()
    expect_receipt_without_help(reader)


def test_help_is_there_after_a_refusal_and_not_on_the_receipt_too(page, watch):
    page.goto(ARTICLE)
    watch.announce(400)
    write_comment(page, "I want to die.", name="")
    expect(help_panel(page)).to_be_visible()
    write_comment(page, "I want to die.")
    expect_receipt_without_help(page)


def test_help_is_there_after_an_edit(article, reader):
    reader.goto(make_comment(article, text="I had four infusions.").get_receipt_url())
    change_comment(reader, "I want to die.")
    expect(help_panel(reader)).to_be_in_viewport()
    expect(reader.get_by_role("article", name="New, not shown yet")).to_contain_text("I want to die.")
    expect(reader.get_by_role("article", name="What readers see")).to_contain_text("I had four infusions.")


def test_help_is_there_after_an_appeal(article, page):
    page.goto(make_comment(article, status=Status.REMOVED).get_receipt_url())
    page.get_by_label("What should the moderator know?").fill("I want to die.")
    page.get_by_role("button", name="Ask for a second look").click()
    expect(help_panel(page)).to_be_in_viewport()
