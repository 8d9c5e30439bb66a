from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from directory.models import Doctor, NotListable, Offer, OldSlug, Practice, Status
from tests.directory_factories import (
    STOPPED,
    make_doctor,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
    make_zip,
)

pytestmark = pytest.mark.django_db


def test_a_new_doctor_is_hidden():
    assert make_doctor().status == Status.HIDDEN


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"source": ""}, "a source"),
        ({"licence_checked_on": None}, "the date of a license check"),
        ({"licence_checked_how": ""}, "how the license was checked"),
        ({"physician_supervised": False}, "that a physician supervises the care in person"),
        ({"supervision_checked_on": None}, "the date when the supervision was checked"),
    ],
)
def test_a_doctor_without_what_a_listing_needs_is_refused_and_it_is_named(fields, missing):
    doctor = make_doctor(**fields)
    make_offer(make_practice(doctor))
    with pytest.raises(NotListable, match=missing) as refusal:
        doctor.publish()
    assert refusal.value.missing == [missing]
    assert Doctor.objects.get().status == Status.HIDDEN


def test_a_doctor_without_a_practice_is_refused():
    assert make_doctor().missing_for_listing() == ["a practice with a treatment"]


def test_each_practice_without_a_treatment_is_named():
    doctor = make_doctor()
    make_offer(make_practice(doctor))
    make_practice(doctor, "07102", clinic_name="Bare Clinic")
    assert doctor.missing_for_listing() == ["a treatment at Bare Clinic, Newark, NJ"]


def test_a_listed_doctor_who_lost_something_is_hidden_and_told_what():
    doctor = make_listing().doctor
    assert doctor.hide_unless_listable() == []
    Offer.objects.all().delete()
    assert doctor.hide_unless_listable() == ["a treatment at Test Clinic, New York, NY"]
    assert (doctor.status, doctor.history.first().status) == (Status.HIDDEN, "hidden")
    assert not Practice.objects.listed().exists()


def test_only_a_listed_doctor_is_hidden_for_missing_something():
    doctor = make_doctor(source="")
    doctor.stop(**STOPPED)
    assert doctor.hide_unless_listable() == []
    assert doctor.has_stopped


def test_a_doctor_who_is_not_saved_yet_can_be_asked_what_is_missing():
    assert len(Doctor(last_name="New").missing_for_listing()) == 6


@pytest.mark.parametrize("field", ["licence_checked_on", "supervision_checked_on"])
def test_the_database_refuses_a_listing_without_its_checks(field):
    doctor = make_listing().doctor
    with pytest.raises(IntegrityError, match="doctor_listed_is_checked"), transaction.atomic():
        Doctor.objects.filter(pk=doctor.pk).update(**{field: None})


def test_moves_leave_a_history_and_a_date():
    doctor = make_listing().doctor
    doctor.stop(**STOPPED)
    assert doctor.has_stopped
    assert [record.status for record in doctor.history.all()] == ["stopped", "listed", "hidden"]
    doctor.stop(**STOPPED)
    assert doctor.history.count() == 3


def test_only_listed_doctors_are_found_and_hidden_ones_have_no_page():
    make_listing(last_name="Listed")
    make_listing(last_name="Stopped").doctor.stop(**STOPPED)
    make_listing(last_name="Disputed").doctor.dispute()
    make_listing(last_name="Hidden").doctor.hide()
    make_listing(last_name="Removed").doctor.remove_on_request(by=None)
    assert [doctor.last_name for doctor in Doctor.objects.listed()] == ["Listed"]
    assert Practice.objects.listed().get().doctor.last_name == "Listed"
    assert {doctor.last_name for doctor in Doctor.objects.with_page()} == {"Listed", "Stopped", "Disputed"}


def test_practices_follow_their_doctor_into_the_lists_and_out_of_them():
    practice = make_listing()
    later = make_practice(practice.doctor, "07102")
    assert set(Practice.objects.listed()) == {practice, later}
    practice.doctor.dispute()
    assert not Practice.objects.listed().exists()


def test_a_practice_that_knows_only_the_former_status_brings_nobody_back():
    practice = make_listing()
    stale = Practice.objects.select_related("doctor").get()
    practice.doctor.hide()
    stale.save()
    assert not Practice.objects.listed().exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only")
