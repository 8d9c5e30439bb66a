"""What editors decide about a listing in the admin, and what they are told before they do."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.models import Check, Doctor, HiddenBecause, Kind, NotListed, Practice, Status
from tests.directory_factories import (
    STOPPED,
    TODAY,
    make_doctor,
    make_listing,
    make_offer,
    make_treatment,
)
from tests.factories import make_user
from tests.listing_forms import (
    act,
    as_editor,
    as_writer,
    change,
    change_practice,
    complete,
    fields_of,
    fields_of_offer,
    form_of,
    rows,
    words,
)

pytestmark = pytest.mark.django_db

NPI = "1234567893"
DOCTORS = "admin:directory_doctor_changelist"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *given: TODAY)


@pytest.fixture
def editor(client):
    return as_editor(client)


def stored():
    return Doctor.objects.get()


def page(client, doctor):
    return words(client.get(reverse("admin:directory_doctor_change", args=[doctor.pk])))


# --- Stopped ----------------------------------------------------------------------------------------------


def test_who_stopped_did_so_since_a_day_as_somebody_says(client, editor):
    doctor = make_listing().doctor
    change(client, doctor, decision="stopped", stopped_since="2026-09-20", stopped_source="The clinic, by phone")
    assert (stored().status, stored().stopped_since) == (Status.STOPPED, date(2026, 9, 20))
    assert stored().history.first().history_user == editor


@pytest.mark.parametrize("given", [{}, {"stopped_since": "2026-09-20"}, {"stopped_source": "The clinic"}])
def test_nobody_has_stopped_without_a_day_and_a_source(client, editor, given):
    doctor = make_listing().doctor
    answer = change(client, doctor, decision="stopped", **given)
    assert "Say since when, and who says so." in words(answer)
    assert stored().is_listed


def test_a_listing_that_stopped_keeps_day_and_source(client, editor):
    doctor = make_listing().doctor
    doctor.stop(**STOPPED)
    assert "Say since when, and who says so." in words(change(client, doctor, stopped_since="", stopped_source=""))
    change(client, doctor, stopped_source="The website")
    assert (stored().status, stored().stopped_source) == (Status.STOPPED, "The website")


# --- Hidden without an editor -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("because", "expected"),
    [
        (HiddenBecause.NPI, "is deactivated in the federal registry"),
        (HiddenBecause.EXCLUSION, "federal exclusion list"),
    ],
)
def test_what_hid_a_listing_is_said_with_what_to_do(client, editor, because, expected):
    doctor = make_listing(npi=NPI).doctor
    doctor.hide(because=because)
    shown = page(client, doctor)
    assert expected in shown
    assert NPI in shown
    change(client, stored(), decision="hidden")
    assert (stored().status, stored().hidden_because) == (Status.HIDDEN, "")


def test_what_hid_a_listing_is_told_of_the_npi_that_it_was_about(client, editor):
    doctor = make_listing(npi=NPI).doctor
    Check.objects.create(doctor=doctor, what="npi", result="deactivated", facts={"npi": NPI})
    doctor.hide(because=HiddenBecause.NPI)
    change(client, doctor, npi="1003000126")
    assert f"Its NPI ({NPI}) is deactivated" in page(client, stored())


def test_an_older_version_brings_no_reason_back(client, editor):
    doctor = make_listing().doctor
    doctor.hide(because=HiddenBecause.NPI)
    because = doctor.history.first()
    doctor.publish()
    url = reverse("admin:directory_doctor_simple_history", args=[doctor.pk, because.pk])
    assert client.post(url, form_of(doctor)).status_code == 302
    assert (stored().status, stored().hidden_because) == (Status.LISTED, "")


@pytest.mark.parametrize("because", list(HiddenBecause))
@pytest.mark.parametrize(("action", "status"), [("list_doctors", Status.LISTED), ("dispute_doctors", Status.DISPUTED)])
def test_what_hid_a_listing_is_not_passed_over_by_an_action(client, editor, because, action, status):
    hidden, other = make_listing(last_name="Hidden").doctor, make_listing(last_name="Other").doctor
    hidden.hide(because=because)
    answer = words(act(client, action, hidden, other))
    hidden.refresh_from_db()
    other.refresh_from_db()
    assert (hidden.status, hidden.hidden_because, other.status) == (Status.HIDDEN, because, status)
    address = reverse("admin:directory_doctor_change", args=[hidden.pk])
    assert f'Still hidden, until you have read why, and decided on its own page: <a href="{address}">' in answer


# --- Removed at their request -----------------------------------------------------------------------------


def test_a_removal_is_decided_and_lifted_in_the_form(client, editor):
    doctor = make_listing().doctor
    change(client, doctor, decision="removed")
    assert stored().is_removed
    assert NotListed.objects.get().by == editor
    change(client, stored(), decision="lift")
    assert stored().status == Status.HIDDEN
    assert not NotListed.objects.exists()


@pytest.mark.parametrize("decision", ["listed", "hidden", "disputed", "stopped"])
def test_of_who_asked_for_removal_nothing_else_can_be_decided(client, editor, decision):
    doctor = make_listing().doctor
    doctor.remove_on_request(by=editor)
    assert "Select a valid choice" in words(change(client, stored(), decision=decision, **fields_of_a_stop()))
    assert stored().is_removed


def fields_of_a_stop():
    return {"stopped_since": "2026-09-20", "stopped_source": "The clinic"}


@pytest.mark.parametrize("action", ["list_doctors", "hide_doctors", "dispute_doctors"])
def test_no_action_moves_who_asked_for_removal(client, editor, action):
    doctor = make_listing().doctor
    doctor.remove_on_request(by=editor)
    assert "was removed at their request" in words(act(client, action, doctor))
    assert stored().is_removed


def test_without_the_permission_nobody_is_removed_and_nothing_lifted(client):
    as_writer(client)
    doctor = make_listing().doctor
    change(client, doctor, decision="removed")
    assert stored().is_listed
    doctor.remove_on_request(by=make_user())
    change(client, stored(), decision="lift")
    assert stored().is_removed


def test_who_is_entered_again_after_a_removal_is_named_to_the_editor(client, editor):
    make_listing().doctor.remove_on_request(by=editor)
    again = complete()
    assert "asked not to be listed" in words(change(client, again, specialty="Pain"))
    assert "A listed doctor needs that the request for removal is lifted" in words(
        change(client, again, decision="listed")
    )


def decisions_for(client, doctor):
    return set(re.findall(r'<option value="(lift|apart|together)"', page(client, doctor)))


def test_a_removal_is_lifted_where_it_was_asked_for_or_when_that_row_is_gone(client, editor):
    asked = make_listing().doctor
    asked.remove_on_request(by=editor)
    again = complete()
    assert (decisions_for(client, asked), decisions_for(client, again)) == ({"lift"}, {"apart"})
    asked.delete()
    assert decisions_for(client, again) == {"lift", "apart"}
    change(client, again, decision="lift")
    assert not NotListed.objects.exists()


def test_somebody_else_of_the_same_name_is_told_apart_in_the_form(client, editor):
    make_listing().doctor.remove_on_request(by=editor)
    other = complete()
    change(client, other, decision="apart")
    assert decisions_for(client, other) == {"together"}
    assert "asked not to be listed" not in words(change(client, other, decision="listed"))
    other.refresh_from_db()
    assert (other.is_listed, NotListed.objects.exists()) == (True, True)
    assert "is hidden now" in words(change(client, other, decision="together"))
    other.refresh_from_db()
    assert other.status == Status.HIDDEN


def test_an_older_version_tells_nobody_apart(client, editor):
    make_listing().doctor.remove_on_request(by=editor)
    other = complete()
    other.tell_apart()
    apart = other.history.first()
    other.tell_apart(False)
    url = reverse("admin:directory_doctor_simple_history", args=[other.pk, apart.pk])
    assert client.post(url, form_of(other)).status_code == 302
    other.refresh_from_db()
    assert not other.is_namesake


# --- There already? ---------------------------------------------------------------------------------------


def test_an_npi_belongs_to_one_listing(client, editor):
    there, other = make_listing(npi=NPI).doctor, make_doctor(last_name="Other")
    answer = client.post(reverse("admin:directory_doctor_change", args=[other.pk]), form_of(other, npi=NPI))
    link = f'<a href="{reverse("admin:directory_doctor_change", args=[there.pk])}">Alma Tester, MD</a>'
    assert f"This NPI is in the directory already: {link}." in words(answer)
    other.refresh_from_db()
    assert other.npi is None


@pytest.mark.parametrize(
    ("there", "is_said"),
    [
        ({"first_name": "ÁLMA", "middle_name": "B"}, True),
        ({"first_name": "Ann"}, False),
        ({"code": "80202"}, False),
        ({"kind": Kind.CLINIC, "organization": "Tester Alma", "first_name": "", "last_name": ""}, True),
    ],
)
def test_the_same_name_in_the_same_zip_code_is_told_and_not_forbidden(client, editor, there, is_said):
    make_listing(**there)
    doctor = complete()
    answer = change(client, doctor, specialty="Pain medicine")
    assert ("in the directory already?" in words(answer)) == is_said
    doctor.refresh_from_db()
    assert doctor.specialty == "Pain medicine"


# --- What is entered as checked is put on record ----------------------------------------------------------


def on_record():
    return sorted(Check.objects.values_list("what", "result", "on", "note", "by__username"))


def test_a_new_date_of_a_check_leaves_a_row_with_who_entered_it(client, editor):
    doctor = complete()
    new = {"licence_checked_on": "2026-11-20", "licence_checked_how": "DocInfo, no discipline"}
    change(client, doctor, **new, supervision_checked_on="2026-11-21")
    assert on_record() == [
        ("license", "confirmed", date(2026, 11, 20), "DocInfo, no discipline", editor.username),
        ("supervision", "confirmed", date(2026, 11, 21), "", editor.username),
    ]


def test_the_same_dates_again_leave_nothing_on_record(client, editor):
    change(client, complete(), specialty="Pain medicine")
    assert on_record() == []


def test_a_date_that_is_taken_away_leaves_nothing_on_record(client, editor):
    change(client, complete(), licence_checked_on="", licence_checked_how="")
    assert on_record() == []


def test_an_older_version_leaves_no_check(client, editor):
    doctor = complete()
    former = doctor.history.last()
    doctor.licence_checked_on = date(2026, 10, 1)
    doctor.save()
    url = reverse("admin:directory_doctor_simple_history", args=[doctor.pk, former.pk])
    client.post(url, form_of(former.instance))
    assert stored().licence_checked_on == date(2026, 9, 1)
    assert on_record() == []


def test_checks_of_practice_and_treatment_are_put_on_record(client, editor):
    practice = make_listing()
    offer = fields_of_offer(practice.offers.get()) | {"confirmed_on": "2026-11-20", "confirmed_how": "phone"}
    change_practice(client, practice, checked_on="2026-11-19", checked_how="website", **rows("offers", offer))
    assert on_record() == [
        ("phone", "confirmed", date(2026, 11, 20), f"{make_treatment()}: phone checked", editor.username),
        ("website", "confirmed", date(2026, 11, 19), "Address and access: website checked", editor.username),
    ]
    assert set(Check.objects.values_list("practice", flat=True)) == {practice.pk}


def test_a_check_entered_in_the_doctors_form_is_put_on_record(client, editor):
    practice = make_listing()
    there = fields_of(practice) | {"id": practice.pk, "checked_on": "2026-11-19", "checked_how": "phone"}
    change(client, practice.doctor, **rows("practices", there))
    assert Check.objects.get().practice == practice


def test_what_a_reader_told_us_is_no_check(client, editor):
    change_practice(client, make_listing(), checked_on="2026-11-19", checked_how="reader")
    assert on_record() == []


@pytest.mark.parametrize("where", ["page", "list", "doctor"])
def test_what_is_on_record_about_a_practice_outlives_it(client, editor, where):
    practice = make_listing()
    doctor = practice.doctor
    Check.objects.create(doctor=doctor, practice=practice, what="phone", result="confirmed", by=editor)
    if where == "page":
        client.post(reverse("admin:directory_practice_delete", args=[practice.pk]), {"post": "yes"})
    elif where == "list":
        chosen = {"action": "delete_selected", "_selected_action": [practice.pk], "post": "yes"}
        client.post(reverse("admin:directory_practice_changelist"), chosen)
    else:
        change(client, doctor, **rows("practices", fields_of(practice) | {"id": practice.pk, "DELETE": "on"}))
    assert not Practice.objects.exists()
    assert Check.objects.get().practice is None


def test_the_form_shows_the_last_checks(client, editor):
    doctor = complete(npi=NPI)
    for on in (date(2026, 1, 2), date(2026, 9, 12)):
        Check.objects.create(doctor=doctor, what="npi", result="active", on=on, facts={"npi": NPI})
    shown = page(client, doctor)
    assert "Federal NPI registry, 12 Sep 2026: Active" in shown
    assert "2 Jan 2026" not in shown


# --- Practices and treatments -----------------------------------------------------------------------------


def test_a_new_entry_leads_on_to_its_treatments(client, editor):
    place = {"clinic_name": "Second", "city": "Newark", "state": "NJ", "zip_code": "07102"}
    new = form_of(Doctor(last_name="Nueva"), **rows("practices", new=[place]))
    answer = client.post(reverse("admin:directory_doctor_add"), new, follow=True)
    practice = Practice.objects.get()
    address = reverse("admin:directory_practice_change", args=[practice.pk])
    assert f'Next: <a href="{address}#offers-group">add a treatment at Second, Newark, NJ</a>.' in words(answer)


def test_a_practice_that_was_added_from_its_doctor_leads_back(client, editor):
    doctor = make_listing().doctor
    add = reverse("admin:directory_practice_add", query={"doctor": doctor.pk})
    assert 'name="offers-0-treatment"' in words(client.get(add))
    data = {"city": "Newark", "state": "NJ", "zip_code": "07102", "doctor": doctor.pk}
    offer = rows("offers", new=[{"treatment": make_treatment().pk, "for_crps": "yes"}])
    answer = client.post(add, data | offer)
    assert answer.headers["Location"] == reverse("admin:directory_doctor_change", args=[doctor.pk])


def test_an_offer_has_a_history_and_can_be_brought_back(client, editor):
    offer = make_listing().offers.get()
    former = offer.history.last()
    offer.price_note = "$900"
    offer.save()
    assert "$900" in words(client.get(reverse("admin:directory_offer_history", args=[offer.pk])))
    url = reverse("admin:directory_offer_simple_history", args=[offer.pk, former.pk])
    assert client.post(url, fields_of_offer(former.instance)).status_code == 302
    offer.refresh_from_db()
    assert offer.price_note == ""


def test_an_offer_that_was_deleted_is_not_brought_back(client, editor):
    offer = make_listing().offers.get()
    former, key = offer.history.last(), offer.pk
    offer.delete()
    url = reverse("admin:directory_offer_simple_history", args=[key, former.pk])
    assert [client.get(url).status_code, client.post(url, {}).status_code] == [404, 404]


def test_who_loses_the_last_treatment_on_its_own_page_is_hidden(client, editor):
    offer = make_listing().offers.get()
    url = reverse("admin:directory_offer_delete", args=[offer.pk])
    assert "is hidden now" in words(client.post(url, {"post": "yes"}, follow=True))
    assert not stored().is_listed


def test_deleting_treatments_from_the_list_hides_too(client, editor):
    offer = make_listing().offers.get()
    chosen = {"action": "delete_selected", "_selected_action": [offer.pk], "post": "yes"}
    answer = client.post(reverse("admin:directory_offer_changelist"), chosen, follow=True)
    assert "is hidden now" in words(answer)
    practice = offer.practice
    practice.refresh_from_db()
    assert practice.fresh_on == practice.checked_on  # and not when the treatment was


@pytest.mark.parametrize("model", [Doctor, Practice])
def test_what_is_deleted_from_a_list_is_counted_no_more(admin_client, model):
    for code in ("10001", "80202"):
        make_listing(code)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in model.objects.all()], "post": "yes"}
    admin_client.post(reverse(f"admin:directory_{model._meta.model_name}_changelist"), chosen)
    assert (model.objects.count(), Practice.objects.counts()) == (0, {})


@pytest.mark.parametrize("model", [Doctor, Practice])
def test_all_that_is_chosen_is_deleted_or_nothing(admin_client, model, monkeypatch):
    for code in ("10001", "80202"):
        make_listing(code)
    delete = model.delete

    def fail_at_last(row):
        if model.objects.count() == 1:
            raise RuntimeError("the database went away")
        return delete(row)

    monkeypatch.setattr(model, "delete", fail_at_last)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in model.objects.all()], "post": "yes"}
    with pytest.raises(RuntimeError):
        admin_client.post(reverse(f"admin:directory_{model._meta.model_name}_changelist"), chosen)
    assert model.objects.count() == 2


@pytest.mark.parametrize("where", ["practice", "doctor"])
def test_what_an_editor_enters_is_no_readers_word(client, editor, where):
    practice = make_listing()
    practice.told_by_reader(clinic_name="Old Name", step_free=True)
    practice.save()
    entered = fields_of(practice) | {"clinic_name": "New Name", "step_free": "true"}
    if where == "practice":
        change_practice(client, practice, **entered)
    else:
        change(client, practice.doctor, **rows("practices", entered | {"id": practice.pk}))
    practice.refresh_from_db()
    assert (practice.clinic_name, list(practice.told)) == ("New Name", ["step_free"])


@pytest.mark.parametrize("where", ["offer", "practice"])
def test_what_an_editor_enters_of_a_treatment_is_no_readers_word(client, editor, where):
    offer = make_listing().offers.get()
    offer.told_by_reader(price_note="$100", course="5 days")
    offer.save()
    entered = fields_of_offer(offer) | {"price_note": "$900"}
    if where == "offer":
        client.post(reverse("admin:directory_offer_change", args=[offer.pk]), entered)
    else:
        change_practice(client, offer.practice, **rows("offers", entered))
    offer.refresh_from_db()
    assert (offer.price_note, list(offer.told)) == ("$900", ["course"])


def test_what_readers_told_is_marked_in_the_forms(client, editor):
    practice = make_listing()
    practice.told_by_reader(clinic_name="New Name")
    practice.save()
    shown = words(client.get(reverse("admin:directory_practice_change", args=[practice.pk])))
    assert "clinic name (22 Nov 2026)" in shown


# --- The lists --------------------------------------------------------------------------------------------


def found(client, **query):
    response = client.get(reverse(DOCTORS), query)
    assert response.status_code == 200
    return {str(doctor) for doctor in response.context["cl"].result_list}


def test_the_list_is_searched_without_accents_and_capitals(client, editor):
    make_listing(first_name="Íñigo", last_name="Peña")
    make_listing(last_name="Other")
    assert found(client, q="íñigo PENA") == {"Íñigo Peña, MD"}


def test_the_list_is_narrowed_by_what_matters(client, editor):
    old = make_listing("80202", last_name="Old")
    Practice.objects.filter(pk=old.pk).update(age=2)
    make_listing(last_name="Gone").doctor.hide(because=HiddenBecause.NPI)
    make_listing(kind=Kind.CLINIC, organization="Clinic", first_name="", last_name="", credentials="")
    assert found(client, age="2") == {"Alma Old, MD"}
    assert found(client, practices__state__exact="CO") == {"Alma Old, MD"}
    assert found(client, hidden_because__exact="npi") == {"Alma Gone, MD"}
    assert found(client, kind__exact="clinic") == {"Clinic"}
    assert found(client, status__exact="listed") == {"Alma Old, MD", "Clinic"}


MODELS = ["doctor", "practice", "offer", "check", "registerentry", "notlisted", "report", "stateboard", "treatment"]
FORGED = [
    *["age=x", "age=99", "age__exact=x", "age__exact=" + "9" * 30, "is_example__exact=x", "state=ZZ", "npi=x"],
    *["practices__state__exact=%E2%98%83", "treatment__id__exact=x", "status__exact=x", "hidden_because__exact=x"],
    *[
        "npi__startswith=1",
        "doctor__npi__startswith=1",
        "p=x",
        "o=x.y.99",
        "q=%22%27%5C",
        "all=x",
        "doctor__id__exact=x",
    ],
    *["practice__state__exact=x", "what__exact=x", "kind__exact=%F0%9F%98%80", "_facets=x", "e=1", "_to_field=x"],
]


@pytest.mark.parametrize("model", MODELS)
def test_no_made_up_address_of_a_list_is_an_error_of_ours(client, editor, model):
    make_listing()
    address = reverse(f"admin:directory_{model}_changelist")
    answers = {query: client.get(f"{address}?{query}").status_code for query in FORGED}
    assert set(answers.values()) <= {200, 302, 400}, answers


@pytest.mark.parametrize("key", ["x", "9" * 30, "1_2D"])
@pytest.mark.parametrize("model", ["doctor", "practice", "offer"])
def test_no_made_up_address_of_a_page_is_an_error_of_ours(client, editor, model, key):
    addresses = [reverse(f"admin:directory_{model}_{name}", args=[key]) for name in ("change", "delete", "history")]
    for address in addresses:
        assert client.get(address, follow=True).status_code < 500, address


def test_the_lists_cost_the_same_however_long(client, editor, django_assert_max_num_queries):
    for code in ("10001", "07102", "80202"):
        make_offer(make_listing(code, last_name=code), make_treatment("lidocaine"))
        Check.objects.create(doctor=Doctor.objects.last(), what="npi", result="active", by=make_user())
    for model in MODELS:
        with django_assert_max_num_queries(16):
            client.get(reverse(f"admin:directory_{model}_changelist"))
