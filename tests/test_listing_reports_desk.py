"""Reports about listings at the desk: what a card shows, what can be decided, and how that is taken back."""

import re

import html5lib
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crpsinfo.client import current_secret
from crpsinfo.desk.deciding import decide_all, undo_batch
from crpsinfo.desk.kinds import Seen, kinds
from crpsinfo.models import UndoStep
from directory.freshness import short_date
from directory.models import (
    Check,
    Confirmed,
    Doctor,
    Kind,
    NotListed,
    Offer,
    Outcome,
    Practice,
    Report,
    ReportState,
    Status,
)
from directory.reports.card import mark_of
from tests.deciding import card_of, press, shown_on, tab_of, tick, undo_last, visible, words_of
from tests.directory_factories import PLACES, STOPPED, make_listing, make_practice, make_zip
from tests.factories import days_ago, make_editor, make_moderator, make_user
from tests.listing_reports import (
    SUGGESTED,
    make_call,
    make_correction,
    make_request,
    make_suggestion,
    other_reader,
    post_call,
    post_correction,
)
from tests.test_absence import at_the_same_moment

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
EVERYTHING = {
    "clinic_name": "New Clinic", "address": "1 New Street", "city": "Newark", "state": "NJ", "zip_code": "07102",
    "phone": "+19735550101", "phone_ext": "7", "website": "https://example.org/new", "step_free": False,
}  # fmt: skip


@pytest.fixture
def editor(client):
    user = make_editor()
    client.force_login(user)
    return user


@pytest.fixture
def practice():
    return make_listing()


@pytest.fixture
def doctor(practice):
    return practice.doctor


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def seen(*reports):
    rows = Report.objects.for_desk().filter(pk__in=[report.pk for report in reports])
    return Seen(frozenset(map(mark_of, rows)), timezone.now())


def decide(name, *reports, by, as_seen=None):
    keys = [report.pk for report in reports]
    return decide_all(kinds()["listing-report"], keys, {"action": name}, by=by, seen=as_seen or seen(*reports))


def done(name, report, *, by):
    outcome = decide(name, report, by=by)
    assert outcome.done == [report.pk], outcome.left


def take_back(by):
    return [why for _, why in undo_batch(UndoStep.objects.latest_batch(by)[0].batch, by=by)]


def picture(*rows):
    """All that is stored of some rows, but for when they were changed and how fresh they are."""
    derived = ("updated_at", "status_on", "revision")
    return [
        {name: value for name, value in type(row)._base_manager.values().get(pk=row.pk).items() if name not in derived}
        for row in rows
    ]


# --- The tabs ---------------------------------------------------------------------------------------------


def test_who_asks_to_be_taken_off_comes_first_then_what_has_waited_longest(client, editor, practice):
    disputed = make_listing(first_name="Bea").doctor
    disputed.dispute()
    new, old = make_call(practice), make_correction(practice, created_at=days_ago(9))
    expected = [
        make_request(practice.doctor, created_at=days_ago(1)),
        old,
        make_request(disputed, created_at=days_ago(8)),
        make_suggestion(created_at=days_ago(7)),
        new,
    ]
    make_call(practice, state=ReportState.APPLIED)
    assert shown_on(client.get(tab_of("listings"))) == [report.pk for report in expected]


def test_spam_has_its_own_tab_the_latest_first(client, editor):
    old = make_suggestion(state=ReportState.SPAM, closed_at=days_ago(3))
    new = make_suggestion(state=ReportState.SPAM, closed_at=days_ago(1))
    assert shown_on(client.get(tab_of("listing-spam"))) == [new.pk, old.pk]
    assert shown_on(client.get(tab_of("listings"))) == []


def test_what_waits_is_told_in_the_mail_of_the_morning(editor, practice):
    from crpsinfo.desk.kinds import waiting_for

    make_call(practice), make_suggestion(state=ReportState.SPAM, closed_at=timezone.now())
    assert [(tab.title, count) for tab, count in waiting_for(editor)] == [("Listings", 1)]


# --- Who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_editor, make_moderator, lambda: make_user(is_superuser=True)])
def test_editors_moderators_and_superusers_decide(client, make, practice):
    client.force_login(make())
    report = make_call(practice)
    assert press(client, "listings", "close", report).status_code == 303
    assert fresh(report).state == "closed"


def test_others_are_refused(client, practice):
    report = make_call(practice)
    client.force_login(make_user())
    posted = {"pk": report.pk, "action": "close", "single": "1", "seen": seen(report).marks}
    for tab in ("listings", "listing-spam"):
        assert client.get(tab_of(tab)).status_code == 403
        assert client.post(f"{tab_of(tab)}act/", posted).status_code == 403
    client.logout()
    assert client.get(tab_of("listings")).status_code == 302
    assert client.post(f"{tab_of('listings')}act/", posted).status_code == 302
    assert fresh(report).is_open


