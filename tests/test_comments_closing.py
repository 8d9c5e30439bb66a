"""Closing comments: of one article by hand, of articles that have become old, of all at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments.closing import close_old, why_closed
from comments.models import Comment, CommentSettings
from crpsinfo.models import PeriodicJob
from crpsinfo.worker import work_off
from tests.article_forms import NO_CORRECTIONS
from tests.factories import days_ago, make_article, make_editor, make_page, reply_fields

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ninety_days():
    CommentSettings.objects.create(pk=1, close_after_days=90)


def make_old(days=91, **values):
    article = make_article(**values)
    Article.objects.filter(pk=article.pk).update(published_at=days_ago(days))
    article.refresh_from_db()
    return article


def closed(article):
    close_old()
    article.refresh_from_db()
    return not article.comments_open


@pytest.mark.parametrize(
    ("days", "is_closed"),
    [(91, True), (90, True), (89, False), (0, False)],
)
def test_comments_close_when_their_article_is_old_enough(days, is_closed):
    assert closed(make_old(days)) == is_closed


def test_without_a_number_of_days_they_never_close():
    CommentSettings.objects.update(close_after_days=None)
    assert not closed(make_old(4000))


@pytest.mark.parametrize("open_", [False, True])
def test_only_open_comments_of_published_articles_are_closed(open_):
    draft, by_hand, page = make_old(), make_old(comments_open=False), make_page("about", comments_open=open_)
    draft.unpublish()
    Article.objects.filter(pk=page.pk).update(published_at=days_ago(91))
    close_old()
    for article in (draft, by_hand, page):
        article.refresh_from_db()
        assert article.comments_switched_at is None


def test_closing_leaves_a_row_of_history_and_happens_once():
    article = make_old()
    assert closed(article)
    first = article.comments_switched_at
    close_old()
    article.refresh_from_db()
    assert article.comments_switched_at == first
    assert [row.comments_open for row in article.history.all()] == [False, True]


def test_the_worker_does_it_every_hour():
    article = make_old()
    work_off()
    article.refresh_from_db()
    assert not article.comments_open
    wait = PeriodicJob.objects.get(name="close-old-comments").due_at - timezone.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


# --- The editor has the last word -----------------------------------------------------------------------


@pytest.fixture
def save(client):
    """Save an article as an editor does in the admin; keyword arguments change fields."""
    client.force_login(make_editor())

    def post(article, url=None, **fields):
        url = url or reverse("admin:articles_article_change", args=[article.pk])
        values = {name: getattr(article, name) for name in ("kind", "title", "summary", "body", "credit")}
        values |= {"slug": article.slug} | NO_CORRECTIONS
        values |= {"comments_open": "on"} if article.comments_open else {}
        values |= fields
        assert client.post(url, {name: value for name, value in values.items() if value}).status_code == 302
        article.refresh_from_db()
        return article

    return post


def test_what_an_editor_opens_again_stays_open(save):
    article = make_old()
    assert closed(article)
    save(article, comments_open="on")
    assert not closed(article)


def test_what_an_editor_closed_early_and_opens_again_when_it_is_old_stays_open(save):
    article = make_old(comments_open=False)
    save(article, comments_open="on")
    assert not closed(article)


def test_saving_the_text_does_not_touch_it(save):
    article = save(make_old(), title="A better title")
    assert article.comments_switched_at is None
    assert closed(article)
    at = article.comments_switched_at
    save(article, title="The best title")
    assert (article.comments_open, article.comments_switched_at) == (False, at)


def test_bringing_an_older_text_back_does_not_open_comments_again(save):
    article = make_old()
    version = article.history.latest()
    assert closed(article)
    at = article.comments_switched_at
    url = reverse("admin:articles_article_simple_history", args=[article.pk, version.pk])
    save(article, url=url, title="An old title", comments_open="on")
    assert (article.title, article.comments_open, article.comments_switched_at) == ("An old title", False, at)


def test_an_editor_sees_when_comments_closed(client):
    article = make_old()
    assert closed(article)
    client.force_login(make_editor())
    page = client.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert "Comments switched at" in page


# --- What readers find ----------------------------------------------------------------------------------


def test_a_post_that_comes_too_late_is_refused_with_its_text_kept(client):
    article = make_old()
    assert closed(article)
    assert "Comments are closed" in client.get(article.get_absolute_url()).text
    answer = client.post(reverse("post-comment", args=[article.slug]), reply_fields(text="What I lived through"))
    assert answer.status_code == 403
    assert "What I lived through" in answer.text
    assert reverse("contact") in answer.text
    assert not Comment.objects.exists()


DECEMBER = datetime(2026, 12, 3, 10, tzinfo=UTC)
WORDS = {
    "Comments on this article closed on 3 Dec 2026, when it was 92 days old.": {"comments_switched_at": DECEMBER},
    "Comments on this article are closed.": {},
    "": {"comments_open": True, "comments_switched_at": DECEMBER},  # opened again
}


@pytest.mark.parametrize("words", WORDS)
def test_the_reason_is_told_with_its_date(words):
    article = Article(published_at=DECEMBER - timedelta(days=92), **{"comments_open": False} | WORDS[words])
    assert why_closed(article, CommentSettings()) == words


def test_an_age_that_is_none_is_not_told():
    article = Article(published_at=DECEMBER, comments_open=False, comments_switched_at=DECEMBER)
    assert why_closed(article, CommentSettings()) == "Comments on this article closed on 3 Dec 2026."


@pytest.mark.parametrize("note", ["Back on Monday.", ""])
def test_the_switch_for_all_comes_first(note):
    switch = CommentSettings(open=False, note=note)
    assert why_closed(Article(), switch) == (note or "All comments on this site are closed at the moment.")


def test_the_form_says_when_its_comments_closed_and_where_to_go(client):
    article = make_old(100)
    assert closed(article)
    said = client.get(article.get_absolute_url()).text
    assert f"closed on {article.comments_switched_at:%-d %b %Y}, when it was 100 days old." in said
    assert 'href="/contact/"' in said
