"""What the web server gives us, and what it gets."""

from urllib.parse import urlencode

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from crpsinfo import gunicorn
from crpsinfo.search.query import LONGEST_TYPED
from crpsinfo.wsgi import Handler, application

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def answer(rf, method, address):
    """(status, headers, body) as the server gets them."""
    started = []
    body = application(rf.generic(method, address).environ, lambda *start: started.append(start))
    [(status, headers)] = started
    return status, dict(headers), b"".join(body)


@pytest.mark.parametrize("address", ["/", "/search/", "/feeds/articles/", "/nothing-here/"])
def test_head_gets_the_headers_of_get_and_no_body(rf, address):
    status, headers, body = answer(rf, "GET", address)
    assert body
    assert answer(rf, "HEAD", address) == (status, headers, b"")


@pytest.mark.parametrize("response", [HttpResponse("text"), StreamingHttpResponse(["te", "xt"])])
def test_nothing_of_an_answer_to_head_is_made_or_sent(rf, monkeypatch, response):
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIHandler.get_response", lambda handler, request: response)
    assert b"".join(Handler().get_response(rf.head("/"))) == b""


def test_the_server_takes_whatever_the_search_box_lets_in():
    config = Config()
    config.set("limit_request_line", gunicorn.limit_request_line)
    line = f"GET /search/?{urlencode({'q': '痛' * LONGEST_TYPED, 'kind': 'comments', 'page': 99})} HTTP/1.1\r\n"
    request = next(RequestParser(config, iter([f"{line}Host: testserver\r\n\r\n".encode()]), None))
    assert request.path == "/search/"


def test_the_server_drops_names_that_could_stand_for_another_header():
    config = Config()
    lines = [
        "GET / HTTP/1.1",
        "Host: testserver",
        "X_Forwarded_For: 203.0.113.9",
        "X-Forwarded-For: 198.51.100.7",
        "",
        "",
    ]
    request = next(RequestParser(config, iter(["\r\n".join(lines).encode()]), None))
    assert [value for name, value in request.headers if name.replace("_", "-") == "X-FORWARDED-FOR"] == ["198.51.100.7"]
    assert not hasattr(gunicorn, "header_map")  # the default of the server holds for ours
