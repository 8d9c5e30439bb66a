"""The page of one doctor, or of one clinic."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.models import Check, CheckOf, CheckResult, Practice, StateBoard
from tests.directory_factories import (
    STOPPED,
    TODAY,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
)
from tests.directory_reading import listed, structured, text
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ALMA = "/doctors/new-york/alma-tester/"
CHECKED = date(2026, 11, 8)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


def check(doctor, what, result, **fields):
    facts = {"npi": doctor.npi} if what in (CheckOf.NPI, CheckOf.EXCLUSION) else {}
    return Check.objects.create(
        **{"doctor": doctor, "what": what, "result": result, "on": CHECKED, "facts": facts} | fields
    )


def make_clinic(**fields):
    return make_listing(kind="clinic", organization="Harbor Infusion", first_name="", last_name="", **fields)


# --- What is known ------------------------------------------------------------------------------------


def test_a_doctors_page_shows_what_is_known_and_what_is_not(client):
    make_listing(npi="1234567893")
    Practice.objects.update(phone="+12125550123", phone_ext="4", step_free=True, address="1 Main St")
    response = client.get(ALMA)
    words = text(response)
    assert "Checked 1 Sep 2026: DocInfo" in words
    assert "Yes: step-free" in words
    assert "Not known: recliner or bed" in words
    assert "New patientsNot known" in words
    assert "Phone checked 12 Sep 2026." in words
    assert '<link rel="canonical" href="http://testserver/doctors/new-york/alma-tester/">' in response.text


def test_each_fact_of_a_doctors_page_has_its_date(client):
    make_listing()
    words = text(client.get(ALMA))
    assert "In person, supervised by a physician. Checked 2 Sep 2026" in words
    assert "New York, NY 10001 Website checked 5 Sep 2026." in words
    assert "Comfort and access Website checked 5 Sep 2026." in words
    assert "Website of the clinic" in words
    assert "last edited" not in words.lower()


@pytest.mark.parametrize(
    ("checked_on", "how", "words"),
    [
        (date(2025, 9, 12), "phone", "Not checked for 14 months: call first (phone checked 12 Sep 2025)."),
        (None, "", "Not checked yet: call first."),
    ],
)
def test_facts_that_nobody_checked_lately_say_so(client, checked_on, how, words):
    make_listing()
    Practice.objects.update(checked_on=checked_on, checked_how=how)
    assert text(client.get(ALMA)).count(words) == 2


def test_what_a_reader_told_us_says_so_beside_the_fact_until_somebody_checks_it(client):
    practice = make_listing()
    practice.told_by_reader(phone="+12125550123", quiet_dim_room=False)
    practice.save()
    offer = practice.offers.get()
    offer.told_by_reader(accepting_new=True)
    offer.save()
    words = text(client.get(ALMA))
    assert "Call (212) 555-0123 (a reader told us, 22 Nov 2026)" in words
    assert "No: quiet room with dim light (a reader told us, 22 Nov 2026)" in words
    assert "New patientsYes (a reader told us, 22 Nov 2026)" in words
    assert "Phone checked 12 Sep 2026." in words
    offer.confirmed_on = TODAY
    offer.save()
    assert "New patientsYes (" not in text(client.get(ALMA))


def test_a_place_that_a_reader_told_us_says_so_whichever_part_of_it_changed(client):
    practice = make_listing()
    practice.told_by_reader(zip_code="10002")
    practice.save()
    assert "New York, NY 10002 (a reader told us, 22 Nov 2026)" in text(client.get(ALMA))


def test_what_nobody_checked_for_two_years_says_so_at_its_top(client):
    practice = make_listing()
    offer = practice.offers.get()
    offer.confirmed_on = date(2024, 1, 1)
    offer.save()
    assert "Nobody has checked this for two years. It is in no list: call first." in text(client.get(ALMA))


def test_a_number_is_called_with_its_extension(client):
    make_listing()
    Practice.objects.update(phone="+12125550123", phone_ext="4")
    assert '<a class="button" href="tel:+12125550123;ext=4">Call (212) 555-0123 ext. 4</a>' in client.get(ALMA).text


def test_an_address_opens_the_phones_own_maps(client):
    make_listing()
    Practice.objects.update(address="1 Main St/2")
    page = client.get(ALMA).text
    address = "1%20Main%20St%2F2%2C%20New%20York%2C%20NY%2010001"
    assert "Directions: Maps on Android" in text(client.get(ALMA))
    assert f'href="geo:0,0?q={address}"' in page
    assert f'href="https://maps.apple.com/?q={address}"' in page
    assert f'href="https://www.openstreetmap.org/search?query={address}"' in page


def test_without_a_street_there_is_no_map_of_it(client):
    make_listing()
    assert "geo:" not in client.get(ALMA).text


def test_the_board_of_the_doctors_state_is_shown(client):
    make_listing()
    board = {"name": "The Board", "url": "https://board.example.org/", "source": "FSMB", "checked_on": CHECKED}
    StateBoard.objects.create(state="NY", **board)
    assert "For New York: The Board (address from FSMB, looked up 8 Nov 2026)." in text(client.get(ALMA))


def test_a_page_leads_to_the_ways_to_tell_us_something(client):
    make_listing()
    page = client.get(ALMA).text
    address = reverse("listing-report", args=["new-york", "alma-tester"])
    assert all(f'href="{address}?kind={kind}"' in page for kind in ("called", "correction", "removal"))


# --- What was looked up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("active", "Active in the federal registry (8 Nov 2026)."),
        ("reactivated", "Active in the federal registry; it was deactivated once (8 Nov 2026)."),
        ("deactivated", "Deactivated in the federal registry (8 Nov 2026)."),
        ("not-found", "Not found in the federal registry (8 Nov 2026)."),
        ("differs", "the federal registry says something else about the name or the address"),
    ],
)
def test_what_the_registry_says_is_shown_with_its_date_and_as_no_proof(client, result, words):
    doctor = make_listing(npi="1234567893").doctor
    check(doctor, CheckOf.NPI, result)
    page = text(client.get(ALMA))
    assert "NPI 1234567893" in page
    assert words in page
    assert "It is an ID number, and no proof of a license." in page


def test_an_npi_that_nobody_looked_up_says_so(client):
    make_listing(npi="1234567893")
    assert "Not looked up in the federal registry yet." in text(client.get(ALMA))


def test_without_an_npi_nothing_is_said_about_one(client):
    make_listing()
    assert "NPI 1" not in text(client.get(ALMA))


def test_a_clean_exclusion_list_is_no_proof(client):
    doctor = make_listing(npi="1234567893").doctor
    assert "No match by NPI on" not in text(client.get(ALMA))
    check(doctor, CheckOf.EXCLUSION, CheckResult.NO_MATCH)
    assert "No match by NPI on 8 Nov 2026; not proof." in text(client.get(ALMA))


def test_of_a_match_that_an_editor_found_to_be_somebody_else_readers_hear_nothing(client):
    doctor = make_listing(npi="1234567893").doctor
    check(doctor, CheckOf.EXCLUSION, CheckResult.NO_MATCH, on=date(2026, 10, 8))
    check(doctor, CheckOf.EXCLUSION, CheckResult.MATCH)
    words = text(client.get(ALMA))
    assert "match by NPI" not in words
    assert "Federal exclusion list" not in words


@pytest.mark.parametrize("npi", ["1003000126", None])
def test_what_was_looked_up_of_another_npi_is_not_told_of_this_one(client, npi):
    doctor = make_listing(npi=npi).doctor
    check(doctor, CheckOf.NPI, CheckResult.DEACTIVATED, facts={"npi": "1234567893"})
    check(doctor, CheckOf.EXCLUSION, CheckResult.NO_MATCH, facts={"npi": "1234567893"})
    page = text(client.get(ALMA))
    assert "Deactivated" not in page
    assert "No match by NPI" not in page
    assert ("Not looked up in the federal registry yet." in page) == bool(npi)


def test_the_last_call_is_told_whatever_came_of_it(client):
    doctor = make_listing().doctor
    check(doctor, CheckOf.PHONE, CheckResult.CONFIRMED, on=date(2026, 10, 1), by=make_user())
    check(doctor, CheckOf.PHONE, CheckResult.NO_ANSWER, by=make_user())
    words = text(client.get(ALMA))
    assert "On 8 Nov 2026 an editor called: nobody answered." in words
    assert "1 Oct 2026" not in words


# --- Who is not to be called --------------------------------------------------------------------------


def test_who_stopped_says_since_when_and_who_says_so_and_shows_the_nearest_others(client):
    make_listing().doctor.stop(**STOPPED)
    for code, name in (("07102", "Near"), ("07102", "Nearby"), ("19103", "Farther"), ("80202", "Far")):
        make_listing(code, last_name=name)
    response = client.get(ALMA)
    words = text(response)
    stopped = "No longer offers these treatments: Ketamine infusions, outpatient (since 20 Sep 2026), says: The clinic"
    assert stopped in words
    assert listed(response) == ["Near", "Nearby", "Farther"]
    assert "about 9 miles, straight line" in words
    assert "IndividualPhysician" not in structured(response)
    assert "Add to my call sheet" not in words


def test_each_treatment_that_stopped_is_named_once_wherever_it_was_offered(client):
    practice = make_listing()
    make_offer(practice, make_treatment("sympathetic-nerve-block"))
    make_offer(make_practice(practice.doctor, "07102"))
    practice.doctor.stop(**STOPPED)
    named = "these treatments: Ketamine infusions, outpatient; Sympathetic nerve block (since 20 Sep 2026)"
    assert named in text(client.get(ALMA))


def test_who_stopped_offers_no_button_to_call(client):
    doctor = make_listing().doctor
    Practice.objects.update(phone="+12125550123")
    assert 'href="tel:+1' in client.get(ALMA).text
    doctor.stop(**STOPPED)
    response = client.get(ALMA)
    assert 'href="tel:+1' not in response.text
    assert "(212) 555-0123" in text(response)


def test_a_disputed_entry_says_so_and_is_not_indexed(client):
    make_listing().doctor.dispute()
    response = client.get(ALMA)
    assert "Disputed: call first." in text(response)
    assert 'content="noindex"' in response.text
    assert "IndividualPhysician" not in structured(response)


def test_a_hidden_doctor_has_no_page_under_any_address(client):
    doctor = make_listing().doctor
    doctor.rename("alma-new")
    doctor.hide()
    assert client.get("/doctors/new-york/alma-new/").status_code == 404
    assert client.get(ALMA).status_code == 404


def test_who_asked_to_be_removed_is_gone_under_every_address_and_not_named(client):
    doctor = make_listing().doctor
    doctor.rename("alma-new")
    doctor.remove_on_request(by=make_user())
    for address in ("/doctors/new-york/alma-new/", ALMA, "/doctors/texas/alma-tester/", "/doctors/ny/alma-new/"):
        response = client.get(address)
        assert response.status_code == 410
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "This entry was removed" in text(response)
        assert "Tester" not in response.text
    assert 'href="/doctors/new-york/"' in client.get(ALMA).text


def test_after_a_removal_is_lifted_the_page_is_hidden_and_not_gone(client):
    doctor = make_listing().doctor
    doctor.remove_on_request(by=make_user())
    doctor.lift_removal()
    assert client.get(ALMA).status_code == 404


def test_old_and_foreign_addresses_lead_to_the_page_for_good(client):
    make_listing().doctor.rename("alma-new")
    for address in (ALMA, "/doctors/texas/alma-tester/", "/doctors/texas/alma-new/"):
        response = client.get(address)
        assert (response.status_code, response.url) == (301, "/doctors/new-york/alma-new/")


# --- For machines -------------------------------------------------------------------------------------


def test_a_doctors_page_says_the_same_to_machines(client):
    make_listing(npi="1234567893")
    Practice.objects.update(phone="+12125550123")
    things = structured(client.get(ALMA))
    physician = things["IndividualPhysician"]
    assert physician["usNPI"] == "1234567893"
    assert physician["practicesAt"][0]["@type"] == "MedicalClinic"
    assert physician["practicesAt"][0]["address"]["addressRegion"] == "NY"
    assert physician["practicesAt"][0]["telephone"] == "+12125550123"
    assert "isAcceptingNewPatients" not in physician["practicesAt"][0]
    assert [crumb["name"] for crumb in things["BreadcrumbList"]["itemListElement"]][1] == "New York"


def test_a_clinic_that_names_no_doctor_is_a_clinic_to_machines_and_to_readers(client):
    practice = make_clinic(npi="1234567893", credentials="")
    response = client.get(practice.doctor.get_absolute_url())
    things = structured(response)
    assert "IndividualPhysician" not in things
    clinic = things["MedicalClinic"]
    assert (clinic["name"], clinic["usNPI"]) == ("Harbor Infusion", "1234567893")
    assert clinic["address"]["addressLocality"] == "New York"
    assert clinic["availableService"][0]["name"] == "Ketamine infusions, outpatient"
    assert "We are this clinic: remove this" in text(response)


def test_a_clinic_at_several_places_has_them_as_parts(client):
    practice = make_clinic(credentials="")
    make_offer(make_practice(practice.doctor, "07102"))
    clinic = structured(client.get(practice.doctor.get_absolute_url()))["MedicalClinic"]
    assert [part["address"]["addressRegion"] for part in clinic["department"]] == ["NY", "NJ"]


def test_nothing_is_rated(client):
    make_listing(npi="1234567893")
    assert "ating" not in str(structured(client.get(ALMA)))


def test_nothing_in_the_data_ends_its_element(client):
    doctor = make_listing(last_name="</script><script>alert(1)</script>&", clinic_name="A <!-- B").doctor
    response = client.get(doctor.get_absolute_url())
    assert structured(response)["IndividualPhysician"]["name"] == "Alma </script><script>alert(1)</script>&"
    assert "<script>alert" not in response.text


# --- What it costs --------------------------------------------------------------------------------------


def test_the_number_of_queries_of_a_doctors_page_does_not_grow(client, django_assert_num_queries):
    doctor = make_listing().doctor
    with django_assert_num_queries(20, exact=False) as first:
        client.get(ALMA)
    for code in ("07102", "19103", "80202"):
        practice = make_practice(doctor, code)
        make_offer(practice)
        make_offer(practice, make_treatment("sympathetic-nerve-block"))
        check(doctor, CheckOf.PHONE, CheckResult.CONFIRMED)
    with django_assert_num_queries(len(first)):
        client.get(ALMA)


def test_the_page_of_somebody_who_stopped_costs_the_same_however_many_others_there_are(
    client, django_assert_max_num_queries
):
    make_listing().doctor.stop(**STOPPED)
    for _ in range(3):
        make_listing("07102")
    with django_assert_max_num_queries(20) as first:
        client.get(ALMA)
    for _ in range(6):
        make_listing("07102")
        make_listing("80202")
    with django_assert_max_num_queries(len(first)):
        client.get(ALMA)


def test_all_offers_of_a_practice_are_shown(client):
    practice = make_listing()
    make_offer(practice, make_treatment("sympathetic-nerve-block"), accepting_new=False)
    words = text(client.get(ALMA))
    assert "New patientsNot at present" in words
    assert "New patientsNot known" in words