CHANGES = [  # (what waits, the decision that changes a listing)
    (lambda practice: make_correction(practice), "apply"),
    (lambda practice: make_suggestion(), "accept"),
    (lambda practice: make_request(practice.doctor), "remove"),
    (lambda practice: make_request(practice.doctor), "dispute"),
]


def offered(part):
    return re.findall(r'name="action" value="(\w+)"', part)


@pytest.mark.parametrize(("make", "name"), CHANGES)
def test_a_moderator_is_offered_no_change_of_a_listing_and_reads_who_decides(client, practice, make, name):
    report = make(practice)
    client.force_login(make_moderator())
    part = card(client, report)
    assert offered(part) == ["close", "spam"]
    assert "An editor decides what becomes of the listing." in visible(part)
    client.force_login(make_editor())
    part = card(client, report)
    assert name in offered(part)
    assert "An editor decides" not in visible(part)


@pytest.mark.parametrize(("make", "name"), CHANGES)
def test_a_change_that_a_moderator_forged_is_refused(client, practice, make, name):
    report = make(practice)
    client.force_login(make_moderator())
    before = picture(report, practice, practice.doctor)
    response = press(client, "listings", name, report)
    assert "An editor decides that." in words_of(client.get(response.headers["Location"]))
    assert (picture(report, practice, practice.doctor), Doctor.objects.count()) == (before, 1)


def make_writer():
    """Somebody who may change listings, and neither list nor hide them."""
    user = make_user()
    user.user_permissions.set(Permission.objects.filter(codename__in=["decide_report", "change_doctor"]))
    return user


def test_who_may_change_listings_and_not_hide_them_applies_and_does_not_remove(client, practice):
    writer = make_writer()
    correction, request = make_correction(practice), make_request(practice.doctor)
    client.force_login(writer)
    assert offered(card(client, correction)) == ["apply", "close", "spam"]
    assert offered(card(client, request)) == ["close", "spam"]
    assert decide("remove", request, by=writer).left == {request.pk: "An editor decides that."}


@pytest.mark.parametrize(("make", "name"), CHANGES)
def test_who_is_no_editor_any_more_takes_no_change_of_a_listing_back(editor, practice, make, name):
    report = make(practice)
    done(name, report, by=editor)
    editor.groups.set(make_moderator().groups.all())
    before = picture(report, practice, practice.doctor)
    assert take_back(fresh(editor)) == ["An editor decides that."]
    assert picture(report, practice, practice.doctor) == before


# --- The card ---------------------------------------------------------------------------------------------


def card(client, report, tab="listings"):
    return card_of(client.get(tab_of(tab)), report)


def test_a_correction_is_shown_as_old_and_new(client, editor, practice):
    Practice.objects.update(phone="+13035550101", step_free=True)
    part = card(client, make_correction(practice, EVERYTHING, words="They <moved>."))
    changes = re.findall(r"<li>([^<]*): <del>.*?<bdi>(.*?)</bdi>.*?<ins>.*?<bdi>(.*?)</bdi>", part)
    assert ("Phone", "(303) 555-0101", "(973) 555-0101") in changes
    assert ("State", "New York", "New Jersey") in changes
    assert ("Address", "nothing", "1 New Street") in changes
    assert ("Step-free from street to chair", "yes", "no") in changes
    assert len(changes) == len(EVERYTHING)
    assert "They &lt;moved&gt;." in part


def test_a_move_to_another_state_warns_that_the_license_was_checked_for_the_former(client, editor, practice):
    moving = make_correction(practice, {"state": "NJ", "zip_code": "07102"})
    staying = make_correction(practice, {"zip_code": "10002"})
    words = "It would move to New Jersey: the license was checked for New York"
    assert words in visible(card(client, moving))
    assert "the license was checked" not in visible(card(client, staying))
    done("close", moving, by=editor)
    Doctor.objects.update(status=Status.HIDDEN, licence_checked_on=None)
    unchecked = make_correction(practice, {"state": "NJ"})
    assert "the license was checked" not in visible(card(client, unchecked))


def test_what_the_listing_says_by_now_is_no_difference(client, editor, practice):
    report = make_correction(practice, {"clinic_name": "Test Clinic"})
    part = card(client, report)
    assert "All that it would change is so by now." in part
    assert 'value="apply"' not in part


def test_a_card_counts_what_readers_heard_on_the_phone_lately(client, editor, practice):
    for number, outcome in enumerate([Outcome.STOPPED, Outcome.STOPPED, Outcome.OFFERS]):
        make_call(practice, outcome, reader=f"reader-{number}", state=ReportState.CLOSED)
    make_call(practice, Outcome.MOVED, created_at=days_ago(91))
    make_call(practice, Outcome.MOVED, state=ReportState.SPAM, closed_at=timezone.now())
    part = visible(card(client, make_correction(practice)))
    assert "Readers told us of 3 calls in the last 90 days. They heard: " in part
    assert "2 × “They no longer offer it”, 1 × “They still offer it”." in part


