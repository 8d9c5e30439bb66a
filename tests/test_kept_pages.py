"""Pages that are kept: as quick as a file, and never older than the last change."""

import gzip
import random
import re
from datetime import timedelta
from threading import Event, Thread

import brotli
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Topic
from comments.models import CommentSettings, Tally
from comments.moves import Reason, Status
from crpsinfo.caching import public_page
from crpsinfo.kept import triggers
from crpsinfo.kept.asked import coding_for
from crpsinfo.kept.middleware import KeptPagesMiddleware
from crpsinfo.kept.models import SiteVersion
from crpsinfo.kept.page import KeptPage
from crpsinfo.kept.store import Store
from tests.factories import make_article, make_comment, make_moderator, make_writer
from tests.serving import web_servers
from tests.test_site import PRIVATE, site  # noqa: F401 - a fixture: an address of every kind

pytestmark = pytest.mark.django_db(transaction=True)

# Tables that no page is made from, and one that changes with what is watched.
OF_KEEPING = {"crpsinfo_siteversion", "pragma_schema_version", "sqlite_master", "pg_trigger", "pg_class"}
FOLLOWS = {"comments_tally"}


@pytest.fixture
def client(keeping):
    return Client()


@pytest.fixture
def kept(monkeypatch):
    """The addresses of the pages that were kept."""
    put, addresses = Store.put, []

    def noted(self, key, page):
        if isinstance(page, KeptPage):
            addresses.append("?".join(filter(None, key[:2])))
        put(self, key, page)

    monkeypatch.setattr(Store, "put", noted)
    return addresses


def queries(client, address, **headers):
    SiteVersion.current()  # by now this process has seen that all triggers are there
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, headers=headers)
    assert response.status_code in (200, 304)
    return len(captured)


# --- What it costs ----------------------------------------------------------------------------------------


def test_a_kept_page_costs_one_query_and_so_does_asking_whether_it_changed(client):
    address = make_article().get_absolute_url()
    first = client.get(address)
    assert queries(client, address) == 1
    assert queries(client, address, **{"If-None-Match": first.headers["ETag"]}) == 1
    assert client.get(address).content == first.content


def test_a_comment_page_takes_four_queries_to_make_and_after_a_new_comment_three(client):
    reply = make_comment(parent=make_comment())
    article = reply.article
    address = article.get_absolute_url()
    assert queries(client, address) == 4  # version, article, threads, replies
    make_comment(parent=reply, text="A new word.")
    assert queries(client, address) == 3
    assert "A new word." in client.get(address).text
    Article.objects.filter(pk=article.pk).update(title="Another title")
    assert queries(client, address) == 4
    assert "Another title" in client.get(address).text


def test_what_is_around_the_comments_is_as_new_as_they_are(client):
    article, topic = make_article(), Topic.objects.create(name="Old topic", slug="a")
    article.topics.add(topic)
    address, shown = article.get_absolute_url(), lambda: client.get(address).text
    assert "Old topic" in shown()
    Topic.objects.update(name="New topic")
    make_comment(article)
    assert "New topic" in shown()
    CommentSettings.objects.create(pk=1, open=False, note="Closed for a week.")
    assert "Closed for a week." in shown()


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("GZIP", "gzip"),
        ("identity", ""),
        ("", ""),
        ("gzip; q=0", ""),
    ],
)
def test_a_reader_gets_the_best_coding_that_they_take(accepted, coding):
    assert coding_for(accepted) == coding


def test_all_codings_are_the_same_page_and_each_has_a_mark_of_its_own(client):
    address = make_article().get_absolute_url()
    plain, zipped, best = (client.get(address, headers={"Accept-Encoding": name}) for name in ("", "gzip", "br"))
    assert plain.content == gzip.decompress(zipped.content) == brotli.decompress(best.content)
    assert len({answer.headers["ETag"] for answer in (plain, zipped, best)}) == 3
    assert [answer.headers.get("Content-Encoding") for answer in (plain, zipped, best)] == [None, "gzip", "br"]
    for answer in (plain, zipped, best):
        assert answer.headers["Content-Length"] == str(len(answer.content))
        again = client.get(address, headers={"Accept-Encoding": "br", "If-None-Match": answer.headers["ETag"]})
        assert again.status_code == (304 if answer is best else 200)


def test_a_kept_page_has_the_headers_of_one_that_was_made(client):
    address = make_article().get_absolute_url()
    made, again = client.get(address), client.get(address)
    assert dict(made.items()) == dict(again.items())
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Vary"):
        assert name in again.headers


# --- What changes -----------------------------------------------------------------------------------------


def test_what_was_removed_is_gone_with_the_next_request(client):
    comment = make_comment(text="Words that should go.")
    address = comment.article.get_absolute_url()
    assert [comment.text in client.get(address).text for _ in range(2)] == [True, True]
    comment.remove(by=make_moderator(), reason=Reason.OTHER)
    assert comment.text not in client.get(address).text