def test_the_doctors_status_stays_while_a_practice_is_saved(django_assert_num_queries):
    practice = make_listing()
    with django_assert_num_queries(20, exact=False) as queries:
        practice.save()
    assert [query for query in queries if '"directory_doctor"' in query["sql"] and "FOR UPDATE" in query["sql"]]


def test_doctors_of_one_name_get_addresses_of_their_own():
    assert [make_doctor().slug, make_doctor().slug, make_doctor().slug] == [
        "alma-tester",
        "alma-tester-2",
        "alma-tester-3",
    ]


def test_a_renamed_doctor_keeps_the_old_address():
    doctor = make_doctor()
    doctor.rename("alma-newname")
    doctor.rename("alma-third")
    doctor.rename("alma-newname")
    assert doctor.slug == "alma-newname"
    assert set(OldSlug.objects.values_list("slug", flat=True)) == {"alma-tester", "alma-third"}


def test_nobody_gets_an_address_that_leads_to_somebody_else():
    doctor = make_doctor()
    doctor.rename("alma-newname")
    other = make_doctor(last_name="Other")
    with pytest.raises(ValueError, match="another doctor"):
        other.rename("alma-tester")
    assert make_doctor().slug == "alma-tester-2"


def test_an_npi_is_checked_and_unique_but_may_be_unknown():
    with pytest.raises(ValidationError, match="not an NPI"):
        Doctor(first_name="A", last_name="B", npi="1234567890").full_clean()
    make_doctor(npi="")
    make_doctor(npi=None)
    make_doctor(npi="1234567893")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_doctor(npi="1234567893")


def test_a_practice_without_a_place_gets_the_middle_of_its_zip_code():
    make_zip("99501")
    practice = make_practice(make_doctor(), "99501", lat=None, lon=None)
    assert (practice.lat, practice.lon) == (61.2225, -149.8677)
    assert practice.x**2 + practice.y**2 + practice.z**2 == pytest.approx(1)


def test_a_practice_in_an_unknown_zip_code_has_no_place():
    practice = make_practice(make_doctor(), lat=None, lon=None)
    assert practice.point is None
    assert practice.x is None


def test_half_a_place_is_refused():
    with pytest.raises(IntegrityError, match="practice_lat_with_lon"), transaction.atomic():
        make_practice(make_doctor(), lat=1.5, lon=None)


def test_an_extension_is_shown_and_dialled():
    practice = make_practice(make_doctor(), phone="(212) 555-0123", phone_ext="4")
    assert practice.phone_text == "(212) 555-0123 ext. 4"
    assert practice.phone_url == "tel:+12125550123;ext=4"


def test_unknown_is_not_no():
    practice = make_practice(make_doctor(), step_free=False)
    assert practice.access_facts()[0] == ("step-free from street to chair", False)
    assert "step-free from street to chair" not in practice.unknown_access()
    assert len(practice.unknown_access()) == 4


def test_a_treatment_is_offered_once_at_a_practice():
    practice = make_listing()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_offer(practice)


def test_a_confirmation_has_a_date_and_a_way():
    practice = make_practice(make_doctor())
    with pytest.raises(IntegrityError, match="offer_confirmed_when_and_how"), transaction.atomic():
        make_offer(practice, confirmed_how="")
    make_offer(practice, confirmed_on=None, confirmed_how="")
    assert Offer.objects.get().checked == "Not checked yet: call first"


def test_a_practice_was_checked_at_a_date_and_in_a_way():
    with pytest.raises(IntegrityError, match="practice_checked_when_and_how"), transaction.atomic():
        make_practice(make_doctor(), checked_how="")
    unchecked = make_practice(make_doctor(), checked_on=None, checked_how="")
    assert unchecked.checked == "Not checked yet: call first"


def test_a_treatment_in_use_cannot_be_deleted():
    make_listing()
    with pytest.raises(ProtectedError):
        make_treatment().delete()


def test_the_last_change_of_an_offer_is_a_change_of_the_doctor():
    doctor = make_listing().doctor
    offer = Offer.objects.get()
    offer.confirmed_on = date(2026, 10, 1)
    offer.save()
    assert Doctor.objects.with_changed_at().get(pk=doctor.pk).changed_at == offer.updated_at