def test_a_request_shows_the_published_number_and_who_asks(client, editor, practice):
    Practice.objects.update(phone="+13035550101")
    part = card(client, make_request(practice.doctor, proposed={"phone": "(999) 000"}, words="Please."))
    shown = visible(part)
    for words in (
        "Call the published number",
        "Published number: (303) 555-0101",
        "From Alma Tester: “I am this doctor”",
    ):
        assert words in shown
    assert '<a href="tel:+13035550101">' in part
    assert "Wants a call back at (999) 000. This number proves nothing." in shown
    assert 'href="mailto:alma@example.org"' in part


@pytest.mark.parametrize(("before", "words"), [("+13035550101", "it was (303) 555-0101"), ("", "there was none")])
def test_a_number_that_a_reader_told_us_says_so_and_what_was_there_before(client, editor, practice, before, words):
    practice.phone = before
    practice.save()
    done("apply", make_correction(practice, {"phone": "+18165550177"}), by=editor)
    done("apply", make_correction(practice, {"phone": "+18165550188", "city": "Brooklyn"}), by=editor)
    shown = visible(card(client, make_request(practice.doctor)))
    assert "Published number: (816) 555-0188" in shown
    assert f"A reader told us this number on {short_date(TODAY())}. Before that {words}." in shown
    assert "on the clinic's own site" in shown


def test_the_extension_that_a_reader_told_us_counts_as_the_number(client, editor, practice):
    practice.phone, practice.phone_ext = "+13035550101", "4"
    practice.save()
    done("apply", make_correction(practice, {"phone_ext": "9"}), by=editor)
    assert "Before that it was (303) 555-0101 ext. 4." in visible(card(client, make_request(practice.doctor)))


def test_a_number_that_an_editor_has_checked_since_is_ours(client, editor, practice):
    done("apply", make_correction(practice, {"phone": "+18165550177"}), by=editor)
    check_practice(fresh(make_request(practice.doctor, practice=practice)))
    [request] = Report.objects.open()
    assert "A reader told us this number" not in visible(card(client, request))


def test_a_request_about_a_listing_without_a_number_says_where_to_look(client, editor, doctor):
    assert "No number is published." in visible(card(client, make_request(doctor)))


def test_a_suggestion_shows_what_it_says_and_who_may_be_meant(client, editor):
    listed = make_listing("07102", first_name="Bea", last_name="Brown").doctor
    listed.hide()
    said = SUGGESTED | {"zip_code": "07102", "phone": "+19735550101", "treatments": ["ketamine-outpatient"]}
    part = card(client, make_suggestion(proposed=said, email="ann@example.org", source_url="https://example.org/"))
    shown = visible(part)
    for words in ("Doctor: Bea Brown", "State: New Jersey", "Phone: (973) 555-0101", "Treatments: Ketamine"):
        assert words in shown
    assert "Already here, at the same ZIP code: Bea Brown, MD, Test Clinic, Newark, NJ (hidden)" in shown
    assert f"/admin/directory/doctor/{listed.pk}/change/" in part
    assert "“Another patient or a doctor told me”" in shown


def test_a_suggestion_of_who_asked_not_to_be_listed_warns(client, editor):
    make_listing("07102", first_name="Bea", last_name="Brown").doctor.remove_on_request(by=editor)
    assert "asked not to be listed" in card(client, make_suggestion())


def test_links_lead_where_this_user_may_go(client, editor, doctor):
    report = make_request(doctor)
    admin = f'href="/admin/directory/doctor/{doctor.pk}/change/"'
    script = f'<a class="button" href="/admin/directory/doctor/{doctor.pk}/recheck/">Call, with the script</a>'
    for link in (admin, script, f'href="{doctor.get_absolute_url()}"'):
        assert link in card(client, report)
    client.force_login(make_moderator())
    for link in (admin, script):
        assert link not in card(client, report)
    doctor.hide()
    assert f'href="{doctor.get_absolute_url()}"' not in card(client, report)


def test_hostile_words_do_no_harm(client, editor, practice):
    hostile = {"name": "<script>x</script>", "clinic": '"><b>', "state": "NJ", "website": "javascript:alert(1)"}
    make_suggestion(proposed=hostile, words="</div><script>", email='"x"@example.org')
    make_call(practice, words="</article>" * 200)
    page = client.get(tab_of("listings"))
    assert "<script>x" not in page.text
    assert "</div><script>" not in page.text
    assert 'href="javascript' not in page.text
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(page.text)
    assert parser.errors == []


def make_everything(number):
    """A report of each kind about a listing of its own, with all that a card shows."""
    practice = make_listing(first_name=f"Number{number}")
    make_call(practice, Outcome.NOT_TAKING), make_request(practice.doctor)
    make_correction(practice, EVERYTHING | {"offers": {str(practice.offers.get().pk): {"accepting_new": True}}})
    make_suggestion(proposed={"name": f"Number{number} Tester", "state": "NY", "treatments": ["ketamine-outpatient"]})


