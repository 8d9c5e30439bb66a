"""With ten thousand comments, everything takes as many queries as with a few hundred, and what is looked for is found
by an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.keys import new_key
from comments.models import Appeal, Comment, CrisisFlag, FormerText, Note, Proposal, Report, Writer
from comments.moves import Actor, Move, Status
from comments.retention import facts_over, texts_over
from crpsinfo.desk.kinds import kinds
from tests.factories import days_ago, make_article, make_comment, make_moderator, make_writer, reply_fields
from tests.moderation import LIST, page_of

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


# --- The pages of moderators ------------------------------------------------------------------------------

WRITERS = reverse("admin:comments_writer_changelist")
EVENTS = reverse("admin:comments_commentevent_changelist")
QUEUE = {
    f"queue: {tab.slug}": reverse("admin:desk-tab", args=[tab.slug]) for kind in kinds().values() for tab in kind.tabs
}


def comment_with_everything(moderator, number):
    """What moderators can see of a comment, `number` times where there can be more than one."""
    parent, writer, decided = make_comment(), make_writer(), {"decided_at": days_ago(1), "decided_by": moderator}
    comment = make_comment(parent=parent, writer=writer, staff=moderator, **decided)
    CrisisFlag.objects.create(comment=comment, kind="self-harm", list_version=1)
    Proposal.objects.create(comment=comment, author_name="Ann", text="Other words.")
    Appeal.objects.create(comment=comment, closed_at=days_ago(1), closed_by=moderator)
    for place in range(number):
        closed = {"closed_at": days_ago(1), "closed_by": moderator} if place % 2 else {}
        Report.objects.create(comment=comment, reader=f"reader-{place}", reason="other", **closed)
        FormerText.objects.create(comment=comment, revision=place, author_name="Ann", text="Before.")
        Note.objects.create(comment=comment, by=moderator, text="Look.")
        comment.record(Move.HOLD, Actor.MODERATOR, by=moderator)
        make_comment(comment.article, writer=writer, status=Status.PENDING)
    return comment


def admin_costs(client, number):
    """{what: its queries}, with so many comments of all kinds more than before."""
    moderator = make_moderator()
    client.force_login(moderator)
    for _ in range(number):
        comment = comment_with_everything(moderator, 2)
    comment = comment_with_everything(moderator, number)
    pages = QUEUE | {
        "attention": LIST,
        "all": f"{LIST}?status=all",
        "public": f"{LIST}?status=public",
        "comment": page_of(comment),
        "events": EVENTS,
        "writers": WRITERS,
        "writer": reverse("admin:comments_writer_change", args=[comment.writer_id]),
    }
    return {what: queries(client.get, where) for what, where in pages.items()}


def test_the_pages_of_moderators_cost_no_more_queries_with_more_of_everything(client):
    admin_costs(client, 1)
    few, many = admin_costs(client, 3), admin_costs(client, 30)
    assert {what: number for what, number in many.items() if number > few[what]} == {}


def test_no_page_of_moderators_reads_the_password_of_somebody_else(client):
    client.force_login(make_moderator())
    comment = comment_with_everything(make_moderator(), 2)
    for address in (*QUEUE.values(), LIST, f"{LIST}?status=all", page_of(comment), EVENTS, WRITERS):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert sum('"password"' in query["sql"] for query in asked.captured_queries) == 1, address  # who signed in


def test_a_text_is_rendered_only_when_it_is_written():
    comment = make_comment(text="As written.")
    html, comment.text = comment.html, "Not saved."
    comment.save(update_fields=["mail_replies"])
    assert comment.html == html
    comment.save(update_fields=["text"])
    assert "Not saved." in Comment.objects.get(pk=comment.pk).html


# --- What an index finds ----------------------------------------------------------------------------------

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's way to find rows")
ROWS = 20_000


def multiply(row, number, **columns):
    """So many copies of a stored row, some columns of them as these SQL expressions of their number `n` say."""
    table, names = row._meta.db_table, [field.column for field in row._meta.concrete_fields]
    columns["id"] = f"nextval(pg_get_serial_sequence('{table}', 'id'))"
    values = ", ".join(columns.get(name, name) for name in names)
    rows = f"SELECT {values} FROM {table}, generate_series(1, {number}) n WHERE {table}.id = {row.pk}"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) {rows}")


@pytest.fixture
def many():
    """Many public comments on some articles, over three years, with addresses and by remembered writers, their senders'
    facts erased; and a few of all else."""
    first, *articles = (make_article() for _ in range(50))
    facts = {"ip": None, "user_agent": "", "text": "Some words. " * 40}
    comment = make_comment(first, email="ann@example.org", writer=make_writer(), **facts)
    at, writers = f"now() - n * interval '1095 days' / {ROWS}", ROWS // 4
    multiply(comment.writer, writers, key="'k' || n", seen_at=at)
    keys = {"receipt_key": "'r' || n", "mail_key": "'m' || n", "email": "'ann' || n || '@example.org'"}
    of = {"article_id": f"{first.pk} + n % 50", "writer_id": f"{comment.writer_id} + n % {writers}"}
    multiply(comment, ROWS, created_at=at, status_at=at, **keys, **of)
    for article in articles[:5]:
        make_comment(article, status=Status.PENDING)
        Report.objects.create(comment=make_comment(article), reader="r", reason="other")
        make_comment(article, status=Status.SPAM, status_at=days_ago(20), created_at=days_ago(40))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plans(client, address, table):
    """How PostgreSQL answers those queries of a page that read this table."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    reads = [query["sql"] for query in asked.captured_queries if f'FROM "{table}"' in query["sql"]]
    with connection.cursor() as cursor:
        for sql in reads:
            cursor.execute(f"EXPLAIN {sql}")
            yield "\n".join(line for [line] in cursor.fetchall())


@on_postgresql
def test_what_waits_is_found_among_many_without_reading_them_all(client, many):
    client.force_login(make_moderator())
    for address in (*QUEUE.values(), LIST, f"{LIST}?status=pending"):
        found = list(plans(client, address, "comments_comment"))
        assert found
        assert not [plan for plan in found if "Seq Scan on comments_comment" in plan]


@on_postgresql
def test_the_newest_of_all_and_writers_are_listed_by_an_index(client, many):
    client.force_login(make_moderator())
    pages = [plan for plan in plans(client, f"{LIST}?status=all", "comments_comment") if plan.startswith("Limit")]
    assert "comment_newest_of_all" in pages[-1]
    writers = list(plans(client, WRITERS, "comments_writer"))
    assert "writer_seen" in writers[-1]
    assert not [plan for plan in writers if "Seq Scan on comments_comment" in plan]


@on_postgresql
def test_few_among_many_are_found_by_their_index(many):
    by_index = {
        "comment_address": Comment.objects.of_address("Ann77@example.org"),
        "comment_same_text": Comment.objects.saying("a" * 32, days_ago(30)),
        "comment_facts": facts_over(30)[:500],
        "comment_retention": texts_over(Status.SPAM, 15)[:500],
        "writer_seen": Writer.objects.filter(seen_at__lt=days_ago(1090)),
        "writer_alerted": Writer.objects.alerted(),
    }
    for index, rows in by_index.items():
        assert index in (plan := rows.explain()), plan
        assert "Seq Scan on comments_comment" not in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's way to find rows")
def test_the_same_text_is_found_by_its_index_on_sqlite_too():
    plan = Comment.objects.saying("a" * 32, days_ago(30)).explain()
    assert "USING INDEX comment_same_text (text_mark=? AND created_at>?)" in plan
