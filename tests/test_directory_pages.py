import json
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.models import Offer, Practice
from tests.directory_factories import (
    TODAY,
    make_doctor,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
    make_zip,
)
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


def text(response):
    """The answer without tags, each run of space as one."""
    return " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())


def structured(response):
    """The things of a page's data block by type."""
    (block,) = DATA.findall(response.content.decode())
    return {thing["@type"]: thing for thing in json.loads(block)["@graph"]}


def test_the_front_page_names_all_states_in_order_with_their_counts(client):
    make_listing()
    make_listing()
    make_listing("80202")
    response = client.get("/doctors/")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "New York, 2 listings" in text(response)
    assert "Colorado, 1 listing " in text(response)
    assert "Wyoming, 0 listings" in text(response)
    links = re.findall(r'href="/doctors/([a-z-]+)/"', response.content.decode())
    assert len(links) == 56
    assert links == sorted(links)


def test_the_front_page_says_what_a_listing_is_not(client):
    words = text(client.get("/doctors/"))
    assert "Not a recommendation." in words
    assert "We take no payment for listings" in words


def test_a_state_in_the_address_leads_to_its_page(client):
    assert client.get("/doctors/?state=new-york").url == "/doctors/new-york/"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("zip=1000", "five digits"),
        ("zip=1000x", "five digits"),
        ("zip=00000", "We do not know where this ZIP code is"),
        ("zip=10001&miles=7", "Choose one of the distances"),
        ("zip=10001&treatment=magic", "We have no such treatment"),
        ("name=x", "at least 2 characters"),
        ("zip=&name=", "Type a ZIP code or a name"),
        ("page=2&zip=", "Type a ZIP code or a name"),
    ],
)
def test_a_search_that_cannot_be_understood_comes_back_with_what_was_typed(client, query, error):
    make_zip("10001")
    response = client.get(f"/doctors/?{query}")
    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "private, no-store"
    assert error in text(response)
    typed = response.context["form"]["zip"].value()
    assert not typed or f'value="{typed}"' in response.content.decode()


def test_a_search_by_zip_code_shows_whole_miles_and_is_nobody_elses(client):
    make_zip("07102")
    make_listing("10001", last_name="Across")
    response = client.get("/doctors/?zip=07102-1234")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "1 listing within 50 miles of Newark, NJ 07102" in text(response)
    assert "about 9 miles, straight line" in text(response)
    assert "GeoNames" in text(response)


def test_a_search_that_widened_says_so(client):
    make_zip("82001")
    for _ in range(3):
        make_listing("80202")
    words = text(client.get("/doctors/?zip=82001&miles=25"))
    assert "Nothing is listed within 25 miles, so we looked further: within 100 miles" in words


def test_a_search_without_any_hit_shows_ways_on(client):
    response = client.get("/doctors/?name=nobody")
    assert response.status_code == 200
    assert "No listing for “nobody”" in text(response)
    assert 'href="/doctors/#states"' in response.content.decode()


def test_what_was_searched_for_is_escaped(client):
    assert b"<b>x" not in client.get("/doctors/?name=<b>x").content


def test_the_pages_of_a_search_keep_the_search(client):
    make_zip("10001")
    for _ in range(26):
        make_listing()
    response = client.get("/doctors/?zip=10001&miles=25")
    assert b'href="/doctors/?zip=10001&amp;miles=25&amp;page=2"' in response.content
    second = client.get("/doctors/?zip=10001&miles=25&page=2")
    assert len(second.context["practices"]) == 1
    assert b'href="/doctors/?zip=10001&amp;miles=25"' in second.content


def test_the_pages_of_a_state_keep_the_filter_and_the_first_has_no_number(client):
    for _ in range(26):
        make_listing()
    assert b'href="/doctors/new-york/?for_crps=on&amp;page=2"' in client.get("/doctors/new-york/?for_crps=on").content
    assert b'rel="prev" href="/doctors/new-york/"' in client.get("/doctors/new-york/?page=2").content


