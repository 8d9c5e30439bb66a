"""Whom editors call, in which order, and what comes of a call."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.admin.recheck import queue
from directory.models import (
    Check,
    Confirmed,
    Doctor,
    HiddenBecause,
    Offer,
    Practice,
    RegisterEntry,
    Report,
    ReportState,
    Status,
)
from tests.directory_factories import (
    STOPPED,
    TODAY,
    make_doctor,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
)
from tests.factories import make_editor, make_moderator
from tests.listing_forms import as_editor, as_writer, change, words

pytestmark = pytest.mark.django_db

QUEUE = "admin:directory_rechecks"
OUTCOMES = ["confirmed", "not-taking", "changed", "no-answer", "wrong-number", "stopped", "dispute"]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


@pytest.fixture
def editor(client):
    return as_editor(client)


def ago(days):
    return TODAY - timedelta(days=days)


def checked(days, code="10001", **fields):
    """A listing that was checked so many days ago; None: never."""
    practice = make_listing(code, **fields)
    offer = practice.offers.get()
    practice.checked_on = offer.confirmed_on = None if days is None else ago(days)
    practice.checked_how = offer.confirmed_how = "" if days is None else Confirmed.PHONE
    offer.save()
    practice.save()
    return practice


def report(doctor, **fields):
    return Report.objects.create(kind="called", doctor=doctor, reader="somebody", **fields)


def page_of(doctor):
    return reverse("admin:directory_recheck", args=[doctor.pk])


def seen(client, doctor):
    return re.search(r'name="seen" value="(\w+)"', words(client.get(page_of(doctor))))[1]


def say(client, practice, outcome, *, mark=None, offers=None, place=True, **typed):
    """What the page posts about a call to a practice, with everything ticked."""
    offers = practice.offers.all() if offers is None else offers
    data = {"outcome": outcome, "practice": practice.pk, "seen": mark or seen(client, practice.doctor)}
    data |= {"offers": [offer.pk for offer in offers]} | ({"place": "on"} if place else {}) | typed
    return client.post(page_of(practice.doctor), data)


# --- The queue --------------------------------------------------------------------------------------------


def names():
    return [doctor.last_name for doctor in queue.to_call()]


def test_reports_come_first_then_what_a_file_hid_then_what_is_unchecked_longest():
    for name, days in [("Old", 800), ("Never", None), ("Late", 100), ("Fresh", 90)]:
        checked(days, last_name=name)
    checked(10, last_name="Hidden").doctor.hide(because=HiddenBecause.NPI)
    report(checked(10, last_name="Reported").doctor)
    assert names() == ["Reported", "Hidden", "Never", "Old", "Late"]


def test_the_disputed_are_called_and_drafts_and_the_removed_are_not(editor):
    checked(10, last_name="Disputed").doctor.dispute()
    checked(800, last_name="Stopped").doctor.stop(**STOPPED)
    removed = checked(800, last_name="Removed").doctor
    removed.remove_on_request(by=editor)
    report(removed)
    make_doctor(last_name="Draft")
    assert names() == ["Disputed"]


@pytest.mark.parametrize("state", [ReportState.APPLIED, ReportState.CLOSED, ReportState.SPAM])
def test_reports_that_are_settled_need_no_call(state):
    report(checked(10).doctor, state=state)
    assert names() == []


def test_whom_somebody_tried_today_comes_after_the_others(client, editor):
    tried, other = checked(800, last_name="Tried"), checked(400, last_name="Other")
    say(client, tried, "no-answer")
    assert names() == ["Other", "Tried"]
    Check.objects.update(on=ago(1))
    assert names() == ["Tried", "Other"]
    assert other.doctor in queue.to_call()


def test_the_queue_says_why_and_leads_to_the_page(client, editor):
    practice = checked(800, last_name="Old")
    report(practice.doctor)
    Check.objects.create(doctor=practice.doctor, what="phone", result="no-answer", on=date(2026, 11, 2))
    shown = words(client.get(reverse(QUEUE)))
    assert "1 open report of readers" in shown
    assert "Last call: nobody answered, 2 Nov 2026" in shown
    assert f'href="{page_of(practice.doctor)}"' in shown


def test_the_queue_is_narrowed_to_a_state_and_ignores_what_is_none(client, editor):
    checked(800, "80202", last_name="West")
    checked(800, "10001", last_name="East")
    shown = {state: words(client.get(reverse(QUEUE), {"state": state})) for state in ("CO", "TX", "nowhere")}
    assert ["West" in shown["CO"], "East" in shown["CO"]] == [True, False]
    assert "Nobody needs a call in Texas" in shown["TX"]
    assert ["West" in shown["nowhere"], "East" in shown["nowhere"]] == [True, True]


def test_the_queue_is_paged_and_costs_the_same_however_long(client, editor, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("directory.admin.recheck.views.ON_A_PAGE", 2)
    for name in ("Ann", "Ben", "Cleo"):
        report(checked(800, last_name=name).doctor)
    first, second = (words(client.get(reverse(QUEUE), {"page": page})) for page in (1, 2))
    assert [name in first for name in ("Ann", "Ben", "Cleo")] == [True, True, False]
    assert [name in second for name in ("Ann", "Ben", "Cleo")] == [False, False, True]
    assert [client.get(reverse(QUEUE), {"page": page}).status_code for page in ("3", "x", "-1")] == [404] * 3
    with django_assert_num_queries(10):
        client.get(reverse(QUEUE))


@pytest.mark.parametrize("make", [make_moderator, None])
def test_nobody_else_sees_queue_or_page(client, make):
    practice = checked(800)
    if make:
        client.force_login(make())
    expected = 403 if make else 302
    page = page_of(practice.doctor)
    answers = [client.get(reverse(QUEUE)), client.get(page), client.post(page)]
    assert [answer.status_code for answer in answers] == [expected] * 3


# --- The page ---------------------------------------------------------------------------------------------


def test_the_page_shows_number_facts_and_what_to_say(client, editor):
    practice = make_listing(npi="1234567893")
    Practice.objects.filter(pk=practice.pk).update(phone="+13035550101", phone_ext="4")
    RegisterEntry.objects.create(npi="1234567893", last_name="TESTER", phone="3035550199", seen_on=TODAY)
    shown = words(client.get(page_of(practice.doctor)))
    assert '<a class="button call" href="tel:+13035550101;ext=4">' in shown
    assert "phone 3035550199" in shown
    assert "no name, no story" in shown
    assert "Phone checked 12 Sep 2026" in shown


def test_a_number_that_a_reader_told_us_says_so_and_what_was_there_before(client, editor):
    practice = make_listing()
    page = page_of(practice.doctor)
    practice.phone = "+13035550101"
    practice.save()
    assert "A reader told us this number" not in words(client.get(page))
    practice.told_by_reader(phone="+18165550177")
    practice.save()
    shown = words(client.get(page))
    assert "Call (816) 555-0177" in shown
    assert "A reader told us this number on 22 Nov 2026." in shown
    assert "Before that it was (303) 555-0101." in shown
    assert "on the clinic's own site" in shown


def test_what_readers_reported_is_shown_folded_and_with_nothing_active_in_it(client, editor):
    practice = make_listing()
    facts = {"outcome": "stopped", "words": "<script>alert(1)</script>", "proposed": {"phone": "<b>555"}}
    report(practice.doctor, practice=practice, **facts)
    report(practice.doctor, words="SETTLED", state=ReportState.CLOSED)
    shown = client.get(page_of(practice.doctor)).content.decode()
    assert "<summary>What they wrote</summary>" in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "phone: <bdi>&lt;b&gt;555</bdi>" in shown
    assert "SETTLED" not in shown


@pytest.mark.parametrize("number", [0, 10**30])
def test_a_doctor_who_is_not_there_has_no_page(client, editor, number):
    address = reverse("admin:directory_recheck", args=[number])
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


def test_who_asked_to_be_left_alone_is_not_called(client, editor):
    practice = make_listing()
    mark = seen(client, practice.doctor)
    practice.doctor.remove_on_request(by=editor)
    assert client.get(page_of(practice.doctor)).status_code == 404
    assert say(client, practice, "stopped", mark=mark, since="2026-09-20", source="x").status_code == 404
    assert Doctor.objects.get().is_removed


# --- What comes of a call ---------------------------------------------------------------------------------


def last_check():
    check = Check.objects.get()
    return check.what, check.result, check.on, check.note, check.by


def test_confirmed_dates_what_was_ticked_to_today_and_leaves_a_row(client, editor):
    practice = checked(800)
    answer = say(client, practice, "confirmed", note="Spoke with the front desk.")
    assert answer.headers["Location"] == reverse(QUEUE)
    offer = Offer.objects.get()
    practice.refresh_from_db()
    assert (offer.confirmed_on, offer.confirmed_how, offer.confirmed_by) == (TODAY, "phone", editor.username)
    assert (practice.checked_on, practice.checked_how, practice.age) == (TODAY, "phone", 0)
    assert last_check() == ("phone", "confirmed", TODAY, "Spoke with the front desk.", editor)
    assert Check.objects.get().facts == {"offers": [make_treatment().slug], "place": True}
    for row in (offer, practice):
        assert (row.history.first().history_user, row.history.first().history_change_reason) == (editor, "Phone call")


def test_only_what_is_ticked_is_confirmed(client, editor):
    practice = checked(800)
    other = make_offer(practice, make_treatment("lidocaine"), confirmed_on=ago(800))
    say(client, practice, "confirmed", offers=practice.offers.exclude(pk=other.pk), place=False)
    other.refresh_from_db()
    practice.refresh_from_db()
    assert (other.confirmed_on, practice.checked_on) == (ago(800), ago(800))
    assert practice.fresh_on == TODAY


def test_nothing_ticked_is_nothing_confirmed(client, editor):
    answer = say(client, checked(800), "confirmed", offers=[], place=False, note="A note that stays")
    assert answer.status_code == 400
    assert "Tick what they said something about." in words(answer)
    assert "A note that stays" in words(answer)
    assert not Check.objects.exists()


def test_a_call_makes_a_readers_word_ours(client, editor):
    practice = checked(10)
    practice.told_by_reader(clinic_name="New Name")
    practice.save()
    say(client, practice, "confirmed")
    practice.refresh_from_db()
    assert practice.told == {}


@pytest.mark.parametrize("outcome", ["confirmed", "not-taking"])
def test_a_second_call_on_a_day_makes_ours_what_a_reader_told_in_between(client, editor, outcome):
    practice = checked(0)
    offer = practice.offers.get()
    for row, fact in ((practice, {"step_free": True}), (offer, {"price_note": "$900"})):
        row.told_by_reader(**fact)
        row.save()
    say(client, practice, outcome)
    practice.refresh_from_db()
    offer.refresh_from_db()
    assert (practice.told, offer.told) == ({}, {})


def test_a_call_leaves_a_readers_word_about_what_was_not_spoken_of(client, editor):
    practice = checked(10)
    practice.told_by_reader(step_free=True)
    practice.save()
    say(client, practice, "confirmed", place=False)
    practice.refresh_from_db()
    assert list(practice.told) == ["step_free"]


def test_not_taking_new_patients_is_set_and_dated(client, editor):
    practice = checked(800)
    say(client, practice, "not-taking")
    offer = Offer.objects.get()
    assert (offer.accepting_new, offer.confirmed_on) == (False, TODAY)
    assert last_check()[1] == "not-taking"


def test_not_taking_needs_a_treatment(client, editor):
    answer = say(client, checked(800), "not-taking", offers=[])
    assert "Tick the treatments for which they take nobody new." in words(answer)


def test_something_changed_leads_to_the_practice(client, editor):
    practice = checked(800)
    answer = say(client, practice, "changed")
    assert answer.headers["Location"] == reverse("admin:directory_practice_change", args=[practice.pk])
    assert last_check()[1] == "changed"
    assert Offer.objects.get().confirmed_on == ago(800)


@pytest.mark.parametrize("outcome", ["no-answer", "wrong-number"])
def test_nobody_reached_changes_nothing_and_leaves_a_row(client, editor, outcome):
    practice = checked(800)
    say(client, practice, outcome)
    assert last_check()[1] == outcome
    practice.refresh_from_db()
    assert (practice.checked_on, Offer.objects.get().confirmed_on) == (ago(800), ago(800))
    assert Doctor.objects.get().is_listed


def test_after_three_calls_without_an_answer_the_listing_may_be_disputed(client, editor):
    practice = checked(800)
    for number in range(3):
        assert "in a row" not in words(client.get(reverse(QUEUE))), number
        say(client, practice, "no-answer")
        Check.objects.update(at=timezone.now() - timedelta(hours=1))
    assert "Nobody answered 3 times in a row." in words(client.get(reverse(QUEUE)))
    assert 'value="dispute">Disputed</button>' in words(client.get(page_of(practice.doctor)))
    say(client, practice, "dispute")
    assert Doctor.objects.get().is_disputed
    assert Doctor.history.first().history_user == editor


def test_an_answer_in_between_begins_the_row_anew(client, editor):
    practice = checked(800)
    for result in ("no-answer", "no-answer", "confirmed", "no-answer"):
        Check.objects.create(doctor=practice.doctor, practice=practice, what="phone", result=result)
    assert "Disputed</button>" not in words(client.get(page_of(practice.doctor)))


def test_stopped_asks_since_when_and_who_says_so(client, editor):
    practice = checked(800)
    for typed in ({}, {"since": "2026-09-20"}, {"since": "2026-12-24", "source": "The clinic"}):
        assert say(client, practice, "stopped", **typed).status_code == 400
    assert Doctor.objects.get().is_listed
    say(client, practice, "stopped", since="2026-09-20", source="The clinic, by phone")
    doctor = Doctor.objects.get()
    assert (doctor.status, doctor.stopped_since) == (Status.STOPPED, date(2026, 9, 20))
    assert last_check()[1] == "stopped"


def test_who_may_list_nobody_can_stop_or_dispute_nobody(client):
    as_writer(client)
    practice = checked(800)
    shown = words(client.get(page_of(practice.doctor)))
    assert "They no longer offer any of it" not in shown
    for outcome in ("stopped", "dispute"):
        assert say(client, practice, outcome, since="2026-09-20", source="x").status_code == 403
    assert Doctor.objects.get().is_listed
    assert not Check.objects.exists()


def test_a_confirmed_listing_that_is_hidden_stays_hidden_and_that_is_said(client, editor):
    practice = checked(800)
    practice.doctor.dispute()
    say(client, practice, "confirmed")
    assert "It is still not in the lists: disputed." in words(client.get(reverse(QUEUE)))
    assert Doctor.objects.get().is_disputed


@pytest.mark.parametrize("outcome", ["confirmed", "not-taking"])
def test_what_somebody_offers_who_stopped_is_not_confirmed(client, editor, outcome):
    practice = checked(800)
    practice.doctor.stop(**STOPPED)
    answer = say(client, practice, outcome, note="They offer it again")
    assert answer.status_code == 400
    assert "If they offer it again, list them again first." in words(answer)
    assert "They offer it again" in words(answer)
    assert Offer.objects.get().confirmed_on == ago(800)
    assert not Check.objects.exists()


def test_a_treatment_of_another_practice_is_refused(client, editor):
    practice, other = checked(800), checked(800, last_name="Other")
    second = make_practice(practice.doctor, "07102")
    assert say(client, practice, "confirmed", offers=other.offers.all()).status_code == 400
    assert say(client, second, "confirmed", offers=practice.offers.all()).status_code == 400
    assert not Check.objects.exists()


@pytest.mark.parametrize("typed", [{"outcome": "nonsense"}, {"practice": "x"}, {"practice": ""}, {"offers": ["x"]}])
def test_made_up_values_are_refused(client, editor, typed):
    practice = checked(800)
    data = {"outcome": "confirmed", "practice": practice.pk, "place": "on", "seen": seen(client, practice.doctor)}
    assert client.post(page_of(practice.doctor), data | typed).status_code == 400
    assert not Check.objects.exists()


def test_the_way_back_keeps_the_state(client, editor):
    practice = checked(800, "80202")
    answer = say(client, practice, "no-answer", state="CO")
    assert answer.headers["Location"] == reverse(QUEUE, query={"state": "CO"})


# --- Two at once ------------------------------------------------------------------------------------------


def somebody_confirms(practice, other):
    Check.objects.create(doctor=practice.doctor, practice=practice, what="phone", result="confirmed", by=other)


def somebody_changes(practice, other):
    offer = practice.offers.get()
    offer.price_note = "$900"
    offer._history_user = other
    offer.save()


def somebody_hides(practice, other):
    practice.doctor.hide(because=HiddenBecause.NPI)


def somebody_reports(practice, other):
    report(practice.doctor)


@pytest.mark.sweep
@pytest.mark.parametrize("meanwhile", [somebody_confirms, somebody_changes, somebody_hides, somebody_reports])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_nobody_decides_over_what_was_not_on_the_page(client, editor, meanwhile, outcome):
    practice, other = checked(800), make_editor()
    mark = seen(client, practice.doctor)
    meanwhile(practice, other)
    before = (list(Check.objects.values()), list(Doctor.objects.values()), list(Offer.objects.values()))
    answer = say(client, practice, outcome, mark=mark, since="2026-09-20", source="Them", note="What I heard")
    assert answer.status_code == 409
    assert "What I heard" in words(answer)
    assert (list(Check.objects.values()), list(Doctor.objects.values()), list(Offer.objects.values())) == before


def test_who_was_there_is_named(client, editor):
    practice, other = checked(800), make_editor()
    mark = seen(client, practice.doctor)
    somebody_confirms(practice, other)
    answer = words(say(client, practice, "no-answer", mark=mark))
    assert f"{other.username} put on record “Still right” about this listing" in answer


def test_a_second_press_of_the_button_is_heard_once(client, editor):
    practice = checked(800)
    mark = seen(client, practice.doctor)
    answers = [say(client, practice, "no-answer", mark=mark) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Check.objects.count() == 1


@pytest.mark.parametrize("other", [{"note": "And more"}, {"place": False}, {"offers": "lidocaine"}])
def test_another_word_about_the_same_call_is_no_second_press(client, editor, other):
    practice = checked(800)
    lidocaine = make_offer(practice, make_treatment("lidocaine"), confirmed_on=ago(800))
    mark, offers = seen(client, practice.doctor), practice.offers.exclude(pk=lidocaine.pk)
    say(client, practice, "confirmed", mark=mark, offers=offers)
    typed = {"offers": offers} | other | ({"offers": [lidocaine]} if "offers" in other else {})
    answer = say(client, practice, "confirmed", mark=mark, **typed)
    assert answer.status_code == 409
    assert f"{editor.username} put on record" in words(answer)
    say(client, practice, "confirmed", **typed)
    assert Check.objects.count() == 2


def test_who_stopped_since_another_day_is_no_second_press(client, editor):
    practice = checked(800)
    mark = seen(client, practice.doctor)
    days = ["2026-09-20", "2026-09-20", "2026-10-20"]
    answers = [say(client, practice, "stopped", mark=mark, since=day, source="The clinic") for day in days]
    assert [answer.status_code for answer in answers] == [303, 303, 409]
    assert Check.objects.get().facts == {"since": "2026-09-20", "source": "The clinic"}


@pytest.mark.parametrize("mark", ["", "x", "0" * 32])
def test_without_a_mark_nothing_is_put_on_record(client, editor, mark):
    practice = checked(800)
    data = {"outcome": "confirmed", "practice": practice.pk, "place": "on", "seen": mark}
    assert client.post(page_of(practice.doctor), data).status_code == 409
    assert not Check.objects.exists()


def test_a_call_that_was_confirmed_can_be_taken_back_in_the_history(client, editor):
    practice = checked(800)
    offer = practice.offers.get()
    say(client, practice, "confirmed")
    former = offer.history.order_by("-pk")[1]
    url = reverse("admin:directory_offer_simple_history", args=[offer.pk, former.pk])
    data = {
        "for_crps": "yes",
        "treatment": offer.treatment_id,
        "confirmed_on": former.confirmed_on,
        "confirmed_how": "phone",
    }
    assert client.post(url, data).status_code == 302
    offer.refresh_from_db()
    practice.refresh_from_db()
    assert (offer.confirmed_on, practice.fresh_on) == (ago(800), ago(800))


def test_the_doctors_page_leads_to_the_call(client, editor):
    doctor = make_listing().doctor
    assert page_of(doctor) in words(change(client, doctor, _continue="1"))
