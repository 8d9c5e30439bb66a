"""Decisions about all that is ticked: about nothing else, as it was shown, and undone with one click."""

import html
import re

import pytest

from comments.models import Report
from comments.moves import Move, Reason, Status
from crpsinfo.models import UndoStep
from tests.deciding import done, press, stored, tab_of, tick, undo_last, words_of
from tests.factories import make_comment, make_moderator
from tests.moderation import report

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def waiting(number):
    names = ["Ann", "Bea", "Cleo", "Dora", "Eve"]
    return [make_comment(status=Status.PENDING, author_name=names[place % 5]) for place in range(number)]


def states(*comments):
    return [stored(comment).status for comment in comments]


def test_only_what_is_ticked_is_decided(client, moderator):
    ticked, left, also = waiting(3)
    page = tick(client, "waiting", "publish", ticked, also)
    assert states(ticked, left, also) == [Status.PUBLIC, Status.PENDING, Status.PUBLIC]
    assert not left.events.exists()
    assert "2 published" in page.text


@pytest.mark.parametrize(
    ("name", "after", "said"),
    [
        ("publish", Status.PUBLIC, "2 published"),
        ("spam", Status.SPAM, "2 marked as spam"),
        ("remove", Status.REMOVED, "2 removed"),
        ("hold", Status.PENDING, "2 held"),
    ],
)
def test_each_decision_is_done_with_each_and_put_on_record(client, moderator, name, after, said):
    comments = waiting(2)
    page = tick(client, "waiting", name, *comments, reason=Reason.SELLING if name == "remove" else "")
    assert states(*comments) == [after, after]
    assert [event.by for comment in comments for event in comment.events.all()] == [moderator, moderator]
    assert said in page.text


def test_the_bar_names_each_of_them(client, moderator):
    first, second = waiting(2)
    words = words_of(tick(client, "waiting", "publish", first, second))
    assert f"Comment {first.pk}, by Ann" in words
    assert f"Comment {second.pk}, by Bea" in words


def test_one_alone_is_named_in_the_bar_itself(client, moderator):
    [comment] = waiting(1)
    assert f"Published: comment {comment.pk}, by Ann" in words_of(tick(client, "waiting", "publish", comment))


def test_removing_needs_a_reason_and_does_nothing_without(client, moderator):
    comments = waiting(2)
    page = tick(client, "waiting", "remove", *comments, reason="")
    assert "Nothing was done. Choose the reason that its writer will read." in page.text
    assert states(*comments) == [Status.PENDING, Status.PENDING]


def ticked_on(page):
    return [int(key) for key in re.findall(r'name="pk" value="(\d+)" form="bulk" checked', page.text)]


@pytest.mark.parametrize(("name", "reason"), [("remove", ""), ("publish", Reason.SELLING), ("", Reason.SELLING)])
def test_after_an_error_all_is_ticked_and_chosen_as_it_was(client, moderator, name, reason):
    ticked, left, also = waiting(3)
    page = tick(client, "waiting", name, ticked, also, reason=reason)
    assert page.status_code == 400
    assert ticked_on(page) == [ticked.pk, also.pk]
    assert all(f'<option value="{chosen}" selected>' in page.text for chosen in (name, reason) if chosen)
    assert states(ticked, left, also) == [Status.PENDING] * 3


def test_after_an_error_what_changed_meanwhile_is_not_ticked_any_more(client, moderator):
    fine, changed = waiting(2)
    page = client.get(tab_of("waiting"))
    stored(changed).edit("Bea", "Buy my pills.")
    assert ticked_on(tick(client, "waiting", "remove", fine, changed, page=page)) == [fine.pk]


def test_without_a_tick_the_decision_stays_chosen(client, moderator):
    waiting(1)
    page = tick(client, "waiting", "spam")
    assert (page.status_code, ticked_on(page)) == (400, [])
    assert "nothing was ticked" in page.text
    assert '<option value="spam" selected>' in page.text


def test_everybody_who_was_removed_reads_the_reason(client, moderator):
    comments = waiting(2)
    tick(client, "waiting", "remove", *comments, reason=Reason.SELLING)
    for comment in comments:
        assert Reason.SELLING.label in html.unescape(client.get(comment.get_receipt_url()).text)


@pytest.mark.parametrize("name", ["", "nonsense", "accept"])
def test_without_a_decision_nothing_is_done(client, moderator, name):
    comments = waiting(2)
    page = tick(client, "waiting", name, *comments)
    assert states(*comments) == [Status.PENDING, Status.PENDING]
    assert "Nothing was done" in page.text or "Left as it is" in page.text


# --- As it was shown --------------------------------------------------------------------------------------


