"""Messages of readers, as they arrive at the desk."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from crpsinfo.desk.deciding import decide_all
from crpsinfo.desk.kinds import Left, Seen
from crpsinfo.desk.messages import Messages
from crpsinfo.models import ContactMessage, UndoStep
from tests.factories import days_ago, make_editor, make_moderator, make_user

pytestmark = pytest.mark.django_db

KIND = Messages()
LISTING = "/doctors/new-york/alma-tester/"


def make_message(text="There is a mistake.", **values):
    return ContactMessage.objects.create(text=text, **values)


def card_of(message):
    [card] = KIND.cards(ContactMessage.objects.filter(pk=message.pk), None)
    return card


def seen(*messages):
    return Seen(frozenset(card_of(message)["mark"] for message in messages), timezone.now())


def close(message, by, as_seen=None):
    return KIND.decide(message.pk, {"action": "close"}, by=by, seen=as_seen or seen(message))


def step(message, facts, by):
    stored = json.loads(json.dumps(facts))
    return UndoStep(by=by, batch=uuid4(), kind=KIND.name, item=message.pk, name="close", facts=stored)


def html(message):
    return render_to_string("admin/desk/_message.html", {"card": card_of(message), "bulk": True, "act": "/act/"})


def test_open_messages_wait_the_oldest_first_whatever_they_are_about():
    new, old = make_message(), make_message(created_at=days_ago(2))
    about_a_listing = make_message(about=LISTING, created_at=days_ago(1))
    make_message(closed_at=timezone.now())
    tab = KIND.tabs[0]
    assert list(tab.rows(None)) == [old, about_a_listing, new]
    assert tab.waits


def test_moderators_and_editors_may_close_and_others_may_not():
    assert KIND.may(make_moderator())
    assert KIND.may(make_editor())
    assert not KIND.may(make_user())


def test_closing_says_by_whom_and_can_be_taken_back():
    anna, message = make_moderator(), make_message()
    facts = close(message, anna)
    message.refresh_from_db()
    assert (message.closed_by, message.closed_at.isoformat()) == (anna, facts["closed_at"])
    KIND.undo(step(message, facts, anna), by=anna)
    message.refresh_from_db()
    assert (message.closed_by, message.closed_at) == (None, None)


def test_what_somebody_else_closed_meanwhile_is_left_and_says_who_and_when():
    anna, ben, message = make_moderator(), make_moderator(), make_message()
    as_seen = seen(message)
    close(message, anna)
    with pytest.raises(Left) as left:
        close(message, ben, as_seen)
    message.refresh_from_db()
    assert left.value.why == f"It was closed by {anna} on {message.closed_at:%-d %b %Y, %H:%M} UTC."
    assert message.closed_by == anna


def test_what_was_not_shown_is_left():
    message, other = make_message(), make_message()
    with pytest.raises(Left, match="It is open now."):
        close(message, make_moderator(), seen(other))
    message.refresh_from_db()
    assert message.closed_at is None


def test_a_closing_that_is_another_by_now_is_not_taken_back():
    anna, ben, message = make_moderator(), make_moderator(), make_message()
    first = step(message, close(message, anna), anna)
    KIND.undo(first, by=anna)
    close(message, ben)
    with pytest.raises(Left, match=f"It was closed by {ben}"):
        KIND.undo(first, by=anna)
    message.refresh_from_db()
    assert message.closed_by == ben


def test_a_message_that_is_gone_is_left():
    anna, message = make_moderator(), make_message()
    facts, gone = close(message, anna), seen(message)
    number = message.pk
    message.delete()
    with pytest.raises(Left, match="not here any more"):
        KIND.decide(number, {"action": "close"}, by=anna, seen=gone)
    message.pk = number
    with pytest.raises(Left, match="not here any more"):
        KIND.undo(step(message, facts, anna), by=anna)


def test_many_are_closed_at_once_and_each_tells_what_became_of_it():
    anna, ben = make_moderator(), make_moderator()
    messages = [make_message() for _ in range(3)]
    shown = seen(*messages)
    close(messages[1], ben)
    keys = [message.pk for message in messages]
    outcome = decide_all(KIND, keys, {"action": "close"}, by=anna, seen=shown)
    assert outcome.done == [keys[0], keys[2]]
    assert f"closed by {ben}" in outcome.left[keys[1]]


def test_spam_stands_apart_and_can_be_taken_out_and_put_back():
    anna, message = make_moderator(), make_message(called_spam=True)
    waiting, spam = (tab.rows(None) for tab in KIND.tabs)
    assert ([*waiting], [*spam]) == ([], [message])
    assert 'value="not-spam"' in html(message)
    KIND.decide(message.pk, {"action": "not-spam"}, by=anna, seen=seen(message))
    assert ([*waiting.all()], [*spam.all()]) == ([message], [])
    KIND.undo(step(message, {}, anna), by=anna)
    assert ([*waiting.all()], [*spam.all()]) == ([], [message])


def test_what_is_no_spam_is_not_taken_out_of_it():
    message = make_message()
    with pytest.raises(Left, match="It is open now."):
        KIND.decide(message.pk, {"action": "not-spam"}, by=make_moderator(), seen=seen(message))


@pytest.mark.parametrize("action", ["", "publish", "delete"])
def test_nothing_else_is_a_decision(action):
    assert KIND.form({"action": "close"}).is_valid()
    assert not KIND.form({"action": action}).is_valid()


def test_cards_take_no_queries_of_their_own(django_assert_num_queries):
    for _ in range(5):
        make_message(about=LISTING)
    with django_assert_num_queries(1):
        assert len(KIND.cards(KIND.tabs[0].rows(None)[:20], None)) == 5


# --- The card ---------------------------------------------------------------------------------------------


def test_a_card_shows_the_message_and_how_to_answer_it():
    page = html(make_message("Line one.\n\n<b>Line two.", name="Ann <3", email="ann+x&y@example.org", about=LISTING))
    assert "<p>&lt;b&gt;Line two.</p>" in page
    assert "Ann &lt;3" in page
    assert 'href="mailto:ann%2Bx%26y@example.org"' in page
    assert f'<a href="{LISTING}">{LISTING}</a>' in page
    assert 'name="action" value="close" data-key="c"' in page
    assert "<details" not in page


def test_a_long_message_arrives_folded_and_whole():
    page = html(make_message("word " * 1000))
    assert '<details class="folded" data-fold>' in page
    assert page.count("word") >= 1000


def test_a_message_without_a_name_or_an_address_says_so():
    page = html(make_message())
    assert "No e-mail address: it cannot be answered." in page
    assert "Message from <bdi>somebody</bdi>" in page
    assert "About the listing" not in page


def test_messages_are_called_by_their_writers():
    named, nameless = make_message(name="Ann"), make_message(created_at=timezone.now() - timedelta(days=1))
    called = KIND.called([named.pk, nameless.pk])
    assert called == {named.pk: f"message {named.pk}, from Ann", nameless.pk: f"message {nameless.pk}"}


# --- In the admin -----------------------------------------------------------------------------------------


def test_the_tab_shows_the_card_and_its_button_closes_it(client):
    anna, message = make_moderator(), make_message("Please mend the link.")
    client.force_login(anna)
    assert "Please mend the link." in client.get("/admin/queue/messages/").text
    posted = {"action": "close", "pk": message.pk, "single": "1", "seen": card_of(message)["mark"]}
    client.post("/admin/queue/messages/act/", posted)
    message.refresh_from_db()
    assert message.closed_by == anna
    assert "Please mend the link." not in client.get("/admin/queue/messages/").text
