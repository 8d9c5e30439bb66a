"""Whatever goes wrong with Akismet is NotChecked, in time, with a reason that can be shown; never a verdict."""

import logging
import socket
import time
import traceback

import pytest
from django.utils.http import http_date

from crpsinfo.spam import KeyState, NotChecked, Refused, Submission, Unavailable, Verdict, get_checker
from tests.akismet_stand_in import FAULTS, KEY, ODD_WAYS, Answer, StandIn

SUBMISSION = Submission(kind="comment", text="private words", ip="192.0.2.7", email="pat@example.org")
TROUBLES = sorted(set(FAULTS) - {"alert"})


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


@pytest.fixture
def switch_on(server, settings):
    """Switch a trouble on; of those that would last, a little is enough."""

    def switch(fault):
        server.fault = fault
        settings.AKISMET_TIMEOUT = 0.1 if fault in ODD_WAYS else 3

    return switch


def failure_of_check():
    with pytest.raises(NotChecked) as caught:
        get_checker().check(SUBMISSION)
    return caught.value


@pytest.mark.parametrize("fault", TROUBLES)
def test_no_trouble_is_taken_for_a_verdict(switch_on, fault):
    switch_on(fault)
    assert 0 < len(failure_of_check().reason) < 80


@pytest.mark.parametrize("fault", TROUBLES)
def test_no_trouble_is_taken_for_thanks(switch_on, fault):
    switch_on(fault)
    with pytest.raises(NotChecked):
        get_checker().report(SUBMISSION, spam=False)


@pytest.mark.parametrize("fault", [fault for fault in TROUBLES if fault != "invalid"])
def test_no_trouble_is_taken_for_a_valid_or_a_refused_key(switch_on, fault):
    switch_on(fault)
    assert get_checker().verify() == KeyState.FAILED


@pytest.mark.parametrize("fault", TROUBLES)
def test_no_trouble_is_taken_for_usage(switch_on, fault):
    switch_on(fault)
    with pytest.raises(NotChecked):
        get_checker().usage()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("error-500", "Akismet answered with status 500"),
        ("too-many", "Akismet answered with status 429"),
        ("redirect", "Akismet answered with status 302"),
        ("slow", "Akismet did not answer in time"),
        ("reset", "Akismet could not be reached, or broke off"),
        ("html", "Akismet's answer was not understood"),
        ("invalid", "Akismet refuses the key or the site's address"),
        ("error-header", "Akismet reports a problem with the account (suspended)"),
        ("suspended-alert", "Akismet has stopped its service for this site (alert 10006)"),
    ],
)
def test_reason_tells_a_moderator_what_is_wrong(switch_on, fault, reason):
    switch_on(fault)
    assert failure_of_check().reason == reason


@pytest.mark.parametrize("body", ["true", "false", "invalid", "anything"])
def test_error_header_outweighs_any_body(server, body):
    server.fault = Answer(body, headers={"x-AKISMET-error": "something"})
    failure = failure_of_check()
    assert isinstance(failure, Refused)
    assert failure.reason == "Akismet reports a problem with the account (something)"


@pytest.mark.parametrize("words", ["<b>bold</b>", "x" * 61, "pat@example.org"])
def test_error_header_that_is_no_plain_word_is_not_repeated(server, words):
    server.fault = Answer("false", headers={"X-akismet-error": words})
    assert failure_of_check().reason == "Akismet reports a problem with the account"


@pytest.mark.parametrize("code", ["10001", "10402", "10404", "10508"])
def test_alert_that_stops_the_service_outweighs_any_body(server, code):
    server.fault = Answer("false", headers={"X-Akismet-Alert-Code": code, "X-akismet-alert-msg": "Pay!"})
    failure = failure_of_check()
    assert failure.reason == f"Akismet has stopped its service for this site (alert {code})"
    assert failure.alert == (code, "Pay!")


def test_empty_error_header_is_none(server):
    server.fault = Answer("false", headers={"X-akismet-error": ""})
    assert get_checker().check(SUBMISSION).verdict == Verdict.HAM


@pytest.mark.parametrize("body", ["True", "false.", "truefalse", "1", "Missing required field: user_ip."])
def test_body_must_be_a_verdict_to_the_letter(server, body):
    server.fault = Answer(body)
    assert failure_of_check().reason == "Akismet's answer was not understood"


def test_what_is_wrong_with_one_text_does_not_speak_for_the_service(server):
    help_text = {"X-akismet-debug-help": 'Empty "comment_content" value'}
    server.fault = Answer("Missing required field: comment_content.", headers=help_text)
    failure = failure_of_check()
    assert not isinstance(failure, Unavailable)
    assert failure.reason == "Akismet says that something in this text or about it is wrong"


