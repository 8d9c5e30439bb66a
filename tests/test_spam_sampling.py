from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from comments.models import Comment, Sample
from comments.moves import Status
from comments.sampling import draw
from crpsinfo.spam import Verdict
from tests.factories import days_ago, make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


def make_discarded(article=None, **values):
    facts = {"verdict": Verdict.DISCARD, "status": Status.SPAM, "checked_at": timezone.now()}
    return make_comment(article, **facts | values)


def make_many(number, **values):
    article = make_article()
    return [make_discarded(article, **values) for _ in range(number)]


def let_a_day_pass():
    Sample.objects.update(drawn_at=days_ago(1))


def judge_all():
    moderator = make_moderator()
    for sample in Sample.objects.open():
        sample.comment.confirm_spam(by=moderator)


def drawn():
    return set(Sample.objects.values_list("comment", flat=True))


def test_so_many_are_drawn_and_put_before_a_moderator(settings):
    settings.DISCARD_SAMPLE = 3
    discarded = make_many(8)
    assert draw() == 3
    assert len(drawn()) == 3
    assert drawn() < {comment.pk for comment in discarded}
    assert drawn() == set(Comment.objects.for_a_person().values_list("pk", flat=True))


def test_all_are_drawn_if_there_are_few_and_nothing_if_there_is_none():
    assert draw() == 0
    make_many(2)
    assert draw() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"verdict": Verdict.SPAM},
        {"verdict": Verdict.HAM},
        {"verdict": "", "checked_at": None},  # spam by our own rules
        {"status": Status.PUBLIC},
        {"status": Status.PENDING},  # it may be about a life
        {"status": Status.WITHDRAWN},
        {"erased_at": days_ago(0)},
    ],
)
def test_nothing_else_is_drawn(values):
    make_discarded(**values)
    assert draw() == 0


def test_what_a_person_has_decided_on_is_not_drawn():
    comment = make_discarded()
    comment.publish(by=make_moderator())
    comment.mark_spam(by=make_moderator())
    assert draw() == 0


def test_a_second_drawing_on_the_same_day_draws_nothing(settings):
    settings.DISCARD_SAMPLE = 1
    make_many(3)
    assert (draw(), draw()) == (1, 0)


def test_the_next_day_draws_from_what_came_since(settings):
    settings.DISCARD_SAMPLE = 1
    make_many(3, checked_at=days_ago(1.5))
    assert draw() == 1
    let_a_day_pass()
    assert draw() == 0
    new = make_discarded()
    assert draw() == 1
    assert new.pk in drawn()


def test_nothing_is_drawn_while_three_days_worth_are_not_judged(settings):
    settings.DISCARD_SAMPLE = 2
    for _ in range(3):
        make_many(3)
        assert draw() == 2
        let_a_day_pass()
    make_many(3)
    assert draw() == 0
    judge_all()
    assert draw() == 2


def test_nothing_is_drawn_where_no_sample_is_wanted(settings):
    settings.DISCARD_SAMPLE = 0
    make_discarded()
    assert draw() == 0


def test_each_has_a_chance(settings):
    settings.DISCARD_SAMPLE = 2
    discarded, seen = {comment.pk for comment in make_many(6)}, set()
    for _ in range(100):  # one in 10^16 times, one is never drawn
        draw()
        seen |= drawn()
        Sample.objects.all().delete()
    assert seen == discarded


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_draw_once(settings):
    settings.DISCARD_SAMPLE = 2
    make_many(9)
    together = Barrier(2)

    def work(_):
        together.wait()
        number = draw()
        connection.close()
        return number

    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(work, range(2))) == [0, 2]
    assert len(drawn()) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_what_is_being_decided_on_just_now_is_left_out():
    deciding, other = make_many(2)

    def work():
        number = draw()
        connection.close()
        return number

    with ThreadPoolExecutor(1) as worker, transaction.atomic():
        deciding.publish(by=make_moderator())
        assert worker.submit(work).result(timeout=10) == 1
    assert drawn() == {other.pk}


def test_a_drawing_that_came_late_covers_the_days_between():
    Sample.objects.create(comment=make_discarded(checked_at=days_ago(5)), drawn_at=days_ago(4))
    between = make_discarded(checked_at=timezone.now() - timedelta(days=3))
    assert draw() == 1
    assert between.pk in drawn()
