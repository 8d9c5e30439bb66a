"""The front page of the directory, the pages of the states, and what all of its pages have in common."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.models import Offer, Practice, StateBoard
from tests.directory_factories import (
    STOPPED,
    TODAY,
    make_doctor,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
    make_zip,
)
from tests.directory_reading import link, listed, structured, text
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEW_YORK = "/doctors/new-york/"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr("directory.views.PAGE_SIZE", 2)


def last_checked(practice, on):
    for offer in practice.offers.all():
        offer.confirmed_on = on
        offer.save()


# --- The front page ---------------------------------------------------------------------------------


def test_the_front_page_names_all_states_in_order_with_their_counts(client):
    make_listing()
    make_listing()
    make_listing("80202")
    response = client.get("/doctors/")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "New York, 2 listings" in text(response)
    assert "Colorado, 1 listing " in text(response)
    assert "Wyoming, 0 listings" in text(response)
    assert "3 listings so far." in text(response)
    links = re.findall(r'<li class="tile[^"]*"><a href="/doctors/([a-z-]+)/"', response.text)
    assert len(links) == 56
    assert links == sorted(links)


def test_the_front_page_says_what_a_listing_is_not_and_how_to_suggest_one(client):
    response = client.get("/doctors/")
    assert "Not a recommendation." in text(response)
    assert "We take no payment for listings" in text(response)
    assert f'href="{reverse("suggest-doctor")}"' in response.text


def test_how_to_check_a_doctor_says_what_each_look_up_proves_and_what_not(client):
    words = text(client.get("/doctors/"))
    assert "It is no proof of a license or of quality." in words
    assert "No match is no proof of good care" in words
    assert "The drug comes by mail." in words


def test_how_to_check_a_doctor_links_to_no_registry_of_ids(client):
    response = client.get("/doctors/")
    assert "The federal NPI registry" in text(response)
    assert "npiregistry" not in response.text


# --- A state ----------------------------------------------------------------------------------------


def test_a_state_page_lists_what_was_checked_and_when(client):
    practice = make_listing()
    Offer.objects.update(accepting_new=False)
    words = text(client.get(NEW_YORK))
    assert "CRPS doctors in New York" in words
    assert "1 listing, one for each place" in words
    assert "Alma Tester, MD Test Clinic" in words
    assert "for CRPS No new patients at present Phone checked 12 Sep 2026" in words
    assert practice.doctor.get_absolute_url() == "/doctors/new-york/alma-tester/"


def test_further_afield_are_the_neighbours_that_have_listings(client):
    make_listing()
    make_listing("07102")
    words = text(client.get(NEW_YORK))
    assert "Further afield New Jersey, 1 listing All states" in words


def test_the_neighbours_of_a_narrowed_list_are_asked_the_same_and_counted_in_all(client):
    make_listing()
    make_listing("07102")
    response = client.get(f"{NEW_YORK}?for_crps=on&treatment=ketamine-outpatient")
    assert "New Jersey, 1 listing in all" in text(response)
    assert 'href="/doctors/new-jersey/?treatment=ketamine-outpatient&amp;for_crps=on"' in response.text


def test_what_comes_first_is_said_truly(client):
    make_listing()
    words = "Listings of which something was checked within a year come first, then by name."
    assert words in text(client.get(NEW_YORK))


def test_what_was_checked_within_a_year_comes_first_and_then_it_goes_by_last_name(client):
    last_checked(make_listing(last_name="Able"), date(2025, 6, 1))
    make_listing(last_name="Zorn")
    make_listing(last_name="Baker")
    assert listed(client.get(NEW_YORK)) == ["Baker", "Zorn", "Able"]


def test_what_was_not_checked_for_two_years_is_counted_apart_and_not_listed(client):
    last_checked(make_listing(last_name="Forgotten"), date(2024, 1, 1))
    make_listing()
    response = client.get(NEW_YORK)
    assert listed(response) == ["Tester"]
    assert "1 more has not been checked for two years. It is not in this list, but found by name." in text(response)


def test_unknown_facts_are_not_shown_as_no(client):
    make_listing()
    words = text(client.get(NEW_YORK))
    assert "new patients at present" not in words
    assert "Not step-free" not in words


def test_a_fact_that_a_reader_told_us_says_so_beside_it(client):
    practice = make_listing()
    practice.told_by_reader(step_free=True)
    practice.save()
    offer = practice.offers.get()
    offer.told_by_reader(accepting_new=False)
    offer.save()
    words = text(client.get(NEW_YORK))
    assert "No new patients at present (a reader told us, 22 Nov 2026) Phone checked 12 Sep 2026" in words
    assert "Step-free from street to chair (a reader told us, 22 Nov 2026)" in words


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("treatment=sympathetic-nerve-block", ["Block"]),
        ("for_crps=on", ["Block", "Crps"]),
        ("accepting=on", ["Taking"]),
        ("step_free=on", ["Stepfree"]),
        ("for_crps=on&step_free=on", []),
        ("", ["Block", "Crps", "Stepfree", "Taking"]),
    ],
)
def test_a_state_page_can_be_narrowed(client, query, left):
    make_listing(last_name="Crps")
    make_listing(last_name="Block", treatment=make_treatment("sympathetic-nerve-block"))
    step_free = make_listing(last_name="Stepfree", for_crps="unclear")
    Practice.objects.filter(pk=step_free.pk).update(step_free=True)
    taking = make_listing(last_name="Taking", for_crps="pain")
    Offer.objects.filter(practice=taking).update(accepting_new=True)
    response = client.get(f"{NEW_YORK}?{query}")
    assert listed(response) == left
    if query and left:
        assert f"{len(left)} of 4 fit" in text(response)


@pytest.mark.parametrize("query", ["for_crps=on&accepting=on", "treatment=ketamine-outpatient", "step_free=on&after=1"])
def test_what_a_reader_asks_a_state_page_for_is_kept_by_nobody(client, query):
    make_listing()
    response = client.get(f"{NEW_YORK}?{query}")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "canonical" not in response.text


def test_a_state_page_that_is_asked_nothing_is_everybodys(client):
    make_listing()
    response = client.get(f"{NEW_YORK}?utm_source=x")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "X-Robots-Tag" not in response.headers


def test_a_state_where_nothing_fits_shows_the_nearest_that_does(client):
    make_zip("10001")
    make_listing()
    make_listing("07102", last_name="Block", treatment=make_treatment("sympathetic-nerve-block"))
    response = client.get(f"{NEW_YORK}?treatment=sympathetic-nerve-block")
    assert "None of the 1 listings here fits." in text(response)
    assert listed(response) == ["Block"]


def test_an_unknown_treatment_is_an_error_and_the_whole_list(client):
    make_listing()
    response = client.get(f"{NEW_YORK}?treatment=magic")
    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "We have no such treatment" in text(response)
    assert "Alma Tester" in text(response)


def test_the_pages_of_a_state_lead_on_and_back_and_keep_the_filter(client, short_pages):
    for name in "ABCDE":
        make_listing(last_name=name)
    first = client.get(f"{NEW_YORK}?for_crps=on")
    assert (listed(first), link(first, "prev")) == (["A", "B"], None)
    second = client.get(link(first, "next"))
    assert listed(second) == ["C", "D"]
    last = client.get(link(second, "next"))
    assert (listed(last), link(last, "next")) == (["E"], None)
    assert listed(client.get(link(last, "prev"))) == ["C", "D"]
    assert listed(client.get(link(second, "prev"))) == ["A", "B"]
    assert "for_crps=on" in link(second, "next")
    assert 'content="noindex"' in second.text


@pytest.mark.parametrize("query", ["after=999", "before=999", "after=x", "after=-1", "page=2", "utm_source=x&after="])
def test_a_place_that_is_none_is_the_first_page(client, short_pages, query):
    for name in "ABC":
        make_listing(last_name=name)
    assert client.get(f"{NEW_YORK}?{query}").content == client.get(NEW_YORK).content


def test_a_listing_that_was_hidden_meanwhile_leads_back_to_the_first_page(client, short_pages):
    practices = [make_listing(last_name=name) for name in "ABC"]
    onward = link(client.get(NEW_YORK), "next")
    practices[1].doctor.hide()
    assert listed(client.get(onward)) == ["A", "C"]


def test_the_board_of_the_state_is_shown_only_if_somebody_looked_it_up(client):
    make_listing()
    assert "For New York:" not in text(client.get(NEW_YORK))
    url = "https://board.example.org/"
    StateBoard.objects.create(
        state="NY", name="The Board", url=url, source="the list of FSMB", checked_on=date(2026, 9, 1)
    )
    response = client.get(NEW_YORK)
    assert "For New York: The Board (address from the list of FSMB, looked up 1 Sep 2026)." in text(response)
    assert f'href="{url}"' in response.text
    assert "The Board" not in text(client.get("/doctors/new-jersey/"))


def test_a_state_without_listings_shows_the_nearest_and_is_not_indexed(client):
    make_zip("82001")
    make_listing("10001", last_name="Farther")
    make_listing("80202", last_name="Nearest")
    response = client.get("/doctors/wyoming/")
    assert response.status_code == 200
    assert "No doctor is listed here yet. That does not mean that there is none." in text(response)
    assert listed(response) == ["Nearest", "Farther"]
    assert "about 97 miles, straight line" in text(response)
    assert "Colorado, 1 listing" in text(response)
    assert '<meta name="robots" content="noindex">' in response.text
    assert f'href="{reverse("suggest-doctor")}?state=wyoming"' in response.text


def test_a_narrowed_state_without_listings_says_what_is_asked_and_how_to_ask_for_all(client):
    make_zip("82001")
    make_listing("80202", last_name="Any")
    make_listing("10001", last_name="Block", treatment=make_treatment("sympathetic-nerve-block"))
    response = client.get("/doctors/wyoming/?treatment=sympathetic-nerve-block")
    assert listed(response) == ["Block"]
    assert "Sympathetic nerve block. Only listings that say so: others may, too." in text(response)
    assert '<a class="button button-quiet" href="/doctors/wyoming/">Show all</a>' in response.text
    assert "Show all" not in client.get("/doctors/wyoming/").text


def test_a_state_without_listings_shows_its_neighbours_while_no_zip_codes_are_loaded(client):
    make_listing("80202", last_name="Neighbour")
    make_listing("10001", last_name="Farther")
    assert listed(client.get("/doctors/wyoming/")) == ["Neighbour"]


def test_who_stopped_stands_below_the_list_with_the_date(client):
    make_listing(last_name="Stopped").doctor.stop(**STOPPED)
    make_listing()
    response = client.get(NEW_YORK)
    assert listed(response) == ["Tester", "Stopped"]
    assert "No longer offers these treatments (since 20 Sep 2026)" in text(response)
    assert "1 listing, one for each place" in text(response)


def test_of_many_who_stopped_some_are_shown(client, monkeypatch):
    monkeypatch.setattr("directory.views.MOST_STOPPED", 1)
    for _ in range(2):
        make_listing(last_name="Stopped").doctor.stop(**STOPPED)
    response = client.get(NEW_YORK)
    assert listed(response) == ["Stopped"]
    assert "There are more of them than are shown here: they are found by name." in text(response)


def test_a_state_page_gives_machines_each_doctor_once(client):
    practice = make_listing()
    make_offer(make_practice(practice.doctor, clinic_name="Second"))
    items = structured(client.get(NEW_YORK))["ItemList"]["itemListElement"]
    assert [item["url"] for item in items] == ["http://testserver/doctors/new-york/alma-tester/"]


def test_a_second_practice_is_listed_in_its_state_and_leads_to_the_one_page(client):
    practice = make_listing()
    make_offer(make_practice(practice.doctor, "07102"))
    assert 'href="/doctors/new-york/alma-tester/"' in client.get("/doctors/new-jersey/").text


def test_a_states_page_has_one_address(client):
    response = client.get("/doctors/ny/")
    assert (response.status_code, response.headers["Location"]) == (301, NEW_YORK)


@pytest.mark.parametrize("address", ["/doctors/nowhere/", "/doctors/new-york/nobody/", "/doctors/nowhere/alma-tester/"])
def test_addresses_that_lead_nowhere_are_not_found(client, address):
    make_listing()
    assert client.get(address).status_code == 404


# --- All of them --------------------------------------------------------------------------------------


def test_examples_are_marked_everywhere_and_not_indexed(client):
    make_zip("10001")
    doctor = make_listing(is_example=True).doctor
    for address in (doctor.get_absolute_url(), NEW_YORK, "/doctors/?zip=10001", "/doctors/new-jersey/"):
        response = client.get(address)
        assert "Example, not a real doctor" in text(response)
        assert 'content="noindex"' in response.text
    assert set(structured(client.get(doctor.get_absolute_url()))) == {"BreadcrumbList"}
    assert set(structured(client.get(NEW_YORK))) == {"BreadcrumbList"}


def test_the_sitemap_names_real_listings_and_the_states_whose_lists_hold_some(client):
    make_listing()
    make_listing("80202", last_name="Example", is_example=True)
    make_listing("07102", last_name="Hidden").doctor.hide()
    make_listing("19103", last_name="Moved-Away").doctor.practices.all().delete()
    last_checked(make_listing("99501", last_name="Forgotten"), date(2024, 1, 1))
    index = re.findall(r"<loc>http://testserver(.*?)</loc>", client.get(reverse("sitemap")).text)
    found = [path for file in index for path in re.findall(r"testserver(/doctors/.*?)</loc>", client.get(file).text)]
    assert sorted(found) == [
        "/doctors/",
        "/doctors/alaska/alma-forgotten/",
        "/doctors/new-york/",
        "/doctors/new-york/alma-tester/",
    ]


@pytest.mark.parametrize("address", [NEW_YORK, "/doctors/?zip=10001", "/doctors/?name=tester", "/doctors/"])
def test_the_number_of_queries_does_not_grow_with_the_listings(client, address, django_assert_num_queries):
    make_zip("10001")
    make_listing()
    make_listing().doctor.stop(**STOPPED)
    with django_assert_num_queries(20, exact=False) as first:
        client.get(address)
    for number in range(6):
        practice = make_listing(last_name=f"Tester{number}")
        make_offer(practice, make_treatment("sympathetic-nerve-block"))
        make_offer(make_practice(practice.doctor, "07102"))
        make_listing().doctor.stop(**STOPPED)
    with django_assert_num_queries(len(first)):
        client.get(address)


def test_the_number_of_queries_of_the_sitemap_does_not_grow(client, django_assert_num_queries):
    make_listing()
    with django_assert_num_queries(20, exact=False) as first:
        client.get("/sitemap-doctors.xml")
    for _ in range(3):
        make_listing("07102")
    with django_assert_num_queries(len(first)):
        client.get("/sitemap-doctors.xml")


def test_a_page_deep_in_a_list_takes_at_most_three_queries_more(client, short_pages, django_assert_max_num_queries):
    for name in "ABCDEF":
        make_listing(last_name=name)
    with django_assert_max_num_queries(20) as first:
        second = link(client.get(NEW_YORK), "next")
    with django_assert_max_num_queries(len(first) + 3):
        client.get(second)


@pytest.mark.parametrize("address", ["/doctors/", NEW_YORK, "/doctors/new-york/alma-tester/", "/doctors/?name=alma"])
def test_pages_are_read_and_not_written_to_and_set_no_cookie(address):
    make_listing()
    client = Client(enforce_csrf_checks=True)
    assert [write(address).status_code for write in (client.post, client.put, client.delete)] == [405] * 3
    assert not client.get(address).cookies


def test_a_doctor_without_a_practice_has_no_page(client):
    make_doctor().stop(**STOPPED)
    assert client.get("/doctors/new-york/alma-tester/").status_code == 404


# --- Numbered pages, of other lists -----------------------------------------------------------------------


def test_the_pages_of_comments_keep_the_rest_of_the_address_and_lead_to_the_comments(client):
    article = make_article()
    for _ in range(51):
        make_comment(article)
    address = article.get_absolute_url()
    assert f'href="{address}?from=feed&amp;page=2#comments"' in client.get(f"{address}?from=feed").text
    assert f'href="{address}#comments"' in client.get(f"{address}?page=2").text


def test_the_pages_of_articles_lead_on_and_back(client):
    for _ in range(21):
        make_article()
    assert 'rel="next" href="/articles/?page=2"' in client.get("/articles/").text
    assert 'rel="prev" href="/articles/"' in client.get("/articles/?page=2").text
