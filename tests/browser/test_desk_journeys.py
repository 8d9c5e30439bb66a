"""Moderators at work: a session with the keyboard alone, on a phone, without scripts; two at the same time."""

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, CommentEvent, CrisisFlag, Note, Report, ReportReason, Sample
from comments.moves import Move, Reason, Status
from crpsinfo.models import ContactMessage, Rule, StaffSettings
from directory.models import Outcome, ReportState
from tests.browser.audit import assert_sound, overflow
from tests.browser.desk import (
    ATTENTION,
    NUMBER,
    PHONE,
    Keyboard,
    Thumb,
    a_queue,
    bar,
    card,
    expect_to_go_on_at,
    nothing_was_done,
    too_small,
    unfold,
)
from tests.browser.people import comment_on, expect, expect_done, fold, signed_in
from tests.browser.windows import first_page
from tests.deciding import decide, stored, tab_of
from tests.directory_factories import make_listing
from tests.factories import make_article, make_comment, make_moderator, make_writer
from tests.listing_reports import SUGGESTED, make_call, make_correction, make_request, make_suggestion
from tests.moderation import page_of, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3
UNKIND = Reason.UNKIND.label


@pytest.fixture
def article():
    return make_article("Infusions", slug="infusions")


@pytest.fixture
def moderator():
    return make_moderator()


@pytest.fixture
def office(context, base_url, moderator):
    """The browser of a moderator who has signed in."""
    return signed_in(context, moderator, base_url)


@pytest.fixture
def quiet_office(borrow, base_url):
    """The same without scripts."""
    return signed_in(borrow(scripts=False), make_moderator(), base_url)


@pytest.fixture
def other_office(borrow, base_url):
    """The browser of a second moderator."""
    return signed_in(borrow(), make_moderator(), base_url)


# --- A whole session --------------------------------------------------------------------------------------


@pytest.fixture(params=["keys", "phone"])
def hand(request, page, new_context):
    """What somebody works with."""
    return Keyboard(page) if request.param == "keys" else Thumb(first_page(new_context(**PHONE)))


def test_a_session_with_the_keys_alone_or_on_a_phone(hand, article):
    queue = a_queue(article)
    message = ContactMessage.objects.create(name="Ida", email="ida@example.org", text="A link is broken.")
    hand.sign_in()
    desk = hand.page
    expect(desk.get_by_role("heading", level=1)).to_have_text("Needs attention (8)")
    look_at_what_hurts(hand, queue["Eve"])
    hand.do(queue["Hal"], "Seen: it stays as it is", "c")
    expect_done(desk, f"Left unchanged, the reports closed: comment {queue['Hal'].pk}, by Hal")
    expect_to_go_on_at(desk, queue["Ann"])
    assert Report.objects.get().closed_at
    publish_take_back_publish(hand, queue["Ann"], following=queue["Ben"])
    remove(hand, queue["Ben"], following=queue["Cal"])
    hand.do(queue["Cal"], "Spam", "s")
    expect_done(desk, f"Marked as spam: comment {queue['Cal'].pk}, by Cal")
    expect_to_go_on_at(desk, queue["Dot"])
    assert stored(queue["Cal"]).status == Status.SPAM
    hold(hand, queue["Dot"], following=queue["Fay"])
    hide_a_number(hand, queue["Fay"], following=queue["Gus"])
    hand.do(queue["Gus"], "Accept the new version", "a")
    expect_done(desk, f"Shown in the new version: comment {queue['Gus'].pk}, by Gus")
    expect_to_go_on_at(desk, queue["Fay"])  # there is none below
    assert stored(queue["Gus"]).text == "Three infusions."
    answer(hand, message)


def publish_take_back_publish(hand, comment, following):
    hand.do(comment, "Publish", "p")
    expect_done(hand.page, f"Published: comment {comment.pk}, by Ann")
    expect_to_go_on_at(hand.page, following)
    assert stored(comment).status == Status.PUBLIC
    hand.undo()
    expect(hand.page.get_by_text(f"Undone: comment {comment.pk}, by Ann. It is as it was before.")).to_be_visible()
    expect(card(hand.page, comment)).to_be_focused()
    assert stored(comment).status == Status.PENDING
    hand.do(comment, "Publish", "p")
    expect_to_go_on_at(hand.page, following)
    assert stored(comment).status == Status.PUBLIC