def test_twenty_cards_cost_as_many_queries_as_four(client, editor):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            page = client.get(tab_of("listings"))
        return len(asked), len(shown_on(page))

    make_everything(0)
    few = cost()
    for number in range(1, 6):
        make_everything(number)
    assert (few[1], cost()) == (4, (few[0], 20))


# --- Applying ---------------------------------------------------------------------------------------------


def test_one_click_sets_what_a_reader_told_us_and_says_so(editor, practice, doctor):
    make_zip("07102")
    offer = practice.offers.get()
    before = picture(practice, offer)
    report = make_correction(practice, EVERYTHING | {"offers": {str(offer.pk): {"accepting_new": False}}})
    done("apply", report, by=editor)
    now, offer = fresh(practice), fresh(offer)
    assert {name: getattr(now, name) for name in EVERYTHING} == EVERYTHING
    assert now.told == dict.fromkeys(EVERYTHING, TODAY().isoformat())
    assert (offer.accepting_new, offer.told_on("accepting_new")) == (False, TODAY())
    assert (now.checked_on, now.checked_how, now.fresh_on) == tuple(
        before[0][name] for name in ("checked_on", "checked_how", "fresh_on")
    )
    assert (offer.confirmed_on, offer.confirmed_how) == (before[1]["confirmed_on"], before[1]["confirmed_how"])
    assert (now.lat, now.lon) == PLACES["07102"][2:]  # the middle of the new ZIP code
    assert not Check.objects.exists()
    assert (fresh(report).state, fresh(report).closed_by) == ("applied", editor)


@pytest.fixture
def moves_to_a_namesake(practice):
    """A correction after which somebody of the same name in the same state has asked not to be listed."""
    make_zip("07102")
    make_listing("07102").doctor.remove_on_request(by=None)
    return make_correction(practice, {"state": "NJ", "zip_code": "07102", "city": "Newark"})


def test_who_may_not_be_listed_after_a_correction_is_hidden_and_the_bar_says_why(client, editor, moves_to_a_namesake):
    report = moves_to_a_namesake
    press(client, "listings", "apply", report)
    doctor = fresh(report.doctor)
    assert (doctor.status, fresh(report).state) == (Status.HIDDEN, "applied")
    assert doctor.history.first().history_change_reason == f"May not be listed after report {report.pk}"
    said = words_of(client.get(tab_of("listings")))
    assert "Hidden now. Missing for listing: that the request for removal is lifted." in said


def test_the_undo_of_such_a_correction_lists_them_again(client, editor, practice, doctor, moves_to_a_namesake):
    before = picture(practice, doctor, moves_to_a_namesake)
    done("apply", moves_to_a_namesake, by=editor)
    assert "Undone" in words_of(undo_last(client, editor, tab="listings"))
    assert picture(practice, doctor, moves_to_a_namesake) == before
    assert fresh(practice).is_listed


def test_what_was_decided_about_them_since_is_not_undone(editor, practice, moves_to_a_namesake):
    done("apply", moves_to_a_namesake, by=editor)
    fresh(practice.doctor).stop(**STOPPED)
    assert "Somebody has changed the listing since" in take_back(editor)[0]
    assert (fresh(practice).state, fresh(practice.doctor).status) == ("NJ", Status.STOPPED)


def test_the_history_says_why(client, editor, practice):
    report = make_correction(practice)
    press(client, "listings", "apply", report)
    version = practice.history.first()
    assert (version.history_change_reason, version.history_user) == (f"A reader told us (report {report.pk})", editor)


def test_who_heard_that_nobody_new_is_taken_can_be_applied(editor, practice):
    report = make_call(practice, Outcome.NOT_TAKING)
    done("apply", report, by=editor)
    offer = practice.offers.get()
    assert (offer.accepting_new, offer.told_on("accepting_new")) == (False, TODAY())


@pytest.mark.parametrize("outcome", [Outcome.OFFERS, Outcome.STOPPED, Outcome.WRONG_NUMBER, Outcome.MOVED])
def test_of_what_else_was_heard_an_editor_makes_sure_first(client, editor, practice, outcome):
    report = make_call(practice, outcome)
    assert set(re.findall(r'name="action" value="(\w+)"', card(client, report))) == {"close", "spam"}
    assert decide("apply", report, by=editor).done == []
    assert fresh(report).is_open


def test_what_names_no_field_of_a_listing_is_never_set(editor, practice, doctor):
    hostile = {
        "is_listed": False,
        "doctor_id": 7,
        "checked_on": "2026-11-23",
        "status": "removed",
        "x": 1,
        "city": "NYC",
    }
    hostile["offers"] = {"999": {"accepting_new": True}, str(practice.offers.get().pk): {"confirmed_on": "2026-11-23"}}
    before = picture(practice, practice.offers.get())
    done("apply", make_correction(practice, hostile), by=editor)
    after = picture(practice, practice.offers.get())
    before[0] |= {"city": "NYC", "told": {"city": TODAY().isoformat()}, "search_text": "alma tester md test clinic nyc"}
    assert after == before


