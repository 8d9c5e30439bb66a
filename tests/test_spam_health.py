import re
from datetime import date, timedelta

import html5lib
import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.admin.health import chart
from comments.figures import latest
from comments.models import Comment, SpamMonth
from comments.moves import Status
from comments.spam_status import Judged, SpamStatus, in_words, percent
from crpsinfo import periodic
from crpsinfo.models import CheckerState, PeriodicJob, RuleAction
from crpsinfo.spam import KeyState, NotChecked, Refused, Unavailable, Usage, Verdict
from crpsinfo.spam.breaker import breaker, record_failure, record_success
from crpsinfo.spam.health import MOST, alarm, refresh, refresh_by_the_clock, troubles
from crpsinfo.work import DueQuerySet, Work
from tests.akismet_stand_in import KEY, StandIn
from tests.factories import make_article, make_comment, make_editor, make_moderator, make_user

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:crpsinfo_checkerstate_changelist")
NOW = timezone.now


@pytest.fixture
def server(settings):
    with StandIn() as server:
        for name, value in server.settings.items():
            setattr(settings, name, value)
        yield server


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def make_state(**values):
    return CheckerState.objects.update_or_create(pk=1, defaults=values)[0]


def make_failing(**ago):
    return make_state(failing_since=NOW() - timedelta(**ago), probe_at=NOW(), last_error="it was slow")


# --- What is asked once an hour ---------------------------------------------------------------------------


def test_key_and_usage_are_kept(server):
    assert refresh() == (KeyState.VALID, "")
    state = CheckerState.current()
    assert (state.key_state, state.limit, state.used, state.throttled) == ("valid", 10_000, 0, False)
    assert NOW() - state.verified_at < timedelta(minutes=1)
    assert NOW() - state.usage_at < timedelta(minutes=1)


def test_of_a_refused_key_nothing_more_is_asked(server, settings):
    settings.AKISMET_API_KEY = "invalid-0123456789"
    assert refresh() == (KeyState.INVALID, "")
    assert [call.endpoint for call in server.calls] == ["1.1/verify-key"]


@pytest.mark.parametrize("fault", ["reset", "error-500", "html", "redirect", "suspended-alert"])
def test_a_checker_in_trouble_does_no_harm(server, fault):
    record_success(None)
    refresh()
    before, server.fault = CheckerState.current(), fault
    assert refresh() == (KeyState.FAILED, "")
    after = CheckerState.current()
    assert after.key_state == KeyState.FAILED
    for name in ("used", "limit", "usage_at", "failures", "failing_since", "last_success_at", "last_error"):
        assert getattr(after, name) == getattr(before, name), name


def test_usage_that_is_not_told_leaves_what_was_known(checker):
    checker.usage = lambda: Usage(limit=100, used=7, throttled=True)
    refresh()
    checker.usage = fail
    assert refresh() == (KeyState.VALID, "the figures are gone")
    state = CheckerState.current()
    assert (state.limit, state.used, state.throttled, state.key_state) == (100, 7, True, "valid")


def fail():
    raise NotChecked("the figures are gone")


def test_the_hourly_job_falls_due_again_although_nobody_answers(server):
    server.fault = "reset"
    PeriodicJob.objects.create(name="ask-the-checker", due_at=NOW())
    assert Work(PeriodicJob, periodic.run).do_one()
    job = PeriodicJob.objects.get()
    assert job.last_error == ""
    assert timedelta(minutes=59) < job.due_at - NOW() <= timedelta(hours=1)


def test_a_number_beyond_all_bounds_is_cut(checker):
    checker.usage = lambda: Usage(limit=10**17, used=10**17, throttled=False)
    refresh()
    state = CheckerState.current()
    assert (state.used, state.limit) == (MOST, MOST)


def test_without_a_checker_nothing_is_known_of_one(settings):
    make_failing(hours=1)
    make_state(alert_code="10502", used=7, limit=10)
    assert refresh() == (KeyState.NONE, "")
    assert not breaker.is_shut()
    assert (CheckerState.current().used, CheckerState.current().alert_code) == (None, "")