def remove(hand, comment, following):
    hand.do(comment, "Remove…", "r")
    hand.choose(card(hand.page, comment).get_by_label("Reason, which its writer reads"), UNKIND)
    hand.write(card(hand.page, comment).get_by_label("In your own words, if you like"), "Please be kind.")
    hand.follow(card(hand.page, comment).get_by_role("button", name="Remove", exact=True))
    expect_done(hand.page, f"Removed: comment {comment.pk}, by Ben")
    expect_to_go_on_at(hand.page, following)
    removed = stored(comment)
    assert (removed.status, removed.reason, removed.reason_words) == ("removed", "unkind", "Please be kind.")


def hold(hand, comment, following):
    hand.do(comment, "Hold…", "h")
    hand.write(card(hand.page, comment).get_by_label("Note for the other moderators"), "Is that too much?")
    hand.follow(card(hand.page, comment).get_by_role("button", name="Hold for a second look"))
    expect_done(hand.page, f"Held: comment {comment.pk}, by Dot")
    expect_to_go_on_at(hand.page, following)
    assert stored(comment).held_at
    assert Note.objects.get(comment=comment).text == "Is that too much?"


def hide_a_number(hand, comment, following):
    hand.do(comment, "Hide a part…", "m")
    hand.tick(card(hand.page, comment).get_by_role("checkbox", name=NUMBER))
    hand.follow(card(hand.page, comment).get_by_role("button", name="Hide this"))
    expect_done(hand.page, f"Partly hidden: comment {comment.pk}, by Fay")
    expect_to_go_on_at(hand.page, following)
    assert stored(comment).text == "Call me: [hidden by a moderator]."


def look_at_what_hurts(hand, comment):
    text = card(hand.page, comment).get_by_text("I cannot go on.")
    expect(text).to_be_hidden()
    hand.do(comment, "May be distressing.", "o")
    expect(text).to_be_visible()


def answer(hand, message):
    hand.page.goto(ATTENTION)  # later that day
    hand.follow(hand.page.get_by_role("navigation", name="The queue").get_by_role("link", name="Messages 1"))
    expect(hand.page.get_by_role("link", name="Answer by mail")).to_have_attribute("href", "mailto:ida@example.org")
    hand.do(message, "Close", "c")
    expect_done(hand.page, f"Closed: message {message.pk}, from Ida")
    expect(hand.page.get_by_text("Nothing here.")).to_be_visible()
    assert ContactMessage.objects.get().closed_at


def test_keys_walk_through_the_cards_and_list_themselves(office, article):
    queue = a_queue(article)
    office.goto(ATTENTION)
    for key, name in [("j", "Eve"), ("j", "Hal"), ("k", "Eve"), ("k", "Eve")]:
        office.keyboard.press(key)
        expect(card(office, queue[name])).to_be_focused()
    publishes = office.get_by_role("definition").filter(has_text="publish")
    expect(publishes).to_be_hidden()
    office.keyboard.press("?")
    expect(publishes).to_be_visible()
    office.keyboard.press("?")
    expect(publishes).to_be_hidden()


def test_a_thumb_hits_everything_on_a_phone_and_nothing_overflows(new_context, base_url, article):
    queue = a_queue(article)
    desk = signed_in(new_context(**PHONE), make_moderator(), base_url)
    desk.goto(ATTENTION)
    for comment in (queue["Ann"], queue["Ben"], queue["Cal"]):
        card(desk, comment).locator("label.tick").tap()
    desk.get_by_label("What to do").select_option("Publish")
    desk.get_by_role("button", name="Do it with all that is ticked").tap()
    expect_done(desk, "3 published")
    unfold(desk)
    assert too_small(desk) == []
    assert overflow(desk) == 0


# --- Keys that are not meant ------------------------------------------------------------------------------


def test_keys_that_are_switched_off_do_nothing(office, article):
    queue = a_queue(article)
    office.goto(reverse("admin:desk-settings"))
    office.get_by_label("Single-key shortcuts in the queue").uncheck()
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("Your settings are saved.")).to_be_visible()
    office.goto(ATTENTION)
    assert not StaffSettings.objects.get().shortcuts
    card(office, queue["Ann"]).focus()
    type_keys(office, "jpsrhmcau?")
    expect(card(office, queue["Ann"])).to_be_focused()
    expect_nothing_done(office)
    card(office, queue["Ann"]).get_by_role("button", name="Publish", exact=True).click()
    expect_done(office, f"Published: comment {queue['Ann'].pk}, by Ann")


