"""Writing listings in the admin: the forms of doctors, practices and offers."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from directory.models import Doctor, Offer, Practice
from tests.directory_factories import (
    TODAY,
    make_doctor,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
    make_zip,
)
from tests.listing_forms import (
    act,
    as_editor,
    as_writer,
    change,
    change_practice,
    complete,
    fields_of,
    form_of,
    queries_of,
    rows,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


@pytest.fixture
def editor(client):
    return as_editor(client)


@pytest.fixture
def writer(client):
    return as_writer(client)


def test_the_form_lists_a_doctor_who_has_everything(client, editor):
    doctor = complete()
    change(client, doctor, decision="listed")
    assert Doctor.objects.get().is_listed
    assert Doctor.history.first().history_user == editor


def test_the_form_refuses_to_list_and_names_what_is_missing(client, editor):
    doctor = complete(source="")
    response = change(client, doctor, decision="listed")
    assert response.status_code == 200
    assert b"A listed doctor needs a source. Until then it stays hidden." in response.content
    assert not Doctor.objects.get().is_listed


def test_what_the_form_itself_brings_counts(client, editor):
    doctor = complete(source="")
    change(client, doctor, decision="listed", source="A telephone call")
    assert Doctor.objects.get().is_listed


def test_a_listed_doctor_cannot_lose_what_a_listing_needs(client, editor):
    doctor = make_listing().doctor
    response = change(client, doctor, source="")
    assert b"A listed doctor needs a source" in response.content
    assert Doctor.objects.get().source


def test_without_the_permission_the_form_lists_nobody(client, writer):
    doctor = complete()
    change(client, doctor, decision="listed", status="listed", specialty="Pain medicine")
    doctor.refresh_from_db()
    assert (doctor.is_listed, doctor.specialty) == (False, "Pain medicine")


def test_a_changed_address_leaves_the_old_one_behind(client, editor):
    doctor = complete()
    change(client, doctor, slug="alma-new")
    assert Doctor.objects.get().slug == "alma-new"
    assert doctor.old_slugs.get().slug == "alma-tester"


def test_an_address_of_somebody_else_is_refused(client, editor):
    complete().rename("alma-new")
    response = change(client, make_doctor(last_name="Other"), slug="alma-tester")
    assert b"leads, or led, to another doctor" in response.content


def test_a_new_doctor_is_hidden_and_gets_an_address(client, editor):
    response = client.post(reverse("admin:directory_doctor_add"), form_of(Doctor(first_name="Ana", last_name="Nueva")))
    assert response.status_code == 302
    assert (Doctor.objects.get().slug, Doctor.objects.get().status) == ("ana-nueva", "hidden")


def test_actions_list_those_who_can_be_and_say_why_not_the_others(client, editor):
    ready, unready = complete(), make_doctor(last_name="Unready")
    response = act(client, "list_doctors", ready, unready)
    assert "Alma Unready, MD: Missing for listing: a practice with a treatment." in response.content.decode()
    assert list(Doctor.objects.listed()) == [ready]


@pytest.mark.parametrize(("action", "status"), [("hide_doctors", "hidden"), ("dispute_doctors", "disputed")])
def test_actions_move_doctors(client, editor, action, status):
    act(client, action, make_listing().doctor)
    assert Doctor.objects.get().status == status


def test_actions_need_the_permission(client, writer):
    doctor = make_listing().doctor
    act(client, "hide_doctors", doctor)
    assert Doctor.objects.get().is_listed


@pytest.mark.parametrize("name", ["directory_doctor", "directory_practice", "directory_treatment", "directory_zipcode"])
def test_the_lists_and_forms_of_the_admin_open(client, admin_client, name):
    make_listing()
    assert (
        admin_client.get(
            reverse(f"admin:{name}_changelist"), {"q": "test"} if "treatment" not in name else {}
        ).status_code
        == 200
    )
    assert admin_client.get(reverse(f"admin:{name}_add")).status_code == 200


def test_the_form_shows_the_offers_of_each_practice(admin_client):
    practice = make_listing()
    response = admin_client.get(reverse("admin:directory_doctor_change", args=[practice.doctor_id]))
    assert b"Ketamine infusions, outpatient, for CRPS: Phone checked 12 Sep 2026" in response.content


def test_the_history_has_no_inline_style_and_shows_who_did_what(client, editor):
    doctor = complete()
    change(client, doctor, decision="listed")
    response = client.get(reverse("admin:directory_doctor_history", args=[doctor.pk]))
    assert b"style=" not in response.content.split(b'id="change-history"')[1]
    assert b"<strong>Status:</strong> hidden \xe2\x86\x92 listed" in response.content
    assert editor.username in words(response)
    record = doctor.history.last()
    assert client.get(reverse("admin:directory_doctor_simple_history", args=[doctor.pk, record.pk])).status_code == 200


def test_bringing_an_older_version_back_brings_no_status_back(client, editor):
    doctor = make_listing(specialty="Pain medicine").doctor
    doctor.specialty = "Mistake"
    doctor.save()
    hidden = doctor.history.last()
    url = reverse("admin:directory_doctor_simple_history", args=[doctor.pk, hidden.pk])
    assert client.post(url, form_of(doctor, specialty=hidden.specialty)).status_code == 302
    doctor.refresh_from_db()
    assert (doctor.specialty, doctor.is_listed) == ("Pain medicine", True)


PLACE = {"clinic_name": "Second", "city": "Newark", "state": "NJ", "zip_code": "07102"}


def delete(client, practice):
    url = reverse("admin:directory_practice_delete", args=[practice.pk])
    return client.post(url, {"post": "yes"}, follow=True)


def delete_chosen(client, practice):
    data = {"action": "delete_selected", "_selected_action": [practice.pk], "post": "yes"}
    return client.post(reverse("admin:directory_practice_changelist"), data, follow=True)


def delete_in_the_doctors_form(client, practice):
    data = rows("practices", fields_of(practice) | {"id": practice.pk, "DELETE": "on"})
    url = reverse("admin:directory_doctor_change", args=[practice.doctor_id])
    return client.post(url, form_of(practice.doctor, **data), follow=True)


def test_a_practice_that_moves_to_another_zip_code_loses_its_old_place(admin_client):
    practice = make_listing()
    change_practice(admin_client, practice, city="Denver", state="CO", zip_code="80202")
    moved = Practice.objects.get()
    assert (moved.state, moved.point) == ("CO", None)
    assert Offer.objects.count() == 1
    assert moved.doctor.is_listed


def test_a_doctor_whose_last_treatment_is_deleted_is_hidden_and_the_editor_told(admin_client):
    practice = make_listing()
    offer = {"id": Offer.objects.get().pk, "treatment": make_treatment().pk, "for_crps": "yes", "DELETE": "on"}
    response = change_practice(admin_client, practice, **rows("offers", offer))
    assert "Alma Tester, MD is hidden now. Missing for listing: a treatment at Test Clinic, New York, NY." in words(
        response
    )
    assert Doctor.objects.get().status == "hidden"
    assert not Practice.objects.listed().exists()


@pytest.mark.parametrize("remove", [delete, delete_chosen, delete_in_the_doctors_form])
def test_a_doctor_whose_last_practice_is_deleted_is_hidden_and_the_editor_told(admin_client, remove):
    response = remove(admin_client, make_listing())
    assert "is hidden now. Missing for listing: a practice with a treatment." in words(response)
    assert Doctor.objects.get().status == "hidden"


def test_a_doctor_who_gets_a_practice_without_a_treatment_is_hidden_and_the_editor_told(admin_client):
    doctor = make_listing().doctor
    there = fields_of(doctor.practices.get()) | {"id": doctor.practices.get().pk}
    data = form_of(doctor, **rows("practices", there, new=[PLACE]))
    response = admin_client.post(reverse("admin:directory_doctor_change", args=[doctor.pk]), data, follow=True)
    assert "is hidden now. Missing for listing: a treatment at Second, Newark, NJ." in words(response)
    assert Doctor.objects.get().status == "hidden"


def test_a_practice_that_comes_with_its_treatment_leaves_the_doctor_listed(admin_client):
    doctor = make_listing().doctor
    offers = rows("offers", new=[{"treatment": make_treatment().pk, "for_crps": "yes"}])
    admin_client.post(reverse("admin:directory_practice_add"), PLACE | {"doctor": doctor.pk} | offers)
    assert Practice.objects.listed().count() == 2


def test_a_doctor_whose_only_practice_moves_to_another_doctor_is_hidden(admin_client):
    practice, other = make_listing(), make_listing(last_name="Other").doctor
    response = change_practice(admin_client, practice, doctor=other.pk)
    assert "Alma Tester, MD is hidden now." in words(response)
    assert list(Doctor.objects.listed()) == [other]
    assert Practice.objects.listed().count() == 2


def test_an_older_version_of_a_practice_brings_no_empty_card_back(admin_client):
    practice, other = make_listing(), make_doctor(last_name="Other")
    change_practice(admin_client, make_practice(practice.doctor), doctor=other.pk)
    practice.doctor.publish()
    moved = other.practices.get()
    url = reverse("admin:directory_practice_simple_history", args=[moved.pk, moved.history.last().pk])
    response = admin_client.post(url, fields_of(moved) | {"doctor": practice.doctor_id}, follow=True)
    assert "Alma Tester, MD is hidden now." in words(response)
    assert not Practice.objects.listed().exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(admin_client):
    practice = make_listing()
    pages = [
        reverse("admin:directory_doctor_change", args=[practice.doctor_id]),
        reverse("admin:directory_practice_change", args=[practice.pk]),
        *[reverse(f"admin:directory_{name}_changelist") for name in ("doctor", "practice")],
    ]
    for page in pages:
        admin_client.get(page)
    counts = [queries_of(admin_client, page) for page in pages]
    for code, slug in [("07102", "drg-stimulation"), ("19103", "rehabilitation"), ("80202", "lidocaine-infusion")]:
        make_offer(practice, make_treatment(slug))
        make_offer(make_practice(practice.doctor, code))
        make_offer(make_listing(code, last_name=code), make_treatment("sympathetic-nerve-block"))
    assert [queries_of(admin_client, page) for page in pages] == counts


# --- What an editor may mistype ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Doctor, "licence_checked_on"),
        (Doctor, "supervision_checked_on"),
        (Practice, "checked_on"),
        (Offer, "confirmed_on"),
    ],
)
def test_a_check_cannot_lie_in_the_future(model, field):
    practice = make_listing()
    row = {Doctor: practice.doctor, Practice: practice, Offer: practice.offers.get()}[model]
    setattr(row, field, TODAY + timedelta(days=1))
    with pytest.raises(ValidationError) as caught:
        row.clean()
    assert set(caught.value.message_dict) == {field}


@pytest.mark.parametrize(("code", "words_expected"), [("80202", "is in Colorado"), ("99998", "is unknown to us")])
def test_a_zip_code_that_does_not_fit_the_state_is_refused(admin_client, code, words_expected):
    practice = make_listing()
    make_zip("80202")
    assert words_expected in words(change_practice(admin_client, practice, zip_code=code))
    practice.refresh_from_db()
    assert practice.zip_code == "10001"


def test_a_zip_code_that_is_right_all_the_same_comes_with_its_place(admin_client):
    practice = make_listing()
    make_zip("80202")
    change_practice(admin_client, practice, zip_code="80202", lat="40.7", lon="-74.1")
    practice.refresh_from_db()
    assert (practice.zip_code, practice.lat) == ("80202", 40.7)
