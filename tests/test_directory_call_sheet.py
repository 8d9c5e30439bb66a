"""The call sheet: up to five listings, kept in the address."""

import re

import pytest
from django.http import QueryDict

from directory.call_sheet import CallSheet
from directory.models import Practice
from tests.directory_factories import STOPPED, make_listing, make_zip
from tests.directory_reading import link, text

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SHEET = "/doctors/call-sheet/"


def make_doctors(*names):
    return [make_listing(last_name=name).doctor for name in names]


def sheet(client, *doctors):
    return client.get(SHEET, {"doctor": [doctor.pk for doctor in doctors]})


def chosen(response):
    """The names on the sheet, in its order."""
    return re.findall(r'<h2 id="call-\d+"><a [^>]*>\S+ (.*?), MD</a>', response.text)


def follow(client, response, words):
    """Where the page's link with these words leads."""
    [address] = re.findall(rf'<a [^>]*href="([^"]*)"[^>]*>{words}', response.text)
    return client.get(address.replace("&amp;", "&"))


# --- The sheet ------------------------------------------------------------------------------------------


def test_a_sheet_has_the_numbers_what_to_ask_and_room_for_notes(client):
    one, two = make_doctors("One", "Two")
    Practice.objects.filter(doctor=one).update(phone="+12125550123", phone_ext="4")
    response = sheet(client, two, one)
    words = text(response)
    assert chosen(response) == ["Two", "One"]
    assert "(212) 555-0123 ext. 4" in words
    assert 'href="tel:+12125550123;ext=4"' in response.text
    assert "We know no phone number." in words
    assert "Phone checked 12 Sep 2026" in words
    assert "Who starts the IV" in words
    assert response.text.count('class="notes"') == 2


def test_a_sheet_is_nobody_elses_and_is_not_indexed(client):
    for response in (sheet(client), sheet(client, *make_doctors("One"))):
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert not response.cookies


def test_an_empty_sheet_says_how_to_fill_it(client):
    response = sheet(client)
    assert response.status_code == 200
    assert "Nothing is on it yet." in text(response)


def test_one_is_taken_off_and_the_others_stay(client):
    one, two, three = make_doctors("One", "Two", "Three")
    page = sheet(client, one, two, three)
    response = follow(client, page, 'Take off<span class="visually-hidden"> Alma Two, MD')
    assert chosen(response) == ["One", "Three"]


def test_more_than_five_do_not_fit_and_the_sheet_says_which(client):
    doctors = make_doctors("A", "B", "C", "D", "E", "Sixth")
    response = sheet(client, *doctors)
    assert chosen(response) == ["A", "B", "C", "D", "E"]
    assert "5 listings fit on a sheet. Take one off to make room for: Alma Sixth, MD." in text(response)
    shorter = follow(client, response, 'Take off<span class="visually-hidden"> Alma A, MD')
    assert chosen(shorter) == ["B", "C", "D", "E", "Sixth"]


def test_a_listing_that_is_gone_meanwhile_is_missed_and_not_named(client):
    one, hidden, removed = make_doctors("One", "Hidden", "Removed")
    hidden.hide()
    removed.remove_on_request(by=None)
    response = sheet(client, one, hidden, removed)
    assert chosen(response) == ["One"]
    assert "2 of the listings you chose are not in the directory any more." in text(response)
    assert "Removed" not in response.text


def test_who_stopped_or_is_disputed_or_an_example_is_marked(client):
    stopped, disputed = make_doctors("Stopped", "Disputed")
    stopped.stop(**STOPPED)
    disputed.dispute()
    example = make_listing(last_name="Example", is_example=True).doctor
    words = text(sheet(client, stopped, disputed, example))
    assert "No longer offers these treatments (since 20 Sep 2026)." in words
    assert "Disputed: call first." in words
    assert "Example, not a real doctor Do not call." in words


@pytest.mark.parametrize("query", ["doctor=x", "doctor=-1", "doctor=", "doctor=99999999999999999999", "doctor=1.5"])
def test_what_is_no_listing_is_ignored(client, query):
    assert client.get(f"{SHEET}?{query}").content == client.get(SHEET).content


def test_a_sheet_is_read_and_not_written_to(client):
    assert [write(SHEET).status_code for write in (client.post, client.put, client.delete)] == [405] * 3


def test_the_number_of_queries_does_not_grow_with_the_sheet(client, django_assert_num_queries):
    doctors = make_doctors("A", "B", "C", "D", "E")
    with django_assert_num_queries(4):
        sheet(client, doctors[0])
    with django_assert_num_queries(4):
        sheet(client, *doctors)


