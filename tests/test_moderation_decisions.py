"""What only the desk can do: hide a part, notes for readers and for colleagues, own words to the writer, a second look
at what waits, and keeping out more of the same."""

import html
import re
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.feeds import CommentFeed
from comments.masking import MASK, MASKED_NAME, NotThere, absent, masked_name, masked_text
from comments.models import Comment, FormerText, Note
from comments.moves import Conflict, Move, Reason, Status
from crpsinfo.models import Rule, RuleKind
from crpsinfo.spam import Result, Verdict
from tests.deciding import PHONE, card_of, done, press, stored, tab_of, take_back, words_of
from tests.factories import make_comment, make_editor, make_moderator
from tests.moderation import LIST, page_of, report
from tests.moderation import press as press_on_page

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

TEXT = f"Call me at {PHONE}. Ask for Bea, any time."


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def waiting(**values):
    return make_comment(**{"status": Status.PENDING, "text": TEXT} | values)


def read(client, comment):
    """The page on which readers find it."""
    return client.get(stored(comment).article.get_absolute_url()).text


# --- Hiding a part ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "places", "masked"),
    [
        ("Call 212.", ["212"], f"Call {MASK}."),
        ("Bea, and Bea.", ["Bea"], f"{MASK}, and {MASK}."),
        ("Bea and Beatrice", ["Bea", "Beatrice"], f"{MASK} and {MASK}"),
        ("Nothing", ["212"], "Nothing"),
        ("Nothing", [], "Nothing"),
        ("Nothing", [""], "Nothing"),
        (".*", [".*"], MASK),
        ("john and Johnny", ["John"], f"{MASK} and Johnny"),
        ("212, of the moderator", ["212", "moderator"], f"{MASK}, of the {MASK}"),
        (f"Now {MASK} and 212", ["212", "hidden"], f"Now {MASK} and {MASK}"),
        ("Call Bea Smith 212.", ["Bea Smith", "Smith 212"], f"Call {MASK}."),
        ("ana ana ana, ana", ["ana ana"], f"{MASK}, ana"),
    ],
)
def test_a_place_is_hidden_wherever_it_stands(text, places, masked):
    assert masked_text(text, places) == masked


def test_a_name_that_holds_it_is_hidden_as_a_whole():
    assert masked_name("Bea Smith", ["Smith"]) == MASKED_NAME
    assert masked_name("Bea Smith", ["smith"]) == MASKED_NAME
    assert masked_name("Bea Smithson", ["Smith", ""]) == "Bea Smithson"


def test_readers_do_not_find_what_is_hidden_anywhere(client, moderator):
    comment = make_comment(text=TEXT, author_name="Bea")
    answer = make_comment(parent=comment, author_name="Cleo", text="Thank you.")
    done("mask", comment, by=moderator, place=[PHONE, "Bea"])
    feed = CommentFeed().get_feed(None, client.get("/").wsgi_request).writeString("utf-8")
    receipt = client.get(comment.get_receipt_url()).text
    for page in (read(client, comment), feed, receipt, client.get(answer.get_absolute_url(), follow=True).text):
        assert PHONE not in page
        assert "Bea" not in page
    assert f"Call me at {MASK}. Ask for {MASK}, any time." in read(client, comment)
    assert MASKED_NAME in read(client, comment)


def test_what_stood_there_is_kept_for_moderators_and_its_state_stays(client, moderator):
    comment = waiting(verdict=Verdict.HAM, checked_at=timezone.now())
    done("mask", comment, by=moderator)
    now = stored(comment)
    assert (now.status, now.verdict, now.edited_at, now.revision) == (Status.PENDING, Verdict.HAM, None, 2)
    assert FormerText.objects.get().text == TEXT
    assert PHONE in client.get(page_of(comment)).text
    assert PHONE not in card_of(client.get(page_of(comment)), comment)


def test_hiding_stands_in_the_record_without_what_was_hidden(moderator):
    comment = waiting()
    done("mask", comment, by=moderator)
    event = comment.events.get()
    assert (event.move, event.by, event.reason) == (Move.MASK, moderator, "")


