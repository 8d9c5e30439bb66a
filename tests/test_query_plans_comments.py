"""What is asked of comments at each request, or by the worker: an index finds it, however many there are."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from articles.models import Article
from comments.keys import new_key
from comments.models import Comment, CommentEvent, Report
from comments.moves import Actor, Move, Status
from crpsinfo.desk.kinds import kinds
from crpsinfo.work import overdue_since
from tests.factories import make_article, make_comment, make_moderator, reply_fields
from tests.moderation import LIST
from tests.query_plans import assert_planned, filled

pytestmark = pytest.mark.django_db

COMMENTS, ARTICLES, THREADS = 3000, 200, 300
START = timezone.now() - timedelta(days=900)


@pytest.fixture(scope="module", autouse=True)
def many(django_db_setup, django_db_blocker):
    """Half of all comments are on one article, and a third of these in one thread; few wait, or were reported."""
    with django_db_blocker.unblock(), filled(fill):
        yield


def fill():
    main, facts = make_article(slug="main"), {"status": "published", "published_at": START, "summary": "Words."}
    others = [Article(slug=f"other-{number}", title="Other", body="Words.", **facts) for number in range(ARTICLES)]
    others = Article.objects.bulk_create(others)
    roots = Comment.objects.bulk_create([written(main, number) for number in range(THREADS)])
    Comment.objects.bulk_create([written(main, number, roots[0]) for number in range(THREADS, 1000)])
    Comment.objects.bulk_create([written(main, number, roots[number % THREADS]) for number in range(1000, 1500)])
    Comment.objects.bulk_create([written(others[number % ARTICLES], number) for number in range(1500, COMMENTS)])
    everything = list(Comment.objects.all())
    CommentEvent.objects.bulk_create([posted(comment) for comment in everything])
    Report.objects.bulk_create([reported(comment) for comment in everything[::3]])


def written(article, number, root=None):
    """A comment; one in fifty waits, one in ten is spam or removed."""
    status = Status.PENDING if number % 50 == 7 else {3: Status.SPAM, 4: Status.REMOVED}.get(number % 20, Status.PUBLIC)
    at = START + timedelta(hours=7 * number)
    return Comment(
        article=article, parent=root, root=root, author_name=f"Ann {number % 90}", text=f"Words {number}.", html="<p>.",
        text_mark=f"{number:032}", status=Status.PUBLIC if number < THREADS else status, created_at=at, status_at=at,
        receipt_key=new_key(), ip="192.0.2.7" if number > COMMENTS - 300 else None,
    )  # fmt: skip


def posted(comment):
    return CommentEvent(comment=comment, at=comment.created_at, move=Move.POST, actor=Actor.WRITER, revision=1)


def reported(comment):
    """A report, of which one in twenty is open."""
    closed = {} if comment.pk % 60 < 3 else {"closed_at": comment.created_at, "closed_by": None}
    return Report(comment=comment, reader="reader", reason="other", created_at=comment.created_at, **closed)


def thread():
    return Comment.objects.get(text="Words 0.")


def last_reply():
    return Comment.objects.public().filter(root=thread()).latest("pk")


def getting(client, address):
    """What gets a page, and sees that it is there."""

    def get():
        assert client.get(address).status_code in (200, 302)

    return get


# What is put in order once it was found, because it is little: what waits at the desk, and the replies of threads.
LITTLE = ("ORDER BY CASE", '"comments_comment"."root_id" IN')
# Articles are a thousand at most: a sitemap names them all, a filter of the list of comments does, and what readers may
# see is on one that is published.
ALL_ARTICLES = (
    *('COUNT(*) AS "__count" FROM "articles_article"', 'ORDER BY "articles_article"."id"', ' AS "title" FROM'),
    'FROM "articles_article" U0 WHERE U0."status"',
)


# --- What readers read --------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?page=5"])
def test_an_article_with_its_comments(client, query):
    assert_planned(getting(client, f"/articles/main/{query}"), may_sort=LITTLE)


@pytest.mark.parametrize("query", ["", "?page=3"])
def test_a_thread(client, query):
    assert_planned(getting(client, f"/articles/main/comments/{thread().pk}/{query}"), may_sort=LITTLE)


def test_the_permanent_link_of_a_comment(client):
    assert_planned(getting(client, last_reply().get_absolute_url()), may_sort=LITTLE)


@pytest.mark.parametrize("address", ["/", "/articles/", "/feeds/articles/", "/feeds/comments/", "/articles/main/feed/"])
def test_lists_and_feeds(client, address):
    assert_planned(getting(client, address))


def test_the_sitemap_of_articles(client):
    assert_planned(getting(client, "/sitemap-articles.xml"), may_scan=ALL_ARTICLES)


# --- What readers write -------------------------------------------------------------------------------------


def test_the_post_of_a_comment(client):
    """With the search for the same words again, the limits and the rules."""
    fields = reply_fields(parent=thread().pk, text="These are forty letters and more, so that it counts.")

    def post():
        for _ in range(2):
            assert client.post("/articles/main/comments/", fields).status_code == 303

    assert_planned(post)


@pytest.mark.parametrize("status", Status.values)
def test_a_receipt(client, status):
    comment = make_comment(thread().article, status=status)
    assert_planned(getting(client, comment.get_receipt_url()))


# --- What the worker does -----------------------------------------------------------------------------------


def test_the_worker_claims_what_is_due():
    comment = make_comment(status=Status.PENDING, due_at=timezone.now())
    assert_planned(lambda: Comment.objects.claim())
    comment.refresh_from_db()
    assert comment.leased_until


def test_whether_work_is_overdue():
    assert_planned(overdue_since)


@pytest.mark.parametrize("path", ["comments.retention.purge", "crpsinfo.limits.purge"])
def test_what_its_time_is_over_for(path):
    assert_planned(import_string(path))


# --- What moderators see ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", [tab.slug for kind in kinds().values() for tab in kind.tabs])
def test_a_tab_of_the_desk(client, tab):
    client.force_login(make_moderator())
    assert_planned(getting(client, reverse("admin:desk-tab", args=[tab])), may_sort=LITTLE)


@pytest.mark.parametrize("status", ["public", "pending", "spam", "removed"])
def test_the_list_of_comments(client, status):
    client.force_login(make_moderator())
    assert_planned(getting(client, f"{LIST}?status={status}"), may_scan=ALL_ARTICLES, may_sort=ALL_ARTICLES)