def test_a_place_that_is_gone_has_nothing_to_apply(client, editor, practice, doctor):
    make_practice(doctor, "07102")
    report = make_correction(practice)
    practice.delete()
    assert 'value="apply"' not in card(client, report)
    assert decide("apply", fresh(report), by=editor).left


# --- A suggestion becomes a draft -------------------------------------------------------------------------


def test_a_suggestion_becomes_a_draft_that_nobody_sees(client, editor):
    said = {
        "name": "Dr. Bea B. Brown Jr., MD", "clinic": "Brown Pain", "city": "Newark", "state": "NJ",
        "zip_code": "07102", "phone": "+19735550101", "phone_ext": "4", "website": "https://example.org",
        "treatments": ["ketamine-outpatient", "lidocaine-infusion"], "for_crps": "yes",
    }  # fmt: skip
    report = make_suggestion(proposed=said)
    response = press(client, "listings", "accept", report)
    doctor = Doctor.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, f"/admin/directory/doctor/{doctor.pk}/change/")
    assert client.get(response.headers["Location"]).status_code == 200
    assert (doctor.status, doctor.kind, doctor.name) == (Status.HIDDEN, Kind.PERSON, "Bea B. Brown Jr., MD")
    assert doctor.source == f"Suggested by a reader, {TODAY():%-d %b %Y}"
    practice = doctor.practices.get()
    assert (practice.clinic_name, practice.city, practice.phone_text) == (
        "Brown Pain",
        "Newark",
        "(973) 555-0101 ext. 4",
    )
    assert set(practice.told) == {"clinic_name", "city", "state", "zip_code", "phone", "phone_ext", "website"}
    assert [(offer.treatment.slug, offer.for_crps) for offer in practice.offers.all()] == [
        ("ketamine-outpatient", "yes"), ("lidocaine-infusion", "yes"),
    ]  # fmt: skip
    assert doctor.history.get().history_change_reason == f"Suggested by a reader (report {report.pk})"
    assert (fresh(report).state, fresh(report).doctor) == ("applied", doctor)
    assert client.get("/doctors/new-jersey/bea-b-brown-jr/").status_code == 404


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"clinic": "Brown Pain", "state": "GU"}, "Brown Pain"),
        ({"name": "Brown", "state": "AK"}, "Brown"),
        ({"name": "x" * 120, "state": "HI"}, "x" * 80),
        ({"name": f"{'a' * 59} {'b' * 60}", "state": "PR"}, f"{'a' * 59} {'b' * 60}"),
    ],
)
def test_little_is_enough_for_a_draft(editor, said, name):
    done("accept", make_suggestion(proposed=said), by=editor)
    doctor = Doctor.objects.get()
    assert (doctor.plain_name, doctor.practices.get().state) == (name, said["state"])
    assert doctor.missing_for_listing()


def test_who_may_not_open_the_draft_goes_on_at_the_desk(client):
    client.force_login(make_writer())
    response = press(client, "listings", "accept", make_suggestion())
    assert response.headers["Location"] == tab_of("listings")
    assert Doctor.objects.exists()


# --- Asked to be taken off --------------------------------------------------------------------------------


def test_who_confirmed_it_on_the_phone_is_taken_off_at_once(client, editor, doctor):
    address, report = doctor.get_absolute_url(), make_request(doctor)
    press(client, "listings", "remove", report)
    assert (fresh(doctor).status, fresh(report).state) == (Status.REMOVED, "applied")
    assert client.get(address).status_code in (404, 410)
    assert NotListed.objects.covers(forms={"alma tester"}, states=["NY"])
    check = Check.objects.get()
    assert (check.what, check.result, check.by, check.on) == ("phone", "changed", editor, TODAY())
    note = f"Called the published number: they asked to be taken off (report {report.pk})."
    version = doctor.history.first()
    assert check.note == version.history_change_reason == note
    assert (version.history_user, version.status) == (editor, Status.REMOVED)


def test_while_nobody_can_be_reached_the_listing_is_disputed_and_the_request_waits(client, editor, doctor):
    report = make_request(doctor)
    page = press(client, "listings", "dispute", report)
    assert page.status_code == 303
    assert (fresh(doctor).status, fresh(report).is_open) == (Status.DISPUTED, True)
    part = card(client, report)
    assert f"Disputed since {TODAY():%-d %b %Y}: call again" in visible(part)
    assert 'value="dispute"' not in part
    press(client, "listings", "remove", report)
    assert fresh(doctor).is_removed


def test_that_treatment_is_no_longer_offered_is_not_covered_by_a_dispute(client, editor, doctor):
    doctor.stop(**STOPPED)
    report = make_request(doctor)
    assert 'value="dispute"' not in card(client, report)
    assert decide("dispute", report, by=editor).done == []
    assert "No longer offers these treatments" in client.get(doctor.get_absolute_url()).text