def test_keys_do_nothing_while_somebody_types_or_presses_another_key_with_them(office, article):
    ann = a_queue(article)["Ann"]
    office.goto(ATTENTION)
    fold(card(office, ann), "Hold…").click()
    office.get_by_label("Note for the other moderators").locator("visible=true").focus()
    type_keys(office, "psuc?")
    expect(office.get_by_label("Note for the other moderators").locator("visible=true")).to_have_value("psuc?")
    card(office, ann).focus()
    for keys in ("Control+s", "Alt+s", "Meta+s", "Control+j"):
        office.keyboard.press(keys)
    expect(card(office, ann)).to_be_focused()
    expect_nothing_done(office)


def test_a_key_that_is_held_down_decides_once(office, article):
    queue = a_queue(article)
    office.goto(ATTENTION)
    card(office, queue["Ann"]).focus()
    office.keyboard.down("p")
    expect_done(office, f"Published: comment {queue['Ann'].pk}, by Ann")
    for _ in range(3):
        office.keyboard.down("p")
    office.keyboard.up("p")
    expect(card(office, queue["Ben"])).to_be_focused()
    assert CommentEvent.objects.filter(move=Move.PUBLISH).count() == 1
    assert stored(queue["Ben"]).status == Status.PENDING


def test_no_key_is_promised_where_none_is_heard(office, article):
    comment = make_comment(article, status=Status.PENDING)
    for address in (ATTENTION, page_of(comment)):
        office.goto(address)
        expect(office.get_by_role("button", name="Publish", exact=True)).to_be_visible()
        expect(office.locator("[aria-keyshortcuts]:not(moderation-desk *)")).to_have_count(0)


def type_keys(page, keys):
    for key in keys:
        page.keyboard.press(key)


def expect_nothing_done(page):
    """Also none that is on its way: what is asked now comes after it."""
    page.reload()
    expect(bar(page)).to_have_count(0)
    assert not CommentEvent.objects.filter(by__isnull=False).exists()


# --- Without scripts --------------------------------------------------------------------------------------


def test_what_a_moderator_removes_with_own_words_is_told_to_its_writer(quiet_office, borrow, article, base_url):
    comment = make_comment(article, status=Status.PENDING)
    quiet_office.goto(ATTENTION)
    fold(quiet_office, "Remove…").click()
    quiet_office.get_by_label("Reason, which its writer reads").select_option(UNKIND)
    quiet_office.get_by_label("In your own words").fill("Please be kind.")
    quiet_office.get_by_role("button", name="Remove", exact=True).click()
    expect_done(quiet_office, f"Removed: comment {comment.pk}, by Ann")
    writer = first_page(borrow(scripts=False))
    writer.goto(comment.get_receipt_url())
    expect(writer.get_by_text(f"The reason: {UNKIND} In the moderator’s words: “Please be kind.”")).to_be_visible()


def test_what_is_held_with_a_note_is_read_by_a_second_moderator(quiet_office, other_office, article):
    comment = make_comment(article, status=Status.PENDING)
    quiet_office.goto(ATTENTION)
    fold(quiet_office, "Hold…").click()
    quiet_office.get_by_label("Note for the other moderators").fill("Is that too much?")
    quiet_office.get_by_role("button", name="Hold for a second look").click()
    expect_done(quiet_office, f"Held: comment {comment.pk}, by Ann")
    other_office.goto(ATTENTION)
    expect(card(other_office, comment)).to_contain_text("Held for a second look")
    expect(other_office.get_by_role("region", name="Notes of moderators")).to_contain_text("Is that too much?")


