"""`manage.py reindex`: what was there before, what came in around the site's own code, and what is gone."""

import io
from threading import Event

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from articles.models import Article
from comments.found import Comments
from comments.models import Comment
from comments.moves import Status
from crpsinfo.models import SearchEntry, SearchWord
from crpsinfo.search import index
from crpsinfo.search.index import BATCH
from directory.models import Doctor
from tests.directory_factories import make_listing
from tests.factories import make_article, make_comment, make_moderator
from tests.working import in_a_thread

pytestmark = pytest.mark.django_db


def reindex(*arguments):
    out = io.StringIO()
    call_command("reindex", *arguments, stdout=out)
    return out.getvalue()


def entries():
    return set(SearchEntry.objects.values_list("kind", "object_id"))


def test_what_was_there_before_is_found_afterwards():
    comment, doctor = make_comment(text="Burning"), make_listing().doctor
    make_comment(comment.article, status=Status.REMOVED)
    make_article(published=False)
    SearchEntry.objects.all().delete()
    assert reindex() == "Search: 3 entries added, 0 changed, 0 removed.\n"
    assert entries() == {("article", comment.article_id), ("comment", comment.pk), ("doctor", doctor.pk)}
    assert SearchWord.objects.filter(word="tester").exists()
    assert reindex() == "Search: 0 entries added, 0 changed, 0 removed.\n"


def test_what_is_out_of_date_is_put_right():
    _, article, doctor = make_comment(text="Burning"), make_article("Mirrors"), make_listing().doctor
    reindex()
    Comment.objects.update(text="Freezing")
    Article.objects.filter(pk=article.pk).update(title="Ketamine")
    Doctor.objects.filter(pk=doctor.pk).delete()
    assert reindex() == "Search: 0 entries added, 2 changed, 1 removed.\n"
    assert set(SearchEntry.objects.filter(kind="comment").values_list("body", flat=True)) == {" freez "}
    known = SearchWord.objects.filter(entry__kind="article", entry__object_id=article.pk)
    assert (known.filter(word="mirrors").exists(), known.filter(word="ketamine").exists()) == (False, True)


def test_a_dry_run_changes_nothing():
    make_comment(text="Burning")
    before = entries()
    assert reindex("--dry-run") == "Search: 1 entries would have been added, 0 changed, 0 removed.\n"
    assert entries() == before


def test_queries_grow_with_the_batches_alone(django_assert_max_num_queries):
    article = make_article()
    for _ in range(30):
        make_comment(article)
    with django_assert_max_num_queries(40):
        reindex()
    assert SearchEntry.objects.filter(kind="comment").count() == 30 < BATCH


def test_rows_beyond_a_batch_come_too(monkeypatch):
    monkeypatch.setattr("crpsinfo.search.index.BATCH", 2)
    article = make_article()
    for _ in range(5):
        make_comment(article)
    reindex()
    assert SearchEntry.objects.filter(kind="comment").count() == 5
    Comment.objects.all().delete()
    assert reindex() == "Search: 0 entries added, 0 changed, 5 removed.\n"


def public_comments():
    return {("comment", pk) for pk in Comment.objects.public().values_list("pk", flat=True)}


@pytest.mark.django_db(transaction=True)
def test_what_changes_after_it_was_listed_is_indexed_as_it_is_then(monkeypatch):
    article, moderator = make_article(), make_moderator()
    shown, waiting = make_comment(article), make_comment(article, status=Status.PENDING)
    added_later, refresh = [], index.refresh

    def change():
        shown.remove(by=moderator, reason="other")
        waiting.publish(by=moderator)
        added_later.append(make_comment(article, status=Status.PENDING))
        added_later[0].publish(by=moderator)

    def after_a_change(*arguments, **options):
        if not added_later:
            with in_a_thread(change):
                pass
        return refresh(*arguments, **options)

    monkeypatch.setattr("crpsinfo.search.index.refresh", after_a_change)
    index.reindex("comment")
    assert {key for key in entries() if key[0] == "comment"} == public_comments()
    assert public_comments() == {("comment", waiting.pk), ("comment", added_later[0].pk)}


@pytest.mark.django_db(transaction=True)
def test_what_is_decided_while_the_index_is_made_anew_has_the_last_word():
    article, moderator, done = make_article(), make_moderator(), Event()
    comments = [make_comment(article) for _ in range(4)]
    index.reindex("comment")

    def decide():
        try:
            for comment in [*comments * 10, comments[0]]:
                comment.remove(by=moderator, reason="other")
                comment.publish(by=moderator)
            comments[0].remove(by=moderator, reason="other")
        finally:
            done.set()

    with in_a_thread(decide):
        while not done.is_set():
            index.reindex("comment")
    assert {key for key in entries() if key[0] == "comment"} == public_comments()
    assert len(public_comments()) == 3


@pytest.mark.skipif(connection.vendor == "sqlite", reason="it has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_row_that_cannot_be_found_now_does_not_come_back_unseen(monkeypatch):
    """Its entry would be taken for what is left of it before, and go."""
    shown, removed = make_comment(), make_comment(status=Status.REMOVED)
    entry, tried = Comments.entry, []

    def change():
        with pytest.raises(OperationalError, match="could not obtain lock"), transaction.atomic():
            tried.append(Comment.objects.select_for_update(nowait=True).get(pk=removed.pk))
        tried.append("locked")

    def entry_during_a_change(kind, row):
        with in_a_thread(change):
            pass
        return entry(kind, row)

    monkeypatch.setattr(Comments, "entry", entry_during_a_change)
    index.refresh("comment", shown.pk, removed.pk)
    assert tried == ["locked"]