def test_what_waits_changes_no_page(client):
    comment = make_comment()
    address = comment.article.get_absolute_url()
    client.get(address)
    waiting = make_comment(comment.article, status=Status.PENDING)
    waiting.mark_spam(by=make_moderator())
    make_writer()
    assert queries(client, address) == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda topic: Topic.objects.create(name="New", slug="new"),
        lambda topic: Topic.objects.filter(pk=topic.pk).update(name="Other"),
        lambda topic: Topic.objects.bulk_update([topic], ["name"]),
        lambda topic: topic.delete(),
        lambda topic: make_article().topics.add(topic),
        lambda topic: connection.cursor().execute("UPDATE articles_topic SET name = 'Other'"),
    ],
)
def test_every_way_of_writing_counts(write):
    topic = Topic.objects.create(name="Old", slug="old")
    version = SiteVersion.current()
    write(topic)
    assert SiteVersion.current() > version


def test_a_transaction_counts_once_when_it_ends_and_not_at_all_if_it_fails():
    make_article()
    before = SiteVersion.objects.get().number
    with transaction.atomic():
        Topic.objects.create(name="A", slug="a")
        transaction.set_rollback(True)
    assert SiteVersion.objects.get().number == before
    with transaction.atomic():
        Topic.objects.bulk_create([Topic(name=name, slug=name) for name in "abc"])
    assert SiteVersion.objects.get().number == before + (1 if connection.vendor == "postgresql" else 3)


def test_pages_are_made_from_nothing_but_what_is_watched(site, client, kept):  # noqa: F811
    make_comment(Article.objects.get(slug="an-article"), staff=make_moderator(), public_note="Noted.")
    watched = {apps.get_model(label)._meta.db_table for label in settings.PAGES_SHOW}
    with CaptureQueriesContext(connection) as captured:
        for address in site.values():
            captured_before, kept_before = len(captured), len(kept)
            client.get(address)
            if len(kept) > kept_before:
                sql = " ".join(query["sql"] for query in captured.captured_queries[captured_before:])
                read = set(re.findall(r'(?:FROM|JOIN) "?(\w+)', sql))
                assert "crpsinfo_siteversion" in sql[:100], address  # before anything that the page shows
                assert read - OF_KEEPING - FOLLOWS <= watched, address


def test_the_next_day_all_pages_are_made_anew(client, monkeypatch):
    address = make_article().get_absolute_url()
    client.get(address)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("crpsinfo.kept.models.timezone.now", lambda: tomorrow)
    assert queries(client, address) > 1


# --- What is never kept -----------------------------------------------------------------------------------


def test_private_pages_and_unknown_parameters_are_never_kept(site, client, kept):  # noqa: F811
    for name, address in site.items():
        client.get(address)
        client.get(f"{address}{'&' if '?' in address else '?'}utm_source=mail")
        client.get(f"{address}{'&' if '?' in address else '?'}page=1&page=1")
        if name in PRIVATE:
            assert address not in kept
    assert not [address for address in kept if "utm_source" in address or "page=1&page=1" in address]
    assert {
        site[name] for name in set(site) - PRIVATE - {"comment", "post-comment", "report-sent", "report-danger"}
    } == {*kept}


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_only_reading_gets_a_kept_page(client, kept, method):
    address = make_article().get_absolute_url()
    client.get(address)
    assert getattr(client, method)(address).status_code == 405


def test_what_is_not_there_is_not_kept(client, kept):
    for address in ("/articles/nowhere/", "/articles/?page=99", "/articles/?page=x"):
        assert client.get(address).status_code == 404
    assert kept == []


def test_a_host_that_is_not_ours_gets_nothing_kept(client):
    address = make_article().get_absolute_url()
    client.get(address)
    refused = client.get(address, headers={"Host": "elsewhere.example"})
    assert refused.status_code == 400
    assert "Content-Security-Policy" in refused.headers