def test_what_is_ticked_and_what_is_typed_are_both_hidden(client, moderator):
    comment = waiting()
    press(client, "waiting", "mask", comment, place=[PHONE, " Bea ", ""])
    assert stored(comment).text == f"Call me at {MASK}. Ask for {MASK}, any time."


@pytest.mark.parametrize(
    ("text", "places", "missing"),
    [
        ("Call Bea.", ["bea"], []),
        ("Call Beatrice.", ["Bea", "call"], ["Bea"]),
        ("Call Bea.", ["Cleo", "", "Bea", "212"], ["Cleo", "212"]),
        (f"Call {MASK}.", ["hidden", MASK, "Call"], ["hidden", MASK]),
        (f"{MASKED_NAME} Call.", ["name"], ["name"]),
        ("", ["Bea"], ["Bea"]),
    ],
)
def test_what_stands_nowhere_is_found_out(text, places, missing):
    assert absent(text, places) == missing


@pytest.mark.parametrize("places", [["Cleo"], [PHONE, "Cleo"], ["Cleo", "Bea"]])
def test_hiding_what_is_not_there_changes_nothing_and_says_which_words(moderator, places):
    comment = waiting()
    with pytest.raises(NotThere, match="not in the text: “Cleo”"):
        comment.mask(places, by=moderator)
    assert (stored(comment).text, comment.events.count(), FormerText.objects.count()) == (TEXT, 0, 0)


def hide_at_the_desk(client, comment, places):
    return press(client, "waiting", "mask", comment, place=places)


def hide_on_its_page(client, comment, places):
    return press_on_page(client, "mask", comment, place=places)


@pytest.mark.parametrize("hide", [hide_at_the_desk, hide_on_its_page])
def test_words_that_are_not_there_are_named_and_what_was_ticked_and_typed_is_kept(client, moderator, hide):
    comment = waiting()
    answer = hide(client, comment, [PHONE, "Cleo <b>"])
    assert answer.status_code == 409
    assert "Nothing was done. These words are not in the text: “Cleo <b>”." in words_of(answer)
    part = card_of(answer, comment)
    assert re.search(rf'name="place" value="{PHONE}"[^>]* checked', part)
    assert 'value="Cleo &lt;b&gt;"' in part
    assert stored(comment).text == TEXT


def test_hiding_is_a_conflict_when_the_text_was_changed_meanwhile(moderator):
    comment = waiting()
    stored(comment).edit("Ann", f"Call {PHONE}!")
    with pytest.raises(Conflict):
        comment.mask([PHONE], by=moderator)


def test_what_is_to_be_hidden_is_text_and_nothing_else(client, moderator):
    comment = waiting(text="Some <b>words</b> & more.")
    press(client, "waiting", "mask", comment, place="<b>words</b> & more")
    assert stored(comment).html == f"<p>Some {MASK}.</p>"


def test_a_verdict_on_its_way_to_the_former_text_is_not_taken_for_one_of_this(moderator, checker):
    comment = waiting(due_at=timezone.now())
    at_the_checker = stored(comment)
    done("mask", comment, by=moderator)
    at_the_checker.record_verdict(Result(verdict=Verdict.HAM), may_publish=True)
    now = stored(comment)
    assert (now.status, now.checked_at) == (Status.PENDING, None)
    assert now.due_at


def test_while_a_new_version_waits_nothing_is_hidden_that_it_would_bring_back(client, moderator):
    comment = make_comment(text=TEXT)
    comment.edit("Ann", f"{TEXT} Really.")
    assert 'value="mask"' not in card_of(client.get(tab_of("attention")), comment)
    done("hold", comment, by=moderator)
    assert 'value="mask"' not in card_of(client.get(tab_of("waiting")), comment)


# --- The note that readers see ----------------------------------------------------------------------------


def test_a_note_of_the_moderators_stands_above_the_comment(client, moderator):
    comment = waiting()
    press(client, "waiting", "publish", comment, public_note="Ask <your> own doctor.")
    assert "Note of the moderators:</strong> Ask &lt;your&gt; own doctor." in read(client, comment)


