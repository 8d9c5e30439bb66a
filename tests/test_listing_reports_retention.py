"""What readers sent about listings is erased when its time is over."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from directory.models import Report, ReportState
from directory.reports.retention import purge
from tests.deciding import tab_of
from tests.directory_factories import make_listing
from tests.factories import days_ago, make_editor
from tests.listing_reports import make_call, make_correction, make_request, make_suggestion

pytestmark = pytest.mark.django_db

ERASED = {"reader": "", "proposed": {}, "words": "", "source_url": "", "name": "", "email": "", "relation": ""}
ERASED |= {"ip": None, "user_agent": ""}
PERSONAL = {"words": "She is kind.", "email": "ann@example.org", "name": "Ann", "source_url": "https://example.org/"}


def closed(make, *args, days, state=ReportState.CLOSED, **values):
    return make(*args, state=state, closed_at=days_ago(days), closed_by=make_editor(), **PERSONAL | values)


def kept(report):
    return {name: getattr(Report.objects.get(pk=report.pk), name) for name in ERASED}


def test_ninety_days_after_it_was_decided_nothing_personal_is_left():
    practice = make_listing()
    old = [
        closed(make_call, practice, days=91),
        closed(make_correction, practice, days=91, state=ReportState.APPLIED),
        closed(make_request, practice.doctor, days=91, proposed={"phone": "212"}),
        closed(make_suggestion, days=91),
    ]
    young = closed(make_suggestion, days=89)
    before = kept(young)
    assert purge(dry_run=True)["reports about listings erased"] == purge()["reports about listings erased"] == 4
    assert [kept(report) for report in old] == [ERASED] * 4
    assert kept(young) == before
    report = Report.objects.get(pk=old[0].pk)
    assert (report.outcome, report.state, report.closed_at) == ("stopped", "closed", old[0].closed_at)
    assert purge()["reports about listings erased"] == 0


def test_spam_is_deleted_after_fifteen_days():
    old = closed(make_suggestion, days=16, state=ReportState.SPAM)
    young = closed(make_suggestion, days=14, state=ReportState.SPAM)
    by_a_machine = make_suggestion(state=ReportState.SPAM, closed_at=days_ago(16), due_at=timezone.now())
    assert purge(dry_run=True)["spam about listings deleted"] == 2
    assert Report.objects.count() == 3
    assert purge()["spam about listings deleted"] == 2
    assert not Report.objects.filter(pk__in=[old.pk, by_a_machine.pk]).exists()
    assert kept(young)["words"] == "She is kind."


def test_what_waits_is_never_erased():
    report = make_suggestion(created_at=days_ago(400), **PERSONAL)
    purge()
    assert kept(report)["words"] == "She is kind."


def test_the_network_address_of_what_was_never_checked_goes_after_thirty_days():
    old, young = make_suggestion(created_at=days_ago(31), due_at=timezone.now()), make_suggestion(due_at=timezone.now())
    assert purge(dry_run=True) == purge()
    old.refresh_from_db(), young.refresh_from_db()
    assert [(report.ip, report.due_at is None) for report in (old, young)] == [(None, True), ("192.0.2.7", False)]
    assert old.proposed


def test_the_days_are_settings(settings):
    settings.LISTING_REPORT_RETENTION_DAYS = {"closed": 1, "spam": 1, "submission": 1}
    closed(make_suggestion, days=2)
    closed(make_suggestion, days=2, state=ReportState.SPAM)
    make_suggestion(created_at=days_ago(2))
    assert list(purge().values()) == [1, 1, 1]


def test_the_command_tells_how_many(capsys):
    closed(make_suggestion, days=91)
    call_command("purge", dry_run=True)
    assert "reports about listings erased: 1" in capsys.readouterr().out


def test_what_is_erased_is_shown_to_nobody_and_breaks_nothing(client):
    practice = make_listing()
    closed(make_call, practice, days=91)
    closed(make_suggestion, days=91)
    purge()
    make_correction(practice)
    client.force_login(make_editor())
    assert "She is kind." not in client.get(tab_of("listings")).text