def test_a_page_that_was_kept_for_https_answers_no_plain_request(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    client = Client()
    address = make_article().get_absolute_url()
    assert [client.get(address, secure=True).status_code for _ in range(2)] == [200, 200]
    assert client.get(address).status_code == 301
    assert "Strict-Transport-Security" in client.get(address, secure=True).headers


def test_a_draft_that_was_taken_back_is_gone(client):
    article = make_article()
    client.get(article.get_absolute_url())
    article.unpublish()
    assert client.get(article.get_absolute_url()).status_code == 404


# --- What could go wrong ----------------------------------------------------------------------------------


def test_without_a_trigger_nothing_is_kept_until_it_is_back(client, kept):
    triggers.drop_some(connection, list(triggers.there(connection))[:1])
    triggers.known.clear()
    address = make_article().get_absolute_url()
    try:
        client.get(address)
        assert kept == []
    finally:
        triggers.put(connection)
    client.get(address)
    assert kept == [address]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL alters a table where SQLite makes it anew")
def test_a_table_that_was_made_anew_without_its_triggers_shows_nothing_old(client):
    article = make_article()
    article.topics.add(Topic.objects.create(name="Old name", slug="a"))
    address = article.get_absolute_url()
    assert "Old name" in client.get(address).text
    with connection.schema_editor() as editor:
        editor._remake_table(Topic)
    try:
        Topic.objects.update(name="New name")
        assert "New name" in client.get(address).text
    finally:
        triggers.put(connection)
    assert "New name" in client.get(address).text
    assert queries(client, address) == 1


def test_triggers_that_were_put_back_make_all_pages_old():
    before = SiteVersion.objects.get().number
    triggers.put(connection)
    assert SiteVersion.objects.get().number == before
    triggers.drop_some(connection, list(triggers.there(connection))[:1])
    triggers.put(connection)
    assert SiteVersion.objects.get().number == before + 1


def test_a_row_that_was_flushed_is_made_again():
    SiteVersion.objects.all().delete()
    assert SiteVersion.current() is None
    SiteVersion.begin("default")
    assert SiteVersion.current()[0] > 1_700_000_000


@pytest.mark.parametrize("path", ["/healthz", "/admin/login/", "/search/?q=words", "/nowhere/"])
def test_what_is_never_kept_does_not_ask_for_the_version(client, path):
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    assert not [query for query in captured if "siteversion" in query["sql"]]


def test_a_trigger_of_a_former_definition_is_exchanged(settings):
    before, shown = triggers.there(connection), settings.PAGES_SHOW
    settings.PAGES_SHOW = shown | {"articles.Topic": "1 = 1"}
    triggers.put(connection)
    assert len(triggers.there(connection)) == len(before)
    assert len(triggers.there(connection) - before) == 3
    settings.PAGES_SHOW = shown
    triggers.put(connection)
    assert triggers.there(connection) == before


def test_while_triggers_are_away_nothing_old_is_shown_though_this_process_has_seen_them(client):
    comment = make_comment(text="Words that should go.")
    address = comment.article.get_absolute_url()
    assert comment.text in client.get(address).text
    triggers.drop(connection)
    try:
        comment.remove(by=make_moderator(), reason=Reason.OTHER)
        assert comment.text not in client.get(address).text
    finally:
        SiteVersion.begin("default")
    assert comment.text not in client.get(address).text
    assert queries(client, address) == 1


@pytest.mark.parametrize(("app", "name"), [("comments", "0006"), ("crpsinfo", "0010"), ("crpsinfo", "0009")])
def test_the_database_can_go_back_to_before_there_were_tallies_and_frames(app, name):
    comment = make_comment()
    try:
        call_command("migrate", app, name, verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert triggers.wanted(connection.vendor).keys() == triggers.there(connection)
    assert SiteVersion.current() is not None
    assert Tally.objects.get(article=comment.article).comments == 1


def test_the_store_keeps_what_was_asked_for_last_within_its_bounds():
    store = Store(10_000)
    for number in range(10):
        store.put((f"/{number}/", "page=2"), KeptPage.of(HttpResponse("x" * number), (1,)))
        store.get(("/0/", "page=2"))
    assert ("/0/", "page=2") in store.pages
    assert ("/1/", "page=2") not in store.pages
    assert store.size == sum(page.size(key) for key, page in store.pages.items()) <= 10_000
    store.put(("/large/", ""), KeptPage.of(HttpResponse(random.randbytes(20_000)), (1,)))
    assert (store.size, len(store.pages)) == (0, 0)


def test_after_a_change_one_thread_makes_the_page_and_the_others_wait_for_it(keeping, monkeypatch):
    made, may_end, version = [], Event(), [1]
    monkeypatch.setattr(SiteVersion, "current", lambda: tuple(version))

    @public_page
    def view(request):
        made.append(1)
        assert len(made) == 1 or may_end.wait(20)
        return HttpResponse(f"page {len(made)}")

    middleware, answers = KeptPagesMiddleware(view), []
    ask = lambda: answers.append(middleware(RequestFactory().get("/")).content)  # noqa: E731
    ask()
    version[0] = 2
    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    may_end.set()
    for thread in threads:
        thread.join()
    assert (len(made), answers) == (2, [b"page 1"] + 8 * [b"page 2"])


# --- Several processes ------------------------------------------------------------------------------------


def test_no_process_ever_shows_again_what_was_removed():
    """Three servers, as on three machines, each with the page in its memory."""
    comment = make_comment(text="Words that should go.")
    address = comment.article.get_absolute_url()
    with web_servers(3) as servers:
        assert all(comment.text in server.get(address) for server in servers * 2)
        comment.remove(by=make_moderator(), reason=Reason.OTHER)
        assert not any(comment.text in server.get(address) for server in servers * 5)
