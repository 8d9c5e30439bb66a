"""Readers suggest a doctor or a clinic: what is asked, what is refused, and how spam is kept out."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from crpsinfo.models import Rule
from crpsinfo.spam import NotChecked, Verdict
from crpsinfo.spam.base import Unavailable
from crpsinfo.worker import work_off
from directory.models import Doctor, Kind, NotListed, Report, ReportState, Status, Treatment
from directory.names import Name, parts_of, sorted_beginnings, typed_forms
from tests.akismet_stand_in import StandIn
from tests.deciding import words_of
from tests.directory_factories import STOPPED, make_doctor, make_listing, make_offer, make_practice, make_zip
from tests.factories import make_editor
from tests.listing_reports import make_suggestion, other_reader, post_suggestion
from tests.test_site import assert_well_formed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_clock")]

SUGGEST = "/doctors/suggest/"


def stored():
    return Report.objects.get()


def test_a_suggestion_is_stored_and_the_reader_thanked(client):
    fields = {"phone": "(973) 555-0101 x4", "website": "example.org", "treatments": ["ketamine-outpatient"]}
    fields |= {"for_crps": "yes", "email": "ann@example.org", "words": "She is kind.", "clinic": "Brown Pain"}
    response = post_suggestion(client, zip_code="07102", source_url="https://example.org/us", **fields)
    assert (response.status_code, response.headers["Location"]) == (303, reverse("suggestion-sent"))
    report = stored()
    assert (report.kind, report.doctor, report.state) == ("suggestion", None, "open")
    assert (report.email, report.words, report.relation) == ("ann@example.org", "She is kind.", "heard")
    assert report.source_url == "https://example.org/us"
    assert report.proposed == {
        "name": "Bea Brown", "clinic": "Brown Pain", "city": "Newark", "state": "NJ", "zip_code": "07102",
        "phone": "+19735550101", "phone_ext": "4", "website": "https://example.org", "for_crps": "yes",
        "treatments": ["ketamine-outpatient"],
    }  # fmt: skip
    assert not Doctor.objects.exists()


def test_a_name_a_state_and_how_one_knows_are_enough(client):
    assert client.post(SUGGEST, {"clinic": "Brown Pain", "state": "GU", "relation": "website"}).status_code == 303
    assert stored().proposed == {"clinic": "Brown Pain", "state": "GU"}


def test_what_is_enough_of_a_suggestion_is_said_truly(client):
    page = words_of(client.get(SUGGEST))
    assert "A name, a state and how you know of them are enough" in page


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["!!!", "Dr.", "MD", "Dr. , MD", "Prof. Dr. X., M.D.", "123", "Jr."])
@pytest.mark.parametrize("field", ["name", "clinic"])
def test_what_names_nobody_is_refused(client, field, typed):
    response = post_suggestion(client, **{"name": "", "clinic": "", field: typed})
    assert response.status_code == 400
    assert f'<a href="#id_{field}' in response.text
    assert "Please give the name: letters, not only a title or a degree." in words_of(response)
    assert not Report.objects.exists()


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["Li", "Dr. An Do", "Ó B.", "李明", "3M Pain"])
def test_short_names_are_names(client, typed):
    assert post_suggestion(client, name=typed).status_code == 303


def test_the_page_of_a_state_leads_to_the_form_with_the_state_chosen(client):
    page = client.get(f"{SUGGEST}?state=new-jersey")
    assert '<option value="NJ" selected>' in page.text
    for nonsense in ("atlantis", "", "<b>", "NJ"):
        assert "selected" not in client.get(SUGGEST, {"state": nonsense}).text.split("</select>")[0].split("Choose…")[1]


def test_the_form_is_the_same_for_everybody_and_sets_nothing(client, admin_client):
    for address in (SUGGEST, reverse("suggestion-sent")):
        response = client.get(address)
        assert (response.headers["Cache-Control"], response.cookies) == ("no-cache", {})
        assert admin_client.get(address).content == response.content
        assert_well_formed(response.text, address)


def test_who_gets_what_is_said_where_there_is_a_spam_filter(client, settings):
    assert "To keep advertising out" not in client.get(SUGGEST).text
    settings.SPAM_CHECKER = "tests.fake_checker.FakeChecker"
    assert "To keep advertising out, Fake gets what you say about the doctor" in client.get(SUGGEST).text


WRONG = [
    ({"name": ""}, "name", "Please give the name of the doctor, or of the clinic."),
    ({"name": "\u200b\u202e"}, "name", "Please give the name of the doctor, or of the clinic."),
    ({"state": ""}, "state", "Please choose the state."),
    ({"state": "XX"}, "state", "Please choose a state of the list."),
    ({"relation": ""}, "relation", "Please choose one."),
    ({"zip_code": "99999"}, "zip_code", "We do not know this ZIP code."),
    ({"zip_code": "10001"}, "zip_code", "This ZIP code is in New York."),
    ({"phone": "1"}, "phone", "Please check this number"),
    ({"website": "javascript:alert(1)"}, "website", "Please check this address"),
    ({"email": "nonsense"}, "email", "it should look like name@example.org"),
    ({"treatments": ["magic"]}, "treatments", "Please choose from the list."),
    ({"for_crps": "perhaps"}, "for_crps", "Please choose one."),
    ({"name": "n" * 121}, "name", "Please shorten it to 120 characters at most."),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("typed", "field", "said"), WRONG)
def test_a_slip_is_named_and_all_that_was_typed_is_kept(client, typed, field, said):
    make_zip("10001"), make_zip("07102")
    response = post_suggestion(
        client, **{"clinic": "" if field == "name" else "My <clinic>", "words": "My <words>."} | typed
    )
    assert (response.status_code, response.headers["Cache-Control"]) == (400, "private, no-store")
    assert f'<a href="#id_{field}' in response.text
    assert said in words_of(response)
    assert "My &lt;words&gt;." in response.text
    assert 'value="Newark"' in response.text
    assert not Report.objects.exists()
    assert_well_formed(response.text, "refused")


def test_too_many_are_put_off_with_the_words_kept(client, settings):
    settings.POST_LIMITS = [(1, 60)]
    post_suggestion(client)
    response = post_suggestion(client, name="Cy Clay", words="Kept words")
    assert (response.status_code, "Kept words</textarea>" in response.text) == (429, True)


def test_one_that_another_site_sent_is_refused():
    client = Client(enforce_csrf_checks=True)
    assert post_suggestion(client, headers={"HTTP_SEC_FETCH_SITE": "cross-site"}).status_code == 403
    assert post_suggestion(client, headers={"HTTP_SEC_FETCH_SITE": "same-origin"}).status_code == 303


def test_a_megabyte_is_refused(client):
    assert post_suggestion(client, words="x" * 1_000_000).status_code == 400
    assert post_suggestion(client, name="x" * 1_000_000).status_code == 400
    assert not Report.objects.exists()


# --- Twice ------------------------------------------------------------------------------------------------


def test_more_about_the_same_doctor_is_added_and_another_is_another(client):
    post_suggestion(client, words="She is kind.")
    post_suggestion(client, name="BEA BROWN", city="", phone="973 555 0101", words="She has a ramp.")
    report = stored()
    assert report.proposed == {"name": "BEA BROWN", "city": "Newark", "state": "NJ", "phone": "+19735550101"}
    assert (report.words, report.revision) == ("She is kind.\n\nShe has a ramp.", 2)
    post_suggestion(client, name="Cy Clay")
    post_suggestion(client, headers=other_reader(1))
    assert Report.objects.count() == 3


def test_after_it_was_decided_the_reader_is_told_so_with_all_words_kept(client):
    post_suggestion(client)
    stored().close(ReportState.CLOSED, by=make_editor())
    response = post_suggestion(client, words="My <words>.", treatments=["ketamine-outpatient", "lidocaine-infusion"])
    assert (response.status_code, "We have that from you already" in response.text) == (409, True)
    for line in ("Name: Bea Brown", "Words: My &lt;words&gt;.", "Treatments: ketamine-outpatient, lidocaine-infusion"):
        assert line in response.text
    assert_well_formed(response.text, "decided")


# --- Listed already ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Alma Tester", "dr. álma tester, MD", "Alma B. Tester", "Tester"])
def test_who_seems_to_be_listed_is_shown_and_can_be_sent_anyway(client, name):
    doctor = make_listing("07102").doctor
    response = post_suggestion(client, name=name, words="My words.")
    assert response.status_code == 400
    assert f'<a href="{doctor.get_absolute_url()}"><bdi>Alma Tester, MD</bdi>' in response.text
    assert '<a href="#id_anyway">' in response.text
    assert "My words." in response.text
    assert not Report.objects.exists()
    assert_well_formed(response.text, "listed")
    assert post_suggestion(client, name=name, anyway="on").status_code == 303


def test_a_listed_clinic_is_known_by_its_name(client):
    make_listing("07102", kind=Kind.CLINIC, organization="Brown Pain Center", first_name="", last_name="")
    response = post_suggestion(client, name="", clinic="BROWN pain center")
    assert (response.status_code, "Brown Pain Center" in response.text) == (400, True)


def test_who_stopped_is_shown_as_such(client):
    make_listing("07102").doctor.stop(**STOPPED)
    assert "(no longer offers treatment)" in post_suggestion(client, name="Alma Tester").text


@pytest.mark.parametrize("name", ["Alma Testerman", "Bella Tester", "Al Tester"])
def test_other_names_and_other_states_are_somebody_else(client, name):
    make_listing("07102")
    assert post_suggestion(client, name=name).status_code == 303
    assert post_suggestion(client, name="Alma Tester", state="NY", city="").status_code == 303


def test_who_is_not_shown_to_readers_is_not_given_away(client):
    make_listing("07102").doctor.hide()
    assert post_suggestion(client, name="Alma Tester").status_code == 303


# --- Asked not to be listed -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Alma Tester", "DR ALMA TESTER", "Tester Clinic and Alma", "Alma X. Tester, DO"])
def test_nothing_is_stored_about_who_asked_not_to_be_listed(client, name):
    doctor = make_listing("07102").doctor
    doctor.remove_on_request(by=make_editor())
    response = post_suggestion(client, name=name, words="My <words>.", email="ann@example.org")
    if name.startswith("Tester"):
        assert response.status_code == 303
        return
    assert (response.status_code, response.headers["Cache-Control"]) == (409, "private, no-store")
    assert "has asked us to stay out of the directory" in words_of(response)
    assert "Words: My &lt;words&gt;." in response.text
    assert not Report.objects.exists()
    assert_well_formed(response.text, "not listed")


@pytest.mark.parametrize("name", ["Alma Tester", "Alma B. Tester", "Alma Beth Tester", "Alma Tester Jr."])
def test_nor_is_it_without_the_middle_name_or_with_its_initial(client, name):
    make_listing("07102", middle_name="Beth").doctor.remove_on_request(by=None)
    assert post_suggestion(client, name=name).status_code == 409


def test_the_list_of_those_cannot_be_tried_out_for_long(client, settings):
    settings.POST_LIMITS = [(2, 60)]
    NotListed.objects.add(make_listing("07102").doctor, by=None)
    Doctor.objects.all().delete()
    assert [post_suggestion(client, name="Alma Tester").status_code for _ in range(3)] == [409, 409, 429]


# --- Spam -------------------------------------------------------------------------------------------------


def test_the_checker_hears_what_a_listing_would_say_and_nothing_of_the_sender(client, checker):
    post_suggestion(
        client, website="example.org", words="She is kind.", email="ann@example.org", treatments=["ketamine-outpatient"]
    )
    work_off()
    [submission] = checker.checked
    assert (submission.kind, submission.author, submission.url) == ("contact-form", "Bea Brown", "https://example.org")
    treatment = Treatment.objects.get(slug="ketamine-outpatient").name
    for said in ("Bea Brown", "Newark", "NJ", "She is kind.", treatment):
        assert said in submission.text
    assert "ann@example.org" not in repr(vars(submission))
    assert "heard" not in submission.text
    assert submission.permalink == "http://testserver/doctors/suggest/"


def test_the_checker_hears_the_address_and_the_browser_which_are_forgotten_then(client, checker):
    post_suggestion(client, headers={"REMOTE_ADDR": "198.51.100.9", "HTTP_USER_AGENT": "A browser"})
    assert (stored().ip, stored().user_agent) == ("198.51.100.9", "A browser")
    work_off()
    assert (checker.checked[0].ip, checker.checked[0].user_agent) == ("198.51.100.9", "A browser")
    assert (stored().ip, stored().user_agent) == (None, "")


def test_without_a_checker_to_ask_the_address_and_the_browser_are_not_stored(client):
    post_suggestion(client, headers={"REMOTE_ADDR": "198.51.100.9", "HTTP_USER_AGENT": "A browser"})
    assert (stored().ip, stored().user_agent, stored().due_at) == (None, "", None)


def test_nor_are_they_of_what_our_own_rules_call_spam(client, checker):
    Rule.objects.create(kind="network", value="198.51.100.0/24", action="spam")
    post_suggestion(client, headers={"REMOTE_ADDR": "198.51.100.9", "HTTP_USER_AGENT": "A browser"})
    assert (stored().state, stored().ip, stored().user_agent) == ("spam", None, "")


@pytest.mark.parametrize(("name", "state"), [("Bea Brown", "open"), ("akismet-guaranteed-spam", "spam")])
def test_akismet_itself_is_asked_in_the_form_that_it_understands(client, name, state):
    with StandIn() as akismet, override_settings(**akismet.settings):
        post_suggestion(client, name=name)
        work_off()
    [fields] = [call.fields for call in akismet.calls if "comment-check" in call.endpoint]
    assert (fields["comment_type"], fields["comment_author"]) == ("contact-form", name)
    assert "comment_author_email" not in fields
    assert (stored().state, stored().checked_at is not None) == (state, True)


def test_whose_address_cannot_be_told_is_not_checked(client, checker):
    post_suggestion(client, headers={"REMOTE_ADDR": ""})
    assert stored().due_at is None


def test_ham_waits_for_a_person_and_is_asked_about_once(client, checker):
    post_suggestion(client)
    work_off(), work_off()
    report = stored()
    assert (report.state, report.verdict, report.due_at) == ("open", Verdict.HAM, None)
    assert report.checked_at is not None
    assert len(checker.checked) == 1


@pytest.mark.parametrize("verdict", [Verdict.SPAM, Verdict.DISCARD])
def test_spam_goes_out_of_sight(client, checker, verdict):
    checker.will_say(verdict)
    post_suggestion(client)
    work_off()
    report = stored()
    assert (report.state, report.verdict, report.closed_by) == ("spam", verdict, None)
    assert not Report.objects.open().exists()


@pytest.mark.parametrize("failure", [NotChecked, Unavailable])
def test_while_the_checker_is_down_it_waits_in_the_queue_and_is_tried_again(client, checker, failure):
    checker.will_fail(failure=failure)
    post_suggestion(client)
    work_off()
    report = stored()
    assert (report.state, report.checked_at, report.attempts) == ("open", None, 1)
    assert report.due_at > timezone.now()
    checker.will_say(Verdict.SPAM)
    Report.objects.update(due_at=timezone.now())
    work_off()
    assert stored().state == "spam"


def test_without_a_checker_nothing_is_due(client):
    post_suggestion(client)
    assert stored().due_at is None


def test_what_is_added_is_checked_again(client, checker):
    post_suggestion(client)
    work_off()
    checker.will_say(Verdict.SPAM)
    post_suggestion(client, words="Buy pills.")
    work_off()
    assert stored().state == "spam"
    assert len(checker.checked) == 2


def test_a_verdict_moves_nothing_that_a_person_has_decided(client, checker):
    post_suggestion(client)
    claimed = Report.objects.claim()
    claimed.close(ReportState.CLOSED, by=make_editor())
    checker.will_say(Verdict.SPAM)
    claimed.record_verdict(checker.answer)
    assert (stored().state, stored().verdict) == ("closed", Verdict.SPAM)


def test_a_verdict_on_what_was_changed_meanwhile_is_not_written(client, checker):
    post_suggestion(client)
    claimed = Report.objects.claim()
    post_suggestion(client, words="More.")
    checker.will_say(Verdict.SPAM)
    assert claimed.record_verdict(checker.answer) is False
    report = stored()
    assert (report.state, report.verdict, report.due_at is not None) == ("open", "", True)


def test_what_a_person_took_back_from_spam_is_not_asked_about_again(client, checker):
    post_suggestion(client)
    report = stored()
    report.close(ReportState.SPAM, by=make_editor())
    report.reopen()
    work_off()
    assert (stored().state, checker.checked) == ("open", [])


def test_who_was_taken_for_a_spammer_by_a_machine_can_try_again(client, checker):
    checker.will_say(Verdict.SPAM)
    post_suggestion(client)
    work_off()
    checker.will_say(Verdict.HAM)
    assert post_suggestion(client, words="It is no spam.").status_code == 303
    work_off()
    assert sorted(Report.objects.values_list("state", flat=True)) == ["open", "spam"]


@pytest.mark.usefixtures("no_rules")
def test_a_rule_of_the_moderators_calls_it_spam_and_tells_nobody(client, checker, django_capture_on_commit_callbacks):
    rule = Rule.objects.create(kind="phrase", value="cheap pills", action="spam")
    Rule.objects.create(kind="phrase", value="infusion", action="hold")
    with django_capture_on_commit_callbacks(execute=True):
        post_suggestion(client, words="Ch3ap p i l l s here")
    post_suggestion(client, name="Cy Clay", words="An infusion")
    work_off()
    assert list(Report.objects.order_by("pk").values_list("state", flat=True)) == ["spam", "open"]
    assert [submission.author for submission in checker.checked] == ["Cy Clay"]
    rule.refresh_from_db()
    assert rule.caught == 1


def test_a_machine_that_fills_in_what_nobody_sees_is_thanked_like_everybody(client, checker):
    assert post_suggestion(client, subject="x").status_code == 303
    work_off()
    assert (stored().state, checker.checked) == ("spam", [])


def test_of_what_is_no_suggestion_the_checker_hears_nothing(checker):
    practice = make_practice(make_doctor())
    make_offer(practice)
    make_suggestion(due_at=timezone.now(), state=ReportState.CLOSED)
    Report.objects.create(kind="removal", doctor=practice.doctor, reader="x", due_at=timezone.now())
    work_off()
    assert checker.checked == []
    assert not Report.objects.filter(due_at__isnull=False).exists()


# --- Names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Alma Tester", Name("Alma", "", "Tester")),
        ("Dr. Alma B. Tester Jr., MD, PhD", Name("Alma", "B.", "Tester", "Jr.", "MD, PhD")),
        ("Doctor Alma Tester MD", Name("Alma", "", "Tester", "", "MD")),
        ("Tester", Name("", "", "Tester")),
        ("Dr", Name("", "", "Dr")),
        (", MD", Name("", "", ", MD")),
        ("Maria de la Cruz", Name("Maria", "de la", "Cruz")),
    ],
)
def test_a_typed_name_is_taken_apart(typed, name):
    assert parts_of(typed) == name


def test_a_name_is_known_with_and_without_what_stands_between():
    assert typed_forms("Dr. Álma B. Tester, MD") == {"alma b tester", "alma tester", "dr alma b tester md"}
    assert typed_forms("Alma Beth Tester Jr.") == {
        "alma tester", "alma b tester", "alma beth tester",
        "alma tester jr", "alma b tester jr", "alma beth tester jr",
    }  # fmt: skip
    assert sorted_beginnings("Maria de la Cruz") == {
        "cruz maria", "la cruz maria", "de la cruz maria", "maria de la cruz",
    }  # fmt: skip
    assert sorted_beginnings("Dr. Tester") == {"tester"}


def test_a_listing_of_the_same_zip_code_comes_first():
    from directory.reports.duplicates import Suggested, listed_like

    far, near = make_listing("10001"), make_listing("10001", first_name="Alma", middle_name="B.")
    near.zip_code = "10002"
    near.save()
    [found] = listed_like([Suggested("Alma Tester", "", "NY", "10002")])
    assert found == [near, far]


def test_hidden_and_removed_ones_are_known_to_those_who_work_here():
    from directory.reports.duplicates import Suggested, listed_like

    doctor = make_listing("07102").doctor
    for status in (Status.HIDDEN, Status.REMOVED):
        Doctor.objects.filter(pk=doctor.pk).update(status=status)
        [found] = listed_like([Suggested("Alma Tester", "", "NJ", "")])
        assert [practice.doctor for practice in found] == [doctor]
