"""Where a listing stands: what hid or stopped it, who asked not to be listed, how old it is, and how many there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
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
from directory.names import typed_forms
from tests.directory_factories import STOPPED, make_doctor, make_listing, make_offer, make_practice, make_treatment
from tests.factories import make_user
from tests.working import until

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
    assert NotListed.objects.covers(forms=typed_forms("alma TÉSTER"), states=["NY"])
    row = NotListed.objects.values().get()
    assert not {"Alma", "Tester", NPI} & {str(value) for value in row.values()}
    again = make_doctor(npi=NPI)
    make_offer(make_practice(again))
    assert "that the request for removal is lifted" in again.missing_for_listing()


@pytest.mark.parametrize(
    ("provider", "covered"),
    [
        ({"npi": NPI}, True),
        ({"npi": OTHER_NPI, "forms": {"alma tester"}, "states": ["NY"]}, False),
        ({"forms": {"alma tester"}, "states": ["NY", "NJ"]}, True),
        ({"forms": {"alma tester"}, "states": ["NJ"]}, False),
        ({"forms": {"alma tester"}}, False),
        ({}, False),
    ],
)
def test_a_person_of_the_same_name_elsewhere_or_with_another_npi_is_somebody_else(provider, covered):
    make_listing(npi=NPI).doctor.remove_on_request(by=None)
    assert NotListed.objects.covers(**provider) == covered


def test_without_an_npi_on_the_request_the_name_in_the_state_decides():
    make_listing().doctor.remove_on_request(by=None)
    assert NotListed.objects.covers(npi=OTHER_NPI, forms={"alma tester"}, states=["NY"])


WAYS = [
    {"middle_name": "Beth"},
    {"middle_name": "B."},
    {"suffix": "Jr."},
    {"middle_name": "Beth", "suffix": "Jr."},
    {"first_name": "ALMA", "last_name": "TÉSTER"},
    {},
]


@pytest.mark.sweep
@pytest.mark.parametrize("asked", WAYS)
@pytest.mark.parametrize("again", WAYS)
def test_no_middle_name_initial_or_suffix_hides_who_asked(asked, again):
    make_listing(**asked).doctor.remove_on_request(by=None)
    twin = make_doctor(**again)
    make_offer(make_practice(twin))
    with pytest.raises(NotListable, match="request for removal"):
        twin.publish()


@pytest.mark.parametrize("names", [{"first_name": "Ana"}, {"last_name": "Testerman"}])
def test_who_has_another_first_or_last_name_is_somebody_else(names):
    make_listing(middle_name="Beth").doctor.remove_on_request(by=None)
    assert make_listing(**names).doctor.is_listed


def test_a_clinic_is_told_from_others_by_its_whole_name():
    clinic = {"kind": Kind.CLINIC, "first_name": "", "last_name": ""}
    make_listing(organization="Pain Center of Albany", **clinic).doctor.remove_on_request(by=None)
    assert make_listing(organization="Pain Institute Albany", **clinic).doctor.is_listed


# --- Somebody else of the same name -----------------------------------------------------------------------


def namesakes():
    """One who asked not to be listed, and another of the same name who has not."""
    asked, other = make_listing().doctor, make_doctor(middle_name="Beth")
    make_offer(make_practice(other))
    asked.remove_on_request(by=None)
    return asked, other


def test_a_removal_is_not_lifted_by_somebody_of_the_same_name():
    asked, other = namesakes()
    other.lift_removal()
    assert asked.not_listed.exists()
    assert other.is_not_to_be_listed()


def test_who_is_somebody_else_can_be_listed_and_the_request_stands():
    asked, other = namesakes()
    other.tell_apart()
    other.publish()
    assert (other.is_listed, asked.not_listed.exists()) == (True, True)
    assert other.history.get(history_change_reason="Only a namesake of who asked not to be listed").is_namesake
    with pytest.raises(NotListable, match="request for removal"):
        asked.publish()


def test_that_it_is_somebody_else_can_be_taken_back():
    other = namesakes()[1]
    other.tell_apart()
    other.tell_apart(False)
    assert other.is_not_to_be_listed()


def test_somebody_else_has_another_npi():
    asked = make_listing(npi=NPI).doctor
    asked.remove_on_request(by=None)
    asked.delete()
    again = make_doctor(npi=NPI)
    again.tell_apart()
    assert again.is_not_to_be_listed()


def test_a_namesake_can_ask_not_to_be_listed_too():
    other = namesakes()[1]
    other.tell_apart()
    other.remove_on_request(by=None)
    with pytest.raises(NotListable, match="request for removal"):
        other.publish()


def test_a_removal_whose_row_is_gone_is_lifted_with_whoever_is_entered_again():
    asked, again = namesakes()
    asked.delete()
    again.lift_removal()
    assert not NotListed.objects.exists()
    assert again.history.first().history_change_reason == "The removal is lifted"


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


def test_what_an_editor_says_is_no_readers_word_any_more():
    practice = make_listing()
    practice.told_by_reader(step_free=True, website="https://old.example/")
    practice.told_by_editor(["website"])
    assert list(practice.told) == ["step_free"]


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
    assert set(Check.objects.latest().filter(doctor=doctor)) == {last, excluded}


def test_the_last_check_is_that_of_the_latest_day_and_not_the_one_entered_last():
    doctor = make_doctor()
    last = check(doctor, CheckResult.CONFIRMED, CheckOf.PHONE, on=days(2))
    check(doctor, CheckResult.NO_ANSWER, CheckOf.PHONE, on=days(9))
    assert list(Check.objects.latest()) == [last]
    assert doctor.latest_checks() == {"phone": last}


def test_what_was_looked_up_by_npi_counts_for_that_npi_alone():
    doctor = make_doctor(npi=NPI)
    ours = check(doctor, CheckResult.ACTIVE, on=days(9), facts={"npi": NPI})
    check(doctor, CheckResult.DEACTIVATED, on=days(2), facts={"npi": "1003000126"})
    assert doctor.latest_checks() == {"npi": ours}
    doctor.npi = None
    assert doctor.latest_checks() == {}


def test_the_last_checks_are_read_without_the_others(django_assert_num_queries):
    doctor = make_doctor()
    for age in range(9):
        check(doctor, CheckResult.CONFIRMED, CheckOf.PHONE, on=days(age))
    with django_assert_num_queries(1):
        assert len(doctor.checks.latest()) == 1


@pytest.mark.parametrize(
    ("deactivated", "reactivated", "is_active"),
    [(None, None, True), (100, None, False), (100, 50, True), (50, 100, False)],
)
def test_an_npi_is_active_unless_it_was_deactivated_last(deactivated, reactivated, is_active):
    gone, back = (day and days(day) for day in (deactivated, reactivated))
    entry = RegisterEntry.objects.create(npi=NPI, seen_on=days(1), deactivated_on=gone, reactivated_on=back)
    assert entry.is_active == RegisterEntry.objects.active().exists() == is_active


# --- At the same time -------------------------------------------------------------------------------------

one_waits_for_the_other = pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")


def while_this_is_not_stored_yet(change, other):
    """The one change, and the other in a connection of its own, which begins before the first is stored and ends
    after that."""

    def elsewhere():
        try:
            other()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as somebody, transaction.atomic():
        change()
        waiting = somebody.submit(elsewhere)
        until(somebody_waits)
        transaction.on_commit(waiting.result)


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where not granted")
        return cursor.fetchone()[0]


def draft():
    practice = make_practice(make_doctor())
    make_offer(practice)
    return practice.doctor


@one_waits_for_the_other
@pytest.mark.django_db(transaction=True)
def test_two_who_are_listed_at_once_are_both_counted():
    while_this_is_not_stored_yet(draft().publish, draft().publish)
    assert Practice.objects.counts() == {"NY": 2}


@one_waits_for_the_other
@pytest.mark.django_db(transaction=True)
def test_of_two_treatments_that_are_checked_at_once_the_later_check_counts():
    practice = checked(400)
    first, second = practice.offers.get(), make_offer(practice, make_treatment("other"), confirmed_on=days(500))
    first.confirmed_on, second.confirmed_on = days(10), days(300)
    while_this_is_not_stored_yet(first.save, second.save)
    practice.refresh_from_db()
    assert (practice.fresh_on, practice.age) == (days(10), Age.CURRENT)


def test_a_treatment_that_is_saved_sees_the_practice_as_it_is_stored():
    practice = make_listing()
    offer = practice.offers.select_related("practice").get()
    offer.confirmed_on, offer.confirmed_how = None, ""
    Practice.objects.update(checked_on=days(3))
    offer.save()
    practice.refresh_from_db()
    assert (practice.fresh_on, offer.practice.fresh_on) == (days(3), days(3))
