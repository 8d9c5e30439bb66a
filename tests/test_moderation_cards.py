"""What a card shows of a comment: all that a moderator needs, folded where it may hurt or is long."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, CrisisFlag, Proposal, ReportReason
from comments.moderation.block import SHOWN_FOR
from comments.moves import Move, Status
from crpsinfo.spam import Verdict
from tests.deciding import card_of, done, tab_of, visible
from tests.factories import make_comment, make_moderator, make_writer
from tests.moderation import LIST, page_of, report

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

EMAIL, IP, AGENT = "ann.secret@example.org", "203.0.113.77", "A browser that nobody else has"
DARK = "I do not want to live any more."


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def waiting(**values):
    return make_comment(**{"status": Status.PENDING} | values)


def flag(comment, kind="self-harm", **values):
    CrisisFlag.objects.create(comment=comment, kind=kind, list_version=1, **values)
    return comment


def card(client, comment, tab="attention"):
    found = card_of(client.get(tab_of(tab)), comment)
    assert found
    return found


def words(part):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", part)).split())


# --- The comment ------------------------------------------------------------------------------------------


def test_it_shows_who_wrote_what_under_which_article_and_when(client, moderator):
    comment = waiting(author_name="Ann <3", text="Line one.\n\n<b>Line two.", website="https://ann.example.org")
    part = card(client, comment)
    assert "Ann &lt;3" in part
    assert "<p>Line one.</p>" in part
    assert "&lt;b&gt;Line two." in part
    assert f'<a href="{comment.article.get_absolute_url()}">{comment.article}</a>' in part
    assert f"Comment {comment.pk}, {comment.created_at:%-d %b %Y, %H:%M} UTC. Waiting." in words(part)
    assert "Website: https://ann.example.org" in words(part)


def test_a_website_is_no_link_that_somebody_opens_by_mistake(client, moderator):
    part = card(client, waiting(website="https://ann.example.org"))
    assert 'href="https://ann.example.org' not in part


def test_it_shows_what_was_decided_by_whom_and_why(client, moderator):
    comment, other = make_comment(), make_moderator()
    done("remove", comment, by=other, reason="unkind", reason_words="Please <be> kind.")
    part = words(card(client, comment, "removed"))
    assert f"Removed: {other}, {timezone.now():%-d %b %Y}" in part
    assert "(“It is unkind to somebody. Please <be> kind.”)" in part


def test_it_shows_what_the_comment_answers(client, moderator):
    parent = make_comment(author_name="Bea", text="The <question>")
    seen = visible(card(client, waiting(parent=parent)))
    assert "In reply to Bea (public): The <question>" in seen
    assert page_of(parent) in card(client, Comment.objects.get(parent=parent))


def test_an_erased_parent_and_an_erased_comment_break_nothing(client, moderator):
    gone = {"erased_at": timezone.now(), "author_name": "", "text": ""}
    comment = waiting(parent=make_comment(**gone))
    assert "In reply to an erased comment (public)" in visible(card(client, comment))
    Comment.objects.filter(pk=comment.pk).update(**gone)
    part = card(client, comment)
    assert "The text is erased." in words(part)
    assert "(erased)" in words(part)
    assert '<button type="submit" class="button" name="action"' not in part


def test_it_shows_how_the_writer_fared(client, moderator):
    writer = make_writer(approved=2)
    for status in (Status.REMOVED, Status.SPAM, Status.SPAM):
        make_comment(writer=writer, status=status)
    part = card(client, waiting(writer=writer))
    assert "Remembered writer. Published by moderators: 2. Removed: 1. Spam: 2." in words(part)
    assert reverse("admin:comments_writer_change", args=[writer.pk]) in part
    assert "Not a remembered writer." in words(card(client, waiting()))


def test_it_shows_what_the_checker_and_our_own_rules_said(client, moderator):
    judged = {"checked_at": timezone.now(), "verdict": Verdict.HAM, "ruling": "hold", "ruled_because": "4 links"}
    part = words(card(client, waiting(**judged)))
    assert "Spam filter: not spam." in part
    assert "(4 links)" in part
    failed = words(card(client, waiting(due_at=timezone.now(), last_error="It is down")))
    assert "Spam filter: not asked yet (It is down)." in failed


def test_it_shows_reports_notes_and_appeals_with_their_words_escaped(client, moderator):
    comment, other = make_comment(), make_moderator()
    report(comment, words="It is <rude>.")
    done("hold", comment, by=other, note="What <do> you think?")
    part = card(client, comment)
    assert "It is unkind or threatening" in words(part)
    assert "It is &lt;rude&gt;." in part
    assert "What &lt;do&gt; you think?" in part
    assert str(other) in words(part)


def test_it_shows_a_new_version_as_a_difference(client, moderator):
    comment = make_comment()
    comment.edit("Anna", "A few <b>other</b> words.")
    part = card(client, comment)
    assert "A few[added: <b>other</b>] words." in words(part)
    assert "[removed: Ann] [added: Anna]" in words(part)
    assert "<b>other" not in part


def test_it_shows_the_note_of_the_moderators(client, moderator):
    comment = waiting()
    done("publish", comment, by=moderator, public_note="Ask <your> doctor.")
    report(comment)
    assert "Note of the moderators above it: “Ask <your> doctor.”" in words(card(client, comment))


# --- Folded -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "label"), [("self-harm", "suicide or self-harm"), ("emergency", "a medical emergency")]
)
@pytest.mark.parametrize("lowered", [True, False])
@pytest.mark.parametrize("address", ["the desk", "its own page"])
def test_what_may_be_about_a_life_arrives_folded_with_a_label(client, moderator, kind, label, lowered, address):
    comment = flag(waiting(text=DARK), kind, lowered=lowered)
    page = client.get(tab_of("attention") if address == "the desk" else page_of(comment))
    part = card_of(page, comment)
    assert f"May be distressing. It may be about {label}." in visible(part)
    assert DARK not in visible(part)
    assert DARK in part


def test_so_does_what_a_reader_reported_as_dangerous(client, moderator):
    comment = make_comment(text=DARK)
    report(comment, ReportReason.DANGER)
    seen = visible(card(client, comment))
    assert "May be distressing. A reader reported that somebody may be in danger." in seen
    assert DARK not in seen


def test_once_such_a_report_is_closed_it_is_no_easier_to_read(client, moderator):
    comment = waiting(text=DARK)
    report(comment, ReportReason.DANGER)
    done("dismiss", comment, by=moderator)
    assert DARK not in visible(card(client, comment))


def test_the_words_of_such_a_report_are_folded_too(client, moderator):
    comment = make_comment()
    report(comment, ReportReason.DANGER, words=DARK)
    part = card(client, comment)
    assert "Somebody may be in danger" in visible(part)
    assert DARK not in visible(part)
    assert DARK in part


def reported_as_dangerous(comment):
    report(comment, ReportReason.DANGER)
    return comment


@pytest.mark.parametrize("why", [flag, reported_as_dangerous])
@pytest.mark.parametrize("address", ["the desk", "its own page"])
def test_a_distressing_comment_is_folded_above_its_answers_too(client, moderator, address, why):
    parent = why(make_comment(author_name="Bea", text=DARK))
    reply = waiting(parent=parent)
    page = client.get(tab_of("attention") if address == "the desk" else page_of(reply))
    part = card_of(page, reply)
    assert "In reply to Bea" in visible(part)
    assert DARK not in visible(part)


def test_appeals_and_new_versions_of_what_is_distressing_are_folded(client, moderator):
    removed, public = flag(make_comment(status=Status.REMOVED)), flag(make_comment())
    removed.ask_again(DARK)
    Proposal.objects.create(comment=public, author_name="Ann", text=DARK)
    for comment in (removed, public):
        part = card(client, comment)
        assert DARK in words(part)
        assert DARK not in visible(part)


def test_a_long_text_is_folded_after_its_beginning_and_is_there_as_a_whole(client, moderator):
    comment = waiting(text=f"Beginning. {'word ' * 400}End.")
    part = card(client, comment)
    assert "Beginning." in visible(part)
    assert f"Show all {len(comment.text)} characters" in visible(part)
    assert "End." not in visible(part)
    assert comment.html in part


def test_a_long_distressing_text_is_not_begun_in_the_label(client, moderator):
    comment = flag(waiting(text=f"{DARK} {'word ' * 400}"))
    assert DARK not in visible(card(client, comment))


def test_a_short_text_is_not_folded(client, moderator):
    part = card(client, waiting(text="word " * 200))
    assert "data-fold" not in part


# --- Its forms --------------------------------------------------------------------------------------------


def test_all_that_can_be_typed_goes_along_with_every_button(client, moderator):
    part = card(client, waiting())
    form = re.search(r'<form class="decide".*?</form>', part, re.DOTALL)[0]
    for name in ("reason", "reason_words", "note", "public_note", "place"):
        assert f'name="{name}"' in form
    buttons = set(re.findall(r'<button[^>]* name="action" value="(\w+)"', form))
    assert buttons == {"publish", "spam", "remove", "hold", "mask"}


def test_the_enter_key_in_a_field_decides_nothing(client, moderator):
    """The first button of a form takes it."""
    form = re.search(r'<form class="decide".*?</form>', card(client, waiting()), re.DOTALL)[0]
    assert re.search(r"<button[^>]*>", form)[0] == '<button type="submit" disabled hidden>'


def test_no_two_elements_of_a_page_have_the_same_name(client, moderator):
    for _ in range(3):
        comment = make_comment()
        comment.edit("Anna", "Other words. 212-555-0147")
        report(comment, reader=f"reader {comment.pk}")
        waiting(text="Call 212-555-0147")
    for address in (tab_of("attention"), page_of(comment)):
        ids = re.findall(r'\sid="([^"]*)"', client.get(address).text)
        assert sorted(ids) == sorted(set(ids))


def test_what_the_text_gives_away_is_offered_to_be_hidden(client, moderator):
    part = card(client, waiting(text="Call 212-555-0147, or write to ann at gmail dot com."))
    assert 'name="place" value="212-555-0147"' in part
    assert 'name="place" value="ann at gmail dot com"' in part


def test_who_may_only_look_gets_a_card_without_buttons(client, moderator):
    moderator.groups.clear()
    moderator.user_permissions.add(*[permission("view_comment"), permission("view_commentevent")])
    comment = waiting(text="Some words.")
    page = client.get(page_of(comment))
    assert "Some words." in page.text
    assert 'class="decide"' not in page.text
    assert "Block…" not in page.text


def permission(codename):
    return Permission.objects.get(codename=codename)


# --- Whose addresses --------------------------------------------------------------------------------------


@pytest.fixture
def private():
    """A comment that everything is known about, and that is on every page somewhere."""
    facts = {"email": EMAIL, "email_confirmed_at": timezone.now(), "ip": IP, "user_agent": AGENT}
    comment = waiting(writer=make_writer(), text="Call 212-555-0147", **facts)
    comment.hold(by=make_moderator(), note="What do you think?")
    report(comment)
    return comment


def places(comment):
    yield from map(tab_of, ["attention", "waiting", "unchecked", "reported", "spam", "sample", "removed"])
    yield from (page_of(comment), f"{LIST}?status=all", f"{LIST}{comment.pk}/history/")
    yield f"{LIST}?status=all&q=ann.secret"
    yield f"{reverse('admin:comments_commentevent_changelist')}?comment={comment.pk}"
    yield reverse("admin:comments_writer_change", args=[comment.writer.pk])
    yield reverse("admin:comments_notification_changelist")
    for kind in ("email", "network"):
        yield f"{reverse('admin:crpsinfo_rule_add')}?kind={kind}&comment={comment.pk}"


def pages_with_addresses(client, comment):
    found = []
    for address in places(comment):
        page = client.get(address)
        assert page.status_code == 200, address
        assert AGENT not in page.text
        found += [address] if EMAIL in page.text or IP in page.text else []
    return found


def test_a_writers_addresses_are_on_no_page(client, moderator, private):
    assert pages_with_addresses(client, private) == []


def reveal(client, comment, **fields):
    return client.post(f"{LIST}{comment.pk}/reveal/", fields)


def test_who_asks_is_shown_them_on_the_comments_own_page_and_that_is_on_record(client, moderator, private):
    response = reveal(client, private)
    assert response.headers["Location"] == f"{page_of(private)}#addresses"
    page = client.get(page_of(private)).text
    assert f"{EMAIL} (confirmed)" in page
    assert IP in page
    event = private.events.get(move=Move.REVEAL)
    assert (event.by, event.reason) == (moderator, "")
    assert f"Address shown to {moderator}" in words(page)


def test_then_they_are_on_that_page_and_in_the_rule_forms_and_nowhere_else(client, moderator, private):
    reveal(client, private)
    rule_form = reverse("admin:crpsinfo_rule_add")
    shown = {address.partition("?")[0] for address in pages_with_addresses(client, private)}
    assert shown == {page_of(private), rule_form}


def test_another_moderator_is_not_shown_them(client, moderator, private):
    reveal(client, private)
    client.force_login(make_moderator())
    assert pages_with_addresses(client, private) == []


def test_those_of_another_comment_stay_hidden(client, moderator, private):
    reveal(client, waiting(email="bea@example.org"))
    assert pages_with_addresses(client, private) == []


def test_after_ten_minutes_they_are_hidden_again(client, moderator, private):
    old = timezone.now() - SHOWN_FOR - timedelta(seconds=1)
    private.events.create(move=Move.REVEAL, actor="moderator", by=moderator, was="pending", revision=1, at=old)
    assert timedelta(minutes=10) == SHOWN_FOR
    assert pages_with_addresses(client, private) == []


def test_looking_at_the_address_of_the_button_reveals_nothing(client, moderator, private):
    for ask in (client.get, client.head):
        assert ask(f"{LIST}{private.pk}/reveal/").headers["Location"] == page_of(private)
    assert client.put(f"{LIST}{private.pk}/reveal/").status_code == 405
    assert not private.events.filter(move=Move.REVEAL).exists()
    assert pages_with_addresses(client, private) == []


def test_a_comment_without_addresses_offers_none(client, moderator):
    part = card(client, waiting(ip=None))
    assert "/reveal/" not in part