@pytest.mark.parametrize("status", [Status.HIDDEN, Status.DISPUTED, Status.REMOVED])
def test_what_is_out_of_the_lists_is_not_brought_back_by_a_dispute(editor, doctor, status):
    report = make_request(doctor)
    {Status.HIDDEN: lambda: doctor.hide("npi"), Status.DISPUTED: doctor.dispute}.get(
        status, lambda: doctor.remove_on_request(by=editor)
    )()
    assert decide("dispute", report, by=editor).done == []
    assert fresh(doctor).status == status


def test_a_request_is_no_other_reports_decision(editor, practice):
    for report in (make_call(practice), make_correction(practice), make_suggestion()):
        assert decide("remove", report, by=editor).done == []
        assert decide("dispute", report, by=editor).done == []
    assert fresh(practice.doctor).is_listed


# --- Closing, spam ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "state"), [("close", "closed"), ("spam", "spam")])
def test_nothing_changes_by_closing(editor, practice, name, state):
    for report in (make_call(practice), make_correction(practice), make_request(practice.doctor), make_suggestion()):
        before = picture(practice, practice.doctor)
        done(name, report, by=editor)
        assert (fresh(report).state, fresh(report).closed_by) == (state, editor)
        assert picture(practice, practice.doctor) == before


def test_what_is_no_spam_comes_back_to_the_queue(client, editor):
    report = make_suggestion(state=ReportState.SPAM, closed_at=timezone.now(), verdict="spam", due_at=timezone.now())
    part = card(client, report, "listing-spam")
    assert re.findall(r'name="action" value="(\w+)"', part) == ["not_spam"]
    press(client, "listing-spam", "not_spam", report)
    report = fresh(report)
    assert (report.state, report.closed_at, report.due_at) == ("open", None, None)


def test_many_are_closed_at_once_and_undone_at_once(client, editor, practice):
    reports = [make_call(practice), make_correction(practice), make_suggestion()]
    page = tick(client, "listings", "close", *reports)
    assert "3 closed" in words_of(page)
    assert shown_on(page) == []
    assert "Undone: correction" in words_of(undo_last(client, editor, tab="listings"))
    assert {fresh(report).state for report in reports} == {"open"}


@pytest.mark.parametrize("name", ["apply", "remove", "accept", "dispute"])
def test_what_changes_listings_is_not_offered_for_several(client, editor, practice, name):
    make_correction(practice)
    assert f'<option value="{name}"' not in client.get(tab_of("listings")).text


# --- Changed meanwhile ------------------------------------------------------------------------------------


def edit_practice(report):
    practice = report.practice
    practice.address = "2 Other Street"
    practice.save()


def edit_offer(report):
    offer = report.practice.offers.get()
    offer.price_note = "$1"
    offer.save()


def stop(report):
    report.doctor.stop(**STOPPED)


def close(report):
    report.close(ReportState.CLOSED, by=make_editor())


def add_place(report):
    make_practice(report.doctor, "07102")


def say_more(report):
    report.add(Report(kind=report.kind, words="More.", proposed={"city": "NYC"}))


@pytest.mark.sweep
@pytest.mark.parametrize("change", [edit_practice, edit_offer, stop, close, add_place, say_more])
@pytest.mark.parametrize("name", ["apply", "close"])
def test_what_changed_since_the_page_was_made_is_shown_again_and_nothing_happens(
    client, editor, practice, change, name
):
    report = make_correction(practice)
    page = client.get(tab_of("listings"))
    change(fresh(report))
    before = picture(practice, report)
    response = press(client, "listings", name, report, page=page)
    shown = words_of(client.get(response.headers["Location"]))
    assert f"Left as it is: correction {report.pk}, about Alma Tester, MD." in shown
    assert picture(practice, report) == before
    assert not UndoStep.objects.exists()


def test_who_was_second_hears_who_was_first(client, editor, practice):
    report, anna = make_correction(practice), make_editor()
    page = client.get(tab_of("listings"))
    done("apply", report, by=anna)
    response = press(client, "listings", "close", report, page=page)
    assert f"It is applied, by {anna}, since" in words_of(client.get(response.headers["Location"]))
    assert fresh(report).state == "applied"


def test_pressed_twice_it_is_done_once(client, editor, practice):
    report = make_correction(practice)
    page = client.get(tab_of("listings"))
    for _ in range(2):
        press(client, "listings", "apply", report, page=page)
    assert "Left as it is" not in client.get(tab_of("listings")).text
    assert UndoStep.objects.count() == 1


def test_a_report_that_is_gone_is_told(client, editor, practice):
    report = make_correction(practice)
    page = client.get(tab_of("listings"))
    Report.objects.all().delete()
    response = press(client, "listings", "apply", report, page=page)
    assert "It is not here any more." in words_of(client.get(response.headers["Location"]))


