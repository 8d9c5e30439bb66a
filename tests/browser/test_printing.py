"""On paper: the text, and nothing that paper cannot do."""

import pytest

from tests.browser.people import expect
from tests.directory_factories import make_listing
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_printed_article_has_its_text_and_comments_but_no_controls(page):
    make_comment(
        make_article("Infusions", slug="infusions", body="## What helps\n\nSome words.\n"), text="It helped me."
    )
    page.goto("/articles/infusions/")
    page.emulate_media(media="print", color_scheme="dark")
    for text in ("Infusions", "Some words.", "It helped me.", "988lifeline.org"):
        expect(page.get_by_text(text).last).to_be_visible()
    for control in (page.get_by_role("navigation"), page.get_by_role("textbox"), page.get_by_role("button")):
        expect(control).to_have_count(0)
    expect(page.locator("body")).to_have_css("background-color", "rgb(251, 250, 246)")  # light, whatever the screen is


def test_printed_doctor_has_what_one_needs_for_the_call(page):
    doctor = make_listing("10001", first_name="Alma", last_name="Tester").doctor
    page.goto(doctor.get_absolute_url())
    page.emulate_media(media="print")
    for text in ("Alma Tester, MD", "Yes, offered for CRPS", "Not a recommendation."):
        expect(page.get_by_text(text).last).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
