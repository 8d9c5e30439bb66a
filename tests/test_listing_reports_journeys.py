"""The whole way of a suggestion until readers find the doctor, and of a request until nobody does."""

from datetime import date

import pytest

from crpsinfo.models import StaffMail
from crpsinfo.worker import work_off
from directory.models import Doctor, Report
from tests.deciding import card_of, press, tab_of, undo_last, visible, words_of
from tests.directory_factories import make_listing, make_zip
from tests.factories import make_editor
from tests.listing_reports import post_request, post_suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_editor()
    type(user).objects.filter(pk=user.pk).update(email="ed@example.org")
    client.force_login(user)
    return user


def find(client):
    """What a reader finds who looks through New Jersey."""
    return words_of(client.get("/doctors/new-jersey/"))


def check_and_list(doctor):
    """What an editor finds out, and enters."""
    doctor.licence_checked_on = doctor.supervision_checked_on = date(2026, 11, 20)
    doctor.licence_checked_how, doctor.physician_supervised = "DocInfo", True
    doctor.save()
    doctor.publish()


def test_a_suggestion_is_checked_moderated_and_listed(client, checker, editor):
    make_zip("07102")
    said = {"zip_code": "07102", "phone": "973-555-0101", "treatments": ["ketamine-outpatient"], "for_crps": "yes"}
    sent = post_suggestion(client, name="Dr. Bea Brown, MD", **said)
    assert "We have your suggestion" in client.get(sent.headers["Location"]).text
    work_off()
    assert checker.checked[0].author == "Dr. Bea Brown, MD"
    assert "Bea Brown" not in find(client)

    report = Report.objects.get()
    shown = visible(card_of(client.get(tab_of("listings")), report))
    assert "Spam filter: not spam." in shown
    draft = client.get(press(client, "listings", "accept", report).headers["Location"])
    assert 'value="Brown"' in draft.text
    assert "Bea Brown" not in find(client)

    check_and_list(Doctor.objects.get())
    assert "Bea Brown, MD" in find(client)
    page = words_of(client.get("/doctors/new-jersey/bea-brown/"))
    assert "(973) 555-0101" in page
    assert "20 Nov 2026" in page
    assert post_suggestion(client, name="Bea Brown").status_code == 400  # it is listed already


def test_a_request_is_mailed_verified_by_phone_and_the_page_is_gone_for_good(client, editor, mailoutbox):
    doctor = make_listing("07102").doctor
    sent = post_request(client, doctor, email="alma@example.org")
    assert "We have your request" in client.get(sent.headers["Location"]).text
    assert "Alma Tester" in find(client)  # nothing changes by itself
    StaffMail.objects.update(due_at="2026-01-01T00:00Z")
    work_off()
    assert ("A request waits for you", ["ed@example.org"]) in [(mail.subject, mail.to) for mail in mailoutbox]

    report = Report.objects.get()
    press(client, "listings", "dispute", report)  # nobody answered the first time
    assert "disputed" in words_of(client.get(doctor.get_absolute_url())).lower()
    assert "Alma Tester" not in find(client)

    press(client, "listings", "remove", report)
    assert client.get(doctor.get_absolute_url()).status_code in (404, 410)
    assert "Alma Tester" not in find(client)
    assert "asked not to be listed" in words_of(post_suggestion(client, name="Alma Tester"))

    undo_last(client, editor, tab="listings")  # it was another Dr. Tester who answered
    assert client.get(doctor.get_absolute_url()).status_code == 200