@pytest.mark.parametrize(
    "fields", [{"action": "nonsense"}, {"action": ""}, {"seen": "x"}, {"pk": "999999"}, {"pk": ""}]
)
def test_absurd_posts_change_nothing(client, editor, practice, fields):
    report = make_correction(practice)
    posted = {"pk": report.pk, "single": "1", "action": "apply", "seen": [*seen(report).marks]} | fields
    assert client.post(f"{tab_of('listings')}act/", posted).status_code in (303, 400)
    assert fresh(report).is_open


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_the_same_moment_one_applies_it():
    practice, editors = make_listing(), [make_editor(), make_editor()]
    report = make_correction(practice)
    shown = seen(report)
    outcomes = at_the_same_moment(*[lambda by=by: decide("apply", report, by=by, as_seen=shown) for by in editors])
    assert sorted(len(outcome.done) for outcome in outcomes) == [0, 1]
    assert practice.history.filter(history_change_reason__startswith="A reader").count() == 1
    assert fresh(practice).clinic_name == "New Clinic"


@pytest.mark.django_db(transaction=True)
def test_two_reports_about_one_listing_at_the_same_moment_do_not_undo_each_other():
    practice, editors = make_listing(), [make_editor(), make_editor()]
    reports = [make_correction(practice), make_correction(practice, {"city": "Brooklyn"})]
    pairs = [(report, by, seen(report)) for report, by in zip(reports, editors, strict=True)]
    at_the_same_moment(*[lambda pair=pair: decide("apply", pair[0], by=pair[1], as_seen=pair[2]) for pair in pairs])
    now, applied = fresh(practice), [report for report in reports if fresh(report).state == "applied"]
    assert len(applied) == 1  # the other is shown again, with the listing as it is now
    assert (now.clinic_name == "New Clinic") != (now.city == "Brooklyn")


@pytest.mark.django_db(transaction=True)
def test_a_report_that_arrives_while_one_is_decided_is_neither_lost_nor_decided(client):
    practice, editor = make_listing(), make_editor()
    post_call(client, practice.doctor, "not-taking")
    report = Report.objects.get()
    shown = seen(report)
    outcome, response, other = at_the_same_moment(
        lambda: decide("apply", report, by=editor, as_seen=shown),
        lambda: post_call(client, practice.doctor, "offers"),
        lambda: post_correction(client, practice, clinic_name="New Clinic", headers=other_reader(1)),
    )
    assert other.status_code == 303
    assert Report.objects.open().filter(kind="correction").count() == 1
    state, answer = fresh(report).state, fresh(report).outcome
    if outcome.done:
        assert (response.status_code, state, answer) == (409, "applied", "not-taking")
    else:
        assert (response.status_code, state, answer) == (303, "open", "offers")


@pytest.mark.django_db(transaction=True)
def test_the_same_report_twice_at_the_same_moment_is_stored_once(client):
    doctor = make_listing().doctor
    current_secret()  # else each would begin with one of its own
    statuses = at_the_same_moment(*[lambda: post_call(client, doctor).status_code] * 4)
    assert (statuses, Report.objects.count()) == ([303] * 4, 1)


# --- Taking back ------------------------------------------------------------------------------------------


def make_applicable(practice):
    return make_correction(practice, EVERYTHING | {"offers": {str(practice.offers.get().pk): {"accepting_new": True}}})


def make_not_taking(practice):
    return make_call(practice, Outcome.NOT_TAKING)


def make_removal(practice):
    return make_request(practice.doctor)


def make_spam(practice):
    return make_suggestion(state=ReportState.SPAM, closed_at=days_ago(1), verdict="spam")


DECIDED = [
    (make_applicable, "apply"),
    (make_not_taking, "apply"),
    (make_applicable, "close"),
    (make_applicable, "spam"),
    (make_removal, "remove"),
    (make_removal, "dispute"),
    (make_removal, "close"),
    (lambda practice: make_suggestion(), "accept"),
    (lambda practice: make_suggestion(), "close"),
    (make_spam, "not_spam"),
]


OF_WHO_STOPPED = [(make, name) for make, name in DECIDED if name != "dispute"]


@pytest.mark.parametrize(
    ("make", "name", "stopped"),
    [(*each, False) for each in DECIDED] + [(*each, True) for each in OF_WHO_STOPPED],
)
def test_whatever_was_decided_can_be_taken_back(client, editor, practice, doctor, make, name, stopped):
    Practice.objects.update(phone="+13035550101", told={"city": "2026-11-01"})
    if stopped:
        doctor.stop(**STOPPED)
    report, offer = make(fresh(practice)), practice.offers.get()
    before = picture(report, doctor, practice, offer), Doctor.objects.count(), NotListed.objects.count()
    done(name, report, by=editor)
    assert "Undone" in words_of(undo_last(client, editor, tab="listings"))
    assert (picture(report, doctor, practice, offer), Doctor.objects.count(), NotListed.objects.count()) == before
    assert not Check.objects.exists()


def check_practice(report):
    practice = report.practice
    practice.checked_on, practice.checked_how = TODAY(), Confirmed.PHONE
    practice.save()


def change_new_patients(report):
    offer = report.practice.offers.get()
    offer.accepting_new = False
    offer.save()