def test_it_is_put_above_what_is_public_changed_and_taken_away(client, moderator):
    comment = make_comment()
    report(comment)
    for words in ("Ask your own doctor.", "Better ask two doctors."):
        assert press(client, "reported", "note", comment, public_note=words).status_code == 303
        assert words in read(client, comment)
    press(client, "reported", "note", comment, public_note="")
    assert "Note of the moderators" not in read(client, comment)
    assert [event.move for event in comment.events.filter(actor="moderator")] == [Move.NOTE] * 3


def test_a_note_changes_neither_the_state_nor_what_was_reported(moderator):
    comment = make_comment()
    report(comment)
    done("note", comment, by=moderator)
    now = stored(comment)
    assert (now.status, now.decided_at, now.revision) == (Status.PUBLIC, None, 1)
    assert comment.reports.open().exists()


def test_a_note_is_put_above_what_was_seen_only(moderator):
    comment = make_comment()
    for change in ({"seen": 2}, {}):
        if not change:
            stored(comment).withdraw()
        with pytest.raises(Conflict):
            comment.annotate("Ask your doctor.", by=moderator, **change)
    assert stored(comment).public_note == ""


# --- The note for colleagues ------------------------------------------------------------------------------


def test_a_note_for_colleagues_is_shown_to_them_and_to_nobody_else(client, moderator):
    comment = waiting()
    press(client, "waiting", "hold", comment, note="Anna, what\ndo you think?")
    part = card_of(client.get(tab_of("waiting")), comment)
    assert "<p>Anna, what<br>do you think?</p>" in part
    assert f"<strong>{moderator}</strong>" in part
    done("publish", comment, by=moderator)
    for page in (read(client, comment), client.get(comment.get_receipt_url()).text):
        assert "do you think?" not in page


def test_what_waits_can_be_held_for_a_second_look(client, moderator):
    comment = waiting(due_at=timezone.now())
    press(client, "waiting", "hold", comment)
    now = stored(comment)
    assert now.held_at
    assert (now.status, now.decided_at, bool(now.due_at)) == (Status.PENDING, None, True)
    assert not Note.objects.exists()
    assert "Held for a second look" in words_of(client.get(tab_of("waiting")))


def test_no_verdict_moves_what_is_held(moderator):
    for verdict in (Verdict.HAM, Verdict.SPAM, Verdict.DISCARD):
        comment = waiting(due_at=timezone.now())
        done("hold", comment, by=moderator)
        stored(comment).record_verdict(Result(verdict=verdict), may_publish=True)
        assert (stored(comment).status, stored(comment).verdict) == (Status.PENDING, verdict)


def test_what_is_held_can_be_held_again_with_another_note(client, moderator):
    comment = waiting()
    done("hold", comment, by=moderator, note="First.")
    done("hold", comment, by=make_moderator(), note="Second.")
    part = card_of(client.get(tab_of("waiting")), comment)
    assert part.index("First.") < part.index("Second.")


def test_taking_back_one_hold_takes_away_its_note_alone(moderator):
    comment = waiting()
    done("hold", comment, by=make_moderator(), note="First.")
    done("hold", comment, by=moderator, note="Second.")
    take_back(moderator)
    assert [note.text for note in comment.notes.all()] == ["First."]
    assert stored(comment).held_at


# --- Own words to the writer ------------------------------------------------------------------------------


def test_the_writer_reads_the_reason_and_the_moderators_own_words(client, moderator):
    comment = waiting()
    press(client, "waiting", "remove", comment, reason=Reason.ACCUSES, reason_words="Leave out <the> name.")
    receipt = client.get(comment.get_receipt_url()).text
    assert Reason.ACCUSES.label in html.unescape(receipt)
    assert "Leave out &lt;the&gt; name." in receipt
    assert "Leave out" not in read(client, comment)


def test_words_without_a_reason_go_nowhere(client, moderator):
    comment = waiting()
    assert press(client, "waiting", "remove", comment, reason_words="Be kind.").status_code == 400
    assert stored(comment).status == Status.PENDING