@pytest.mark.parametrize("fault", TROUBLES)
def test_trouble_speaks_for_the_service_and_some_of_it_lasts(switch_on, fault):
    switch_on(fault)
    failure = failure_of_check()
    assert isinstance(failure, Unavailable)
    assert isinstance(failure, Refused) == (fault in ("invalid", "error-header", "suspended-alert"))


@pytest.mark.parametrize("fault", ["slow", "trickle", "trickle-headers"])
def test_deadline_holds_for_the_whole_call(server, settings, fault):
    settings.AKISMET_TIMEOUT, server.fault = 0.25, fault  # the stand-in's bytes come every 0.05 s
    started = time.monotonic()
    failure_of_check()
    assert 0.2 < time.monotonic() - started < 1


def test_nothing_is_sent_after_the_deadline(server, settings):
    settings.AKISMET_TIMEOUT = 0
    assert failure_of_check().reason == "Akismet did not answer in time"
    assert server.calls == []


def test_answer_that_is_too_long_is_not_read_to_its_end(server, settings):
    settings.AKISMET_TIMEOUT = 5
    server.fault = Answer(b"false" + b" " * 70_000)
    assert failure_of_check().reason == "Akismet could not be reached, or broke off"


def test_nobody_listens(settings, server):
    with socket.socket() as taken:  # bound, but not listening: nobody else can take the port meanwhile
        taken.bind(("127.0.0.1", 0))
        settings.AKISMET_API_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert failure_of_check().reason == "Akismet could not be reached, or broke off"


def test_name_is_not_known(settings, server, monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert failure_of_check().reason == "Akismet could not be reached, or broke off"


def test_encryption_is_not_given_up(server, settings):
    settings.AKISMET_API_URL = server.url.replace("http:", "https:")
    assert failure_of_check().reason == "Akismet could not be reached, or broke off"
    assert server.calls == []


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0", 0), ("9999999", 86_400), ("soon", None), ("-1", None), ("", None), ("9" * 30, None)],
)
def test_pause_that_akismet_asks_for(server, status, value, seconds):
    server.fault = Answer(status=status, headers={"Retry-After": value})
    assert failure_of_check().retry_after == seconds


@pytest.mark.parametrize(("offset", "least", "most"), [(60, 50, 60), (-60, 0, 0), (10**7, 86_400, 86_400)])
def test_pause_until_a_date(server, offset, least, most):
    server.fault = Answer(status=429, headers={"Retry-After": http_date(time.time() + offset)})
    assert least <= failure_of_check().retry_after <= most


def test_service_works_again_after_trouble(switch_on):
    for fault in ("reset", "slow", "error-header"):
        switch_on(fault)
        failure_of_check()
    switch_on("")
    assert get_checker().check(SUBMISSION).verdict == Verdict.HAM


def test_mistake_of_ours_is_not_taken_for_trouble_of_akismets(server):
    with pytest.raises(UnicodeEncodeError):
        get_checker().check(Submission(kind="comment", text="\ud800", ip="192.0.2.7"))


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_key_and_text_stay_out_of_logs_and_exceptions(switch_on, fault, caplog, monkeypatch):
    for name in ("crpsinfo", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
        monkeypatch.setattr(logging.getLogger(name), "handlers", [caplog.handler])  # ahead of the site's redaction
    switch_on(fault)
    checker, seen = get_checker(), []
    for ask in (checker.check, lambda it: checker.report(it, spam=True), lambda it: checker.usage()):
        try:
            seen.append(repr(ask(SUBMISSION)))
        except NotChecked as failure:
            seen += [repr(failure), "".join(traceback.format_exception(failure)), repr(failure.__context__)]
    checker.verify()
    assert caplog.records
    for secret in (KEY, "private words", "pat@example.org", "192.0.2.7"):
        assert secret not in caplog.text
        assert secret not in "".join(seen)


def test_key_in_a_message_from_akismet_is_not_passed_on(server):
    server.fault = Answer(
        "false", headers={"X-akismet-alert-code": "10005", "X-akismet-alert-msg": f"Key {KEY} leaked"}
    )
    assert get_checker().check(SUBMISSION).alert_message == "Key … leaked"


def test_key_in_an_error_from_akismet_is_not_passed_on(server):
    server.fault = Answer("false", headers={"X-akismet-error": f"bad {KEY}"})
    assert failure_of_check().reason == "Akismet reports a problem with the account (bad …)"