def test_what_was_changed_or_decided_meanwhile_is_left_and_each_says_why(client, moderator):
    fine, edited, decided, gone = waiting(4)
    page, other = client.get(tab_of("waiting")), make_moderator()
    stored(edited).edit("Bea", "Buy my pills.")
    done("remove", decided, by=other)
    stored(gone).withdraw()
    words = words_of(tick(client, "waiting", "publish", fine, edited, decided, gone, page=page))
    assert states(fine, edited, decided, gone) == [Status.PUBLIC, Status.PENDING, Status.REMOVED, Status.WITHDRAWN]
    assert f"Published: comment {fine.pk}, by Ann" in words
    assert f"Left as it is: comment {edited.pk}, by Bea. It is waiting now. Changed by its writer on" in words
    assert f"Left as it is: comment {decided.pk}, by Cleo. It is removed now. Removed by {other} on" in words
    assert f"Left as it is: comment {gone.pk}, by Dora. It is withdrawn by its writer now. Withdrawn by its" in words


def test_a_report_that_came_meanwhile_is_not_closed_unread(client, moderator):
    comment, other = make_comment(), make_comment()
    report(comment), report(other)
    page = client.get(tab_of("reported"))
    report(comment, "danger", reader="another reader")
    tick(client, "reported", "dismiss", comment, other, page=page)
    assert set(Report.objects.open().values_list("comment", flat=True)) == {comment.pk}


def test_what_arrived_after_the_page_was_shown_is_not_decided(client, moderator):
    waiting(2)
    page = client.get(tab_of("waiting"))
    [late] = waiting(1)
    words = words_of(tick(client, "waiting", "publish", late, page=page))
    assert f"Left as it is: comment {late.pk}, by Ann. It is waiting now." in words
    assert stored(late).status == Status.PENDING


def test_what_makes_no_sense_for_one_is_left_and_the_others_are_done(client, moderator):
    public, pending = make_comment(), make_comment(status=Status.PENDING)
    report(public), report(pending)
    words = words_of(tick(client, "reported", "publish", public, pending))
    assert states(public, pending) == [Status.PUBLIC, Status.PUBLIC]
    assert not public.events.filter(move=Move.PUBLISH).exists()
    assert f"Left as it is: comment {public.pk}, by Ann. It is public now." in words


def test_the_same_click_twice_does_it_once(client, moderator):
    comments = waiting(2)
    page = client.get(tab_of("waiting"))
    for _ in range(2):
        tick(client, "waiting", "publish", *comments, page=page)
    assert [comment.events.count() for comment in comments] == [1, 1]
    assert UndoStep.objects.count() == 2


def test_the_same_comment_ticked_twice_is_decided_once(client, moderator):
    [comment] = waiting(1)
    words = words_of(tick(client, "waiting", "publish", comment, comment))
    assert comment.events.count() == 1
    assert "Left as it is" not in words


# --- One undo for all -------------------------------------------------------------------------------------


def test_one_undo_takes_all_of_them_back(client, moderator):
    comments = waiting(3)
    tick(client, "waiting", "spam", *comments)
    words = words_of(undo_last(client, moderator))
    assert states(*comments) == [Status.PENDING] * 3
    assert [comment.events.filter(move=Move.UNDO).count() for comment in comments] == [1, 1, 1]
    for comment in comments:
        assert f"Undone: comment {comment.pk}, by {comment.author_name}. It is as it was before." in words
    assert not UndoStep.objects.exists()


def test_what_somebody_changed_since_stays_and_the_others_are_undone(client, moderator):
    comments, other = waiting(3), make_moderator()
    tick(client, "waiting", "publish", *comments)
    done("remove", comments[1], by=other)
    words = words_of(undo_last(client, moderator))
    assert states(*comments) == [Status.PENDING, Status.REMOVED, Status.PENDING]
    assert f"Not undone: comment {comments[1].pk}, by Bea. It is removed now." in words
    assert f"Removed by {other} on" in words
    assert f"Undone: comment {comments[2].pk}" in words


def test_two_clicks_are_undone_one_after_the_other(client, moderator):
    first, second, third = waiting(3)
    tick(client, "waiting", "publish", first, second)
    press(client, "waiting", "spam", third)
    undo_last(client, moderator)
    assert states(first, second, third) == [Status.PUBLIC, Status.PUBLIC, Status.PENDING]
    undo_last(client, moderator)
    assert states(first, second, third) == [Status.PENDING] * 3


def test_who_did_nothing_is_offered_nothing_to_undo(client, moderator):
    other, comments = make_moderator(), waiting(2)
    done("publish", comments[0], by=other)
    assert "undo-bar" not in client.get(tab_of("waiting")).text
