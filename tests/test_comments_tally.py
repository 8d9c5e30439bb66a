"""How many threads and comments an article has, which the database counts as they come and go."""

import random
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from comments.models import Comment, Tally
from comments.models.tally import FUNCTION, OPENING
from comments.moves import Reason, Status
from crpsinfo.kept import triggers
from crpsinfo.kept.models import SiteVersion
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article():
    return make_article()


def tally(article):
    found = Tally.objects.filter(article=article).values_list("threads", "comments").first()
    return found or (0, 0)


def counted(article):
    """The same, by counting."""
    public = article.comments.public()
    return article.comments.threads().count(), public.count()


def test_what_waits_is_not_counted(article):
    make_comment(article, status=Status.PENDING)
    assert tally(article) == (0, 0)


def test_a_thread_lasts_as_long_as_something_of_it_is_public(article):
    root = make_comment(article)
    reply = make_comment(parent=root)
    assert tally(article) == (1, 2)
    root.remove(by=make_moderator(), reason=Reason.OTHER)
    assert tally(article) == (1, 1)
    reply.remove(by=make_moderator(), reason=Reason.OTHER)
    assert tally(article) == (0, 0)
    root.publish(by=make_moderator())
    assert tally(article) == counted(article)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_in_whatever_order_it_counts_right(article, seed):
    rng, comments = random.Random(seed), []
    for _ in range(60):
        choice = rng.random()
        if choice < 0.4 or not comments:
            parent = rng.choice([None, *comments])
            parent = parent and Comment.objects.filter(pk=parent.pk).first()
            comments.append(make_comment(article, parent=parent, status=rng.choice(Status.values)))
        elif choice < 0.9:
            some = [comment.pk for comment in rng.sample(comments, min(3, len(comments)))]
            Comment.objects.filter(pk__in=some).update(status=rng.choice(Status.values))
        else:
            leaves = Comment.objects.filter(replies=None, thread=None)
            leaves.filter(pk=rng.choice(comments).pk).delete()
            comments = list(Comment.objects.all())
        assert tally(article) == counted(article)


def test_articles_are_counted_apart(article):
    make_comment(article)
    other = make_comment().article
    make_comment(other)
    assert (tally(article), tally(other)) == ((1, 1), (2, 2))


def test_what_was_missed_without_triggers_is_counted_when_they_are_back(article):
    triggers.drop(connection)
    try:
        make_comment(parent=make_comment(article))
        assert tally(article) == (0, 0)
    finally:
        SiteVersion.begin("default")
    assert tally(article) == (1, 2)


def test_an_article_can_go_when_its_comments_are_gone(article):
    make_comment(article).delete()
    article.delete()
    assert not Tally.objects.exists()


def test_all_comments_at_once(article):
    roots = Comment.objects.bulk_create(
        Comment(article=article, author_name="Ann", text="Words.", status=Status.PUBLIC) for _ in range(10)
    )
    Comment.objects.bulk_create(
        Comment(article=article, author_name="Ben", parent=root, root=root, status=Status.PUBLIC) for root in roots[:4]
    )
    assert tally(article) == counted(article) == (10, 14)


def test_what_was_there_already_is_not_counted_again(article):
    comment = make_comment(article)
    Comment.objects.bulk_create([comment], ignore_conflicts=True)
    assert tally(article) == (1, 1)


def test_comments_that_move_take_their_count_along(article):
    root, other = make_comment(article), make_article()
    Comment.objects.filter(pk=root.pk).update(article=other)
    assert (tally(article), tally(other)) == ((0, 0), (1, 1))
    new = make_comment(other)
    Comment.objects.filter(pk=root.pk).update(parent=new, root=new)
    assert tally(other) == (1, 2)


def test_a_tally_that_is_wrong_stops_nobody(client, article):
    comment = make_comment(article)
    Tally.objects.update(comments=0, threads=0)
    comment.remove(by=make_moderator(), reason=Reason.OTHER)
    make_comment(article)
    Tally.objects.all().delete()
    assert client.get(article.get_absolute_url()).status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's triggers call no functions")
def test_a_function_of_a_former_definition_is_exchanged(article, monkeypatch):
    def definitions():
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'comments_tally_insert'")
            return cursor.fetchall()

    before = definitions()
    with monkeypatch.context() as patched:
        patched.setattr("comments.models.tally.FUNCTION", FUNCTION.replace("RETURN NULL; END", "RETURN NULL ; END"))
        triggers.put(connection)
        assert definitions() != before
    triggers.put(connection)
    assert definitions() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's way to find rows")
def test_a_thread_is_found_by_its_key_in_a_table_that_nobody_has_analyzed(article):
    """By the status, each of many comments would be looked for among all: 8,000 took a minute and a half."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {OPENING.replace('thread', '1')}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "comments_comment_pkey" in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_moderator_and_a_reply_to_what_they_decide_about_do_not_lock_each_other_out(article):
    root, moderator, other = make_comment(article), make_moderator(), make_moderator()
    locked, replied, errors = Event(), Event(), []

    def answer():
        try:
            with transaction.atomic():
                reply = Comment(article=article, parent=root, text="Words of the staff.")
                locked.wait(20)
                reply.post_as_staff(other)
                replied.set()
        except Exception as error:  # whatever it is, it belongs to the test
            errors.append(error)
        finally:
            replied.set()
            connection.close()

    thread = Thread(target=answer)
    thread.start()
    with transaction.atomic():
        root.lock()
        locked.set()
        replied.wait(20)
        root.remove(by=moderator, reason=Reason.OTHER)
    thread.join()
    assert errors == []
    assert tally(article) == counted(article)
