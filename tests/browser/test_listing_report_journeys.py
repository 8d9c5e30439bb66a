"""From what a reader tells about a doctor to what the next reader finds."""

import pytest

from tests.browser.full_site import restore_treatments
from tests.browser.people import expect, expect_done, press, signed_in, tab_to
from tests.browser.windows import first_page
from tests.deciding import tab_of
from tests.directory_factories import STOPPED, make_listing, make_zip
from tests.factories import make_editor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(reader, request, borrow, base_url):
    """The browser of an editor who has signed in: without scripts where the reader has none."""
    scripts = request.node.callspec.params["reader"]
    return signed_in(borrow(scripts=scripts), make_editor(), base_url)


def card(office):
    """The only report that waits."""
    office.goto(tab_of("listings"))
    return office.get_by_role("article")


def suggest(page):
    page.goto("/doctors/new-jersey/")
    page.get_by_role("link", name="Suggest a doctor").first.click()
    page.get_by_label("Name of the doctor").fill("Dr. Bea Brown, MD")
    page.get_by_label("City").fill("Newark")
    expect(page.get_by_label("State")).to_have_value("NJ")
    page.get_by_label("ZIP code").fill("07102")
    page.get_by_label("Ketamine infusions, outpatient").check()
    page.get_by_label("Another patient or a doctor told me").check()
    page.get_by_role("button", name="Send the suggestion").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your suggestion")


def check_and_list(office):
    """What the editor found out about the draft, and enters on its page."""
    office.get_by_label("License checked on").fill("2026-11-20")
    office.get_by_label("License checked how").fill("DocInfo, no discipline")
    office.get_by_label("In person, supervised by a physician").check()
    office.get_by_label("Supervision checked on").fill("2026-11-20")
    office.get_by_label("Change the status").select_option("listed")
    office.get_by_role("button", name="Save", exact=True).click()


def test_a_suggestion_is_moderated_and_then_found(reader, office):
    restore_treatments()
    make_zip("07102")
    suggest(reader)
    card(office).get_by_role("button", name="Make a hidden draft of it").click()
    expect(office.get_by_label("Last name")).to_have_value("Brown")
    check_and_list(office)
    reader.goto("/doctors/?zip=07102")
    reader.get_by_role("link", name="Bea Brown, MD").click()
    expect(reader.get_by_role("main")).to_contain_text("DocInfo, no discipline")


def test_a_doctor_asks_to_be_taken_off_and_an_editor_confirms_it_by_phone(reader, office, watch):
    doctor = make_listing().doctor
    reader.goto(doctor.get_absolute_url())
    reader.get_by_role("link", name="I am this doctor: remove this").click()
    reader.get_by_label("I am this doctor").check()
    reader.get_by_label("Your name").fill("Alma Tester")
    reader.get_by_role("button", name="Send the request").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("We have your request")
    card(office).get_by_role("button", name="I called the published number").click()
    expect_done(office, "Taken off the directory")
    watch.announce(410)
    assert reader.goto("/doctors/new-york/alma-tester/").status == 410
    expect(reader.get_by_role("heading", level=1)).to_have_text("This entry was removed")
    office.get_by_role("button", name="Undo").click()
    assert reader.goto("/doctors/new-york/alma-tester/").status == 200


def test_who_asked_for_one_that_stopped_finds_the_nearest_other(borrow):
    page = first_page(borrow())
    make_zip()
    make_listing("07102", first_name="Nina", last_name="Near")
    practice = make_listing()
    practice.doctor.stop(**STOPPED)
    page.goto("/doctors/new-york/alma-tester/")
    treatment = practice.offers.get().treatment
    stopped = page.get_by_text(f"No longer offers these treatments: {treatment} (since 20 Sep 2026)")
    expect(stopped).to_be_visible()
    nearest = page.get_by_role("region", name="The nearest others")
    expect(nearest).to_contain_text("about 9 miles")
    press(page, nearest.get_by_role("link", name="Nina Near"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nina Near, MD")


def test_a_doctor_is_found_by_a_former_name_with_the_keyboard_alone(page):
    make_listing(last_name="Núñez", other_names="Alma Rivera")
    page.goto("/doctors/")
    tab_to(page, page.get_by_label("Name of a doctor or clinic"))
    page.keyboard.type("dr rivera")
    press(page, page.get_by_role("button", name="Search"))
    press(page, page.get_by_role("link", name="Alma Núñez, MD"))
    expect(page.get_by_role("main")).to_contain_text("Also known as: Alma Rivera")
