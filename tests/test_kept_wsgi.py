"""Kept pages as the web server gets them, before Django makes a request of what it was asked."""

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from comments.models import Comment
from comments.moves import Reason
from crpsinfo.wsgi import Handler
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def https_only(settings):
    settings.SECURE_SSL_REDIRECT = True


@pytest.fixture
def ask(keeping, rf):
    """A function that asks for an address: (status, headers, body)."""
    application = Handler()

    def ask(address, method="GET", **environ):
        started = []
        given = rf.generic(method, address, HTTP_ACCEPT_ENCODING="br").environ | environ
        body = application(given, lambda *start: started.append(start))
        [(status, headers)] = started
        whole = b"".join(body)
        getattr(body, "close", int)()
        return status, dict(headers), whole

    return ask


@pytest.fixture
def address(ask):
    """Of a page that is kept."""
    address = make_comment(text="Words that should go.").article.get_absolute_url()
    ask(address)
    return address


def count(call):
    """How many queries a call takes."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


@pytest.fixture
def no_request(monkeypatch):
    """To make a request of it fails."""
    monkeypatch.setattr("crpsinfo.wsgi.Handler.request_class", None)


def test_a_kept_page_is_answered_with_one_query_and_no_request(ask, address, no_request):
    assert count(lambda: ask(address)) == 1
    status, headers, body = ask(address)
    assert status == "200 OK"
    assert b"Words that should go." in brotli.decompress(body)
    assert headers["Content-Length"] == str(len(body))
    assert "Content-Security-Policy" in headers


def test_it_is_the_page_that_django_answers_with(ask, address):
    made = Client(headers={"Accept-Encoding": "br"}).get(address)
    status, headers, body = ask(address)
    assert (headers, body) == (dict(made.items()), made.content)


def test_head_gets_the_headers_alone(ask, address, no_request):
    status, headers, body = ask(address)
    assert ask(address, "HEAD") == (status, headers, b"")


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_page_is_told_that_it_is_the_same(ask, address, no_request, known):
    whole = ask(address)[1]
    status, headers, body = ask(address, HTTP_IF_NONE_MATCH=known.format(whole["ETag"]))
    assert (status, body) == ("304 Not Modified", b"")
    assert headers == {name: whole[name] for name in ("Cache-Control", "ETag", "Vary")}


def test_who_has_another_page_gets_this_one(ask, address, no_request):
    assert ask(address, HTTP_IF_NONE_MATCH='"another"')[0] == "200 OK"


def test_what_was_removed_is_gone_with_the_next_request(ask, address):
    mark = ask(address)[1]["ETag"]
    Comment.objects.get().remove(by=make_moderator(), reason=Reason.OTHER)
    status, _, body = ask(address, HTTP_IF_NONE_MATCH=mark)
    assert status == "200 OK"
    assert b"Words that should go." not in brotli.decompress(body)


def test_another_host_gets_nothing(ask, address):
    assert ask(address, HTTP_HOST="elsewhere.example")[0] == "400 Bad Request"


def test_what_was_kept_for_https_does_not_answer_a_plain_request(https_only, ask):
    address = make_article().get_absolute_url()
    secure = {"wsgi.url_scheme": "https"}
    assert [ask(address, **secure)[0] for _ in range(2)] == ["200 OK"] * 2
    assert ask(address)[0] == "301 Moved Permanently"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_are_refused_as_before(ask, address, method):
    assert ask(address, method)[0] == "405 Method Not Allowed"


def test_another_query_or_coding_is_another_page(ask, address):
    assert ask(f"{address}?page=9")[0] == "404 Not Found"
    plain = ask(address, HTTP_ACCEPT_ENCODING="identity")
    assert "Content-Encoding" not in plain[1]
    assert plain[2] == brotli.decompress(ask(address)[2])


def test_the_version_is_asked_for_once_although_the_page_is_made_anew(ask, address):
    make_comment(Comment.objects.get().article)
    assert count(lambda: ask(address)) == 3  # version, threads, replies
    Article.objects.update(title="Another title")
    assert count(lambda: ask(address)) == 4  # and what is around them


def test_a_connection_that_has_grown_old_is_exchanged_though_all_pages_are_kept(ask, address):
    before = connection.connection
    assert ask(address)[0] == "200 OK"
    assert connection.connection is before
    connection.close_at = 0
    assert ask(address)[0] == "200 OK"
    assert connection.connection is not before
    assert count(lambda: ask(address)) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is in this process")
def test_a_reader_sees_nothing_of_a_database_that_was_started_anew(ask, address):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    assert [ask(address)[0] for _ in range(2)] == ["200 OK"] * 2
