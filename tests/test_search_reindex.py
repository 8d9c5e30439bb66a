"""`manage.py reindex`: what was there before, what came in around the site's own code, and what is gone."""

import io

import pytest
from django.core.management import call_command

from articles.models import Article
from comments.models import Comment
from comments.moves import Status
from crpsinfo.models import SearchEntry, SearchWord
from crpsinfo.search.index import BATCH
from directory.models import Doctor
from tests.directory_factories import make_listing
from tests.factories import make_article, make_comment

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