def test_what_the_breaker_notes_meanwhile_stays(checker, monkeypatch):
    def verify():
        record_failure(NotChecked("it was slow"))
        return KeyState.VALID

    monkeypatch.setattr(checker, "verify", verify)
    refresh()
    assert CheckerState.current().failures == 1


# --- What to do -------------------------------------------------------------------------------------------


def words(**values):
    """What is said about a checker in this state."""
    return "\n".join(f"{trouble.what} {trouble.to_do}" for trouble in troubles("Akismet", CheckerState(**values)))


def test_a_checker_that_answers_is_no_trouble():
    assert words() == ""
    assert words(key_state="valid", verified_at=NOW(), usage_at=NOW(), used=10, limit=10) == ""


def test_each_trouble_comes_with_what_to_do():
    assert "compare AKISMET_API_KEY" in words(key_state="invalid", verified_at=NOW())
    assert "Last error: it was slow. Comments wait" in words(failing_since=NOW(), last_error="it was slow")
    assert "Nothing, unless it stays so" in words(key_state="failed", verified_at=NOW())
    assert "“Not paid.” (alert 10402). Sign in" in words(alert_code="10402", alert_message="Not paid.")
    assert "“Too many.” (alert 10504). Choose a larger plan" in words(alert_code="10504", alert_message="Too many.")
    assert "plan allows: 11, limit 10. Choose a larger plan" in words(usage_at=NOW(), used=11, limit=10)


def test_last_months_usage_is_no_trouble():
    assert words(usage_at=NOW() - timedelta(days=40), used=11, limit=10, throttled=True) == ""


def test_moderators_are_called_after_ten_minutes(checker):
    assert alarm() == ""
    make_failing(minutes=9)
    assert alarm() == ""
    make_failing(minutes=11)
    assert alarm().startswith("The spam filter has checked nothing since")


@pytest.mark.parametrize("state", [{"alert_code": "10502"}, {"key_state": "invalid", "verified_at": NOW()}])
def test_moderators_are_called_when_something_is_wrong_with_the_account(checker, state):
    make_state(**state)
    assert "account" in alarm()


def test_nobody_is_called_where_there_is_no_checker():
    make_failing(hours=1)
    assert alarm() == ""


# --- The page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("make_person", "status"), [(make_moderator, 200), (make_editor, 403), (make_user, 403)])
def test_the_page_is_for_those_who_may_see_it(client, make_person, status):
    assert client.get(PAGE).status_code == 302
    client.force_login(make_person())
    assert client.get(PAGE).status_code == status
    assert (f'href="{PAGE}"' in client.get(reverse("admin:pages")).text) == (status == 200)


def test_nothing_is_changed_there(client):
    make_state()
    client.force_login(make_moderator())
    assert client.post(PAGE, {"action": "delete_selected", "_selected_action": 1}).status_code == 405
    for rest in ("add/", "1/", "1/change/", "1/delete/", "1/history/"):
        assert client.get(f"{PAGE}{rest}").status_code == 404, rest
    assert CheckerState.objects.exists()


def test_nobody_outside_is_asked_for_the_page(client, moderator, server):
    make_comment(status=Status.PENDING, due_at=NOW())
    client.get(PAGE)
    assert server.calls == []


def test_a_checker_that_answers(client, moderator, server):
    record_success(None)
    refresh()
    page = client.get(PAGE).text
    for part in ("Akismet. It answers.", "Valid (", "0 of 10000 (0.00%)", "Nothing is overdue."):
        assert part in page
    assert "What to do" not in page
    assert KEY not in page


