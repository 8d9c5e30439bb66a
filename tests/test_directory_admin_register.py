"""The federal registry in the admin, what is on record, and the boards of the states."""

from datetime import date

import pytest
from django.urls import reverse

from directory.models import Check, Doctor, Kind, NotListed, Practice, RegisterEntry, Report, StateBoard
from tests.directory_factories import make_listing
from tests.factories import make_moderator, make_user
from tests.listing_forms import as_editor, as_writer, form_of, rows, words

pytestmark = pytest.mark.django_db

NPI, OTHER_NPI = "1234567893", "1003000126"
LIST = reverse("admin:directory_registerentry_changelist")


@pytest.fixture
def editor(client):
    return as_editor(client)


def make_entry(npi=NPI, **fields):
    person = {"first_name": "ALMA", "last_name": "MC TESTER", "credentials": "MD"}
    place = {"address": "1 NOWHERE ST", "city": "NEW YORK", "state": "NY", "zip_code": "10001", "phone": "2125550101"}
    return RegisterEntry.objects.create(npi=npi, **person | place | {"seen_on": date(2026, 11, 9)} | fields)


def page_of(entry):
    return reverse("admin:directory_registerentry_change", args=[entry.pk])


def enter(client, entry):
    return client.get(reverse("admin:directory_registerentry_enter", args=[entry.pk]))


def form_for(client, entry):
    """The form of a new listing, filled in."""
    response = client.get(enter(client, entry).headers["Location"])
    return response.context["adminform"].form.initial, response.context["inline_admin_formsets"][0].formset


# --- The registry -----------------------------------------------------------------------------------------


def found(client, **query):
    return {entry.npi for entry in client.get(LIST, query).context["cl"].result_list}


def test_providers_are_found_without_accents_and_narrowed(client, editor):
    make_entry(last_name="PEÑA")
    gone = {"deactivated_on": date(2026, 1, 1), "state": "NJ"}
    make_entry(OTHER_NPI, last_name="OTHER", **gone)
    assert found(client, q="peña new york") == found(client, q="PENA") == found(client, q=NPI) == {NPI}
    assert found(client, npi="active") == found(client, state="NY") == {NPI}
    assert found(client, npi="deactivated") == found(client, state="NJ") == {OTHER_NPI}


def test_nobody_changes_the_registry_by_hand(client, admin_client):
    entry = make_entry()
    assert admin_client.post(page_of(entry), {"last_name": "X"}).status_code == 403
    assert admin_client.get(reverse("admin:directory_registerentry_add")).status_code == 403
    assert reverse("admin:directory_registerentry_enter", args=[NPI]) in words(admin_client.get(page_of(entry)))


def test_a_provider_is_entered_with_what_the_registry_says(client, editor):
    doctor, practices = form_for(client, make_entry())
    assert (doctor["kind"], doctor["first_name"], doctor["last_name"]) == (Kind.PERSON, "Alma", "Mc Tester")
    assert (doctor["npi"], doctor.get("specialty")) == (NPI, None)
    assert doctor["source"] == "NPI registry, file of 9 Nov 2026: as the provider said it"
    [place] = practices.forms
    assert (place.initial["address"], place.initial["city"], place.initial["zip_code"]) == (
        *("1 Nowhere St", "New York", "10001"),
    )


def test_an_organization_is_entered_as_a_clinic(client, editor):
    entry = make_entry(is_organization=True, organization="PAIN CENTER", first_name="", last_name="", credentials="")
    doctor, _ = form_for(client, entry)
    assert (doctor["kind"], doctor["organization"], doctor.get("last_name")) == (Kind.CLINIC, "Pain Center", None)


def test_what_was_filled_in_is_stored_as_it_was_sent(client, editor):
    entry = make_entry()
    address = enter(client, entry).headers["Location"]
    place = {"address": "1 Nowhere St", "city": "New York", "state": "NY", "zip_code": "10001", "phone": "2125550101"}
    new = form_of(Doctor(first_name="Alma", last_name="Mc Tester", npi=NPI), **rows("practices", new=[place]))
    assert client.post(address, new).status_code == 302
    assert (Doctor.objects.get().npi, Doctor.objects.get().status) == (NPI, "hidden")
    assert Practice.objects.get().phone.as_e164 == "+12125550101"


