"""With ten thousand comments on an article, everything takes as many queries as with a few hundred."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.keys import new_key
from comments.models import Comment
from comments.moves import Status
from tests.factories import make_article, make_comment, reply_fields

pytestmark = pytest.mark.django_db


def fill(article, number):
    """So many public comments: one in five opens a thread, and one thread holds half of all."""
    long_thread = make_comment(article)
    roots = [plain(article) for _ in range(number // 5)]
    Comment.objects.bulk_create(roots)
    replies = [plain(article, long_thread) for _ in range(number // 2)]
    replies += [plain(article, roots[place % len(roots)]) for place in range(number - len(replies) - len(roots) - 1)]
    Comment.objects.bulk_create(replies)
    return long_thread


def plain(article, root=None):
    return Comment(
        article=article, parent=root, root=root, author_name="Ann", text="Words.", html="<p>Words.</p>",
        status=Status.PUBLIC, receipt_key=new_key(),
    )  # fmt: skip


def costs(client, number):
    """{what: its queries}, on an article with so many comments."""
    article = make_article()
    thread = fill(article, number)
    address, last = article.get_absolute_url(), article.comments.latest("pk")
    assert article.comments.public().count() == number
    gets = {
        "article": address,
        "second page": f"{address}?page=2",
        "last page": f"{address}?page={number // 5 // 50}",
        "thread": f"{address}comments/{thread.pk}/",
        "last page of the thread": f"{address}comments/{thread.pk}/?page={number // 2 // 200}",
        "permanent link": last.get_absolute_url(),
        "reply form": f"{address}comments/?parent={thread.pk}",
        "report form": f"/comments/{thread.pk}/report/",
        "receipt": last.get_receipt_url(),
        "feed": f"{address}feed/",
    }
    costs = {what: queries(client.get, where) for what, where in gets.items()}
    costs["preview"] = queries(client.post, f"{address}comments/", reply_fields(preview="1", parent=last.pk))
    costs["post"] = queries(client.post, f"{address}comments/", reply_fields(parent=last.pk))
    return costs


def queries(ask, *arguments):
    with CaptureQueriesContext(connection) as asked:
        assert ask(*arguments).status_code in (200, 302, 303), arguments
    return len(asked)


def test_ten_thousand_comments_cost_no_more_queries_than_some_hundred(client):
    costs(client, 500)  # what is asked once only (the readers' secret) is not counted
    few, many = costs(client, 500), costs(client, 10_000)
    assert {what: number for what, number in many.items() if number > few[what]} == {}
