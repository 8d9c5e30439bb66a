"""From a list, or a doctor's page, to a sheet of whom to call; and the other pages that only the directory has."""

import pytest

from directory.models import Practice
from tests.browser.audit import assert_sound
from tests.browser.people import expect, press, tab_to
from tests.directory_factories import STOPPED, make_listing, make_zip

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def doctors():
    """Two doctors and a clinic in New York, with numbers to call."""
    make_zip("10001")
    listings = [make_listing(last_name=name).doctor for name in ("One", "Two")]
    listings.append(make_listing(kind="clinic", organization="Harbor Infusion", first_name="", last_name="").doctor)
    Practice.objects.update(phone="+12125550123", phone_ext="4", address="1 Nowhere Street")
    return listings


def on_the_sheet(page):
    return page.get_by_role("heading", level=2).filter(has=page.get_by_role("link"))


def test_two_are_ticked_in_a_list_and_one_is_taken_off_again(doctors, reader):
    reader.goto("/doctors/new-york/")
    reader.get_by_label("On my call sheet: Alma One, MD, New York").check()
    reader.get_by_label("On my call sheet: Alma Two, MD, New York").check()
    reader.get_by_role("button", name="Make my call sheet").click()
    expect(on_the_sheet(reader)).to_have_text(["Alma One, MD", "Alma Two, MD"])
    expect(reader.get_by_role("link", name="(212) 555-0123 ext. 4").first).to_be_visible()
    reader.get_by_role("link", name="Take off Alma One, MD").click()
    expect(on_the_sheet(reader)).to_have_text(["Alma Two, MD"])


def test_more_are_added_one_after_the_other_without_losing_any(doctors, reader):
    reader.goto("/doctors/?name=one")
    reader.get_by_role("link", name="Alma One, MD").click()
    reader.get_by_role("link", name="Add to my call sheet").click()
    reader.get_by_role("link", name="Find another to add").click()
    reader.get_by_label("Name of a doctor or clinic").fill("harbor")
    reader.get_by_role("button", name="Search").click()
    reader.get_by_label("On my call sheet: Harbor Infusion").check()
    reader.get_by_role("button", name="Make my call sheet").click()
    expect(on_the_sheet(reader)).to_have_text(["Alma One, MD", "Harbor Infusion, MD"])


def test_a_sheet_is_made_with_the_keyboard_alone(doctors, page):
    page.goto("/doctors/new-york/")
    press(page, page.get_by_label("On my call sheet: Alma One, MD, New York"), "Space")
    press(page, page.get_by_role("button", name="Make my call sheet"))
    expect(on_the_sheet(page)).to_have_text(["Alma One, MD"])
    tab_to(page, page.get_by_role("link", name="(212) 555-0123 ext. 4"))


def test_a_sheet_on_paper_has_numbers_questions_and_room_but_no_controls(doctors, page):
    page.goto(f"/doctors/call-sheet/?doctor={doctors[0].pk}")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_text("(212) 555-0123 ext. 4")).to_be_visible()
    expect(page.get_by_text("Who starts the IV")).to_be_visible()
    assert page.locator(".notes").bounding_box()["height"] > 120
    assert page.locator(".to-call .phone").evaluate("phone => parseFloat(getComputedStyle(phone).fontSize)") > 24
    of_text = "text => getComputedStyle(text).fontSize"
    assert page.locator(".questions li").first.evaluate(of_text) == page.locator(".call-sheet").evaluate(of_text)
    for landmark in ("banner", "contentinfo"):
        expect(page.get_by_role(landmark)).to_be_hidden()
    for hidden in ("Take off Alma One, MD", "Find another to add"):
        expect(page.get_by_role("link", name=hidden)).to_be_hidden()


def test_a_printed_listing_has_its_facts_and_no_buttons(doctors, page):
    page.goto("/doctors/new-york/alma-one/")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_text("Call (212) 555-0123 ext. 4")).to_be_visible()
    expect(page.get_by_text("1 Nowhere Street")).to_be_visible()
    for hidden in ("Apple Maps", "Add to my call sheet", "I called"):
        expect(page.get_by_role("link", name=hidden, exact=True)).to_be_hidden()


@pytest.mark.parametrize(
    "address",
    [
        "/doctors/call-sheet/",
        "/doctors/call-sheet/?{all}",
        "/doctors/new-york/?{all}&for_crps=on&step_free=on",
        "/doctors/new-york/?{all}",
        "/doctors/new-york/harbor-infusion/?{all}",
        "/doctors/new-york/alma-stopped/",
        "/doctors/?zip=10001&accepting=on",
        "/doctors/?name=alma&state=new-york",
        "/doctors/new-york/?after={first}",
    ],
)
def test_pages_are_sound(doctors, page, address, monkeypatch):
    monkeypatch.setattr("directory.views.PAGE_SIZE", 2)
    make_listing(last_name="Stopped").doctor.stop(**STOPPED)
    everybody = [*doctors, *(make_listing(last_name=name).doctor for name in "ABC")]
    everybody_chosen = "&".join(f"doctor={doctor.pk}" for doctor in everybody)
    page.goto(address.format(all=everybody_chosen, first=Practice.objects.in_default_list().by_place().first().pk))
    assert_sound(page)


def test_the_page_of_who_asked_to_be_removed_is_sound(doctors, page, watch):
    doctors[0].remove_on_request(by=None)
    watch.announce(410)
    page.goto("/doctors/new-york/alma-one/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This entry was removed")
    assert_sound(page)