def test_the_pages_of_comments_keep_the_rest_of_the_address_and_lead_to_the_comments(client):
    article = make_article()
    for _ in range(51):
        make_comment(article)
    address = article.get_absolute_url()
    assert f'href="{address}?from=feed&amp;page=2#comments"'.encode() in client.get(f"{address}?from=feed").content
    assert f'href="{address}#comments"'.encode() in client.get(f"{address}?page=2").content


def test_the_pages_of_articles_lead_on_and_back(client):
    for _ in range(21):
        make_article()
    assert b'rel="next" href="/articles/?page=2"' in client.get("/articles/").content
    assert b'rel="prev" href="/articles/"' in client.get("/articles/?page=2").content


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "1.5"])
@pytest.mark.parametrize("address", ["/doctors/new-york/?page=", "/doctors/?name=tester&page="])
def test_a_page_that_does_not_exist_is_not_found(client, address, page):
    make_listing()
    assert client.get(address + page).status_code == 404


def test_a_state_page_lists_what_was_checked_and_when(client):
    practice = make_listing()
    Offer.objects.update(accepting_new=False)
    words = text(client.get("/doctors/new-york/"))
    assert "CRPS doctors in New York" in words
    assert "Alma Tester, MD Test Clinic" in words
    assert "for CRPS No new patients at present Phone checked 12 Sep 2026" in words
    assert "New Jersey, 0 listings" in words
    assert practice.doctor.get_absolute_url() == "/doctors/new-york/alma-tester/"


def test_a_state_page_can_be_narrowed_to_a_treatment(client):
    make_listing(last_name="Ketamine")
    make_listing(last_name="Block", treatment=make_treatment("sympathetic-nerve-block"))
    response = client.get("/doctors/new-york/?treatment=sympathetic-nerve-block")
    assert [practice.doctor.last_name for practice in response.context["page"]] == ["Block"]
    assert "1 of 2 fits." in text(response)
    assert b'<link rel="canonical" href="http://testserver/doctors/new-york/">' in response.content


def test_an_unknown_treatment_is_an_error_and_the_whole_list(client):
    make_listing()
    response = client.get("/doctors/new-york/?treatment=magic")
    assert response.status_code == 400
    assert "We have no such treatment" in text(response)
    assert "Alma Tester" in text(response)


def test_a_state_without_listings_shows_the_nearest_and_is_not_indexed(client):
    make_zip("82001")
    make_listing("80202", last_name="Nearest")
    make_listing("10001", last_name="Farther")
    response = client.get("/doctors/wyoming/")
    assert response.status_code == 200
    assert [practice.doctor.last_name for practice in response.context["nearest"]] == ["Nearest", "Farther"]
    assert "about 97 miles, straight line" in text(response)
    assert b'<meta name="robots" content="noindex">' in response.content


def test_a_state_without_listings_shows_its_neighbours_while_no_zip_codes_are_loaded(client):
    make_listing("80202", last_name="Neighbour")
    make_listing("10001", last_name="Farther")
    response = client.get("/doctors/wyoming/")
    assert [practice.doctor.last_name for practice in response.context["nearest"]] == ["Neighbour"]


@pytest.mark.parametrize("address", ["/doctors/nowhere/", "/doctors/new-york/nobody/", "/doctors/nowhere/alma-tester/"])
def test_addresses_that_lead_nowhere_are_not_found(client, address):
    make_listing()
    assert client.get(address).status_code == 404


def test_a_doctors_page_shows_what_is_known_and_what_is_not(client):
    practice = make_listing(npi="1234567893")
    Practice.objects.update(phone="+12125550123", phone_ext="4", step_free=True, address="1 Main St")
    response = client.get(practice.doctor.get_absolute_url())
    words = text(response)
    assert "Checked 1 Sep 2026: DocInfo" in words
    assert "Yes: step-free" in words
    assert "Not known: recliner or bed" in words
    assert b"<dt>New patients</dt><dd>Not known</dd>" in response.content
    assert "Phone checked 12 Sep 2026." in words
    assert b'href="tel:+12125550123;ext=4"' in response.content
    assert b"openstreetmap.org/search?query=1%20Main%20St%2C%20New%20York%2C%20NY%2010001" in response.content
    assert b'<link rel="canonical" href="http://testserver/doctors/new-york/alma-tester/">' in response.content