def test_what_moderators_write_and_hide_on_a_published_comment_is_seen_by_readers(quiet_office, page, article):
    comment = make_comment(article, status=Status.PENDING, text=f"Call me: {NUMBER}.")
    quiet_office.goto(ATTENTION)
    quiet_office.get_by_role("button", name="Publish", exact=True).click()
    expect_done(quiet_office, f"Published: comment {comment.pk}, by Ann")
    quiet_office.goto(page_of(comment))
    fold(quiet_office, "Note above it…").click()
    quiet_office.get_by_label("Note of the moderators, shown above the comment").fill("Ask your own doctor.")
    quiet_office.get_by_role("button", name="Put the note above it").click()
    fold(quiet_office, "Hide a part…").click()
    quiet_office.get_by_role("checkbox", name=NUMBER).check()
    quiet_office.get_by_role("button", name="Hide this").click()
    fold(quiet_office, "Reply…").click()
    quiet_office.get_by_label("Reply as a moderator").fill("We took your number out.")
    quiet_office.get_by_role("button", name="Publish this reply").click()
    expect_done(quiet_office, f"Answered: comment {comment.pk}, by Ann")
    page.goto("/articles/infusions/")
    expect(comment_on(page, "Note of the moderators: Ask your own doctor.")).to_contain_text("Call me: [hidden by a mo")
    expect(comment_on(page, "We took your number out.")).to_contain_text("A moderator")


def test_what_was_ticked_to_be_hidden_is_not_published_by_a_slip(quiet_office, watch, article):
    comment = make_comment(article, status=Status.PENDING, text=f"Call me: {NUMBER}.")
    quiet_office.goto(ATTENTION)
    fold(quiet_office, "Hide a part…").click()
    quiet_office.get_by_role("checkbox", name=NUMBER).check()
    watch.announce(400)
    quiet_office.get_by_role("button", name="Publish", exact=True).click()
    expect(quiet_office.get_by_role("alert")).to_contain_text("Nothing is done yet")
    assert stored(comment).status == Status.PENDING


def test_blocking_opens_the_form_of_a_rule_filled_in(quiet_office, article):
    comment = make_comment(article, status=Status.PENDING, text="See https://pills.example/now", ip="192.0.2.7")
    for offer, value in [("Links to pills.example", "pills.example"), ("The address that it came from", "192.0.2.7")]:
        quiet_office.goto(ATTENTION)
        fold(quiet_office, "Block…").click()
        quiet_office.get_by_text(offer).click()
        expect(quiet_office.get_by_label("What to look for")).to_have_value(value)
    assert comment.events.get().move == Move.REVEAL
    assert not Rule.objects.exists()


def test_three_at_once_and_back_while_a_fourth_was_changed(quiet_office, article):
    queue, three = a_queue(article), ("Ann", "Ben", "Cal")
    quiet_office.goto(ATTENTION)
    for name in (*three, "Dot"):
        quiet_office.get_by_role("checkbox", name=f"by {name}").check()
    quiet_office.get_by_label("What to do").select_option("Remove")
    quiet_office.get_by_label("Reason, when removing").select_option(UNKIND)
    Comment.objects.get(pk=queue["Dot"].pk).edit("Dot", "Sorry.")
    quiet_office.get_by_role("button", name="Do it with all that is ticked").click()
    expect_done(quiet_office, "3 removed")
    expect(quiet_office.get_by_text(f"Left as it is: comment {queue['Dot'].pk}, by Dot.")).to_be_visible()
    fold(quiet_office, "Which").click()
    each = [f"Comment {queue[name].pk}, by {name}" for name in three]
    expect(bar(quiet_office).get_by_role("listitem")).to_have_text(each)
    bar(quiet_office).get_by_role("button", name="Undo").click()
    expect(quiet_office.get_by_text("It is as it was before.")).to_have_count(3)
    assert {stored(queue[name]).status for name in three} == {Status.PENDING}


# --- Two at the same time ---------------------------------------------------------------------------------


def test_the_second_of_two_moderators_reads_what_the_first_did_and_keeps_their_words(
    office, other_office, watch, article
):
    comment = make_comment(article, status=Status.PENDING)
    for desk in (office, other_office):
        desk.goto(ATTENTION)
    office.get_by_role("button", name="Publish", exact=True).click()
    expect_done(office, "Published: ")
    fold(other_office, "Remove…").click()
    other_office.get_by_label("Reason, which its writer reads").select_option(UNKIND)
    other_office.get_by_label("In your own words").fill("Please be kind.")
    watch.announce(409)
    other_office.get_by_role("button", name="Remove", exact=True).click()
    told = f"It is public now. Published by {stored(comment).decided_by} on "
    expect(nothing_was_done(other_office)).to_contain_text(told)
    expect(other_office.get_by_label("Reason, which its writer reads")).to_have_value("unkind")
    expect(other_office.get_by_label("In your own words")).to_have_value("Please be kind.")
    assert stored(comment).status == Status.PUBLIC
    assert [event.move for event in comment.events.all()] == [Move.PUBLISH]


