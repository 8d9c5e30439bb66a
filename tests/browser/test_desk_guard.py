"""What the desk's script keeps from being sent twice, or from being lost because something else was sent."""

import pytest

from comments.moves import Status
from tests.browser.desk import ATTENTION, card
from tests.browser.people import expect, expect_done, fold, signed_in
from tests.deciding import stored
from tests.factories import make_article, make_comment, make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "Is that too much?"
HOLD = """() => {
    window.sent = [];
    window.addEventListener("submit", (event) => {
        window.sent.push(!event.defaultPrevented);
        event.preventDefault();
    });
}"""


@pytest.fixture
def comments():
    """Two that wait: (Ann's, Ben's)."""
    article = make_article("Infusions", slug="infusions")
    return [make_comment(article, status=Status.PENDING, author_name=name) for name in ("Ann", "Ben")]


@pytest.fixture
def desk(new_context, base_url, comments):
    """A moderator's window, open on what waits."""
    page = signed_in(new_context(), make_moderator(), base_url)
    page.goto(ATTENTION)
    return page


@pytest.fixture
def sent(desk):
    """Call it for a list: of each press, whether the page would have sent something. Nothing leaves, as when the way is
    long."""
    desk.evaluate(HOLD)
    return lambda: desk.evaluate("window.sent")


@pytest.fixture
def answers():
    """What the moderator will say, the last first."""
    return []


@pytest.fixture
def asked(desk, answers):
    """What the browser asked the moderator."""
    dialogs = []

    def answer(dialog):
        dialogs.append(dialog.message)
        dialog.accept() if answers.pop() else dialog.dismiss()

    desk.on("dialog", answer)
    return dialogs


def publish(desk, comment):
    card(desk, comment).get_by_role("button", name="Publish", exact=True).click()


def write_note(desk, comment):
    fold(card(desk, comment), "Hold…").click()
    card(desk, comment).get_by_label("Note for the other moderators").fill(NOTE)


def test_a_second_press_on_the_same_page_sends_nothing(desk, sent, comments):
    for comment in (*comments, *comments):
        publish(desk, comment)
    assert sent() == [True, False, False, False]


def test_a_page_that_is_shown_again_sends_again(desk, sent, comments):
    for comment in comments:
        publish(desk, comment)
        desk.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert sent() == [True, True]


def test_who_wrote_in_another_card_is_asked_and_may_stay(desk, sent, asked, answers, comments):
    ann, ben = comments
    write_note(desk, ann)
    answers.append(False)
    publish(desk, ben)
    assert asked == ["What you wrote in another card is not sent. Go on without it?"]
    expect(card(desk, ann).get_by_label("Note for the other moderators")).to_have_value(NOTE)
    assert sent() == [False]


def test_who_was_asked_and_stayed_can_send_what_was_written(desk, asked, answers, comments):
    ann, ben = comments
    write_note(desk, ann)
    answers.append(False)
    publish(desk, ben)
    card(desk, ann).get_by_role("button", name="Hold for a second look").click()
    expect_done(desk, f"Held: comment {ann.pk}, by Ann")
    assert [note.text for note in stored(ann).notes.all()] == [NOTE]
    assert len(asked) == 1


def test_who_was_asked_may_go_on(desk, asked, answers, comments):
    ann, ben = comments
    write_note(desk, ann)
    answers.append(True)
    publish(desk, ben)
    expect_done(desk, f"Published: comment {ben.pk}, by Ben")
    assert len(asked) == 1
    assert stored(ann).status == Status.PENDING


def test_nobody_is_asked_without_need(desk, asked, comments):
    ann, ben = comments
    write_note(desk, ann)
    card(desk, ann).get_by_label("Note for the other moderators").fill("")
    publish(desk, ben)
    expect_done(desk, f"Published: comment {ben.pk}, by Ben")
    assert asked == []
