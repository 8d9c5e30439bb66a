"""What the people of the journeys do, in their own words."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.browser.windows import first_page
from tests.factories import make_user

expect = pytest.importorskip("playwright.sync_api").expect

PASSWORD = "correct horse battery staple"


def write_comment(page, text, name="Ann"):
    """Fill in the reply form that the page shows, and send it."""
    page.get_by_label("Your comment").fill(text)
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Post comment").click()


def change_comment(page, text):
    """From the receipt: write another text, and send it."""
    page.get_by_role("link", name="Change my comment").click()
    page.get_by_label("Your comment").fill(text)
    page.get_by_role("button", name="Send the new version").click()


def expect_receipt(page, heading, status):
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("main")).to_have_attribute("data-status", status)


def comment_on(page, text):
    """The comment with this text, as the article's page shows it."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("article")).filter(has_text=text)


def fold(page, title):
    """What opens and closes a part of the page."""
    return page.locator("summary").filter(has_text=title)


def sign_in_as_moderator(page):
    moderator = make_user("Moderator", password=PASSWORD)
    page.goto("/admin/")
    page.get_by_label("Username").fill(moderator.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()


def expect_done(page, words):
    """What a moderator did last is said, where it can be undone."""
    expect(page.get_by_role("form", name="What you did last").get_by_role("status")).to_contain_text(words)


def card_of(page, text):
    """The comment with this text, as the moderators' queue shows it."""
    return page.get_by_role("article").filter(has_text=text)


def publish_in_the_queue(page, text):
    """A moderator, signed in, lets a waiting comment through."""
    page.goto("/admin/")
    card_of(page, text).get_by_role("button", name="Publish", exact=True).click()
    expect_done(page, "Published: ")
    expect(card_of(page, text)).to_have_count(0)


def press(page, target, key="Enter"):
    """Go to the target with the Tab key and press a key there."""
    tab_to(page, target)
    page.keyboard.press(key)


def write_comment_by_keyboard(page, text, name):
    tab_to(page, page.get_by_label("Your comment"))
    page.keyboard.type(text)
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type(name)
    press(page, page.get_by_role("button", name="Post comment"))


def sign_in_as_moderator_by_keyboard(page):
    moderator = make_user("Moderator", password=PASSWORD)
    page.goto("/admin/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(moderator.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()


def publish_by_keyboard(page, text):
    """A moderator, signed in, opens a waiting comment and lets it through."""
    page.goto("/admin/comments/comment/")
    press(page, page.get_by_role("link", name=text))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Comment \d+$"))
    press(page, page.get_by_role("button", name="Publish", exact=True))
    expect_done(page, "Published: ")


def signed_in(context, user, base_url):
    """The context's page, with the user signed in already."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])
    return first_page(context)


def tab_to(page, target):
    """Press Tab until the target has the focus, which can be seen at every stop."""
    element = target.element_handle()
    for _ in range(150):
        page.keyboard.press("Tab")
        is_visible, is_reached = page.evaluate(FOCUS, element)
        assert is_visible, page.evaluate("document.activeElement.outerHTML")
        if is_reached:
            return
    raise AssertionError(f"{target} is not reached with the Tab key.")


FOCUS = """target => {
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const isVisible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
        && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
    return [isVisible, element === target];
}"""