LATE = {  # a part of the card: its field, its button
    "Remove…": ("In your own words", "Remove"),
    "Note above it…": ("Note of the moderators, shown above", "Put the note above it"),
    "Hide a part…": ("What to hide, as it stands there", "Hide this"),
    "Reply…": ("Reply as a moderator", "Publish this reply"),
}


@pytest.mark.parametrize("part", LATE)
def test_what_was_typed_is_there_though_it_does_not_go_with_what_was_decided_meanwhile(office, watch, article, part):
    comment, (field, button) = make_comment(article, status=Status.PUBLIC), LATE[part]
    office.goto(page_of(comment))
    fold(office, part).click()
    office.get_by_label(field).fill("What I typed.")
    if part == "Remove…":
        office.get_by_label("Reason, which its writer reads").select_option(UNKIND)
    Comment.objects.get().remove(by=make_moderator(), reason=Reason.OTHER)
    watch.announce(409)
    office.get_by_role("button", name=button, exact=True).click()
    expect(nothing_was_done(office)).to_contain_text("what you typed is still here")
    fields = office.get_by_role("main").locator("input, textarea")
    typed = fields.evaluate_all("fields => fields.map(field => field.value)")
    assert "What I typed." in [*typed, *office.get_by_role("main").all_inner_texts()]


def test_what_its_writer_changed_meanwhile_is_shown_and_not_published(office, watch, article):
    comment = make_comment(article, status=Status.PENDING, text="What was read.")
    office.goto(ATTENTION)
    comment.edit("Ann", "What was not read.")
    watch.announce(409)
    office.get_by_role("button", name="Publish", exact=True).click()
    expect(nothing_was_done(office)).to_contain_text("It is waiting now. Changed by its writer on ")
    expect(card(office, comment)).to_contain_text("What was not read.")
    assert stored(comment).status == Status.PENDING
    office.get_by_role("button", name="Publish", exact=True).click()
    expect_done(office, "Published: ")
    assert stored(comment).status == Status.PUBLIC


@pytest.mark.parametrize("words", ["We are with you.", "Welcome."])
def test_a_reply_that_was_typed_when_the_session_ended_is_there_to_be_copied(office, watch, article, words):
    office.goto(page_of(make_comment(article)))
    fold(office, "Reply…").click()
    office.get_by_label("Reply as a moderator").fill(words)
    office.context.clear_cookies(name="sessionid")
    watch.announce(403)
    office.get_by_role("button", name="Publish this reply").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("This was not saved: you were signed out")
    expect(office.get_by_label("Reply")).to_have_value(words)
    assert Comment.objects.count() == 1


# --- Every page of the desk -------------------------------------------------------------------------------


@pytest.fixture
def kinds_of_comments(article, moderator):
    """{a kind of what moderators see: a comment of it}. Some have a word that is longer than a phone is wide."""
    pending, spam, someone = {"status": Status.PENDING}, {"status": Status.SPAM}, make_moderator()
    parent = make_comment(article, public_note=f"Ask your doctor. {LONG_WORD}", writer=make_writer(approved=1))
    comments = {
        "waiting": make_comment(article, **pending, text=f"{NUMBER} https://{LONG_WORD[:60]}.example", email="a@b.org"),
        "unchecked": make_comment(article, **pending, due_at=timezone.now(), last_error="no answer"),
        "long": make_comment(article, **pending, text=f"{LONG_WORD} " * 20, website="https://a.example/"),
        "crisis": make_comment(article, **pending, ruling="hold", ruled_because=f"a phrase: {LONG_WORD}"),
        "reply": make_comment(parent=parent, **pending, text=LONG_WORD),
        "public": parent,
        "staff": make_comment(parent=parent, author_name="Maple", staff=moderator),
        "spam": make_comment(article, **spam),
        "drawn": make_comment(article, **spam, verdict="discard", checked_at=timezone.now()),
        "removed": make_comment(article, author_name=LONG_WORD[:60]),
        "erased": make_comment(article, status=Status.REMOVED, author_name="", text="", erased_at=timezone.now()),
        "withdrawn": make_comment(article),
    }
    for name in ("crisis", "public"):
        CrisisFlag.objects.create(comment=comments[name], kind="self-harm", list_version=1)
    Sample.objects.create(comment=comments["drawn"])
    comments["waiting"].hold(by=someone, note=f"Is that too much? {LONG_WORD}")
    comments["removed"].remove(by=someone, reason=Reason.UNKIND, words=LONG_WORD)
    comments["removed"].ask_again(f"Please look again. {LONG_WORD}")
    comments["withdrawn"].withdraw()
    parent.edit("Anna", f"Other {LONG_WORD} words.")
    for name, reason in [("public", ReportReason.DANGER), ("staff", ReportReason.UNKIND)]:
        report(comments[name], reason, words=f"Look: {LONG_WORD}")
    return comments


