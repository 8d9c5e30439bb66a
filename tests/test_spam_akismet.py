"""What Akismet is asked, and what is made of its answers: over HTTP, to the stand-in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from importlib.metadata import version

import httpcore
import pytest

from crpsinfo import __version__
from crpsinfo.spam import KeyState, NotChecked, Submission, Usage, Verdict, get_checker, transport
from tests.akismet_stand_in import KEY, Answer, StandIn


@pytest.fixture(scope="module")
def stand_in():
    with StandIn() as server:
        yield server


@pytest.fixture
def server(stand_in, settings):
    stand_in.fault = ""
    stand_in.calls.clear()
    for name, value in stand_in.settings.items():
        setattr(settings, name, value)
    return stand_in


def make_submission(**facts):
    return Submission(**{"kind": "comment", "text": "It helped my hand.", "ip": "192.0.2.7", **facts})


def check(**facts):
    return get_checker().check(make_submission(**facts))


# --- Verdicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Verdict.HAM),
        ({"author": "akismet-guaranteed-spam"}, Verdict.SPAM),
        ({"email": "akismet-guaranteed-spam@example.com"}, Verdict.SPAM),
        ({"author": "viagra-test-123"}, Verdict.SPAM),
        ({"author": "akismet-guaranteed-spam", "user_role": "administrator"}, Verdict.HAM),
        ({"email": "akismet-guaranteed-discard@example.com"}, Verdict.DISCARD),
        ({"text": "Buy ketamine online!"}, Verdict.SPAM),
        ({"text": "http://a.example " * 5}, Verdict.SPAM),
    ],
)
def test_verdict(server, facts, verdict):
    assert check(**facts).verdict == verdict


@pytest.mark.parametrize(
    ("body", "tip", "verdict"),
    [
        ("true\n", "", Verdict.SPAM),
        (" \r\nfalse ", "", Verdict.HAM),
        ("true", "Discard", Verdict.DISCARD),
        ("true", "something else", Verdict.SPAM),
        ("false", "discard", Verdict.HAM),
    ],
)
def test_verdict_is_read_without_regard_to_space_and_letter_case(server, body, tip, verdict):
    server.fault = Answer(body, headers={"X-AKISMET-Pro-Tip": tip})
    assert check().verdict == verdict


def test_body_is_read_whatever_the_answer_says_about_its_encoding(server):
    server.fault = Answer("true", headers={"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=rot13"})
    assert check().verdict == Verdict.SPAM


@pytest.mark.parametrize(("guid", "kept"), [("0a-9F" * 8, "0a-9F" * 8), ("a" * 65, ""), ("<script>", ""), ("", "")])
def test_guid_is_kept_if_it_looks_like_one(server, guid, kept):
    server.fault = Answer("false", headers={"X-akismet-guid": guid})
    assert check().guid == kept


def test_recheck_is_wanted_later(server):
    assert check(author="akismet-recheck").recheck_after == 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("soon", None), ("", None), ("-5", None), ("1.5", None), ("1e9", None), ("9" * 18, 86_400)],
)
def test_recheck_time_is_a_bounded_number_or_nothing(server, value, seconds):
    server.fault = Answer("false", headers={"X-akismet-recheck-after": value})
    assert check().recheck_after == seconds


def test_recheck_is_not_wanted_for_spam(server):
    server.fault = Answer("true", headers={"X-akismet-recheck-after": "120"})
    assert check().recheck_after is None


def test_alert_that_stops_nothing_is_passed_on(server):
    server.fault = "alert"
    result = check()
    assert (result.verdict, result.alert_code) == (Verdict.HAM, "10502")
    assert result.alert_message == "You are over your plan's limit."


def test_alert_is_gone_when_the_next_answer_has_none(server):
    server.fault = "alert"
    check()
    server.fault = ""
    assert check().alert_code == ""


# --- What is sent ---------------------------------------------------------------------------------


def test_everything_known_is_sent_in_production(server, settings):
    settings.PRODUCTION = True
    moment = datetime(2026, 3, 1, 12, 30, 15, 999, tzinfo=timezone(timedelta(hours=-5)))
    check(
        kind="reply",
        user_agent="Firefox",
        referrer="http://testserver/",
        permalink="http://testserver/articles/a/",
        author="Pat",
        email="pat@example.org",
        url="https://pat.example",
        posted_at=moment,
        page_modified_at=moment - timedelta(days=1),
        user_role="editor",
        recheck_reason="edit",
    )
    assert server.calls[0].fields == {
        "api_key": KEY,
        "blog": settings.SITE_URL,
        "blog_charset": "UTF-8",
        "blog_lang": "en",
        "comment_author": "Pat",
        "comment_author_email": "pat@example.org",
        "comment_author_url": "https://pat.example",
        "comment_content": "It helped my hand.",
        "comment_date_gmt": "2026-03-01T17:30:15+00:00",
        "comment_post_modified_gmt": "2026-02-28T17:30:15+00:00",
        "comment_type": "reply",
        "permalink": "http://testserver/articles/a/",
        "recheck_reason": "edit",
        "referrer": "http://testserver/",
        "user_agent": "Firefox",
        "user_ip": "192.0.2.7",
        "user_role": "editor",
    }


def test_nothing_unknown_is_sent(server, settings):
    settings.PRODUCTION = True
    check(kind="contact-form", text="Schmerz – ça va 😀")
    sent = server.calls[0].fields
    assert sorted(sent) == sorted(
        ["api_key", "blog", "blog_charset", "blog_lang", "comment_content", "comment_type", "user_ip"]
    )
    assert sent["comment_content"] == "Schmerz – ça va 😀"
    assert sent["comment_type"] == "contact-form"


@pytest.mark.parametrize(("production", "mark"), [(True, None), (False, "true")])
def test_what_is_tried_out_on_somebodys_own_machine_teaches_nothing(server, settings, production, mark):
    settings.PRODUCTION = production
    check()
    get_checker().report(make_submission(), spam=True)
    assert [call.fields.get("is_test") for call in server.calls] == [mark, mark]


def test_check_is_one_form_post_that_names_us(server):
    check()
    (call,) = server.calls
    assert (call.method, call.path) == ("POST", "/1.1/comment-check")
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert call.headers["User-Agent"] == f"crpsinfo/{__version__} | akismet/{version('akismet')}"
    assert (call.headers["Connection"], call.headers["Accept-Encoding"]) == ("close", "identity")
    assert call.headers["Host"] == server.url.removeprefix("http://")


def test_address_may_have_a_path(server, settings):
    settings.AKISMET_API_URL = f"{server.url}/behind/"
    check()
    assert server.calls[0].path == "/behind/1.1/comment-check"


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert check().verdict == Verdict.HAM


def test_address_that_is_dead_is_passed_over(server, monkeypatch):
    monkeypatch.setattr(transport, "resolve", lambda host, port: ["::1", "127.0.0.1"])
    assert check().verdict == Verdict.HAM


def test_address_that_never_answers_leaves_time_for_the_next(monkeypatch):
    monkeypatch.setattr(transport, "resolve", lambda host, port: ["192.0.2.1", "192.0.2.2", "192.0.2.3"])

    class Inner:
        waits = []

        def connect_tcp(self, address, port, timeout, *options):
            self.waits.append(timeout)
            raise httpcore.ConnectTimeout

    with transport.Call(9) as call:
        backend = transport.DeadlineBackend(call)
        backend.inner = Inner()
        with pytest.raises(httpcore.ConnectTimeout):
            backend.connect_tcp("akismet.example", 443)
    assert [round(wait) for wait in Inner.waits] == [3, 4, 9]  # all that is left, by the addresses that are left


def test_submission_without_an_address_is_not_sent(server):
    with pytest.raises(NotChecked, match="without a network address"):
        check(ip="")
    with pytest.raises(NotChecked, match="without a network address"):
        get_checker().report(make_submission(ip=""), spam=True)
    assert server.calls == []


def test_threads_do_not_get_each_others_answers(server):
    names = ["Pat", "akismet-guaranteed-spam", "akismet-guaranteed-discard", "akismet-recheck"] * 15
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda name: check(author=name), names))
    expected = [(Verdict.HAM, None), (Verdict.SPAM, None), (Verdict.DISCARD, None), (Verdict.HAM, 120)] * 15
    assert [(result.verdict, result.recheck_after) for result in results] == expected
    assert len({result.guid for result in results}) == len(names)


# --- Reports, the key, usage ----------------------------------------------------------------------


@pytest.mark.parametrize(("spam", "endpoint"), [(True, "1.1/submit-spam"), (False, "1.1/submit-ham")])
def test_report_sends_what_the_check_sent(server, spam, endpoint):
    submission = make_submission(author="Pat")
    get_checker().check(submission)
    get_checker().report(submission, spam=spam)
    check, report = server.calls
    assert report.endpoint == endpoint
    assert report.fields == check.fields


@pytest.mark.parametrize("body", ["true", "Thanks", "", "thanks for making the web a better place."])
def test_report_counts_only_when_akismet_thanks_for_it(server, body):
    server.fault = Answer(body)
    with pytest.raises(NotChecked):
        get_checker().report(make_submission(), spam=True)


@pytest.mark.parametrize(
    ("key", "state"),
    [
        (KEY, KeyState.VALID),
        ("invalid-012345", KeyState.INVALID),
        ("short", KeyState.INVALID),
        ("", KeyState.NONE),
    ],
)
def test_verify(server, settings, key, state):
    settings.AKISMET_API_KEY = key
    assert get_checker().verify() == state


def test_without_a_key_nothing_is_sent(server, settings):
    settings.AKISMET_API_KEY = ""
    assert not get_checker().configured
    for ask in (check, get_checker().usage):
        with pytest.raises(NotChecked, match="no Akismet key"):
            ask()
    assert server.calls == []


def test_key_is_verified_only_on_request(server):
    check()
    get_checker().usage()
    assert "1.1/verify-key" not in [call.endpoint for call in server.calls]


def test_usage(server):
    check()
    assert get_checker().usage() == Usage(limit=10_000, used=1, throttled=False)


def test_usage_without_limit(server):
    server.fault = Answer('{"limit": "none", "usage": "12", "throttled": true, "notice_level": "NOTICE_NONE"}')
    assert get_checker().usage() == Usage(limit=None, used=12, throttled=True)


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{}", '{"usage": 1}', '{"usage": true, "limit": 1}', "[" * 60_000, f'{{"a": {"9" * 5000}}}'],
)
def test_usage_that_is_not_understood(server, body):
    server.fault = Answer(body)
    with pytest.raises(NotChecked, match="not understood"):
        get_checker().usage()