@pytest.mark.parametrize("change", [edit_practice, check_practice, change_new_patients])
def test_what_somebody_changed_or_checked_since_is_not_taken_back(client, editor, practice, change):
    report = make_applicable(practice)
    done("apply", report, by=editor)
    change(fresh(report))
    before = picture(practice, report)
    assert "Somebody has changed the listing since." in words_of(undo_last(client, editor))
    assert picture(practice, report) == before


def test_what_else_somebody_changed_stays_as_they_left_it(editor, practice):
    report = make_applicable(practice)
    done("apply", report, by=editor)
    edit_offer(fresh(report))
    assert take_back(editor) == [""]
    assert (fresh(practice).clinic_name, practice.offers.get().price_note) == ("Test Clinic", "$1")


def test_two_applied_reports_are_taken_back_one_after_the_other(editor, practice):
    for proposed in ({"city": "Brooklyn"}, {"city": "Queens"}):
        done("apply", make_correction(practice, proposed), by=editor)
    for city in ("Brooklyn", "New York"):
        assert take_back(editor) == [""]
        assert fresh(practice).city == city
    assert fresh(practice).told == {}


def test_a_draft_that_an_editor_has_worked_on_stays(editor):
    done("accept", make_suggestion(), by=editor)
    practice = Practice.objects.get()
    practice.address = "1 New Street"
    practice.save()
    [why] = take_back(editor)
    assert why.startswith("Somebody has changed the listing since.")
    assert Doctor.objects.exists()


def test_a_removal_after_which_somebody_decided_otherwise_is_not_taken_back(editor, doctor):
    done("remove", make_request(doctor), by=editor)
    fresh(doctor).lift_removal()
    [why] = take_back(editor)
    assert "changed the listing" in why
    assert fresh(doctor).status == Status.HIDDEN


def test_who_is_not_listable_any_more_is_not_listed_again_by_an_undo(editor, doctor):
    done("remove", make_request(doctor), by=editor)
    Offer.objects.all().delete()
    [why] = take_back(editor)
    assert why.startswith("Missing for listing:")
    assert fresh(doctor).is_removed
    assert NotListed.objects.exists()


def test_an_undo_takes_back_nobody_elses_request(editor, doctor):
    other = make_listing("10001", npi="1234567893").doctor
    other.remove_on_request(by=None)
    done("dispute", make_request(doctor), by=editor)
    take_back(editor)
    assert NotListed.objects.filter(doctor=other).exists()


def test_two_decisions_are_taken_back_one_after_the_other(editor, doctor):
    report = make_request(doctor)
    done("dispute", report, by=editor)
    done("remove", fresh(report), by=editor)
    assert take_back(editor) == [""]
    assert (fresh(doctor).status, fresh(report).state) == (Status.DISPUTED, "open")
    assert take_back(editor) == [""]
    assert fresh(doctor).is_listed


def test_what_takes_a_decision_back_holds_no_word_of_a_reader(editor, practice):
    secrets = {"words": "My secret words", "email": "ann@example.org"}
    named = {"name": "Zebedee Reader", "clinic": "Zebedee Clinic", "state": "NJ"}
    reports = [make_correction(practice, {"address": "Zebedee Street"}, **secrets)]
    reports += [make_suggestion(proposed=named, **secrets), make_request(practice.doctor, name="Zebedee", **secrets)]
    for name, report in zip(("apply", "accept", "dispute"), reports, strict=True):
        done(name, report, by=editor)
    kept = repr(list(UndoStep.objects.values()))
    for secret in ("secret", "ann@", "Zebedee"):
        assert secret not in kept
    bar = kinds()["listing-report"].called([report.pk for report in reports])
    assert bar[reports[2].pk] == f"request {reports[2].pk}, about Alma Tester, MD"


# --- When somebody was here -------------------------------------------------------------------------------


def test_what_has_waited_longest_and_who_decided_last(editor, practice):
    kind = kinds()["listing-report"]
    assert (kind.waiting_since(), kind.last_decided(), kind.requested_since(None)) == (None, None, 0)
    old, new = make_request(practice.doctor, created_at=days_ago(9)), make_call(practice)
    make_suggestion(state=ReportState.SPAM, closed_at=days_ago(30))  # a machine did that
    assert (kind.waiting_since(), kind.last_decided()) == (old.created_at, None)
    assert [kind.requested_since(at) for at in (None, days_ago(10), days_ago(8))] == [1, 1, 0]
    done("dispute", old, by=editor)
    assert (kind.waiting_since(), kind.requested_since(None)) == (new.created_at, 0)
    done("close", new, by=editor)
    assert kind.last_decided() == fresh(new).closed_at


def test_a_check_by_an_editor_makes_what_was_told_ours(editor, practice):
    done("apply", make_correction(practice), by=editor)
    practice = fresh(practice)
    practice.checked_on, practice.checked_how = TODAY(), Confirmed.PHONE
    practice.save()
    assert practice.told == {}
