"""Readers say something about a listing: that they called, what is wrong, that they want to be taken off."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from directory.models import Outcome, Practice, Report, ReportKind, ReportState
from directory.models.report import SAME_FOR
from tests.deciding import words_of
from tests.directory_factories import STOPPED, make_doctor, make_listing, make_offer, make_practice, make_zip
from tests.factories import make_editor
from tests.listing_reports import (
    address_of,
    make_call,
    other_reader,
    post_call,
    post_correction,
    post_request,
    sent_address,
    shown_by,
)
from tests.test_site import assert_well_formed

pytestmark = pytest.mark.django_db

KINDS = ["called", "correction", "removal"]


@pytest.fixture
def practice():
    return make_listing(clinic_name="Test Clinic")


@pytest.fixture
def doctor(practice):
    return practice.doctor


def stored():
    return Report.objects.get()


def as_it_was():
    """All that readers see of the listing."""
    return list(Practice.objects.values()), list(Practice.objects.values("doctor__status", "offers__accepting_new"))


# --- I called ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome)
def test_one_tick_is_stored_and_the_reader_thanked(client, doctor, practice, outcome):
    response = post_call(client, doctor, outcome)
    assert (response.status_code, response.headers["Location"]) == (303, sent_address(doctor, "called"))
    report = stored()
    assert (report.kind, report.outcome, report.practice, report.state) == ("called", outcome, practice, "open")
    assert "An editor looks at it" in client.get(response.headers["Location"]).text


@pytest.mark.one_database
def test_the_form_asks_for_no_name_and_shows_every_answer(client, doctor):
    page = client.get(address_of(doctor)).text
    assert all(f'value="{outcome}"' in page for outcome in Outcome)
    for absent in ('name="name"', 'name="email"', "csrf", 'name="practice"'):
        assert absent not in page


def test_of_several_places_the_reader_says_which(client, doctor):
    other = make_practice(doctor, "07102", clinic_name="Other Clinic")
    assert "Other Clinic, Newark, NJ" in client.get(address_of(doctor)).text
    response = post_call(client, doctor)
    assert (response.status_code, "Which place did you call?</a>: Please choose one." in response.text) == (400, True)
    post_call(client, doctor, practice=other.pk)
    assert stored().practice == other


def test_words_are_cleaned_and_at_most_five_hundred_characters(client, doctor):
    post_call(client, doctor, words="  They\r\nhung up.\u202e\x00 ")
    assert stored().words == "They\nhung up."
    response = post_call(client, doctor, words="x" * 501, headers=other_reader(1))
    assert (response.status_code, "x" * 501 in response.text) == (400, True)
    assert "Please shorten it to 500 characters at most." in response.text


@pytest.mark.parametrize(("words", "kept"), [("", "Sorry."), ("Asked again.", "Sorry.\n\nAsked again.")])
def test_a_second_answer_takes_the_place_of_the_first_and_no_word_is_lost(client, doctor, words, kept):
    post_call(client, doctor, "stopped", words="Sorry.")
    post_call(client, doctor, "offers", words=words)
    report = stored()
    assert (report.outcome, report.words, report.revision) == ("offers", kept, 2)


def test_a_call_to_another_place_is_another_report(client, doctor, practice):
    other = make_practice(doctor, "07102")
    post_call(client, doctor, "stopped", practice=practice.pk, words="one")
    post_call(client, doctor, "offers", practice=other.pk, words="two")
    calls = Report.objects.values_list("practice", "outcome", "words")
    assert list(calls) == [(practice.pk, "stopped", "one"), (other.pk, "offers", "two")]


def test_what_was_decided_about_one_place_is_nothing_about_another(client, doctor, practice):
    other = make_practice(doctor, "07102")
    post_call(client, doctor, practice=practice.pk)
    stored().close(ReportState.CLOSED, by=make_editor())
    assert post_call(client, doctor, practice=other.pk).status_code == 303
    assert post_call(client, doctor, "offers", practice=practice.pk).status_code == 409


def test_what_is_enough_of_a_call_is_said_truly(client, doctor):
    assert "One tick is enough." in client.get(address_of(doctor)).text
    make_practice(doctor, "07102")
    page = client.get(address_of(doctor)).text
    assert "Tick what you heard, and at which place: that is enough." in page
    assert "One tick is enough." not in page


def test_a_double_tap_changes_nothing(client, doctor):
    first = post_call(client, doctor, words="Sorry.")
    again = post_call(client, doctor, words="Sorry.")
    assert again.headers["Location"] == first.headers["Location"]
    assert stored().revision == 1


@pytest.mark.parametrize("state", [ReportState.APPLIED, ReportState.CLOSED, ReportState.SPAM])
def test_after_it_was_decided_another_is_told_so_with_its_words_kept(client, doctor, state):
    post_call(client, doctor)
    stored().close(state, by=make_editor())
    response = post_call(client, doctor, "offers", words="They <do> now.")
    assert response.status_code == 409
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "We have that from you already" in response.text
    assert "Outcome: offers\nWords: They &lt;do&gt; now.</textarea>" in response.text
    assert f'href="/contact/?about={doctor.get_absolute_url()}"' in response.text
    assert Report.objects.count() == 1
    assert_well_formed(response.text, "decided")


def test_after_thirty_days_there_is_room_for_another(client, doctor):
    post_call(client, doctor)
    stored().close(ReportState.CLOSED, by=make_editor())
    Report.objects.update(created_at=timezone.now() - SAME_FOR - timedelta(minutes=1))
    assert post_call(client, doctor).status_code == 303
    assert Report.objects.count() == 2


def test_other_readers_kinds_and_listings_are_others(client, doctor, practice):
    post_call(client, doctor)
    post_call(client, doctor, headers=other_reader(1))
    post_correction(client, practice, clinic_name="New Clinic")
    post_call(client, make_listing(first_name="Bea").doctor)
    assert Report.objects.count() == 4


def test_a_doctor_who_stopped_or_is_disputed_can_be_reported_too(client, doctor):
    for verb in (lambda: doctor.stop(**STOPPED), doctor.dispute):
        verb()
        assert client.get(address_of(doctor)).status_code == 200
        assert post_call(client, doctor, "offers").status_code == 303


# --- Something is wrong -----------------------------------------------------------------------------------


@pytest.mark.one_database
def test_the_form_shows_what_the_listing_says(client, practice):
    Practice.objects.update(phone="+13035550101", phone_ext="4", step_free=False, website="https://example.org/")
    page = client.get(address_of(practice.doctor), {"kind": "correction"}).text
    for name, value in {"clinic_name": "Test Clinic", "phone": "(303) 555-0101", "phone_ext": "4"}.items():
        assert re.search(rf'name="{name}" value="{re.escape(value)}"', page)
    assert '<option value="NY" selected>New York' in page
    assert '<option value="no" selected>No' in page.split('name="step_free"')[1].split("</select>")[0]


def test_only_what_was_changed_is_stored(client, practice):
    response = post_correction(client, practice, clinic_name="New Clinic ", step_free="yes", words="They moved.")
    assert (response.status_code, response.headers["Location"]) == (303, sent_address(practice.doctor, "correction"))
    report = stored()
    assert (report.practice, report.words) == (practice, "They moved.")
    assert report.proposed == {"clinic_name": "New Clinic", "step_free": True}


def test_whether_new_patients_are_taken_belongs_to_the_treatment(client, practice):
    offer = practice.offers.get()
    post_correction(client, practice, **{f"offer_{offer.pk}": "no"})
    assert stored().proposed == {"offers": {str(offer.pk): {"accepting_new": False}}}


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ({"phone": "303.555.0102"}, {"phone": "+13035550102"}),
        ({"phone": "(303) 555-0102 ext. 77"}, {"phone": "+13035550102", "phone_ext": "77"}),
        ({"phone": ""}, {"phone": ""}),
        ({"website": "example.org/new"}, {"website": "https://example.org/new"}),
        ({"zip_code": "10001-1234", "city": "NYC"}, {"city": "NYC"}),
        ({"spares_affected_limb": ""}, {"spares_affected_limb": None}),
    ],
)
def test_what_is_typed_is_brought_into_one_form(client, practice, typed, proposed):
    Practice.objects.update(phone="+13035550101", spares_affected_limb=True)
    practice.refresh_from_db()
    post_correction(client, practice, **typed)
    assert stored().proposed == proposed


def test_what_an_editor_changed_meanwhile_is_no_correction_of_the_reader(client, practice):
    shown = shown_by(practice)
    Practice.objects.update(city="Brooklyn", step_free=True)
    post_correction(client, practice, shown, clinic_name="New Clinic")
    assert stored().proposed == {"clinic_name": "New Clinic"}


def test_what_the_listing_says_by_now_needs_no_correction(client, practice):
    shown = shown_by(practice)
    Practice.objects.update(clinic_name="New Clinic")
    response = post_correction(client, practice, shown, clinic_name="New Clinic")
    assert (response.status_code, "Please change what is wrong" in response.text) == (400, True)


def test_words_alone_are_enough_and_nothing_is_not(client, practice):
    assert post_correction(client, practice).status_code == 400
    assert post_correction(client, practice, words="The door is at the back.").status_code == 303
    assert stored().proposed == {}


def test_more_of_the_same_reader_is_added_while_nobody_has_looked(client, practice):
    offer = practice.offers.get()
    post_correction(client, practice, clinic_name="New Clinic", words="They moved.")
    post_correction(client, practice, city="Brooklyn", words="To Brooklyn.", **{f"offer_{offer.pk}": "yes"})
    report = stored()
    assert report.words == "They moved.\n\nTo Brooklyn."
    assert report.proposed == {
        "clinic_name": "New Clinic",
        "city": "Brooklyn",
        "offers": {str(offer.pk): {"accepting_new": True}},
    }


def test_of_several_places_the_page_asks_which_and_each_has_its_own_correction(client, practice, doctor):
    other = make_practice(doctor, "07102", clinic_name="Other Clinic")
    page = client.get(address_of(doctor), {"kind": "correction"})
    links = re.findall(r'href="([^"]*kind=correction&amp;practice=\d+)"', page.text)
    assert len(links) == 2
    assert 'method="post"' not in page.text
    assert 'value="Other Clinic"' in client.get(links[1].replace("&amp;", "&")).text
    for place in (practice, other):
        post_correction(client, place, city="Elsewhere")
    assert {report.practice for report in Report.objects.all()} == {practice, other}


WRONG = [
    ({"phone": "12"}, "phone", "Please check this number"),
    ({"phone": "call me"}, "phone", "Please check this number"),
    ({"phone": "5" * 5000}, "phone", "Please check this number"),
    ({"phone_ext": "12a"}, "phone_ext", "Digits only."),
    ({"zip_code": "1000"}, "zip_code", "A ZIP code has five digits"),
    ({"zip_code": "99999"}, "zip_code", "We do not know this ZIP code."),
    ({"zip_code": "07102"}, "zip_code", "This ZIP code is in New Jersey."),
    ({"zip_code": ""}, "zip_code", "Please fill this in."),
    ({"zip_code": "１０００１"}, "zip_code", "A ZIP code has five digits"),
    ({"state": "NJ"}, "zip_code", "This ZIP code is in New York."),
    ({"state": "Bavaria"}, "state", "Please choose a state of the list."),
    ({"city": "x" * 101}, "city", "Please shorten it to 100 characters at most."),
    ({"clinic_name": "y" * 151}, "clinic_name", "Please shorten it to 150 characters at most."),
    ({"website": "javascript:alert(1)"}, "website", "Please check this address"),
    ({"website": "ftp://example.org/"}, "website", "Please give an address that starts with https://."),
    ({"website": "https://ann:pw@example.org/"}, "website", "Please give an address that starts with https://."),
    ({"source_url": "data:text/html,x"}, "source_url", "Please check this address"),
    ({"step_free": "perhaps"}, "step_free", "Please choose one."),
    ({"relation": "nonsense"}, "relation", "Please choose one."),
    ({"words": "z" * 2001}, "words", "Please shorten it to 2,000 characters at most."),
]
CHOSEN = ("state", "step_free", "relation")  # from a list


@pytest.mark.one_database
@pytest.mark.parametrize(("typed", "field", "said"), WRONG)
def test_a_slip_is_named_at_its_field_and_all_that_was_typed_is_kept(client, practice, typed, field, said):
    for code in ("10001", "07102"):
        make_zip(code)
    fields = {"clinic_name": "My <clinic>", "words": "My <words>."} | typed
    response = post_correction(client, practice, **fields)
    assert response.status_code == 400
    assert f'<a href="#id_{field}' in response.text
    assert said in words_of(response)
    written = [escape(text) for name, text in fields.items() if name not in CHOSEN]
    assert [text for text in written if text not in response.text] == []
    assert not Report.objects.exists()
    assert_well_formed(response.text, "refused")


def test_the_snapshot_of_what_was_shown_survives_a_refusal(client, practice):
    shown = shown_by(practice)
    Practice.objects.update(city="Brooklyn")
    page = post_correction(client, practice, shown, phone="12").text
    assert re.search(r'name="initial-city" value="New York"', page)


def test_characters_that_turn_the_text_around_are_taken_out(client, practice):
    post_correction(
        client, practice, clinic_name="\u202eCilinc\u2066 New\x00", website="https://exa\u202emple.org/", words="\u200e"
    )
    assert stored().proposed == {"clinic_name": "Cilinc New", "website": "https://example.org/"}


# --- This is me: take me off ------------------------------------------------------------------------------


def test_a_request_is_acknowledged_and_says_what_happens_next(client, doctor):
    fields = {"email": "alma@example.org", "phone": "(212) 555-0147", "words": "Please."}
    response = post_request(client, doctor, **fields)
    assert (response.status_code, response.headers["Location"]) == (303, sent_address(doctor, "removal"))
    page = words_of(client.get(response.headers["Location"]))
    assert "An editor calls the published number of the listing" in page
    assert "deleted 90 days after" in page
    report = stored()
    assert (report.kind, report.name, report.relation) == ("removal", "Alma Tester", "self")
    assert (report.email, report.proposed, report.words) == (fields["email"], {"phone": fields["phone"]}, "Please.")


def test_the_form_says_which_number_is_called(client, doctor):
    page = words_of(client.get(address_of(doctor), {"kind": "removal"}))
    assert "An editor calls the number that is published for you, not one that comes with the request" in page
    assert "Nobody has to be in this directory." in page


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Please give your name."),
        ({"relation": ""}, "Please choose one."),
        ({"email": "nonsense"}, "it should look like name@example.org"),
        ({"name": "n" * 81}, "Please shorten it to 80 characters at most."),
        ({"phone": "5" * 41}, "Please shorten it to 40 characters at most."),
    ],
)
def test_a_request_with_a_slip_comes_back_with_everything_in_it(client, doctor, fields, said):
    response = post_request(client, doctor, **{"words": "My <words>."} | fields)
    assert (response.status_code, said in response.text) == (400, True)
    assert "My &lt;words&gt;." in response.text
    assert all(value in response.text for value in fields.values())


def test_a_second_request_is_added_to_the_first(client, doctor):
    post_request(client, doctor, words="Please.")
    post_request(client, doctor, words="Did you get it?", email="alma@example.org")
    report = stored()
    assert (report.words, report.email, report.revision) == ("Please.\n\nDid you get it?", "alma@example.org", 2)


# --- Whatever it is ---------------------------------------------------------------------------------------


def test_no_report_changes_anything_that_readers_see(client, doctor, practice):
    before, page = as_it_was(), client.get(doctor.get_absolute_url()).content
    for number in range(3):
        post_call(client, doctor, headers=other_reader(number))
        post_correction(client, practice, city="Elsewhere", headers=other_reader(number))
        post_request(client, doctor, headers=other_reader(number))
    assert Report.objects.count() == 9
    assert as_it_was() == before
    assert client.get(doctor.get_absolute_url()).content == page


def test_nothing_but_suggestions_is_due_for_the_spam_checker(client, doctor, practice, checker):
    post_call(client, doctor)
    post_correction(client, practice, city="Elsewhere")
    post_request(client, doctor)
    assert set(Report.objects.values_list("due_at", flat=True)) == {None}


@pytest.mark.one_database
@pytest.mark.parametrize("kind", KINDS)
def test_the_pages_are_the_same_for_everybody_and_in_no_search_engine(client, admin_client, doctor, kind):
    for address in (f"{address_of(doctor)}?kind={kind}", sent_address(doctor, kind)):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "no-cache"
        assert '<meta name="robots" content="noindex, nofollow">' in response.text
        assert not response.cookies
        assert admin_client.get(address).content == response.content
        assert_well_formed(response.text, address)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_form_is_kept_by_nobody(client, doctor, kind):
    response = client.post(address_of(doctor), {"kind": kind})
    assert (response.status_code, response.headers["Cache-Control"]) == (400, "private, no-store")
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_too_many_are_put_off_with_the_words_kept(client, doctor, settings):
    settings.POST_LIMITS = [(1, 60)]
    post_call(client, doctor)
    response = post_call(client, make_listing(first_name="Bea").doctor, words="Kept words")
    assert (response.status_code, "Kept words</textarea>" in response.text) == (429, True)
    assert int(response.headers["Retry-After"]) <= 60
    assert Report.objects.count() == 1


def test_who_was_told_of_a_decision_is_counted_too(client, doctor, settings):
    settings.POST_LIMITS = [(2, 60)]
    post_call(client, doctor)
    stored().close(ReportState.CLOSED, by=make_editor())
    assert [post_call(client, doctor).status_code for _ in range(2)] == [409, 429]


def test_a_report_that_another_site_sent_is_refused(doctor):
    client = Client(enforce_csrf_checks=True)
    assert post_call(client, doctor, headers={"HTTP_SEC_FETCH_SITE": "cross-site"}).status_code == 403
    assert not Report.objects.exists()
    assert post_call(client, doctor, headers={"HTTP_SEC_FETCH_SITE": "same-origin"}).status_code == 303


def test_a_megabyte_is_refused_with_a_page_and_kept(client, doctor):
    text = "long " * 200_000
    response = post_call(client, doctor, words=text)
    assert (response.status_code, text[:1000] in response.text) == (400, True)
    assert post_call(client, doctor, words="x" * 4_000_000).status_code == 413
    assert not Report.objects.exists()


def test_while_the_database_is_away_the_words_are_offered_to_be_sent_again(client, doctor, monkeypatch):
    def fail(*args):
        raise OperationalError

    monkeypatch.setattr("directory.reports.posting.reader_key", fail)
    response = post_call(client, doctor, words="My <words>.")
    assert response.status_code == 503
    assert 'name="words" value="My &lt;words&gt;."' in response.text


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, doctor, method):
    assert getattr(client, method)(address_of(doctor)).status_code == 405
    assert client.post(sent_address(doctor, "called")).status_code == 405


# --- Which listing ----------------------------------------------------------------------------------------


def test_old_and_foreign_addresses_lead_to_the_present_one(client, doctor):
    doctor.rename("alma-b-tester")
    for path in ("/doctors/new-york/alma-tester/report/", "/doctors/ohio/alma-b-tester/report/"):
        response = client.get(path, {"kind": "removal"})
        assert response.status_code == 301
        assert response.headers["Location"] == f"{address_of(doctor)}?kind=removal"
        assert client.post(path, {"kind": "called", "outcome": "offers"}).status_code == 303


def hide(doctor):
    doctor.hide()


def take_off(doctor):
    doctor.remove_on_request(by=None)


def leave_without_a_place(doctor):
    doctor.practices.all().delete()


@pytest.mark.parametrize("go", [hide, take_off, leave_without_a_place])
def test_what_readers_cannot_see_cannot_be_reported_and_no_word_is_lost(client, doctor, go):
    address = address_of(doctor)
    go(doctor)
    assert client.get(address).status_code == 404
    response = client.post(address, {"kind": "called", "outcome": "offers", "words": "My <words>."})
    assert (response.status_code, response.headers["Cache-Control"]) == (404, "private, no-store")
    assert "This listing is not here any more" in response.text
    assert "Words: My &lt;words&gt;.</textarea>" in response.text
    assert "Alma" not in response.text
    assert not Report.objects.exists()


def test_a_place_that_is_gone_meanwhile_loses_no_word(client, doctor, practice):
    other = make_practice(doctor, "07102")
    fields = shown_by(other)
    number = other.pk
    other.delete()
    typed = fields | {"kind": "correction", "practice": number, "clinic_name": "My clinic"}
    response = client.post(address_of(doctor), typed)
    assert (response.status_code, "Clinic name: My clinic" in response.text) == (404, True)


@pytest.mark.parametrize("slug", ["nobody", "a" * 300, "%00"])
def test_nobody_has_no_page(client, slug):
    assert client.get(f"/doctors/new-york/{slug}/report/").status_code in (400, 404)
    assert client.post(f"/doctors/new-york/{slug}/report/", {"kind": "called"}).status_code in (400, 404)


@pytest.mark.sweep
@pytest.mark.parametrize("value", ["", "0", "-1", "9" * 40, "nonsense", "٣", "<b>", "' OR 1=1"])
@pytest.mark.parametrize("field", ["kind", "practice", "outcome", "relation"])
def test_absurd_fields_break_nothing(client, doctor, field, value):
    make_practice(doctor, "07102")
    assert client.get(address_of(doctor), {"kind": "correction", field: value}).status_code == 200
    response = client.post(address_of(doctor), {"kind": "called", "outcome": "offers", field: value})
    assert response.status_code in (400, 404)
    assert not Report.objects.exists()


@pytest.mark.parametrize("kind", ["suggestion", "nonsense", "9"])
def test_thanks_are_for_what_can_be_sent(client, doctor, kind):
    assert client.get(f"{address_of(doctor)}sent/{kind}/").status_code == 404
    assert client.get(f"/doctors/atlantis/{doctor.slug}/report/sent/called/").status_code == 404


def test_thanks_name_nobody_whom_readers_cannot_see(client, doctor):
    address = sent_address(doctor, "removal")
    assert doctor.name in client.get(address).text
    doctor.hide()
    page = client.get(address)
    assert (page.status_code, doctor.name in page.text) == (200, False)


def test_an_invented_doctor_is_called_so(client):
    doctor = make_doctor(is_example=True)
    make_offer(make_practice(doctor))
    doctor.publish()
    assert "Example, not a real doctor" in client.get(address_of(doctor)).text


def test_a_page_costs_the_same_however_many_reports_there_are(client, doctor, practice, django_assert_num_queries):
    address = f"{address_of(doctor)}?kind=correction"
    with django_assert_num_queries(4):
        client.get(address)
    for number in range(5):
        make_call(practice, reader=f"reader-{number}")
    with django_assert_num_queries(4):
        client.get(address)


def test_every_kind_but_suggestions_has_a_form():
    from directory.reports.views import FORMS

    assert set(FORMS) == set(ReportKind) - {ReportKind.SUGGESTION}