def test_each_fact_of_a_doctors_page_has_its_date(client):
    words = text(client.get(make_listing().doctor.get_absolute_url()))
    assert "In person, supervised by a physician. Checked 2 Sep 2026" in words
    assert "New York, NY 10001 Website checked 5 Sep 2026." in words
    assert "Comfort and access Website checked 5 Sep 2026." in words
    assert "last edited" not in words.lower()


@pytest.mark.parametrize(
    ("checked_on", "how", "words"),
    [
        (date(2025, 9, 12), "phone", "Not checked for 14 months: call first (phone checked 12 Sep 2025)."),
        (None, "", "Not checked yet: call first."),
    ],
)
def test_facts_that_nobody_checked_lately_say_so(client, checked_on, how, words):
    doctor = make_listing().doctor
    Practice.objects.update(checked_on=checked_on, checked_how=how)
    assert text(client.get(doctor.get_absolute_url())).count(words) == 2


def test_how_to_check_a_doctor_links_to_no_registry_of_ids(client):
    response = client.get("/doctors/")
    assert "The federal NPI registry" in text(response)
    assert b"npiregistry" not in response.content
    assert "The drug comes by mail." in text(response)


def test_a_doctors_page_says_the_same_to_machines(client):
    doctor = make_listing(npi="1234567893").doctor
    things = structured(client.get(doctor.get_absolute_url()))
    physician = things["IndividualPhysician"]
    assert physician["usNPI"] == "1234567893"
    assert physician["practicesAt"][0]["@type"] == "MedicalClinic"
    assert physician["practicesAt"][0]["address"]["addressRegion"] == "NY"
    assert "isAcceptingNewPatients" not in physician["practicesAt"][0]
    assert [crumb["name"] for crumb in things["BreadcrumbList"]["itemListElement"]][1] == "New York"


def test_nothing_in_the_data_ends_its_element(client):
    doctor = make_listing(last_name="</script><script>alert(1)</script>&", clinic_name="A <!-- B").doctor
    response = client.get(doctor.get_absolute_url())
    assert structured(response)["IndividualPhysician"]["name"] == "Alma </script><script>alert(1)</script>&"
    assert b"<script>alert" not in response.content


def test_a_state_page_gives_machines_each_doctor_once(client):
    practice = make_listing()
    make_offer(make_practice(practice.doctor, clinic_name="Second"))
    listed = structured(client.get("/doctors/new-york/"))["ItemList"]["itemListElement"]
    assert [item["url"] for item in listed] == ["http://testserver/doctors/new-york/alma-tester/"]


def test_old_and_foreign_addresses_lead_to_the_page_for_good(client):
    doctor = make_listing().doctor
    doctor.rename("alma-new")
    for address in ("/doctors/new-york/alma-tester/", "/doctors/texas/alma-tester/", "/doctors/texas/alma-new/"):
        response = client.get(address)
        assert (response.status_code, response.url) == (301, "/doctors/new-york/alma-new/")


def test_a_second_practice_is_listed_in_its_state_and_leads_to_the_one_page(client):
    practice = make_listing()
    make_offer(make_practice(practice.doctor, "07102"))
    assert b'href="/doctors/new-york/alma-tester/"' in client.get("/doctors/new-jersey/").content


def test_a_hidden_doctor_has_no_page_under_any_address(client):
    doctor = make_listing().doctor
    doctor.rename("alma-new")
    doctor.hide()
    assert client.get("/doctors/new-york/alma-new/").status_code == 404
    assert client.get("/doctors/new-york/alma-tester/").status_code == 404


def test_a_doctor_without_a_practice_has_no_page(client):
    make_doctor().stop()
    assert client.get("/doctors/new-york/alma-tester/").status_code == 404


