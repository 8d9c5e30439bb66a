"""A moderator's own public reply, and how it is taken back."""

import pytest

from comments.models import CommentEvent
from comments.moves import Actor, Conflict, Move, Reason, Status
from tests.deciding import done, stored, take_back, undo_last, words_of
from tests.factories import make_comment, make_moderator
from tests.moderation import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


@pytest.fixture
def reply(moderator):
    comment = make_comment()
    done("reply", comment, by=moderator, reply="We are with you.")
    return comment.replies.get()


def record_of(reply):
    return [(event.move, event.actor, event.by) for event in reply.events.all()]


def test_it_is_withdrawn_and_that_is_on_record(client, moderator, reply):
    article = reply.article.get_absolute_url()
    assert "We are with you." in client.get(article).text
    assert take_back(moderator) == [""]
    assert stored(reply).status == Status.WITHDRAWN
    assert record_of(reply) == [(move, Actor.MODERATOR, moderator) for move in (Move.POST, Move.WITHDRAW)]
    assert "We are with you." not in client.get(article).text


def test_it_is_withdrawn_once(moderator, reply):
    take_back(moderator)
    with pytest.raises(Conflict):
        stored(reply).take_reply_back(by=moderator)
    assert CommentEvent.objects.filter(move=Move.WITHDRAW).count() == 1


def test_nobody_takes_back_what_somebody_else_wrote(reply):
    with pytest.raises(Conflict):
        reply.take_reply_back(by=make_moderator())
    assert stored(reply).is_public


def answer(reply):
    make_comment(parent=reply)


def removed(reply):
    stored(reply).remove(by=make_moderator(), reason=Reason.OTHER)


def removed_and_published(reply):
    removed(reply)
    stored(reply).publish(by=stored(reply).staff)


def with_a_part_hidden(reply):
    stored(reply).mask(["with you"], by=make_moderator())


def with_a_note(reply):
    stored(reply).annotate("Ask your own doctor.", by=make_moderator())


def reported_and_left(reply):
    report(reply)
    stored(reply).dismiss_reports(by=make_moderator())


SINCE = [answer, removed, removed_and_published, with_a_part_hidden, with_a_note, reported_and_left]


@pytest.mark.parametrize("since", SINCE)
def test_it_stays_if_somebody_answered_changed_or_decided_about_it_since(client, moderator, reply, since):
    since(reply)
    before, record = stored(reply), record_of(reply)
    page = undo_last(client, moderator)
    assert "Not undone: comment" in page.text
    now = stored(reply)
    assert (now.status, now.text, now.revision) == (before.status, before.text, before.revision)
    assert record_of(reply) == record


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED])
def test_an_answer_that_nobody_reads_does_not_keep_it(moderator, reply, status):
    make_comment(parent=reply, status=status)
    assert take_back(moderator) == [""]


def test_a_report_alone_does_not_keep_it(moderator, reply):
    report(reply)
    assert take_back(moderator) == [""]


def test_what_was_undone_about_it_does_not_keep_it(moderator, reply):
    colleague = make_moderator()
    done("remove", stored(reply), by=colleague)
    take_back(colleague)
    assert take_back(moderator) == [""]
    assert stored(reply).status == Status.WITHDRAWN


def test_that_it_was_answered_is_said(client, moderator, reply):
    answer(reply)
    assert "It is public now. Somebody has answered it; you can remove it" in words_of(undo_last(client, moderator))


def test_who_changed_it_is_said(client, moderator, reply):
    with_a_part_hidden(reply)
    words = words_of(undo_last(client, moderator))
    assert f"It is public now. Partly hidden by {reply.events.last().by} on " in words
    assert "answered it" not in words