def test_who_is_listed_already_is_not_entered_again(client, editor):
    there = make_listing(npi=NPI).doctor
    answer = enter(client, make_entry())
    assert answer.headers["Location"] == page_of(RegisterEntry.objects.get())
    link = f'<a href="{reverse("admin:directory_doctor_change", args=[there.pk])}">Alma Tester, MD</a>'
    assert f"This provider is in the directory already: {link}." in words(client.get(LIST))


def test_nor_is_who_asked_without_an_npi_whatever_the_middle_name(client, editor):
    make_listing(first_name="Alma", last_name="Mc Tester").doctor.remove_on_request(by=editor)
    enter(client, make_entry(middle_name="B", suffix="JR"))
    assert "asked not to be listed" in words(client.get(LIST))


def test_who_asked_not_to_be_listed_is_not_entered(client, editor):
    doctor = make_listing(npi=NPI).doctor
    doctor.remove_on_request(by=editor)
    doctor.delete()
    entry = make_entry()
    assert enter(client, entry).headers["Location"] == page_of(entry)
    assert "asked not to be listed" in words(client.get(LIST))
    filled_in = client.get(reverse("admin:directory_doctor_add", query={"register": NPI}))
    assert "npi" not in filled_in.context["adminform"].form.initial


@pytest.mark.parametrize("npi", ["x", "9" * 30, "", "%F0"])
def test_a_made_up_number_fills_in_nothing(client, editor, npi):
    assert client.get(reverse("admin:directory_doctor_add", query={"register": npi})).status_code == 200


def test_who_may_not_add_doctors_or_see_the_registry_enters_nobody(client):
    entry = make_entry()
    for user in (make_moderator(), as_writer(client)):
        client.force_login(user)
        assert enter(client, entry).status_code == 403


# --- On record --------------------------------------------------------------------------------------------


@pytest.fixture
def on_record():
    doctor = make_listing().doctor
    person = make_user(email="secret@example.org")
    check = Check.objects.create(doctor=doctor, what="npi", result="differs", by=person, facts={"phone": "<b>1"})
    report = Report.objects.create(kind="called", doctor=doctor, reader="a-key-of-a-reader", proposed={"city": "<i>x"})
    request = NotListed.objects.create(doctor=doctor, npi_hash="hash-of-an-npi", by=person)
    return [check, report, request]


def test_what_is_on_record_is_read_and_nothing_else(admin_client, on_record):
    for row in on_record:
        name = f"admin:directory_{row._meta.model_name}"
        pages = [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "delete")]
        assert admin_client.get(pages[0]).status_code == 200
        assert [admin_client.post(page, {"post": "yes"}).status_code for page in pages] == [403, 403]
        assert admin_client.get(reverse(f"{name}_add")).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        admin_client.post(reverse(f"{name}_changelist"), chosen)
        assert type(row).objects.filter(pk=row.pk).exists()


def test_it_tells_who_and_what_and_no_secret(client, editor, on_record):
    for row in on_record:
        name = f"admin:directory_{row._meta.model_name}"
        pages = [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])]
        shown = "".join(client.get(page).content.decode() for page in pages)
        assert "Alma Tester, MD" in shown
        for secret in ("secret@example.org", "a-key-of-a-reader", "hash-of-an-npi", "<b>1", "<i>x"):
            assert secret not in shown


def test_a_doctor_with_checks_on_record_is_not_deleted(admin_client, on_record):
    address = reverse("admin:directory_doctor_delete", args=[Doctor.objects.get().pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 403
    assert Check.objects.exists()


# --- Boards -----------------------------------------------------------------------------------------------

BOARD = {"state": "NY", "name": "The board", "url": "https://board.example/", "source": "fsmb.org"}


def test_a_board_needs_its_source_and_a_day_that_is_past(client, editor):
    add = reverse("admin:directory_stateboard_add")
    for wrong in ({"source": ""}, {"checked_on": ""}, {"checked_on": "2999-01-01"}):
        assert client.post(add, BOARD | {"checked_on": "2026-09-01"} | wrong).status_code == 200
    assert not StateBoard.objects.exists()
    assert client.post(add, BOARD | {"checked_on": "2026-09-01"}).status_code == 302
    assert client.post(add, BOARD | {"checked_on": "2026-09-01"}).status_code == 200  # each state has one
    assert StateBoard.objects.get().source == "fsmb.org"
