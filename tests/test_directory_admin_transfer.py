"""Listings in and out as a CSV file."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crpsinfo.models import SearchEntry
from crpsinfo.search.query import read
from directory.admin.transfer.columns import COLUMNS
from directory.admin.transfer.storing import Store
from directory.models import Check, Doctor, ForCrps, Kind, NotListed, Offer, Practice, StateCount, Status
from tests.directory_factories import (
    TODAY,
    make_doctor,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
    make_zip,
)
from tests.factories import make_editor, make_moderator
from tests.listing_forms import as_editor, as_writer, queries_of, words

pytestmark = pytest.mark.django_db

IMPORT, EXPORT = "/admin/directory/doctor/import/", "/admin/directory/doctor/export/"
NPI, OTHER_NPI = "1234567893", "1003000126"
NEW = {
    **{"npi": NPI, "first_name": "Ana", "last_name": "Nueva", "city": "Newark", "state": "NJ", "zip_code": "07102"},
    **{"treatment": "ketamine-outpatient", "for_crps": "yes", "clinic_name": "New Clinic"},
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


@pytest.fixture
def editor(client):
    make_treatment()
    return as_editor(client)


def file_of(*rows, columns=None):
    """The rows (dicts) as a file that somebody uploads."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("listings.csv", text.getvalue().encode())


def show(client, *rows, file=None):
    return client.post(IMPORT, {"file": file or file_of(*rows)})


def store(client, shown):
    """Press the button below a preview."""
    kept, seen = (re.search(rf'name="{name}" value="(\w+)"', words(shown))[1] for name in ("kept", "seen"))
    return client.post(IMPORT, {"kept": kept, "seen": seen}, follow=True)


def bring_in(client, *rows):
    return store(client, show(client, *rows))