@pytest.mark.parametrize("name", ["publish", "spam", "hold"])
def test_the_next_decision_takes_the_words_away(moderator, name):
    comment = waiting()
    done("remove", comment, by=moderator)
    done(name, comment, by=moderator)
    assert (stored(comment).reason, stored(comment).reason_words) == ("", "")


def test_what_its_writer_takes_back_and_brings_again_has_its_reason_still(client, moderator):
    comment = waiting()
    done("remove", comment, by=moderator)
    for verb in (Comment.withdraw, Comment.restore):
        verb(stored(comment))
    assert "Please be kind." in client.get(comment.get_receipt_url()).text


# --- Keeping out more of the same -------------------------------------------------------------------------

RULE_FORM = reverse("admin:crpsinfo_rule_add")


def filled_in(client, address):
    """(kind, value) of a rule form as it opens."""
    form = client.get(address).context["adminform"].form
    return form["kind"].value(), form["value"].value()


def test_what_everybody_can_see_is_filled_in_without_anything_on_record(client, moderator):
    comment = waiting(text="Look at https://cheap-pills.ru/now and HTTPS://cheap-pills.ru, or http://testserver/")
    part = card_of(client.get(tab_of("waiting")), comment)
    addresses = [html.unescape(found) for found in re.findall(rf'href="({re.escape(RULE_FORM)}[^"]*)"', part)]
    assert addresses == [f"{RULE_FORM}?kind=link&value=cheap-pills.ru", f"{RULE_FORM}?kind=phrase"]
    assert [filled_in(client, address) for address in addresses] == [("link", "cheap-pills.ru"), ("phrase", None)]
    assert not comment.events.exists()
    assert not Rule.objects.filter(value="cheap-pills.ru").exists()


def test_the_writers_website_is_among_it(client, moderator):
    comment = waiting(text="Nice.", website="https://cheap-pills.ru/")
    assert "value=cheap-pills.ru" in card_of(client.get(tab_of("waiting")), comment)


@pytest.mark.parametrize(
    ("facts", "kind", "value"),
    [
        ({"email": "ann@example.org"}, RuleKind.EMAIL, "ann@example.org"),
        ({"ip": "203.0.113.77"}, RuleKind.NETWORK, "203.0.113.77"),
        ({"ip": "2001:db8:1:2:3:4:5:6"}, RuleKind.NETWORK, "2001:db8:1:2::/64"),
    ],
)
def test_what_is_about_the_writer_is_filled_in_once_that_is_on_record(client, moderator, facts, kind, value):
    comment = waiting(**facts)
    address = f"{RULE_FORM}?kind={kind}&comment={comment.pk}"
    assert filled_in(client, address) == (kind, None)
    response = client.post(f"{LIST}{comment.pk}/reveal/", {"block": kind})
    assert (response.status_code, response.headers["Location"]) == (303, address)
    assert filled_in(client, address) == (kind, value)
    assert comment.events.get().move == Move.REVEAL
    client.force_login(make_moderator())
    assert filled_in(client, address) == (kind, None)


@pytest.mark.parametrize("block", ["", "nonsense", "phrase", "link"])
def test_showing_alone_leads_to_the_comment(client, moderator, block):
    comment = waiting()
    response = client.post(f"{LIST}{comment.pk}/reveal/", {"block": block})
    assert response.headers["Location"] == f"{page_of(comment)}#addresses"


@pytest.mark.parametrize("key", ["", "nonsense", "999999", "9" * 30, "٣", "-1"])
def test_an_absurd_comment_fills_nothing_in(client, moderator, key):
    assert filled_in(client, f"{RULE_FORM}?kind=email&comment={quote(key)}") == ("email", None)


def test_what_is_not_known_any_more_is_not_filled_in(client, moderator):
    comment = waiting(ip=None)
    client.post(f"{LIST}{comment.pk}/reveal/", {"block": "network"})
    assert filled_in(client, f"{RULE_FORM}?kind=network&comment={comment.pk}")[1] in (None, "")


def test_editors_are_shown_no_addresses(client):
    client.force_login(make_editor())
    comment = waiting(email="ann@example.org")
    assert client.post(f"{LIST}{comment.pk}/reveal/", {"block": "email"}).status_code == 403
    assert not comment.events.exists()
