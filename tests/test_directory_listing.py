"""Where a listing stands: what hid or stopped it, who asked not to be listed, how old it is, and how many there are."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory import freshness, freshness_job
from directory.freshness import Age
from directory.models import (
    Check,
    CheckOf,
    CheckResult,
    Confirmed,
    Doctor,
    HiddenBecause,
    Kind,
    NotListable,
    NotListed,
    Practice,
    RegisterEntry,
    StateCount,
    Status,
)
from tests.directory_factories import STOPPED, make_doctor, make_listing, make_offer, make_practice
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NPI, OTHER_NPI = "1234567893", "1003000126"


def days(number):
    return timezone.localdate() - timedelta(days=number)


def checked(number, **fields):
    """A listing that an editor checked so many days ago."""
    practice = make_listing(**fields)
    offer = practice.offers.get()
    offer.confirmed_on = days(number)
    offer.save()
    practice.refresh_from_db()
    return practice


# --- A doctor, or a clinic --------------------------------------------------------------------------------


def test_a_clinic_is_listed_under_its_own_name():
    clinic = make_listing(kind=Kind.CLINIC, organization="Águila Pain Center", first_name="", last_name="").doctor
    assert (str(clinic), clinic.plain_name) == ("Águila Pain Center, MD", "Águila Pain Center")
    assert (clinic.slug, clinic.sort_name) == ("aguila-pain-center", "aguila pain center")
    assert Practice.objects.named("aguila").get().doctor == clinic


@pytest.mark.parametrize(
    "names",
    [
        {"last_name": ""},
        {"organization": "A Clinic"},
        {"kind": Kind.CLINIC, "organization": "A Clinic"},
        {"kind": Kind.CLINIC, "first_name": "", "last_name": ""},
    ],
)
def test_a_listing_is_either_a_person_or_a_clinic(names):
    with pytest.raises(IntegrityError, match="doctor_is_a_person_or_a_clinic"), transaction.atomic():
        make_doctor(**names)


# --- Stopped, hidden --------------------------------------------------------------------------------------


def test_who_stopped_did_so_on_a_day_as_somebody_says():
    doctor = make_listing().doctor
    doctor.stop(**STOPPED)
    assert (doctor.stopped_since, doctor.stopped_source) == (date(2026, 9, 20), "The clinic, by phone")
    with pytest.raises(IntegrityError, match="doctor_stopped_has_a_dated_source"), transaction.atomic():
        Doctor.objects.update(stopped_source="")


def test_nobody_stopped_in_the_future():
    with pytest.raises(ValidationError, match="cannot lie in the future"):
        Doctor(last_name="A", stopped_since=days(-1)).clean()


def test_what_hid_a_listing_is_known_until_an_editor_decides():
    doctor = make_listing().doctor
    doctor.hide(because=HiddenBecause.NPI)
    assert (doctor.status, doctor.hidden_because) == (Status.HIDDEN, "npi")
    assert doctor.history.first().hidden_because == "npi"
    doctor.publish()
    assert doctor.hidden_because == ""


def test_a_second_reason_to_hide_is_put_on_record_and_the_same_again_is_not():
    doctor = make_listing().doctor
    for because in (HiddenBecause.NPI, HiddenBecause.NPI, HiddenBecause.EXCLUSION):
        doctor.hide(because=because)
    assert [record.hidden_because for record in doctor.history.all()] == ["exclusion", "npi", "", ""]


# --- Removed at their request -----------------------------------------------------------------------------


def test_who_asked_for_removal_has_no_page_and_is_not_listed_again():
    doctor = make_listing().doctor
    doctor.remove_on_request(by=make_user())
    assert doctor.is_removed
    assert not Doctor.objects.with_page().exists()
    assert not Practice.objects.listed().exists()
    with pytest.raises(NotListable, match="request for removal"):
        doctor.publish()


def test_a_removal_can_be_lifted():
    doctor = make_listing().doctor
    doctor.remove_on_request(by=make_user())
    doctor.lift_removal()
    assert doctor.status == Status.HIDDEN
    doctor.publish()
    assert not NotListed.objects.exists()


def test_the_request_outlives_the_row_and_holds_no_name():
    user, doctor = make_user(), make_listing(npi=NPI).doctor
    doctor.remove_on_request(by=user)
    doctor.delete()
    assert NotListed.objects.covers(npi=NPI)
    assert NotListed.objects.covers(name="alma TÉSTER", states=["NY"])
    row = NotListed.objects.values().get()
    assert not {"Alma", "Tester", NPI} & {str(value) for value in row.values()}
    again = make_doctor(npi=NPI)
    make_offer(make_practice(again))
    assert "that the request for removal is lifted" in again.missing_for_listing()


@pytest.mark.parametrize(
    ("provider", "covered"),
    [
        ({"npi": NPI}, True),
        ({"npi": OTHER_NPI, "name": "Alma Tester", "states": ["NY"]}, False),
        ({"name": "Alma Tester", "states": ["NY", "NJ"]}, True),
        ({"name": "Alma Tester", "states": ["NJ"]}, False),
        ({"name": "Alma Tester"}, False),
        ({}, False),
    ],
)
def test_a_person_of_the_same_name_elsewhere_or_with_another_npi_is_somebody_else(provider, covered):
    make_listing(npi=NPI).doctor.remove_on_request(by=None)
    assert NotListed.objects.covers(**provider) == covered


def test_without_an_npi_on_the_request_the_name_in_the_state_decides():
    make_listing().doctor.remove_on_request(by=None)
    assert NotListed.objects.covers(npi=OTHER_NPI, name="Alma Tester", states=["NY"])


# --- How old it is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "age"), [(0, Age.CURRENT), (365, Age.CURRENT), (366, Age.STALE), (730, Age.STALE), (731, Age.OLD)]
)
def test_a_listing_ages_with_its_last_check(ago, age):
    assert checked(ago).age == age == freshness.age(days(ago), timezone.localdate())


def test_who_was_never_checked_stands_below_those_who_were():
    practice = make_listing()
    practice.offers.get().delete()
    practice.checked_on, practice.checked_how = None, ""
    practice.save()
    assert (practice.fresh_on, practice.age) == (None, Age.STALE)


def test_the_word_of_a_reader_is_no_check():
    practice = checked(800)
    offer = practice.offers.get()
    offer.confirmed_on, offer.confirmed_how = days(1), Confirmed.READER
    offer.save()
    practice.refresh_from_db()
    assert practice.fresh_on == practice.checked_on  # what is left is the check of the address


def test_time_moves_listings_on_with_the_daily_job():
    current, stale, old = checked(10), checked(400), checked(731)
    Practice.objects.update(age=Age.CURRENT)
    StateCount.objects.all().delete()
    assert freshness_job.refresh() == 2
    ages = {practice: practice.age for practice in Practice.objects.all()}
    assert ages == {current: Age.CURRENT, stale: Age.STALE, old: Age.OLD}
    assert Practice.objects.counts() == {"NY": 2}
    assert freshness_job.refresh() == 0


def test_a_check_outlives_the_practice_it_was_about():
    practice = make_listing()
    Check.objects.create(doctor=practice.doctor, practice=practice, what="phone", result="confirmed")
    practice.delete()
    assert Check.objects.get().practice is None


def test_old_listings_are_in_no_list():
    current, old = checked(10), checked(731)
    assert list(Practice.objects.in_default_list()) == [current]
    assert set(Practice.objects.listed()) == {current, old}


def test_a_list_shows_the_fresh_first_and_then_by_name():
    names = [("Young", 10), ("Abel", 400), ("Bell", 20)]
    for name, ago in names:
        checked(ago, last_name=name)
    assert [practice.doctor.last_name for practice in Practice.objects.by_place()] == ["Bell", "Young", "Abel"]


def test_a_new_name_sorts_anew():
    practice = make_listing(last_name="Young")
    practice.doctor.last_name = "Abel"
    practice.doctor.save()
    practice.refresh_from_db()
    assert practice.sort_name == "abel alma"


# --- How many there are -----------------------------------------------------------------------------------


def test_the_counts_follow_every_change():
    practice = make_listing()
    assert Practice.objects.counts() == {"NY": 1}
    practice.refresh_from_db()
    practice.state = "NJ"
    practice.save()
    assert Practice.objects.counts() == {"NJ": 1}
    practice.doctor.dispute()
    assert Practice.objects.counts() == {}
    practice.doctor.publish()
    assert Practice.objects.counts() == {"NJ": 1}
    practice.doctor.delete()
    assert Practice.objects.counts() == {}


def test_a_practice_that_is_deleted_is_not_counted():
    practice = make_listing()
    make_practice(practice.doctor, "07102")
    Practice.objects.get(state="NJ").delete()
    assert Practice.objects.counts() == {"NY": 1}


# --- What readers told ------------------------------------------------------------------------------------


def test_what_a_reader_told_is_marked_until_an_editor_checks():
    practice = make_listing()
    practice.told_by_reader(clinic_name="New Clinic", step_free=True)
    practice.save()
    practice.refresh_from_db()
    assert practice.told_on("clinic_name") == practice.told_on("step_free") == timezone.localdate()
    assert practice.told_on("phone") is None
    assert practice.checked_on == date(2026, 9, 5)
    practice.checked_on = timezone.localdate()
    practice.save()
    assert practice.told == {}


def test_what_a_reader_told_on_the_day_of_a_check_is_marked_too():
    practice = make_listing()
    practice.checked_on = timezone.localdate()
    practice.save()
    practice.told_by_reader(step_free=True)
    practice.save()
    practice.save()
    assert practice.told_on("step_free") == timezone.localdate()


def test_an_older_check_leaves_what_was_told_since():
    practice = make_listing()
    practice.told_by_reader(step_free=True)
    practice.checked_on = days(1)
    practice.save()
    assert practice.told_on("step_free") == timezone.localdate()


# --- Checks, and the register -----------------------------------------------------------------------------


def check(doctor, result, what=CheckOf.NPI, **fields):
    return Check.objects.create(doctor=doctor, what=what, result=result, **fields)


def test_the_last_check_of_each_thing_counts():
    doctor, other = make_doctor(), make_doctor(last_name="Other")
    check(doctor, CheckResult.ACTIVE, on=days(60))
    last = check(doctor, CheckResult.DEACTIVATED, on=days(2))
    excluded = check(doctor, CheckResult.NO_MATCH, CheckOf.EXCLUSION)
    check(other, CheckResult.ACTIVE)
    assert doctor.latest_checks() == {"npi": last, "exclusion": excluded}
    assert set(Check.objects.latest().filter(doctor=doctor)) == {last, excluded}


@pytest.mark.parametrize(
    ("deactivated", "reactivated", "is_active"),
    [(None, None, True), (100, None, False), (100, 50, True), (50, 100, False)],
)
def test_an_npi_is_active_unless_it_was_deactivated_last(deactivated, reactivated, is_active):
    gone, back = (day and days(day) for day in (deactivated, reactivated))
    entry = RegisterEntry.objects.create(npi=NPI, seen_on=days(1), deactivated_on=gone, reactivated_on=back)
    assert entry.is_active == RegisterEntry.objects.active().exists() == is_active