def exported(client, **query):
    text = client.get(EXPORT, query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def counts():
    return [model.objects.count() for model in (Doctor, Practice, Offer)]


# --- Out --------------------------------------------------------------------------------------------------


def test_the_file_has_a_row_for_each_offer_and_the_columns_in_their_order(client, editor):
    practice = make_listing(npi=NPI)
    make_offer(practice, make_treatment("lidocaine"), for_crps=ForCrps.PAIN_ONLY)
    make_practice(make_doctor(last_name="Bare"))
    make_doctor(last_name="Without")
    response = client.get(EXPORT)
    first, *_ = response.content.decode("utf-8-sig").splitlines()
    assert first.split(",") == list(COLUMNS)
    assert response.headers["Content-Disposition"] == 'attachment; filename="listings-2026-11-22.csv"'
    assert response.headers["Cache-Control"].startswith("private, no-store")
    found = [(row["last_name"], row["zip_code"], row["treatment"]) for row in exported(client)]
    assert sorted(found) == [
        ("Bare", "10001", ""),
        ("Tester", "10001", "ketamine-outpatient"),
        ("Tester", "10001", "lidocaine"),
        ("Without", "", ""),
    ]


def test_what_might_be_a_formula_is_no_formula_in_the_file(client, editor):
    make_listing(specialty='=HYPERLINK("https://evil.example")', source="+1 (303)")
    [row] = exported(client)
    assert (row["specialty"], row["source"]) == ('\'=HYPERLINK("https://evil.example")', "'+1 (303)")


def test_the_file_is_narrowed_as_the_list_is(client, editor):
    make_listing("80202", last_name="West")
    make_listing("10001", last_name="East").doctor.dispute()
    assert [row["last_name"] for row in exported(client, practices__state__exact="CO")] == ["West"]
    assert [row["last_name"] for row in exported(client, status__exact="disputed")] == ["East"]
    assert [row["last_name"] for row in exported(client, q="west")] == ["West"]
    assert client.get(EXPORT, {"is_example__exact": "x"}).status_code == 302


def test_who_asked_to_be_removed_is_in_no_file(client, editor):
    make_listing().doctor.remove_on_request(by=editor)
    assert exported(client) == []


def test_the_export_costs_the_same_for_many(client, editor):
    make_listing()
    one = queries_of(client, EXPORT)
    for code in ("07102", "80202"):
        make_offer(make_listing(code, last_name=code), make_treatment("lidocaine"))
    assert queries_of(client, EXPORT) == one


def test_what_was_exported_changes_nothing_when_it_comes_back(client, editor):
    practice = make_listing(npi=NPI, specialty="=1+1", other_names="Ánna, “A”\nB")
    Practice.objects.filter(pk=practice.pk).update(phone="+13035550101", phone_ext="4", step_free=False)
    make_practice(practice.doctor, "07102")
    make_listing("80202", kind=Kind.CLINIC, organization="Clinic", first_name="", last_name="")
    for code in ("10001", "07102", "80202"):
        make_zip(code)
    shown = show(client, file=SimpleUploadedFile("x.csv", client.get(EXPORT).content))
    assert "<strong>0</strong> changed, <strong>3</strong> as before" in words(shown)
    assert "Store this" not in words(shown)


# --- In: new ----------------------------------------------------------------------------------------------


def test_nothing_is_stored_before_it_was_seen(client, editor):
    shown = show(client, NEW)
    assert "<strong>1</strong> row with something new" in words(shown)
    assert "Ana Nueva · New Clinic, Newark, NJ" in words(shown)
    assert counts() == [0, 0, 0]


def test_new_listings_are_hidden_and_have_a_history(client, editor):
    answer = bring_in(client, NEW)
    doctor = Doctor.objects.get()
    assert "Rows: 1 with something new, 0 changed, 0 as before." in words(answer)
    assert (doctor.name, doctor.slug, doctor.status) == ("Ana Nueva", "ana-nueva", Status.HIDDEN)
    assert (counts(), Offer.objects.get().for_crps) == ([1, 1, 1], "yes")
    for row in (doctor, doctor.practices.get(), Offer.objects.get()):
        [record] = row.history.all()
        assert (record.history_user, record.history_change_reason) == (editor, "CSV file")


def test_rows_about_the_same_new_doctor_become_one_listing(client, editor):
    make_treatment("lidocaine")
    other_place = {"npi": NPI, "city": "Denver", "state": "CO", "zip_code": "80202", "treatment": "lidocaine"}
    bring_in(client, NEW, {"npi": NPI, "zip_code": "07102", "treatment": "lidocaine"}, other_place)
    assert counts() == [1, 2, 3]
    assert {offer.practice.state for offer in Offer.objects.filter(treatment__slug="lidocaine")} == {"NJ", "CO"}


def test_a_new_clinic_without_an_npi_is_named_by_its_slug(client, editor):
    bring_in(client, {"slug": "aguila", "kind": "clinic", "organization": "Águila Pain"})
    assert (Doctor.objects.get().slug, Doctor.objects.get().name) == ("aguila", "Águila Pain")
    assert counts() == [1, 0, 0]


def test_a_new_practice_finds_its_place_by_its_zip_code(client, editor):
    code = make_zip("07102")
    bring_in(client, NEW | {"zip_code": "7102"})
    assert Practice.objects.get().point == code.point


@pytest.mark.parametrize("value", ["listed", "stopped", "removed"])
def test_no_file_lists_anybody(client, editor, value):
    shown = show(client, NEW | {"status": value, "source": "A", "license_checked_on": "2026-09-01"})
    assert "Whether it is listed is decided in the admin, not by a file." in words(shown)
    assert counts() == [0, 0, 0]


# --- In: changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["doctor_id", "npi", "slug", "former slug"])
def test_a_listing_is_found_by_any_of_its_keys_and_keeps_its_status(client, editor, key):
    doctor = make_listing(npi=NPI).doctor
    doctor.rename("alma-new")
    keys = {"doctor_id": doctor.pk, "npi": NPI, "slug": "alma-new", "former slug": "alma-tester"}
    row = {key.split()[-1]: keys[key], "specialty": "Pain medicine"}
    shown = show(client, row)
    assert "<code>specialty</code>: <ins>Pain medicine</ins>" in words(shown)
    store(client, shown)
    doctor.refresh_from_db()
    assert (doctor.specialty, doctor.status, counts()) == ("Pain medicine", Status.LISTED, [1, 1, 1])


def test_practice_and_offer_are_found_by_zip_code_and_treatment_or_by_number(client, editor):
    practice = make_listing(npi=NPI)
    offer = practice.offers.get()
    bring_in(client, {"npi": NPI, "zip_code": "10001", "treatment": "ketamine-outpatient", "price": "$900"})
    by_number = {"doctor_id": practice.doctor_id, "practice_id": practice.pk, "offer_id": offer.pk}
    bring_in(client, by_number | {"zip_code": "10002", "course": "5 days"})
    offer.refresh_from_db()
    practice.refresh_from_db()
    assert (offer.price_note, offer.course, practice.zip_code) == ("$900", "5 days", "10002")
    assert counts() == [1, 1, 1]


def test_an_empty_cell_leaves_what_is_there_and_a_dash_takes_it_away(client, editor):
    practice = make_listing(npi=NPI, specialty="Pain", other_names="Al")
    Practice.objects.filter(pk=practice.pk).update(step_free=True, phone="+13035550101")
    row = {"npi": NPI, "specialty": "", "other_names": "-", "practice_id": practice.pk, "step_free": "-", "phone": ""}
    bring_in(client, row)
    doctor = Doctor.objects.get()
    practice.refresh_from_db()
    assert (doctor.specialty, doctor.other_names) == ("Pain", "")
    assert (practice.step_free, practice.phone.as_e164) == (None, "+13035550101")


def test_only_what_changed_is_stored_and_put_into_the_history(client, editor):
    practice = make_listing(npi=NPI)
    bring_in(client, {"npi": NPI, "first_name": "Alma", "practice_id": practice.pk, "clinic_name": "Other"})
    assert practice.doctor.history.filter(history_change_reason="CSV file").count() == 0
    assert practice.history.filter(history_change_reason="CSV file").count() == 1


def test_what_a_file_says_can_be_searched(client, editor):
    practice = make_listing(npi=NPI)
    bring_in(client, {"npi": NPI, "practice_id": practice.pk, "clinic_name": "Harbor Infusion"})
    assert SearchEntry.objects.matching(read("harbor"), "doctor") == [practice.doctor_id]


def test_what_a_file_says_is_no_readers_word(client, editor):
    practice = make_listing(npi=NPI)
    practice.told_by_reader(clinic_name="Old Name", step_free=True)
    practice.save()
    offer = practice.offers.get()
    offer.told_by_reader(price_note="$100", course="5 days")
    offer.save()
    key = {"npi": NPI, "zip_code": "10001", "treatment": offer.treatment.slug}
    bring_in(client, key | {"clinic_name": "New Name", "price": "$900", "step_free": "yes"})
    practice.refresh_from_db()
    offer.refresh_from_db()
    assert (practice.clinic_name, list(practice.told)) == ("New Name", ["step_free"])
    assert (offer.price_note, list(offer.told)) == ("$900", ["course"])


def test_a_practice_that_moves_loses_its_old_place(client, editor):
    practice, code = make_listing(npi=NPI), make_zip("80202")
    bring_in(client, {"npi": NPI, "practice_id": practice.pk, "city": "Denver", "state": "CO", "zip_code": "80202"})
    practice.refresh_from_db()
    assert practice.point == code.point


def test_checks_in_a_file_are_put_on_record(client, editor):
    make_listing(npi=NPI)
    dates = {"license_checked_on": "2026-11-20", "checked_on": "11/19/2026", "checked_how": "website"}
    bring_in(client, {"npi": NPI, "zip_code": "10001", **dates})
    found = Check.objects.order_by("what").values_list("what", "on__day", "by__username")
    assert list(found) == [("license", 20, editor.username), ("website", 19, editor.username)]


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ({"source": "-"}, "a source"),
        ({"license_checked_on": "-"}, "the date of a license check"),
        ({"physician_supervised": "no"}, "that a physician supervises the care in person"),
        ({"city": "Newark", "state": "NJ", "zip_code": "07102"}, "a treatment at Practice, Newark, NJ"),
    ],
)
def test_a_listed_doctor_who_lacks_something_then_is_hidden_and_that_is_told_before(client, editor, row, missing):
    doctor = make_listing(npi=NPI).doctor
    shown = show(client, {"npi": NPI, **row})
    assert f"Alma Tester, MD: {missing}" in words(shown)
    assert Doctor.objects.get().is_listed
    assert f"Alma Tester, MD is hidden now. Missing for listing: {missing}." in words(store(client, shown))
    doctor.refresh_from_db()
    assert doctor.status == Status.HIDDEN
    assert not Practice.objects.listed().exists()


