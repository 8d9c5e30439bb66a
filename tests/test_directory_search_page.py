"""The search box, and what it finds."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.forms import MILITARY, SearchForm, state_called
from directory.models import Offer, Practice
from directory.states import STATES
from directory.zip_data import parse, zipcodes
from tests.directory_factories import STOPPED, TODAY, make_listing, make_treatment, make_zip
from tests.directory_reading import link, listed, text

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr("directory.views.PAGE_SIZE", 2)


def found(client, **query):
    return client.get("/doctors/", query)


# --- What is asked ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("zip=1000", "five digits"),
        ("zip=1000x", "five digits"),
        ("zip=00000", "We do not know where this ZIP code is"),
        ("zip=09001", "This is a military address abroad"),
        ("zip=10001&miles=7", "Choose one of the distances"),
        ("zip=10001&treatment=magic", "We have no such treatment"),
        ("state=Atlantis", "We know no such state"),
        ("state=-", "We know no such state"),
        ("name=x", "at least 2 characters"),
        ("name=--", "Type at least 2 letters or digits of the name"),
        ("name=.'A'.", "Type at least 2 letters or digits of the name"),
        ("zip=&name=", "Type a ZIP code or a name"),
        ("state=&zip=&miles=50&name=&treatment=", "Type a ZIP code or a name"),
    ],
)
def test_a_search_that_cannot_be_understood_comes_back_with_what_was_typed(client, query, error):
    make_zip("10001")
    response = client.get(f"/doctors/?{query}")
    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "private, no-store"
    assert error in text(response)
    typed = response.context["form"]["zip"].value()
    assert not typed or f'value="{typed}"' in response.text


def test_every_military_zip_code_is_known_as_such_and_no_other():
    rows = zipcodes.list_all()
    military = {row["zip_code"] for row in rows if MILITARY.match(row["zip_code"])}
    assert {row["zip_code"] for row in rows if row["state"] in ("AA", "AE", "AP")} <= military
    assert not military & {code.zip for code in map(parse, rows) if code}


@pytest.mark.parametrize("name", ["new-york", "New York", "NY", "ny", "NEW-YORK", " ny "])
def test_a_state_alone_leads_to_its_page_however_it_is_written(client, name):
    response = found(client, state=name, zip="", miles="50", name="", treatment="")
    assert (response.status_code, response.headers["Location"]) == (302, "/doctors/new-york/")


def test_a_state_is_called_by_its_name_code_or_address():
    assert {state_called(text) for text in ("DC", "district of columbia", "District-of-Columbia")} == {STATES["DC"]}
    assert state_called("Atlantis") is None


def test_a_state_with_more_is_searched(client):
    make_listing(last_name="Wanted")
    make_listing(last_name="Other")
    make_listing("07102", last_name="Wanted")
    response = found(client, state="new-york", name="wanted")
    assert listed(response) == ["Wanted"]
    assert "1 listing for “wanted” in New York" in text(response)
    assert '<option value="new-york" selected>' in response.text


def test_with_a_zip_code_that_decides_and_the_state_is_kept(client):
    make_zip("07102")
    make_listing("10001", last_name="Near")
    make_listing("80202", last_name="Far")
    response = found(client, state="colorado", zip="07102")
    assert listed(response) == ["Near"]
    assert '<option value="colorado" selected>' in response.text


def test_the_form_keeps_all_that_was_asked(client):
    make_treatment()
    make_zip("10001")
    query = {"zip": "10001", "miles": "250", "name": "abc", "treatment": "ketamine-outpatient", "accepting": "on"}
    page = found(client, **query).text
    assert 'value="10001"' in page
    assert '<option value="250" selected>' in page
    assert '<option value="ketamine-outpatient" selected>' in page
    assert re.search(r'name="accepting"[^>]* checked', page)
    assert not re.search(r'name="step_free"[^>]* checked', page)


def test_an_address_that_keeps_a_search_holds_what_was_asked_and_nothing_else():
    make_zip("10001")
    form = SearchForm({"zip": "10001", "miles": "", "name": "", "utm": "x", "accepting": "on", "step_free": "false"})
    assert form.is_valid()
    assert form.parameters == [("zip", "10001"), ("miles", "50"), ("accepting", "on")]
    by_name = SearchForm({"name": "ab", "miles": "25"})
    assert by_name.is_valid()
    assert by_name.parameters == [("name", "ab")]


# --- What is found ----------------------------------------------------------------------------------


def test_a_search_by_zip_code_shows_whole_miles_and_is_nobody_elses(client):
    make_zip("07102")
    make_listing("10001", last_name="Across")
    response = found(client, zip="07102-1234")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "1 listing within 50 miles of Newark, NJ 07102" in text(response)
    assert "about 9 miles, straight line" in text(response)
    assert "GeoNames" in text(response)


def test_what_was_searched_for_is_in_no_log(client, caplog):
    make_zip("07102")
    found(client, zip="07102", name="secretname")
    found(client, zip="0710", name="secretname")
    assert "0710" not in caplog.text
    assert "secretname" not in caplog.text


def test_a_search_that_found_nothing_near_says_what_it_did_instead(client):
    make_zip("82001")
    make_listing("80202")
    response = found(client, zip="82001", miles="25")
    assert "No listing within 25 miles of Cheyenne, WY 82001" in text(response)
    assert "Nothing is listed within 25 miles, so we looked further: these are the nearest" in text(response)
    assert "about 97 miles, straight line" in text(response)
    assert "Colorado, 1 listing" in text(response)
    assert "Wyoming, 0 listings" not in text(response)


def test_where_no_neighbour_has_a_listing_none_is_offered(client):
    make_zip("96910")
    assert "In and around Guam" not in text(found(client, zip="96910"))


def test_states_around_are_asked_the_same_and_counted_in_all(client):
    make_zip("82001")
    make_listing("80202")
    make_listing("80202", last_name="Taking")
    response = found(client, zip="82001", miles="25", accepting="on", treatment="graded-motor-imagery")
    assert "Colorado, 2 listings in all" in text(response)
    assert 'href="/doctors/colorado/?treatment=graded-motor-imagery&amp;accepting=on"' in response.text


@pytest.mark.parametrize(("origin", "order"), [({"zip": "82001"}, "what is nearer"), ({"name": "Tester"}, "by name")])
def test_what_comes_first_is_said_truly(client, origin, order):
    make_zip("82001")
    make_listing("82001")
    words = f"Listings of which something was checked within a year come first, then {order}."
    assert words in text(found(client, **origin))


def test_from_where_distances_are_is_said_of_a_state_too(client):
    make_zip("82001")
    make_listing("80202")
    words = text(found(client, state="wyoming", for_crps="on"))
    assert "about 97 miles, straight line" in words
    assert "Distances are from the middle of Wyoming, in a straight line." in words
    assert "between the middles of ZIP codes" not in words
    assert "between the middles of ZIP codes" in text(found(client, zip="82001"))


def test_what_was_loosened_is_said_only_if_something_was(client):
    make_zip("10001")
    make_listing()
    words = text(found(client, zip="10001", for_crps="on"))
    assert "said to be for CRPS. Only listings that say so: others may, too." in words
    assert "looked further" not in words
    assert "whatever they offer" not in words
    words = text(found(client, zip="10001", accepting="on"))
    assert "Nothing in the directory fits all of that. These are the nearest, whatever they offer." in words


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("treatment=sympathetic-nerve-block", ["Block"]),
        ("accepting=on", ["Taking"]),
        ("step_free=on", ["Stepfree"]),
        ("for_crps=on", ["Block", "Stepfree"]),
        ("name=tak", ["Taking"]),
        ("name=nobody", []),
    ],
)
@pytest.mark.parametrize("where", ["zip=10001", "state=new-york", ""])
def test_every_filter_works_with_every_way_to_say_where(client, where, query, names):
    make_zip("10001")
    make_listing(last_name="Block", treatment=make_treatment("sympathetic-nerve-block"))
    Practice.objects.filter(pk=make_listing(last_name="Stepfree").pk).update(step_free=True)
    Offer.objects.filter(practice=make_listing(last_name="Taking", for_crps="unclear")).update(accepting_new=True)
    assert listed(client.get(f"/doctors/?{where}&{query}")) == names


def test_a_name_finds_what_was_not_checked_for_two_years_and_says_so(client):
    practice = make_listing(last_name="Forgotten")
    offer = practice.offers.get()
    offer.confirmed_on = date(2024, 1, 1)
    offer.save()
    response = found(client, name="forgotten")
    assert listed(response) == ["Forgotten"]
    assert "Not checked for 34 months: call first (phone checked 1 Jan 2024)" in text(response)
    assert listed(found(client, for_crps="on")) == []


def test_a_search_without_any_hit_shows_ways_on(client):
    response = found(client, name="nobody")
    assert response.status_code == 200
    assert "No listing for “nobody”" in text(response)
    assert 'href="/doctors/#states"' in response.text
    assert f'href="{reverse("suggest-doctor")}"' in response.text


def test_what_was_searched_for_is_escaped(client):
    assert "<b>x" not in found(client, name="<b>x").text


def test_the_pages_of_a_search_keep_the_search_and_nothing_else(client, short_pages):
    make_zip("10001")
    for name in "ABCDE":
        make_listing(last_name=name)
    first = found(client, zip="10001", miles="25", state="ny", utm="x")
    assert (listed(first), link(first, "prev")) == (["A", "B"], None)
    assert link(first, "next").startswith("/doctors/?zip=10001&miles=25&state=new-york&after=")
    second = client.get(link(first, "next"))
    last = client.get(link(second, "next"))
    assert (listed(second), listed(last), link(last, "next")) == (["C", "D"], ["E"], None)
    assert listed(client.get(link(second, "prev"))) == ["A", "B"]


def test_the_pages_of_a_name_lead_on_and_back(client, short_pages):
    for name in ("Testa", "Testb", "Testc"):
        make_listing(last_name=name)
    first = found(client, name="test")
    second = client.get(link(first, "next"))
    assert (listed(second), link(second, "next")) == (["Testc"], None)
    assert listed(client.get(link(second, "prev"))) == ["Testa", "Testb"]
    assert "3 listings for “test”" in text(second)


@pytest.mark.parametrize(
    ("code", "first", "beyond"),
    [("64108", "Missouri", "Kansas"), ("96910", "Guam", None), ("99501", "Alaska", None), ("00901", "Puerto", None)],
)
def test_every_part_of_the_country_can_search(client, code, first, beyond):
    make_zip(code)
    make_listing(code, last_name="Here")
    if beyond:
        make_listing("66102", last_name="Beyond")
    make_listing("10001", last_name="Far")
    assert listed(found(client, zip=code)) == (["Here", "Beyond"] if beyond else ["Here"])
    assert f", {first}" in text(found(client, zip=code))


def test_from_guam_the_way_over_the_date_line_is_the_nearer_one(client):
    make_zip("96910")
    make_listing("96813", last_name="Hawaii")
    make_listing("80202", last_name="Colorado")
    response = found(client, zip="96910", miles="500")
    assert listed(response) == ["Hawaii", "Colorado"]
    assert "about 3,804 miles, straight line" in text(response)


def test_more_than_a_thousand_are_not_counted_further(client, monkeypatch):
    monkeypatch.setattr("directory.search.MOST_COUNTED", 1)
    for _ in range(2):
        make_listing()
    assert "More than 1,000 listings for “tester”" in text(found(client, name="tester"))


# --- Who is in no list ------------------------------------------------------------------------------


def off_the_lists(response):
    section = re.search(r'<section aria-labelledby="off-the-lists">.*?</section>', response.text, re.DOTALL)
    return section[0] if section else ""


def test_who_stopped_is_found_by_name_and_the_page_says_so(client):
    doctor = make_listing(last_name="Zebra").doctor
    doctor.stop(**STOPPED)
    response = found(client, name="Zebra")
    section = off_the_lists(response)
    assert f'<a href="{doctor.get_absolute_url()}"><bdi>Alma Zebra, MD</bdi></a>' in section
    assert "No longer offers these treatments" in section
    assert "Nothing else in the directory fits." in text(response)


def test_who_is_disputed_is_found_by_name_with_a_word_of_warning(client):
    make_listing(last_name="Zebra")
    disputed = make_listing(last_name="Zebra", first_name="Bea").doctor
    disputed.dispute()
    response = found(client, name="Zebra")
    assert listed(response)[:1] == ["Zebra"]
    assert "Bea Zebra" in off_the_lists(response)
    assert "Disputed: call first" in off_the_lists(response)


@pytest.mark.parametrize("query", [{"state": "new-york", "treatment": "ketamine-outpatient"}, {"name": "Other"}])
def test_who_is_in_no_list_is_shown_for_the_name_alone(client, query):
    make_listing(last_name="Zebra").doctor.stop(**STOPPED)
    assert off_the_lists(found(client, **query)) == ""


def test_who_is_hidden_or_removed_is_found_by_no_name(client):
    make_listing(last_name="Zebra").doctor.hide()
    make_listing(last_name="Zebra", first_name="Bea").doctor.remove_on_request(by=None)
    assert off_the_lists(found(client, name="Zebra")) == ""


@pytest.mark.parametrize("query", [{"state": "new-york"}, {"zip": "10001", "miles": "50"}])
def test_who_is_in_no_list_is_looked_for_where_the_reader_looks(client, query):
    make_zip("10001")
    for code, first_name in (("10001", "Near"), ("80202", "Far")):
        make_listing(code, last_name="Zebra", first_name=first_name).doctor.stop(**STOPPED)
    section = off_the_lists(found(client, name="Zebra", **query))
    assert ("Near Zebra" in section, "Far Zebra" in section) == (True, False)


def test_of_those_in_no_list_ten_are_shown_and_it_is_said_that_there_are_more(client):
    for number in range(11):
        make_listing(last_name="Zebra", first_name=f"Number{number:02}").doctor.stop(**STOPPED)
    section = off_the_lists(found(client, name="Zebra"))
    assert section.count("<li class=") == 10
    assert "There are more" in section