def test_a_checker_that_does_not_answer(client, moderator, checker):
    make_failing(hours=2)
    make_comment(status=Status.PENDING, due_at=NOW() - timedelta(hours=2), created_at=NOW() - timedelta(hours=2))
    page = client.get(PAGE).text.replace("\xa0", " ")
    for part in ("Not answering since", "asked once a minute. Comments wait, none is lost", "Last error: it was slow."):
        assert part in page
    assert "wait for their check: <strong>1</strong>, the oldest for 2 hours" in page
    assert "1, until the checker answers" in page
    assert "Nothing is overdue." in page


def test_nobody_at_work(client, moderator, checker):
    make_comment(status=Status.PENDING, due_at=NOW() - timedelta(hours=2))
    assert "start one (manage.py worker)" in client.get(PAGE).text


def test_work_that_was_put_off_is_told(checker):
    make_comment(status=Status.PENDING, due_at=NOW() + timedelta(hours=2), attempts=3)
    make_comment(due_at=NOW() - timedelta(minutes=2))
    kind = next(kind for kind in SpamStatus.now().work if kind.what == "Comments to check")
    assert (kind.due, kind.put_off, kind.waits_for_checker) == (1, 1, False)
    assert kind.oldest_due == DueQuerySet(Comment).due().get().due_at


def test_without_a_checker_our_own_rules_figures_are_shown(client, moderator):
    make_failing(hours=2)  # of a checker that was there before
    make_comment(ruling=RuleAction.HOLD)
    page = client.get(PAGE).text
    assert "No spam checker is configured" in page
    assert "Not answering" not in page
    assert "What to do" not in page
    [row] = re.findall(r"<tr><th scope=\"row\">\w+ \d{4}</th>(.*?)</tr>", page)
    assert re.findall(r"<td>(.*?)</td>", row) == ["0", "0", "0", "0", "0", "–", "–", "0", "1", "–"]


def test_without_a_checker_all_that_waits_is_unchecked(checker, settings):
    for status in (Status.PENDING, Status.PENDING, Status.PUBLIC):
        oldest = make_comment(status=status, created_at=NOW() - timedelta(hours=2))
    make_comment(status=Status.PENDING, checked_at=NOW(), verdict=Verdict.HAM)
    assert SpamStatus.now().unchecked == 0  # nothing waits for the checker
    settings.SPAM_CHECKER = "crpsinfo.spam.none.NoChecker"
    status = SpamStatus.now()
    assert status.unchecked == 2
    assert oldest.created_at - status.oldest_unchecked < timedelta(minutes=1)


def test_the_months_and_the_sample(client, moderator, checker):
    figures = {"checked": 200, "spam": 50, "discarded": 20, "missed": 2, "false_positives": 3, "median_seconds": 90}
    SpamMonth.objects.create(month=latest(2)[1], sampled=40, sample_wrong=1, **figures)
    page = client.get(PAGE).text
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert cells[-10:] == ["200", "50", "20", "2", "3", "97.5%", "90 seconds", "0", "0", "1 of 40"]
    assert "Of 40 that people judged, 1 was no spam: about 2.5%, between 0.4% and 12.9% of what" in page


def test_the_page_is_whole_and_links_to_what_it_is_about(client, moderator, checker):
    make_comment(checked_at=NOW(), verdict=Verdict.HAM)
    page = client.get(PAGE).text
    html5lib.HTMLParser(strict=True).parse(page)
    assert page.count("<h1") == 1
    assert not re.search(r"<th(?!ead| scope)|\sstyle=", page)
    for link in ("/admin/comments/comment/?status=pending&amp;checked=no", "/admin/crpsinfo/rule/"):
        assert f'href="{link}"' in page


def queries_of_the_page(client):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(PAGE).status_code == 200
    return len(asked)