@pytest.fixture
def assert_all_sound(office, watch, subtests):
    """Asserts that pages {name: address} are sound and valid, with all that is folded shown; and names those that are
    not."""

    def go_through(pages):
        for name, address in pages.items():
            with subtests.test(name):
                assert_sound_and_valid(office, office.goto(address))
                watch.check()

    return go_through


def assert_sound_and_valid(page, response):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    ids = [element.get("id") for element in parser.parse(response.text()).iter() if element.get("id")]
    assert parser.errors == []
    assert len(ids) == len(set(ids))
    unfold(page)
    assert_sound(page)


TABS = (
    "attention",
    "waiting",
    "unchecked",
    "reported",
    "spam",
    "sample",
    "removed",
    "listings",
    "listing-spam",
    "messages",
)


def say_something_about_a_listing():
    """A report of each kind, with words as long as they come."""
    listing, long = make_listing(), {"words": f"{LONG_WORD} " * 20}
    make_request(listing.doctor, **long, name=LONG_WORD[:80])
    make_correction(listing, {"clinic_name": LONG_WORD[:140], "step_free": True}, **long)
    make_call(listing, Outcome.NOT_TAKING, **long)
    make_suggestion(proposed={"name": "Alma Tester", "clinic": LONG_WORD[:140], "state": "NY"}, **long)
    make_suggestion(proposed=SUGGESTED, state=ReportState.SPAM, closed_at=timezone.now())


def test_tabs(assert_all_sound, kinds_of_comments, moderator, article):
    for about in ("", "/doctors/new-york/alma-tester/"):
        ContactMessage.objects.create(name=LONG_WORD[:80], about=about, text=f"{LONG_WORD} " * 20, email="ida@b.org")
    say_something_about_a_listing()
    slips = [make_comment(article, status=Status.PENDING, author_name=LONG_WORD[:60]) for _ in range(2)]
    decide("publish", *slips, by=moderator)  # now there is something to undo on every page
    assert_all_sound({tab: tab_of(tab) for tab in TABS})


def test_pages_of_comments_and_others_that_moderators_work_with(assert_all_sound, kinds_of_comments, moderator):
    kinds_of_comments["waiting"].reveal(by=moderator)
    names = ("waiting", "public", "staff", "drawn", "removed", "erased", "withdrawn")
    pages = {name: page_of(kinds_of_comments[name]) for name in names}
    pages["what was done"] = reverse("admin:comments_commentevent_changelist")
    pages["settings"] = reverse("admin:desk-settings")
    assert_all_sound(pages)


@pytest.mark.parametrize(("status", "role"), [(400, "Nothing is done yet"), (409, "Nothing was done.")])
def test_pages_after_a_decision_that_was_not_carried_out(office, watch, kinds_of_comments, status, role):
    comment = kinds_of_comments["public"]
    office.goto(page_of(comment))
    fold(office, "Remove…").click()
    office.get_by_label("In your own words").fill(LONG_WORD)
    if status == 409:
        office.get_by_label("Reason, which its writer reads").select_option(UNKIND)
        comment.edit("Anna", "Once more.")
    watch.announce(status)
    with office.expect_navigation() as answer:
        office.get_by_role("button", name="Remove", exact=True).click()
    expect(office.get_by_role("alert").filter(has_text=role)).to_be_visible()
    assert_sound_and_valid(office, answer.value)
    expect(office.get_by_label("In your own words")).to_have_value(LONG_WORD)
