"""The stand-in is as strict as Akismet, can be steered from outside, and stops at once."""

import json
import signal
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from django.conf import settings as site

from crpsinfo.spam import NotChecked, Submission, get_checker
from tests.akismet_stand_in import KEY, StandIn


@pytest.fixture
def server():
    with StandIn() as server:
        yield server


def post(url, **fields):
    """The answer's body and headers."""
    with urlopen(url, data=urlencode(fields).encode(), timeout=5) as answer:
        return answer.read().decode(), answer.headers


@pytest.mark.parametrize(
    ("fields", "help_text"),
    [
        ({"blog": "http://a.example"}, 'Empty "key" value'),
        ({"api_key": "short", "blog": "http://a.example"}, "We were unable to find your key"),
        ({"api_key": KEY, "blog": "a.example"}, "We were unable to parse your blog URI"),
    ],
)
def test_bad_key_or_address_is_invalid(server, fields, help_text):
    body, headers = post(f"{server.url}/1.1/comment-check", user_ip="192.0.2.7", **fields)
    assert (body, headers["X-akismet-debug-help"]) == ("invalid", help_text)


def test_network_address_is_required(server):
    body, headers = post(f"{server.url}/1.1/comment-check", api_key=KEY, blog="http://a.example")
    assert (body, headers["X-akismet-debug-help"]) == ("Missing required field: user_ip.", 'Empty "user_ip" value')


def test_key_may_go_by_either_name(server):
    for name in ("key", "api_key"):
        assert post(f"{server.url}/1.1/verify-key", blog="http://a.example", **{name: KEY})[0] == "valid"


def test_faults_are_switched_and_calls_read_from_outside(server):
    post(f"{server.url}/stand-in/fault", name="empty")
    fields = {"api_key": KEY, "blog": "http://a.example", "user_ip": "192.0.2.7", "comment_content": "Hello"}
    assert post(f"{server.url}/1.1/comment-check", **fields)[0] == ""
    post(f"{server.url}/stand-in/fault", name="")
    assert post(f"{server.url}/1.1/comment-check", **fields)[0] == "false"
    with urlopen(f"{server.url}/stand-in/calls", timeout=5) as answer:
        assert [call["fields"]["comment_content"] for call in json.load(answer)] == ["Hello", "Hello"]


def test_unknown_fault_or_address_is_refused(server):
    for path, fields in (("stand-in/fault", {"name": "nonsense"}), ("1.1/nonsense", {})):
        with pytest.raises(HTTPError) as caught:
            post(f"{server.url}/{path}", **fields)
        assert caught.value.code == 404
        caught.value.close()
    assert server.fault == ""


@pytest.mark.parametrize("fault", ["slow", "trickle"])
def test_stopping_does_not_wait_for_a_slow_answer(settings, fault):
    with StandIn() as server:
        for name, value in server.settings.items():
            setattr(settings, name, value)
        settings.AKISMET_TIMEOUT, server.fault, server.pause = 0.1, fault, 30
        with pytest.raises(NotChecked):
            get_checker().check(Submission(kind="comment", text="Hello", ip="192.0.2.7"))
        started = time.monotonic()
    assert time.monotonic() - started < 1


def test_it_runs_by_hand_and_prints_no_texts():
    command = [sys.executable, "-m", "tests.akismet_stand_in", "--port", "0"]
    with subprocess.Popen(command, cwd=site.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().split()[4].rstrip(".")
        fields = {"api_key": KEY, "blog": "http://a.example", "user_ip": "192.0.2.7", "comment_content": "Hello"}
        post(f"{url}/1.1/comment-check", comment_type="reply", comment_author="Pat", **fields)
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
    assert rest == "1.1/comment-check reply -> false\nStopped.\n"
    assert process.returncode == 0