def test_a_new_practice_that_comes_with_its_treatment_hides_nobody(client, editor):
    make_listing(npi=NPI)
    place = {"npi": NPI, "city": "Newark", "state": "NJ", "zip_code": "07102", "treatment": "ketamine-outpatient"}
    bring_in(client, place)
    assert Practice.objects.listed().count() == 2


# --- In: what is wrong ------------------------------------------------------------------------------------

WRONG = [
    ({"npi": "1234567890"}, "npi", "This is not an NPI"),
    ({"npi": "", "slug": ""}, "doctor_id", "Say who this is"),
    ({"doctor_id": "77"}, "doctor_id", "There is no doctor or clinic 77."),
    ({"doctor_id": "x"}, "doctor_id", "“x” is no number of ours"),
    ({"last_name": ""}, "kind", "A person has a last_name"),
    ({"kind": "clinic"}, "kind", "a clinic has an organization"),
    ({"kind": "hospital"}, "kind", "is not one of: person, clinic"),
    ({"license_checked_on": "2026-11-23"}, "license_checked_on", "A check cannot lie in the future"),
    ({"license_checked_on": "soon"}, "license_checked_on", "“soon” is no day"),
    ({"specialty": "x" * 121}, "specialty", "at most 120 characters"),
    ({"practice_id": "77"}, "practice_id", "has no practice 77"),
    ({"zip_code": ""}, "practice_id", "Say which practice this is"),
    ({"zip_code": "0710"}, "zip_code", "This ZIP code is unknown to us"),
    ({"zip_code": "x7102"}, "zip_code", "Five digits"),
    ({"state": "ZZ"}, "state", "“ZZ” is not one of"),
    ({"state": "CO"}, "zip_code", "This ZIP code is in New Jersey"),
    ({"city": ""}, "city", "This field cannot be blank"),
    ({"phone": "12"}, "phone", "phone"),
    ({"website": "nowhere"}, "website", "Enter a valid URL"),
    ({"latitude": "91", "longitude": "1"}, "latitude", "less than or equal to 90"),
    ({"latitude": "40.7"}, "latitude", "Give latitude and longitude, or neither."),
    ({"checked_on": "2026-09-12"}, "checked_on", "Say when and how it was checked"),
    ({"step_free": "perhaps"}, "step_free", "is neither yes nor no"),
    ({"treatment": "magic"}, "treatment", "“magic” is none of our treatments"),
    ({"treatment": "", "price": "$9"}, "treatment", "Say which treatment this is about."),
    ({"offer_id": "77"}, "offer_id", "has no such offer 77"),
    ({"for_crps": "maybe"}, "for_crps", "is not one of: yes, pain, unclear"),
    ({"confirmed_how": "phone"}, "confirmed_on", "Say when and how it was confirmed"),
    ({"source_url": "javascript:alert(1)"}, "source_url", "Enter a valid URL"),
    ({"slug": "no such thing"}, "slug", "letters, numbers, underscores or hyphens"),
]