def test_a_doctor_who_stopped_is_shown_as_such_and_not_counted(client):
    doctor = make_listing().doctor
    doctor.stop()
    assert "No longer offers these treatments" in text(client.get(doctor.get_absolute_url()))
    state = client.get("/doctors/new-york/")
    assert state.context["total"] == 0
    assert "No longer offered" in text(state)
    assert "IndividualPhysician" not in structured(client.get(doctor.get_absolute_url()))


def test_a_disputed_entry_says_so_and_is_not_indexed(client):
    doctor = make_listing().doctor
    doctor.dispute()
    response = client.get(doctor.get_absolute_url())
    assert "Disputed since" in text(response)
    assert b'content="noindex"' in response.content


def test_examples_are_marked_everywhere_and_not_indexed(client):
    make_zip("10001")
    doctor = make_listing(is_example=True).doctor
    for address in (doctor.get_absolute_url(), "/doctors/new-york/", "/doctors/?zip=10001", "/doctors/new-jersey/"):
        response = client.get(address)
        assert "Example, not a real doctor" in text(response)
        assert b'content="noindex"' in response.content
    assert set(structured(client.get(doctor.get_absolute_url()))) == {"BreadcrumbList"}
    assert set(structured(client.get("/doctors/new-york/"))) == {"BreadcrumbList"}


def test_the_sitemap_names_real_listings_and_their_states(client):
    make_listing()
    make_listing("80202", last_name="Example", is_example=True)
    make_listing("07102", last_name="Hidden").doctor.hide()
    make_listing("19103", last_name="Moved-Away").doctor.practices.all().delete()
    addresses = re.findall(
        r"<loc>(http://testserver/doctors/.*?)</loc>", client.get(reverse("sitemap")).content.decode()
    )
    assert addresses.count("http://testserver/doctors/new-york/alma-tester/") == 1
    assert "http://testserver/doctors/new-york/" in addresses
    assert len([address for address in addresses if "/doctors/" in address]) == 3  # with the front page


@pytest.mark.parametrize("address", ["/doctors/new-york/", "/doctors/?zip=10001", "/doctors/", "/sitemap.xml"])
def test_the_number_of_queries_does_not_grow_with_the_listings(client, address, django_assert_num_queries):
    make_zip("10001")
    make_listing()
    with django_assert_num_queries(20, exact=False) as first:
        client.get(address)
    for number in range(6):
        practice = make_listing(last_name=f"Tester{number}")
        make_offer(practice, make_treatment("sympathetic-nerve-block"))
        make_offer(make_practice(practice.doctor, "07102"))
    with django_assert_num_queries(len(first)):
        client.get(address)


def test_the_number_of_queries_of_a_doctors_page_does_not_grow(client, django_assert_num_queries):
    practice = make_listing()
    for code in ("07102", "19103", "80202"):
        make_offer(make_practice(practice.doctor, code))
    with django_assert_num_queries(4):
        client.get("/doctors/new-york/alma-tester/")


@pytest.mark.parametrize(
    "address", ["/doctors/", "/doctors/new-york/", "/doctors/new-york/alma-tester/", "/doctors/?name=alma"]
)
def test_pages_are_read_and_not_written_to_and_set_no_cookie(address):
    make_listing()
    client = Client(enforce_csrf_checks=True)
    assert [write(address).status_code for write in (client.post, client.put, client.delete)] == [405] * 3
    assert not client.get(address).cookies


@pytest.mark.parametrize("name", ["new-york", "New York", "NY", "ny", "NEW-YORK"])
def test_a_state_is_found_however_it_is_written(client, name):
    assert client.get("/doctors/", {"state": name}).headers["Location"] == "/doctors/new-york/"


def test_a_states_page_has_one_address(client):
    response = client.get("/doctors/ny/")
    assert (response.status_code, response.headers["Location"]) == (301, "/doctors/new-york/")


@pytest.mark.parametrize("name", ["zz", "Atlantis", "-", "ü"])
def test_a_state_that_is_none_is_a_404(client, name):
    assert client.get("/doctors/", {"state": name}).status_code == 404