def test_the_page_costs_no_more_queries_with_more_comments(client, moderator, checker):
    article, verdict = make_article(), {"checked_at": NOW(), "verdict": Verdict.SPAM, "status": Status.SPAM}
    costs = []
    for number in (10, 990):
        waiting = [Comment(article=article, receipt_key=f"w{number}-{n}", due_at=NOW()) for n in range(number // 2)]
        checked = [Comment(article=article, receipt_key=f"c{number}-{n}", **verdict) for n in range(number // 2)]
        Comment.objects.bulk_create(waiting + checked)
        costs.append(queries_of_the_page(client))
    assert costs[1] == costs[0]
    assert SpamStatus.now().unchecked == SpamStatus.now().months[0].checked == 500


def test_the_alarm_leads_to_the_page_for_those_who_may_see_it():
    template = "admin/crpsinfo/checkerstate/_alarm.html"
    may = {"crpsinfo": {"view_checkerstate": True}}
    assert f'href="{PAGE}"' in render_to_string(template, {"alarm": "It is away.", "perms": may})
    assert render_to_string(template, {"alarm": "It is away.", "perms": {}}).strip() == ""
    assert render_to_string(template, {"alarm": "", "perms": may}).strip() == ""


# --- The chart, and figures in words ----------------------------------------------------------------------


def test_bars_are_as_long_as_their_figures():
    this, last, *_ = latest(12)
    shown = chart([SpamMonth(month=this, checked=50, spam=1), SpamMonth(month=last, checked=100, spam=25)])
    assert shown["most"] == 100
    assert [len(slot["bars"]) for slot in shown["slots"]] == [0] * 10 + [2, 2]
    lengths = [bar["length"] for slot in shown["slots"][-2:] for bar in slot["bars"]]
    assert lengths == [120, 30, 60, 2]
    assert all(bar["top"] + bar["length"] == 140 for slot in shown["slots"] for bar in slot["bars"])


def test_bars_stand_side_by_side_in_their_month():
    [slot] = [slot for slot in chart([SpamMonth(month=latest(1)[0], checked=2, spam=1)])["slots"] if slot["bars"]]
    checked, spam = (bar["left"] for bar in slot["bars"])
    assert slot["middle"] - 100 / 24 < checked
    assert checked + 3 <= spam
    assert spam + 3 < slot["middle"] + 100 / 24


def test_a_chart_of_nothing_has_no_bars():
    assert chart([])["most"] == 0
    empty = chart([SpamMonth(month=latest(1)[0])])
    assert not any(bar["length"] for slot in empty["slots"] for bar in slot["bars"])


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7_199, "120 minutes"),
     (7_200, "2 hours"), (172_800, "2 days")],
)  # fmt: skip
def test_times_in_words(seconds, said):
    assert in_words(seconds) == said


def test_shares_in_words():
    assert (percent(None), percent(0), percent(0.9751), percent(1)) == ("–", "0.0%", "97.5%", "100.0%")


def test_what_was_judged_is_summed_up_over_the_months():
    assert Judged.over([SpamMonth(month=date(2026, 1, 1), checked=9)]) is None
    months = [SpamMonth(month=date(2026, month, 1), sampled=20, sample_wrong=month - 1) for month in (1, 2)]
    judged = Judged.over(months)
    assert (judged.judged, judged.wrong) == (40, 1)
    assert str(judged).startswith("Of 40 that people judged, 1 was no spam: about 2.5%")


@pytest.mark.parametrize("known", [KeyState.INVALID, KeyState.FAILED])
def test_an_answer_tells_that_the_key_is_accepted(known):
    CheckerState.objects.create(pk=1, key_state=known, verified_at=timezone.now() - timedelta(hours=1))
    record_success(None)
    assert CheckerState.current().key_state == KeyState.VALID


def test_a_checker_that_says_when_to_come_again_is_not_asked_before(checker):
    record_failure(Unavailable("busy", retry_after=6 * 3600))
    checker.verify = pytest.fail
    refresh_by_the_clock()
    assert breaker.is_shut()


def test_a_look_by_hand_does_not_cut_that_time_short(checker):
    record_failure(Unavailable("busy", retry_after=6 * 3600))
    refresh()
    assert breaker.is_shut()


def test_an_outage_does_not_keep_the_clock_from_looking(checker):
    record_failure(Refused("no key"))
    refresh_by_the_clock()
    assert CheckerState.current().key_state == KeyState.VALID