@pytest.mark.parametrize(("change", "column", "expected"), WRONG)
def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_stored(client, editor, change, column, expected):
    make_zip("07102")
    make_zip("10001")
    fine = {"npi": OTHER_NPI, "last_name": "Fine"}
    shown = words(show(client, fine, NEW | change))
    [trouble] = re.findall(rf"<li><strong>Row 3</strong>, <code>{column}</code>: (.*?)</li>", shown, re.DOTALL)
    assert expected in trouble
    assert 'name="kept"' not in shown
    assert counts() == [0, 0, 0]


def test_all_that_is_wrong_is_told_at_once(client, editor):
    shown = words(show(client, NEW | {"state": "ZZ"}, NEW | {"npi": OTHER_NPI, "phone": "12", "for_crps": "x"}))
    found = re.findall(r"<strong>Row (\d)</strong>, <code>(\w+)</code>", shown)
    assert sorted(found) == [("2", "state"), ("3", "for_crps"), ("3", "phone")]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["npi", "Name"], "Unknown columns: Name."),
        (["npi", "is_example"], "Unknown columns: is_example."),
        (["npi", ""], "Unknown columns: ."),
        (["npi", " npi "], "A column is there twice."),
    ],
)
def test_columns_that_we_do_not_know_are_refused(client, editor, columns, expected):
    file = SimpleUploadedFile("x.csv", f"{','.join(columns)}\n{NPI},x\n".encode())
    assert expected in words(show(client, file=file))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"npi\n", "no row in this file"),
        (b"npi\n\n\n", "no row in this file"),
        (b"npi,source\n1,2,3\n", "cannot be read"),
        ("npi,source\n1,Peña\n".encode("latin-1"), "cannot be read"),
        (b"npi,source\n1,a\x00b\n", "cannot be read"),
        (b"PK\x03\x04\xff\xfe", "cannot be read"),
        (b'npi,source\n1,"' + b"x" * 140_000 + b'"\n', "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(client, editor, content, expected):
    answer = show(client, file=SimpleUploadedFile("x.csv", content))
    assert (answer.status_code, expected in words(answer)) == (400, True)


def test_a_file_that_is_too_long_is_refused(client, editor, monkeypatch):
    monkeypatch.setattr("directory.admin.transfer.views.MOST_ROWS", 2)
    assert "More than 2 rows" in words(show(client, NEW, NEW, NEW))
    monkeypatch.setattr("directory.admin.transfer.views.MOST_BYTES", 20)
    assert "larger than 5 MB" in words(show(client, NEW))


def test_rows_that_contradict_each_other_are_refused(client, editor):
    shown = words(show(client, NEW | {"specialty": "Pain"}, {"npi": NPI, "specialty": "Neurology"}))
    assert "<strong>Row 3</strong>, <code>specialty</code>: Row 2 says something else about the same entry." in shown


def test_keys_that_lead_to_different_listings_are_refused(client, editor):
    one, other = make_listing(npi=NPI).doctor, make_listing(last_name="Other").doctor
    for row in ({"npi": NPI, "slug": other.slug}, {"doctor_id": other.pk, "npi": NPI}):
        assert "This is " in words(show(client, row | {"specialty": "Pain"})), row
    assert "changed in the form" in words(show(client, {"doctor_id": one.pk, "slug": "another"}))


def test_two_practices_in_a_zip_code_are_told_apart_by_number(client, editor):
    practice = make_listing(npi=NPI)
    second = make_practice(practice.doctor)
    shown = show(client, {"npi": NPI, "zip_code": "10001", "address": "1 Road"})
    assert "Say which practice this is" in words(shown)
    bring_in(client, {"npi": NPI, "practice_id": second.pk, "address": "1 Road"})
    second.refresh_from_db()
    assert second.address == "1 Road"


def test_empty_rows_are_passed_over(client, editor):
    bring_in(client, NEW, dict.fromkeys(NEW, ""), {"npi": NPI, "zip_code": "07102", "address": "1 Road"})
    assert (counts(), Practice.objects.get().address) == ([1, 1, 1], "1 Road")


# --- Who asked not to be listed ---------------------------------------------------------------------------


def test_who_asked_not_to_be_listed_is_not_entered_again(client, editor):
    make_listing(first_name="Ana", last_name="Nueva", code="07102").doctor.remove_on_request(by=editor)
    Doctor.objects.all().delete()
    shown = words(show(client, NEW))
    assert "<strong>Row 2</strong>, <code>doctor_id</code>: Ana Nueva asked not to be listed" in shown
    assert counts() == [0, 0, 0]


def test_who_asked_not_to_be_listed_is_known_without_the_middle_name(client, editor):
    make_listing("07102", first_name="Ana", middle_name="Bea", last_name="Nueva").doctor.remove_on_request(by=editor)
    assert "asked not to be listed" in words(show(client, NEW))


@pytest.mark.parametrize("becomes", [{"npi": NPI}, {"first_name": "Ana", "last_name": "Nueva"}])
def test_nobody_becomes_somebody_who_asked_not_to_be_listed(client, editor, becomes):
    asked = make_listing(first_name="Ana", last_name="Nueva", npi=becomes.get("npi")).doctor
    asked.remove_on_request(by=editor)
    asked.delete()
    key = {"doctor_id": make_listing().doctor.pk}
    assert "asked not to be listed" in words(show(client, key | becomes))
    assert "as before" in words(show(client, key | {"first_name": "Alma"}))


def test_who_is_removed_is_not_changed(client, editor):
    doctor = make_listing(npi=NPI).doctor
    doctor.remove_on_request(by=editor)
    assert "was removed at their request" in words(show(client, {"npi": NPI, "specialty": "Pain"}))
    assert NotListed.objects.exists()


def test_who_may_be_in_the_directory_already_is_told(client, editor):
    there = make_listing("07102", first_name="ANA", last_name="Nueva").doctor
    shown = words(show(client, NEW))
    assert "Are these in the directory already?" in shown
    assert (
        f'Ana Nueva: <a href="{reverse("admin:directory_doctor_change", args=[there.pk])}">ANA Nueva, MD</a>' in shown
    )


# --- Storing ----------------------------------------------------------------------------------------------


def test_what_changed_since_it_was_shown_is_not_stored(client, editor):
    doctor = make_listing(npi=NPI).doctor
    shown = show(client, {"npi": NPI, "specialty": "Pain"})
    doctor.specialty = "Neurology"
    doctor.save()
    answer = store(client, shown)
    assert answer.status_code == 409
    assert "Somebody changed these listings meanwhile, so nothing was stored." in words(answer)
    doctor.refresh_from_db()
    assert doctor.specialty == "Neurology"
    store(client, answer)
    doctor.refresh_from_db()
    assert doctor.specialty == "Pain"


def test_what_became_wrong_since_it_was_shown_is_not_stored(client, editor):
    shown = show(client, NEW, {"npi": OTHER_NPI, "last_name": "Second"})
    make_doctor(last_name="Third", slug="third", npi=None)
    make_listing("07102", first_name="Ana", last_name="Nueva").doctor.remove_on_request(by=editor)
    before = counts()
    assert "asked not to be listed" in words(store(client, shown))
    assert counts() == before


def test_what_the_database_refuses_is_told_and_nothing_is_stored(client, editor, monkeypatch):
    shown = show(client, {"npi": OTHER_NPI, "last_name": "First"}, NEW)
    monkeypatch.setattr(Store, "put_on_record", lambda self: Doctor.objects.create(npi=NPI, last_name="Twin"))
    assert "It cannot be stored (IntegrityError)." in words(store(client, shown))
    assert counts() == [0, 0, 0]


def derived(row):
    """What `save` works out, and does not take from anybody."""
    own = {
        Doctor: ["npi", "search_text"],
        Practice: ["lat", "lon", "x", "y", "z", "search_text", "told"],
        Offer: ["told"],
    }
    follows = ["is_listed", "sort_name", "fresh_on", "age"] if isinstance(row, Practice) else []
    return {name: getattr(row, name) for name in own[type(row)] + follows}


def test_what_a_file_stores_is_derived_as_if_it_were_saved(client, editor):
    """The guard of directory/admin/transfer/derived.py."""
    make_zip("07102")
    there = make_listing(npi=OTHER_NPI, last_name="Ölson")
    Practice.objects.update(told={"phone": "2026-09-01"})
    Offer.objects.update(told={"price_note": "2026-09-01"})
    dates = {
        "checked_on": "2026-01-01",
        "checked_how": "phone",
        "confirmed_on": "2024-01-01",
        "confirmed_how": "website",
    }
    from_reader = {"confirmed_on": "2026-11-01", "confirmed_how": "reader"}
    changed = {"npi": OTHER_NPI, "last_name": "Ödman", "zip_code": "10001", "clinic_name": "Águila"} | dates
    bring_in(
        client,
        NEW | dates,
        NEW | {"npi": "", "slug": "second", "other_names": "Áb", "clinic_name": ""} | from_reader,
        changed | {"treatment": "ketamine-outpatient"},
    )
    assert Practice.objects.get(pk=there.pk).sort_name == "odman alma"
    assert (Practice.objects.get(pk=there.pk).age, StateCount.objects.get(state="NY").listed) == (2, 0)
    counted = list(StateCount.objects.order_by("state").values())
    for model in (Doctor, Offer, Practice):
        for row in model.objects.all():
            before = derived(row)
            row.save()
            row.refresh_from_db()
            assert derived(row) == before, row
    assert list(StateCount.objects.order_by("state").values()) == counted


def test_new_listings_of_the_same_name_get_addresses_of_their_own(client, editor):
    make_doctor(first_name="Ana", last_name="Nueva")
    bring_in(client, NEW, NEW | {"npi": OTHER_NPI}, NEW | {"npi": "", "slug": "ana-nueva-2"})
    assert set(Doctor.objects.values_list("slug", flat=True)) == {
        *["ana-nueva", "ana-nueva-2", "ana-nueva-2-2", "ana-nueva-2-3"],
    }


def test_the_button_pressed_twice_stores_once(client, editor):
    shown = show(client, NEW)
    store(client, shown)
    assert "This file is not kept any more" in words(store(client, shown))
    assert counts() == [1, 1, 1]


@pytest.mark.parametrize("key", ["", "nonsense", "x" * 500, "☃"])
def test_a_made_up_key_stores_nothing(client, editor, key):
    answer = client.post(IMPORT, {"kept": key, "seen": "x"}, follow=True)
    assert (answer.status_code, counts()) == (200, [0, 0, 0])


def test_a_file_is_kept_for_whoever_sent_it(client, editor):
    shown = show(client, NEW)
    client.force_login(make_editor())
    store(client, shown)
    assert counts() == [0, 0, 0]


# --- Who may, and what it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize(("sign_in", "status"), [(make_moderator, 403), (None, 302)])
def test_nobody_else_brings_listings_in_or_takes_them_out(client, sign_in, status):
    if sign_in:
        client.force_login(sign_in())
    answers = [client.get(IMPORT), show(client, NEW), client.get(EXPORT)]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert counts() == [0, 0, 0]


def test_who_may_not_write_practices_brings_nothing_in(client):
    as_writer(client)
    assert [client.get(IMPORT).status_code, client.get(EXPORT).status_code] == [403, 200]
    assert IMPORT not in words(client.get(reverse("admin:directory_doctor_changelist")))


def many(number):
    npis = [f"slug-{one}" for one in range(number)]
    return [NEW | {"npi": "", "slug": slug, "last_name": slug} for slug in npis]


def test_a_preview_costs_the_same_for_many_rows(client, editor, django_assert_num_queries):
    with django_assert_num_queries(16) as few:
        show(client, *many(2))
    with django_assert_num_queries(len(few)):
        show(client, *many(40))


def test_what_is_as_before_costs_no_query_of_its_own(client, editor):
    make_listing(npi=NPI)
    as_before = {"npi": NPI, "credentials": "MD", "zip_code": "10001", "treatment": "ketamine-outpatient"}
    costs = []
    for number in (1, 30):
        shown = show(client, *[as_before] * number, {"slug": f"new-{number}", "last_name": "New"})
        with CaptureQueriesContext(connection) as queries:
            store(client, shown)
        costs.append(len([query for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]))
    assert costs[0] == costs[1]
