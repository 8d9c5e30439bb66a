from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Kind, Status
from tests.article_forms import add
from tests.factories import make_article, make_editor, make_moderator

pytestmark = pytest.mark.django_db


def test_a_draft_is_nowhere(client):
    draft = make_article(published=False)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert draft.title not in client.get("/articles/").text
    assert draft.slug not in client.get("/sitemap-articles.xml").text
    assert draft.title not in client.get("/feeds/articles/").text


def test_publish_and_unpublish_leave_history_and_keep_the_first_date():
    article = make_article(published=False)
    article.publish()
    first = article.published_at
    article.unpublish()
    article.publish()
    assert article.published_at == first
    assert article.history.count() == 4


def test_a_published_article_without_a_date_is_refused_by_the_database():
    with pytest.raises(IntegrityError):
        Article.objects.create(slug="x", title="x", summary="x", body="x", status=Status.PUBLISHED)


def test_html_follows_the_text():
    article = make_article(body="First.")
    article.body = "Second."
    article.save(update_fields=["body"])
    article.refresh_from_db()
    assert article.html == "<p>Second.</p>\n"


@pytest.mark.parametrize(("last", "following"), [(1, 30), (0, 0), (-3, -5)])
def test_reviews_lie_in_the_past_and_the_next_one_after_the_last(last, following):
    today = timezone.now().date()
    dates = {"last_review": today + timedelta(days=last), "next_review": today + timedelta(days=following)}
    with pytest.raises(ValidationError):
        Article(slug="x", title="x", summary="x", body="x", **dates).full_clean()


def test_a_page_needs_one_of_the_fixed_addresses():
    with pytest.raises(ValidationError) as caught:
        Article(kind=Kind.PAGE, slug="nowhere", title="x", summary="x", body="x").full_clean()
    assert "slug" in caught.value.message_dict


def test_the_page_says_who_wrote_it_and_that_no_clinician_has_reviewed_it(client):
    text = client.get(make_article().get_absolute_url()).text
    assert "CRPS Info editors" in text
    assert "No clinician has reviewed this article." in text


def test_a_real_reviewer_is_named(client):
    text = client.get(make_article(reviewed_by="Dr. Real Person, neurologist").get_absolute_url()).text
    assert "Dr. Real Person, neurologist" in text
    assert "No clinician has reviewed this article" not in text


@pytest.mark.parametrize(("days", "overdue"), [(-1, True), (1, False)])
def test_past_its_review_date_an_article_says_so(client, days, overdue):
    article = make_article(next_review=timezone.now().date() + timedelta(days=days))
    assert ("Due for review" in client.get(article.get_absolute_url()).text) == overdue


def test_list_is_paged_newest_first(client):
    for number in range(21):
        make_article(title=f"Number {number}.")
    first = client.get("/articles/").text
    assert "Number 20." in first
    assert "Number 0." not in first
    assert "Number 0." in client.get("/articles/?page=2").text


def test_list_takes_the_same_queries_for_one_article_and_for_twenty(client, django_assert_num_queries):
    make_article()
    with django_assert_num_queries(4):
        client.get("/articles/")
    for _ in range(19):
        make_article()
    with django_assert_num_queries(4):
        client.get("/articles/")


def test_rerender_rebuilds_what_differs_and_writes_no_history(capsys):
    article = make_article(body="Words.")
    Article.objects.filter(pk=article.pk).update(html="old")
    call_command("rerender")
    article.refresh_from_db()
    assert article.html == "<p>Words.</p>\n"
    assert article.history.count() == 1
    call_command("rerender")
    assert "Changed: 0 articles." in capsys.readouterr().out


def test_an_editor_writes_and_publishes_in_the_admin(client):
    client.force_login(make_editor())
    assert add(client, slug="new").status_code == 302
    article = Article.objects.get(slug="new")
    assert article.status == Status.DRAFT
    client.post(reverse("admin:articles_article_changelist"), {"action": "publish", "_selected_action": article.pk})
    assert client.get("/articles/new/").status_code == 200


def test_a_moderator_cannot_change_articles(client):
    article = make_article()
    client.force_login(make_moderator())
    assert client.get(reverse("admin:articles_article_change", args=[article.pk])).status_code == 200
    assert client.post(reverse("admin:articles_article_change", args=[article.pk]), {"title": "x"}).status_code == 403


def test_a_moderator_can_look_at_old_versions_and_not_bring_them_back(client):
    article = make_article(title="As it was")
    client.force_login(make_moderator())
    version = reverse("admin:articles_article_simple_history", args=[article.pk, article.history.latest().pk])
    fields = {"kind": "article", "slug": article.slug, "title": "Forged", "summary": "x", "body": "x", "credit": "x"}
    assert client.post(version, fields).status_code == 403
    article.refresh_from_db()
    assert article.title == "As it was"


def test_bringing_an_old_version_back_brings_its_text_back_and_not_its_status(client):
    article = make_article(published=False, body="First.")
    draft = article.history.latest()
    article.publish()
    client.force_login(make_editor())
    fields = {"kind": "article", "slug": "moved", "title": "Old", "summary": "x", "body": "Old text.", "credit": "x"}
    client.post(reverse("admin:articles_article_simple_history", args=[article.pk, draft.pk]), fields)
    article.refresh_from_db()
    assert article.body == "Old text."
    assert (article.status, article.slug) == (Status.PUBLISHED, draft.slug)


def test_a_draft_taken_back_to_draft_gets_no_date():
    article = make_article(published=False)
    article.unpublish()
    assert article.published_at is None


def test_history_page_has_no_inline_style(client):
    article = make_article()
    client.force_login(make_editor())
    page = client.get(reverse("admin:articles_article_history", args=[article.pk]))
    assert page.status_code == 200
    assert "style=" not in page.text
