"""Looking for something: from any page, with or without scripts, by keyboard alone, on a phone."""

import pytest

from comments.moves import Status
from tests.browser.audit import PHONE, assert_sound
from tests.browser.people import expect
from tests.directory_factories import make_listing
from tests.factories import make_article, make_comment, make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article():
    return make_article("Ketamine infusions", slug="ketamine", body="How long an infusion takes: four hours.\n")


def publish(article, text):
    make_comment(article, text=text, status=Status.PENDING).publish(by=make_moderator())


def result(page, text):
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=text)


def look_for(page, words):
    page.get_by_role("searchbox", name="Search this site").fill(words)
    page.get_by_role("button", name="Find", exact=True).click()


def test_reader_finds_an_article_a_doctor_and_a_comment_from_any_page(article, reader):
    publish(article, "After the third infusion my hand was warm.")
    make_listing(specialty="Infusion medicine")
    reader.goto("/doctors/")
    look_for(reader, "infusion")
    expect(reader).to_have_url("/search/?q=infusion")
    expect(reader.get_by_role("searchbox")).to_have_value("infusion")
    expect(result(reader, "Alma Tester")).to_have_count(1)
    comment = result(reader, "my hand was warm")
    expect(comment).to_contain_text("Personal experience, not checked by a clinician")
    expect(comment.locator("mark")).to_have_text("infusion")
    result(reader, "four hours").get_by_role("link", name="Ketamine infusions").click()
    expect(reader).to_have_url("/articles/ketamine/")


def test_search_by_keyboard_alone(article, page):
    page.goto("/doctors/")
    page.keyboard.press("Tab")  # to the link that skips what comes next
    field = page.get_by_role("searchbox", name="Search this site")
    for _ in range(10):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("infusion")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search/?q=infusion")
    link = page.get_by_role("main").get_by_role("link", name="Ketamine infusions")
    for _ in range(12):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url("/articles/ketamine/")


def test_search_on_a_phone(article, page):
    page.set_viewport_size(PHONE)
    page.goto("/articles/")
    look_for(page, "infusion")
    expect(result(page, "four hours")).to_be_visible()
    assert_sound(page)


def test_typing_error_is_answered_and_can_be_insisted_on(article, reader):
    reader.goto("/search/")
    reader.get_by_role("searchbox").fill("ketamene")
    reader.get_by_role("button", name="Search").click()
    expect(reader.get_by_role("status")).to_contain_text("Nothing for “ketamene”. Showing “ketamine”.")
    expect(result(reader, "four hours")).to_be_visible()
    reader.get_by_role("link", name="Search for exactly what I typed").click()
    expect(reader.get_by_role("heading", name="Nothing found for “ketamene”")).to_be_visible()
    reader.get_by_role("link", name="Doctors and clinics whose name").click()
    expect(reader).to_have_url("/doctors/?name=ketamene")


def test_pages_of_results_and_back_to_all_of_them(article, reader):
    for number in range(12):
        publish(article, f"Burning feet, day {number:02}.")
    reader.goto("/search/?q=burning")
    reader.get_by_role("link", name="More comments").click()
    expect(result(reader, "day 00.")).to_be_visible()
    reader.get_by_role("link", name="Previous").click()
    expect(result(reader, "day 11.")).to_be_visible()
    reader.get_by_role("link", name="All results").click()
    expect(reader).to_have_url("/search/?q=burning")


def test_address_that_leads_nowhere_leads_on(article, reader, watch):
    watch.announce(404)
    reader.goto("/2014/03/ketamine-infusion/")
    reader.get_by_role("link", name="Ketamine infusions").click()
    expect(reader).to_have_url("/articles/ketamine/")


@pytest.mark.parametrize("address", ["/search/", "/search/?q=infusion", "/search/?q=ketamene", "/search/?q=xylophone"])
def test_every_page_of_the_search_is_sound(article, page, address):
    publish(article, "After the third infusion my hand was warm.")
    page.goto(address)
    assert_sound(page)


def test_404_with_offers_is_sound(article, page, watch):
    watch.announce(404)
    page.goto("/ketamine/")
    assert_sound(page)
