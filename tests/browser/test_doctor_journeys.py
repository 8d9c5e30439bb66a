"""The ways to a doctor: by state, and by distance."""

import re

import pytest

from tests.browser.people import expect, press, tab_to
from tests.directory_factories import make_listing, make_zip

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def doctor():
    """The only doctor there is, in New York."""
    make_zip("10001")
    return make_listing("10001", first_name="Alma", last_name="Tester").doctor


def test_doctor_is_found_through_the_map_of_states(doctor, reader):
    reader.goto("/")
    reader.get_by_role("navigation", name="Main").get_by_role("link", name="Find a doctor").click()
    reader.get_by_role("link", name="New York, 1 listing").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("CRPS doctors in New York")
    reader.get_by_role("link", name="Alma Tester, MD").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Alma Tester, MD")
    expect(reader.get_by_text("Yes, offered for CRPS")).to_be_visible()


def test_state_without_a_doctor_shows_the_nearest_elsewhere(doctor, reader):
    make_zip("07102")
    reader.goto("/doctors/new-jersey/")
    expect(reader.get_by_role("main")).to_contain_text("No doctor is listed here yet.")
    reader.get_by_role("region", name="The nearest listings elsewhere").get_by_role("link", name="Alma Tester").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Alma Tester, MD")


def test_search_by_zip_code_looks_further_when_nothing_is_near(doctor, reader):
    for _ in range(2):
        make_listing("10001")
    make_zip("19103")
    reader.goto("/doctors/")
    reader.get_by_label("ZIP code").fill("19103")
    reader.get_by_label("Within").select_option("25 miles")
    reader.get_by_role("button", name="Search").click()
    heading = "No listing within 25 miles of Philadelphia, PA 19103"
    expect(reader.get_by_role("heading", level=1)).to_have_text(heading)
    expect(reader.get_by_role("status")).to_contain_text("Nothing is listed within 25 miles")
    expect(reader.get_by_text("about 83 miles, straight line").first).to_be_visible()


def test_zip_code_that_is_none_is_said_beside_its_field(reader, watch):
    reader.goto("/doctors/")
    reader.get_by_label("ZIP code").fill("1000")
    watch.announce(400)
    reader.get_by_role("button", name="Search").click()
    zip_code = reader.get_by_label("ZIP code")
    expect(zip_code).to_have_accessible_description(re.compile("A ZIP code has five digits, such as 10001."))
    expect(zip_code).to_have_value("1000")


def test_doctor_is_found_with_the_keyboard_alone(doctor, page):
    page.goto("/doctors/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="New York, 1 listing"))
    page.keyboard.press("Enter")
    expect(page).to_have_url("/doctors/new-york/")
    tab_to(page, page.get_by_role("link", name="Alma Tester, MD"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alma Tester, MD")


def test_doctor_is_found_by_zip_code_with_the_keyboard_alone(doctor, page):
    page.goto("/doctors/")
    tab_to(page, page.get_by_label("ZIP code"))
    page.keyboard.type("10001")
    tab_to(page, page.get_by_label("Within"))
    page.keyboard.type("100")
    press(page, page.get_by_role("button", name="Search"))
    expect(page.get_by_role("heading", level=1)).to_have_text("1 listing within 100 miles of New York, NY 10001")
    press(page, page.get_by_role("link", name="Alma Tester, MD"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Alma Tester, MD")


def test_searcher_never_gets_a_cookie(doctor, page, context):
    page.goto("/doctors/?zip=10001")
    page.get_by_role("link", name="Alma Tester, MD").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alma Tester, MD")
    assert context.cookies() == []