# --- Choosing -------------------------------------------------------------------------------------------


def test_a_doctor_is_added_from_their_page_and_the_others_stay(client):
    one, two = make_doctors("One", "Two")
    with_one = follow(client, client.get(one.get_absolute_url()), "Add to my call sheet")
    assert chosen(with_one) == ["One"]
    front = follow(client, with_one, "Find another to add")
    state = follow(client, front, '<span class="tile-code">NY')
    page = follow(client, state, "<bdi>Alma Two, MD")
    assert chosen(follow(client, page, "Add to my call sheet")) == ["One", "Two"]


def test_a_doctor_on_the_sheet_is_not_added_again(client):
    [one] = make_doctors("One")
    page = client.get(f"{one.get_absolute_url()}?doctor={one.pk}")
    assert "Add to my call sheet" not in page.text
    assert chosen(follow(client, page, "On your call sheet: see it")) == ["One"]


@pytest.mark.parametrize("address", ["/doctors/new-york/", "/doctors/?name=alma", "/doctors/?zip=10001"])
def test_lists_have_a_box_to_tick_for_each_and_keep_what_is_chosen_elsewhere(client, address):
    make_zip()
    here, there = make_listing(last_name="Here").doctor, make_listing("80202", last_name="There").doctor
    elsewhere = make_listing("80202", first_name="Bob", last_name="Elsewhere").doctor
    query = f"doctor={here.pk}&doctor={elsewhere.pk}"
    page = client.get(f"{address}{'&' if '?' in address else '?'}{query}").text
    assert re.search(rf'<input type="checkbox" form="choose" name="doctor" value="{here.pk}"[^>]* checked>', page)
    assert f'<input type="hidden" name="doctor" value="{elsewhere.pk}">' in page.split('id="choose"')[1]
    assert f'type="hidden" name="doctor" value="{here.pk}"' not in page.split('id="choose"')[1].split("</form>")[0]
    assert f'value="{there.pk}" id="choose' in page or "/?name" not in address


def test_pages_with_a_sheet_are_the_readers_own_and_those_without_are_everybodys(client):
    [one] = make_doctors("One")
    for address in ("/doctors/", "/doctors/new-york/", one.get_absolute_url()):
        mine, public = client.get(f"{address}?doctor={one.pk}"), client.get(address)
        assert mine.headers["Cache-Control"] == "private, no-store"
        assert public.headers["Cache-Control"] == "no-cache"
        assert "Your call sheet: 1 listing." in text(mine)
        assert client.get(f"{address}?doctor=x").content == public.content


def test_the_sheet_goes_along_to_the_next_page_of_a_list_and_through_a_search(client, monkeypatch):
    monkeypatch.setattr("directory.views.PAGE_SIZE", 1)
    one, _ = make_doctors("One", "Two")
    for address in ("/doctors/new-york/?", "/doctors/?name=alma&"):
        page = client.get(f"{address}doctor={one.pk}")
        assert f"doctor={one.pk}" in link(page, "next")
        assert "Your call sheet: 1 listing." in text(client.get(link(page, "next")))
    assert f"/doctors/new-york/?doctor={one.pk}" in client.get(f"/doctors/?state=ny&doctor={one.pk}").url


def test_a_stopped_doctor_cannot_be_ticked(client):
    make_listing().doctor.stop(**STOPPED)
    assert 'type="checkbox" form="choose"' not in client.get("/doctors/new-york/").text


# --- In an address --------------------------------------------------------------------------------------


def test_a_sheet_in_an_address_holds_each_doctor_once_and_no_more_than_an_address_can():
    assert CallSheet.of(QueryDict("doctor=3&doctor=1&doctor=3&doctor=x")).pks == (3, 1)
    assert len(CallSheet.of(QueryDict("&".join(f"doctor={number}" for number in range(100))))) == 20


def test_a_sheet_is_kept_in_addresses_of_all_kinds():
    assert CallSheet((1, 2)).kept_in("/x/") == "/x/?doctor=1&doctor=2"
    assert CallSheet((1,)).kept_in("/x/?a=b") == "/x/?a=b&doctor=1"
    assert CallSheet().kept_in("/x/") == "/x/"
    assert CallSheet((1, 2)).minus(1).plus(3).plus(2).address == f"{SHEET}?doctor=2&doctor=3"
