import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comments.figures import latest
from comments.models import SpamMonth
from comments.moves import Status
from crpsinfo.spam import Refused, get_checker
from crpsinfo.spam.breaker import record_failure, record_success
from tests.akismet_stand_in import KEY, Answer, StandIn
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with StandIn() as server:
        for name, value in server.settings.items():
            setattr(settings, name, value)
        yield server


def status(*options):
    """What the command prints, and the message with which it fails, if it does."""
    out, failure = io.StringIO(), ""
    try:
        call_command("akismet_status", *options, stdout=out)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), failure


def make_waiting(**age):
    posted_at = timezone.now() - timedelta(**age)
    return make_comment(status=Status.PENDING, created_at=posted_at, due_at=timezone.now())


def test_without_a_checker_it_says_so_and_succeeds():
    out, failure = status()
    assert out.startswith("Checker: none. Key: no key is configured.\n")
    assert failure == ""


def test_accepted_key_and_usage(server):
    out, failure = status()
    assert "Checker: Akismet. Key: valid.\nCalls this month: 0, limit 10000.\n" in out
    assert failure == ""


def test_refused_key_fails(server, settings):
    settings.AKISMET_API_KEY = "invalid-0123456789"
    out, failure = status()
    assert "Key: refused." in out
    assert failure == "The spam checker's key: refused."
    assert [call.endpoint for call in server.calls] == ["1.1/verify-key"]


def test_checker_out_of_reach_fails_and_says_so(server):
    server.fault = "reset"
    assert "could not be reached" in status()[1]


def test_trouble_with_usage_alone_is_told_and_does_not_fail(settings):
    settings.SPAM_CHECKER = "tests.fake_checker.FakeChecker"
    get_checker().will_fail("the figures are gone")
    out, failure = status()
    assert "Calls this month: not known, the figures are gone." in out
    assert failure == ""


def test_unlimited_and_throttled_usage_in_words(server, monkeypatch):
    usage = Answer('{"limit": "none", "usage": 7, "throttled": true}')
    monkeypatch.setattr("tests.akismet_stand_in.usage", lambda *figures: usage)
    assert "Calls this month: 7, no limit, throttled." in status()[0]


def test_waiting_comments_are_counted_with_the_age_of_the_oldest():
    make_waiting(hours=5)
    make_waiting(minutes=1)
    make_comment(status=Status.PENDING, checked_at=timezone.now(), created_at=timezone.now() - timedelta(days=9))
    make_comment(status=Status.PUBLIC)
    assert "Comments waiting for their check: 2, the oldest for 5 hours." in status()[0]


def test_overdue_work_is_told():
    assert "Background work: nothing is overdue." in status()[0]
    comment = make_waiting(hours=5)
    comment.make_due(at=timezone.now() - timedelta(hours=3))
    comment.save()
    assert f"Background work: overdue since {comment.due_at:%-d %b %Y %H:%M} UTC." in status()[0]


def test_json_holds_the_same(server):
    comment = make_waiting(hours=5)
    figures = json.loads(status("--json")[0])
    assert figures["oldest_unchecked"][:19] == comment.created_at.isoformat()[:19]
    told = {
        "checker": "Akismet",
        "configured": True,
        "key": "valid",
        "usage": {"limit": 10_000, "used": 0, "percentage": "0.00", "throttled": False},
        "usage_trouble": "",
        "last_success_at": None,
        "last_error": "",
        "last_error_at": None,
        "alert": None,
        "failing_since": None,
        "next_probe_at": None,
        "unchecked": 1,
        "overdue_since": None,
        "troubles": [],
        "months": [],
        "judged": None,
    }
    assert figures.items() >= told.items()


def test_json_tells_what_waits_for_a_checker_that_fails(server):
    record_failure(Refused("Akismet has stopped its service", alert=("10006", "Suspended.")))
    make_comment(status=Status.PENDING, due_at=timezone.now())
    figures = json.loads(status("--json")[0])
    assert (figures["last_error"], figures["alert"]["code"]) == ("Akismet has stopped its service", "10006")
    assert figures["failing_since"] < figures["next_probe_at"]
    assert "“Suspended.” (alert 10006)" in figures["troubles"][1]["what"]
    kinds = {kind["what"]: kind for kind in figures["work"]}
    assert (kinds["Comments to check"]["due"], kinds["Comments to check"]["waits_for_checker"]) == (1, True)
    assert kinds["Mails"] == {"what": "Mails", "due": 0, "oldest_due": None, "put_off": 0, "waits_for_checker": False}


def test_months_in_json_and_in_words(server):
    figures = {"checked": 200, "spam": 50, "discarded": 20, "missed": 2, "false_positives": 3, "median_seconds": 90}
    row = SpamMonth.objects.create(month=latest(2)[1], sampled=40, sample_wrong=1, **figures)
    told = json.loads(status("--json")[0])
    assert told["months"][-1].items() >= (figures | {"month": row.month.isoformat(), "accuracy": 0.975}).items()
    assert (told["judged"]["judged"], told["judged"]["wrong"]) == (40, 1)
    out, _ = status()
    assert f"{row}: 200 checked, 50 spam (20 blatant), 2 missed, 3 false positives, 97.5% right" in out
    assert "Of 40 that people judged, 1 was no spam" in out


def test_trouble_comes_with_what_to_do(server):
    make_waiting(hours=1)
    record_failure(Refused("Akismet refuses the key"))
    out, _ = status()
    assert "Not answering since" in out
    assert "Last error: Akismet refuses the key, " in out
    assert "Trouble: Akismet has checked nothing since" in out


def test_success_and_work_that_was_put_off_are_told(server):
    record_success(None)
    make_comment(status=Status.PENDING, due_at=timezone.now() + timedelta(hours=1), attempts=2)
    out, _ = status()
    assert "Last success: none yet" not in out
    assert "- Comments to check: 0 due, 1 put off." in out


def test_json_is_whole_when_the_key_is_refused(server, settings):
    settings.AKISMET_API_KEY = "invalid-0123456789"
    out, failure = status("--json")
    assert json.loads(out)["key"] == "invalid"
    assert failure


def test_key_is_never_printed(server):
    record_success(None)
    for options in ([], ["--json"]):
        assert KEY not in "".join(status(*options))
