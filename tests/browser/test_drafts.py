"""What somebody types is not lost: drafts, looking again before posting, refusals, and being remembered."""

import pytest
from django.db import OperationalError

from comments.models import Comment
from comments.moves import Status
from tests.browser.audit import PHONE, assert_sound, overflow
from tests.browser.people import expect, expect_receipt, press, tab_to, write_comment
from tests.browser.windows import first_page
from tests.factories import make_article, make_comment, make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARTICLE = "/articles/infusions/"
DAY = 24 * 60 * 60 * 1000  # milliseconds


@pytest.fixture(autouse=True)
def article():
    return make_article("Infusions", slug="infusions")


@pytest.fixture
def lock(monkeypatch):
    """Call it to have the database refuse comments; what it returns, to have it take them again."""

    def refuse(*args):
        raise OperationalError("database is locked")

    def lock():
        monkeypatch.setattr("comments.posting.hit", refuse)
        return monkeypatch.undo

    return lock


def text_of(page):
    return page.get_by_label("Your comment")


def keep_on_device(page):
    return page.get_by_label("Keep this draft on this device")


def erase(page):
    return page.get_by_role("button", name="Erase this draft")


def expect_draft(page, text, state="Your draft is back."):
    expect(text_of(page)).to_have_value(text)
    expect(page.get_by_role("status")).to_have_text(state)


def expect_posted(page):
    expect_receipt(page, "Thank you. We have your comment", Status.PENDING)
    page.wait_for_load_state()  # the page's script has run


def expect_no_draft(page, address=ARTICLE):
    page.goto(address)
    expect(keep_on_device(page)).to_be_visible()  # the script has run
    expect(text_of(page)).to_have_value("")
    expect(erase(page)).to_be_hidden()


def stored(page, store="localStorage"):
    """The keys that this site keeps in the browser."""
    return sorted(page.evaluate(f"Object.keys({store})"))


# --- In this tab ------------------------------------------------------------------------------------------


def test_draft_survives_reload_and_leaving_the_page(page):
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    page.get_by_label("Name").fill("Ann")
    expect(page.get_by_role("status")).to_have_text("Draft kept in this tab.")
    page.reload()
    expect(text_of(page)).to_have_value("Half a thought")
    page.goto("/")
    page.go_back()
    expect(text_of(page)).to_have_value("Half a thought")
    page.goto(ARTICLE)
    expect_draft(page, "Half a thought")
    expect(page.get_by_label("Name")).to_have_value("Ann")


def test_draft_is_nobody_elses_and_not_in_other_tabs(page, context):
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    expect_no_draft(context.new_page())
    assert stored(page) == []


def test_draft_survives_a_refusal(page, watch):
    page.goto(ARTICLE)
    watch.announce(400)
    write_comment(page, "Half a thought", name="")
    page.get_by_role("alert").wait_for()
    expect(text_of(page)).to_have_value("Half a thought")
    page.goto(ARTICLE)
    expect_draft(page, "Half a thought")


def test_what_the_server_shows_after_a_refusal_is_left_as_it_is(page, watch):
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    page.get_by_label("Name").fill("Ann")
    text_of(page).fill("")
    watch.announce(400)
    page.get_by_role("button", name="Post comment").click()
    page.get_by_role("alert").wait_for()
    expect(text_of(page)).to_have_value("")
    expect(page.get_by_label("Name")).to_have_value("Ann")


def test_posted_draft_is_gone_and_another_tabs_is_not(page, context):
    other = context.new_page()
    for tab, text in ((page, "A whole thought"), (other, "Another one")):
        tab.goto(ARTICLE)
        text_of(tab).fill(text)
    write_comment(page, "A whole thought")
    expect_posted(page)
    expect_no_draft(page)
    assert stored(page, "sessionStorage") == []
    other.goto(ARTICLE)
    expect_draft(other, "Another one")


def test_posted_draft_does_not_come_back_with_the_back_button(page):
    page.goto(ARTICLE)
    write_comment(page, "A whole thought")
    expect_posted(page)
    page.go_back()
    expect(keep_on_device(page)).to_be_visible()
    expect(erase(page)).to_be_hidden()
    assert stored(page, "sessionStorage") == []


def test_draft_that_failed_to_be_posted_outlives_a_look_at_an_older_receipt(article, page, watch, lock):
    receipt = make_comment(article, status=Status.PENDING).get_receipt_url()
    page.goto(ARTICLE)
    unlock = lock()
    watch.announce(503)
    write_comment(page, "A whole thought")
    page.get_by_role("button", name="Send it again").wait_for()
    unlock()
    page.goto(receipt)
    page.goto(ARTICLE)
    expect_draft(page, "A whole thought")


def test_each_reply_has_a_draft_of_its_own(article, page):
    reply = f"{ARTICLE}comments/?parent={make_comment(article).pk}"
    page.goto(reply)
    text_of(page).fill("To you")
    expect_no_draft(page)
    page.goto(reply)
    expect_draft(page, "To you")


def test_draft_of_a_reply_whose_comment_vanished_is_posted_and_gone(article, page, watch):
    parent = make_comment(article)
    page.goto(f"{ARTICLE}comments/?parent={parent.pk}")
    keep_on_device(page).check()
    parent.mark_spam(by=make_moderator())
    watch.announce(400)
    write_comment(page, "To you")
    expect(page.get_by_role("alert")).to_contain_text("not here any more")
    expect(keep_on_device(page)).to_be_checked()
    assert len(stored(page)) == 1
    page.get_by_role("button", name="Post comment").click()
    expect_posted(page)
    assert stored(page, "sessionStorage") == stored(page) == []


def test_a_receipt_that_is_only_looked_at_takes_no_draft_away(article, page):
    receipt = make_comment(article, status=Status.PENDING).get_receipt_url()
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    page.goto(receipt)
    page.get_by_role("button", name="Take my comment back").click()
    expect(page.get_by_role("main")).to_have_attribute("data-status", Status.WITHDRAWN)
    page.goto(ARTICLE)
    expect_draft(page, "Half a thought")


def test_screen_readers_are_told_once_and_not_with_every_letter(page):
    page.goto(ARTICLE)
    page.get_by_role("status").evaluate(
        "state => { window.told = 0; new MutationObserver(() => told++).observe(state, { childList: true }); }"
    )
    text_of(page).press_sequentially("A long thought")
    expect(page.get_by_role("status")).to_have_text("Draft kept in this tab.")
    assert page.evaluate("told") == 1


def test_one_tap_erases_the_draft_and_another_brings_it_back(page, context):
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    keep_on_device(page).check()
    erase(page).click()
    expect(page.get_by_role("status")).to_have_text("Draft erased.")
    expect(text_of(page)).to_have_value("")
    assert stored(page, "sessionStorage") == stored(page) == []
    page.get_by_role("button", name="Undo").click()
    expect_draft(page, "Half a thought")
    erase(page).click()
    expect_no_draft(page)
    expect_no_draft(context.new_page())


NO_STORAGE = """for (const store of ["sessionStorage", "localStorage"]) Object.defineProperty(window, store,
    { get() { throw new DOMException("Switched off", "SecurityError"); } })"""
FULL_STORAGE = """Storage.prototype.setItem = () => { throw new DOMException("Full", "QuotaExceededError"); }"""


@pytest.mark.parametrize("trouble", [NO_STORAGE, FULL_STORAGE], ids=["off", "full"])
def test_browser_without_storage_posts_all_the_same(new_context, trouble):
    page = new_context().new_page()
    page.add_init_script(trouble)
    page.goto(ARTICLE)
    text_of(page).fill("A whole thought")
    expect(page.get_by_role("status")).to_have_text("This browser keeps no drafts.")
    keep_on_device(page).click()
    expect(keep_on_device(page)).not_to_be_checked()
    page.get_by_label("Remember me on this device").check()
    write_comment(page, "A whole thought")
    expect_posted(page)


def test_without_scripts_nothing_speaks_of_drafts(borrow):
    page = first_page(borrow(scripts=False))
    page.goto(ARTICLE)
    expect(text_of(page)).to_be_visible()
    expect(keep_on_device(page)).to_be_hidden()
    expect(erase(page)).to_be_hidden()


# --- On this device ---------------------------------------------------------------------------------------


@pytest.fixture
def kept(page):
    """A page with a draft that is kept on the device."""
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    expect(keep_on_device(page)).not_to_be_checked()
    keep_on_device(page).check()
    expect(page.get_by_role("status")).to_have_text("Draft kept on this device.")
    return page


def grow_old(page, days):
    """As if the draft on the device had been written so many days ago."""
    page.evaluate(
        """age => { for (const [key, value] of Object.entries(localStorage)) {
            const draft = JSON.parse(value);
            localStorage.setItem(key, JSON.stringify({ ...draft, at: draft.at - age }));
        } }""",
        days * DAY,
    )


def test_draft_on_the_device_is_there_in_a_new_tab(kept, context):
    text_of(kept).press_sequentially(", and more")
    kept.close()
    later = context.new_page()
    later.goto(ARTICLE)
    expect_draft(later, "Half a thought, and more")
    expect(keep_on_device(later)).to_be_checked()
    write_comment(later, "A whole thought")
    expect_posted(later)
    assert stored(later) == []
    expect_no_draft(context.new_page())


def test_untick_the_box_and_the_device_has_no_draft(kept, context):
    keep_on_device(kept).uncheck()
    expect(kept.get_by_role("status")).to_have_text("Draft kept in this tab.")
    assert stored(kept) == []
    expect_no_draft(context.new_page())


def test_looking_at_a_draft_does_not_make_it_younger(kept, context):
    grow_old(kept, days=6)
    before = kept.evaluate("Object.values(localStorage)")
    kept.reload()
    expect(text_of(kept)).to_have_value("Half a thought")
    other = context.new_page()
    other.goto(ARTICLE)
    expect_draft(other, "Half a thought")
    assert kept.evaluate("Object.values(localStorage)") == before


@pytest.mark.parametrize("address", ["/", "/doctors/", "/contact/sent/"])
def test_draft_on_the_device_is_erased_after_7_days_by_any_page(kept, context, address):
    grow_old(kept, days=8)
    kept.close()
    later = context.new_page()
    later.goto(address)
    assert stored(later) == []
    expect_no_draft(later)


def test_draft_on_the_device_is_there_for_7_days_whatever_page_is_read(kept, context):
    grow_old(kept, days=6)
    kept.close()
    later = context.new_page()
    later.goto("/")
    later.goto(ARTICLE)
    expect_draft(later, "Half a thought")


def test_draft_that_another_tab_keeps_on_the_device_stays_when_this_one_is_posted(page, context):
    other = context.new_page()
    for tab, text in ((page, "A whole thought"), (other, "Another one")):
        tab.goto(ARTICLE)
        text_of(tab).fill(text)
    keep_on_device(other).check()
    write_comment(page, "A whole thought")
    expect_posted(page)
    other.close()
    later = context.new_page()
    later.goto(ARTICLE)
    expect_draft(later, "Another one")


# --- Where comments were closed meanwhile -----------------------------------------------------------------


@pytest.fixture
def close(article):
    """Call it to close the comments of the article."""

    def close():
        article.comments_open = False
        article.save()

    return close


def test_draft_can_be_copied_and_erased_where_comments_are_closed_now(kept, context, close):
    close()
    kept.close()
    later = context.new_page()
    later.goto(ARTICLE)
    expect(later.get_by_text("What you wrote is not lost.")).to_be_visible()
    expect_draft(later, "Half a thought")
    erase(later).click()
    expect(later.get_by_role("status")).to_have_text("Draft erased.")
    assert stored(later) == stored(later, "sessionStorage") == []
    later.reload()
    expect(later.get_by_role("heading", name="Comments are closed")).to_be_visible()
    expect(later.get_by_text("What you wrote is not lost.")).to_be_hidden()


def test_drafts_of_replies_are_not_lost_either_and_keep_the_name(article, page, close):
    page.goto(f"{ARTICLE}comments/?parent={make_comment(article).pk}")
    text_of(page).fill("To you")
    page.get_by_label("Name").fill("Ann")
    close()
    page.goto(ARTICLE)
    expect_draft(page, "To you")
    expect(page.get_by_label("Name")).to_have_value("Ann")
    assert_sound(page)


def test_closed_article_without_a_draft_shows_no_empty_boxes(page, close):
    close()
    page.goto(ARTICLE)
    expect(page.get_by_role("heading", name="Comments are closed")).to_be_visible()
    expect(text_of(page)).to_be_hidden()
    expect(erase(page)).to_be_hidden()


def test_comment_that_came_too_late_can_be_copied_and_its_draft_erased(page, watch, close):
    page.goto(ARTICLE)
    keep_on_device(page).check()
    close()
    watch.announce(403)
    write_comment(page, "Half a thought")
    expect(text_of(page)).to_have_value("Half a thought")
    expect(page.get_by_label("E-mail")).to_be_hidden()
    erase(page).click()
    assert stored(page) == stored(page, "sessionStorage") == []


# --- The other forms --------------------------------------------------------------------------------------


@pytest.fixture(params=["edit", "appeal", "report", "contact"])
def other_form(request, article, page):
    """(its page, the box that is typed into, the button that sends it, what is in the box at first)"""
    status = Status.REMOVED if request.param == "appeal" else Status.PUBLIC
    comment = make_comment(article, status=status, text="Before", receipt_key="secret")
    address, label, button = {
        "edit": ("/comments/receipt/secret/edit/", "Your comment", "Send the new version"),
        "appeal": ("/comments/receipt/secret/", "What should the moderator know?", "Ask for a second look"),
        "report": (f"/comments/{comment.pk}/report/", "In your own words", "Send the report"),
        "contact": ("/contact/", "Your message", "Send the message"),
    }[request.param]
    page.goto(address)
    if request.param == "report":
        page.get_by_role("radio", name="Something else").check()
    first = "Before" if request.param == "edit" else ""
    return address, page.get_by_label(label), page.get_by_role("button", name=button), first


def test_other_forms_keep_what_is_typed_for_the_tab_alone(page, context, other_form):
    address, box, _, first = other_form
    box.fill("Half a thought")
    expect(page.get_by_role("status")).to_have_text("Draft kept in this tab.")
    expect(keep_on_device(page)).to_have_count(0)
    page.goto("/")
    page.goto(address)
    expect(box).to_have_value("Half a thought")
    expect(page.get_by_role("status")).to_have_text("Your draft is back.")
    erase(page).click()
    expect(box).to_have_value(first)
    assert stored(page) == stored(page, "sessionStorage") == []


def test_private_key_is_in_no_storage(page, other_form):
    _, box, _, _ = other_form
    box.fill("Half a thought")
    assert len(stored(page, "sessionStorage")) == 1
    assert "secret" not in page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")


def test_what_other_forms_sent_leaves_no_draft(page, other_form):
    address, box, button, _ = other_form
    box.fill("A whole thought")
    button.click()
    expect(button).to_have_count(0)
    page.wait_for_load_state()
    assert page.url != address
    assert stored(page) == stored(page, "sessionStorage") == []


def test_what_other_forms_were_refused_is_still_a_draft(page, watch, settings, other_form):
    address, box, button, _ = other_form
    settings.POST_LIMITS = [(0, 3600)]
    box.fill("A whole thought")
    watch.announce(429)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("That was a lot in a short time.")
    expect(box).to_have_value("A whole thought")
    expect(page.get_by_role("status")).to_have_text("Draft kept in this tab.")
    page.goto(address)
    expect(box).to_have_value("A whole thought")


def test_draft_of_a_change_does_not_replace_a_version_that_it_did_not_know(article, page, watch):
    comment = make_comment(article, status=Status.PENDING, text="Before")
    address = f"{comment.get_receipt_url()}edit/"
    page.goto(address)
    text_of(page).fill("From here")
    comment.edit("Ann", "From another tab")
    page.goto(address)
    expect_draft(page, "From here")
    watch.announce(409)
    page.get_by_role("button", name="Send the new version").click()
    expect(page.get_by_role("article", name="The latest version")).to_contain_text("From another tab")
    expect(text_of(page)).to_have_value("From here")


# --- Remember me ------------------------------------------------------------------------------------------


def write_remembered(page):
    page.goto(ARTICLE)
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_label("Remember me on this device").check()
    write_comment(page, "A whole thought")
    expect_posted(page)


def test_remembered_writer_finds_name_and_email_filled_in(page):
    write_remembered(page)
    page.goto(ARTICLE)
    expect(page.get_by_label("Name")).to_have_value("Ann")
    expect(page.get_by_label("E-mail")).to_have_value("ann@example.org")
    expect(page.get_by_label("Remember me on this device")).to_be_checked()
    expect(text_of(page)).to_have_value("")


def test_draft_without_a_name_takes_the_remembered_one(page, context):
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    write_remembered(context.new_page())
    page.goto(ARTICLE)
    expect_draft(page, "Half a thought")
    expect(page.get_by_label("Name")).to_have_value("Ann")


def test_remembered_writer_is_forgotten_when_the_box_is_not_ticked(page, context):
    write_remembered(page)
    page.goto(ARTICLE)
    page.get_by_label("Remember me on this device").uncheck()
    write_comment(page, "Another thought")
    expect_posted(page)
    page.goto(ARTICLE)
    expect(keep_on_device(page)).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("")
    assert stored(page) == []


def test_nobody_is_remembered_who_did_not_ask(page, context):
    page.goto(ARTICLE)
    write_comment(page, "A whole thought")
    expect_posted(page)
    assert stored(page) == context.cookies() == []


# --- Look again before posting ----------------------------------------------------------------------------


def look_again(page, text):
    page.goto(ARTICLE)
    text_of(page).fill(text)
    page.get_by_label("Name").fill("Ann")
    page.get_by_role("button", name="Look again first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look again before you post")


def test_look_again_change_it_and_post(reader):
    look_again(reader, "Call me: 303-555-0101")
    expect(reader.get_by_role("article")).to_contain_text("Ann")
    expect(reader.get_by_role("article")).to_contain_text("Call me: 303-555-0101")
    expect(reader.get_by_role("listitem").filter(has_text="Phone number")).to_contain_text("303-555-0101")
    assert not Comment.objects.exists()
    reader.get_by_role("link", name="Change it").click()
    expect(text_of(reader)).to_be_focused()
    text_of(reader).fill("Write to me here.")
    reader.get_by_role("button", name="Look again first").click()
    expect(reader.get_by_text("We saw no phone number")).to_be_visible()
    reader.get_by_role("button", name="Post comment").first.click()
    expect_posted(reader)
    assert Comment.objects.get().text == "Write to me here."


def test_look_again_and_leave_loses_nothing(page):
    look_again(page, "Half a thought")
    page.goto(ARTICLE)
    expect_draft(page, "Half a thought")


def test_what_was_changed_after_looking_is_there_after_going_back(page):
    look_again(page, "Half a thought")
    text_of(page).fill("Half a thought, and the other half")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Infusions")
    expect_draft(page, "Half a thought, and the other half")


def test_look_again_and_post_with_the_keyboard_alone(page):
    page.goto(ARTICLE)
    tab_to(page, text_of(page))
    page.keyboard.type("A whole thought")
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type("Ann")
    press(page, page.get_by_role("button", name="Look again first"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Look again before you post")
    press(page, page.get_by_role("button", name="Post comment").first)
    expect_posted(page)
    expect_no_draft(page)


def test_enter_in_a_field_posts(page):
    page.goto(ARTICLE)
    text_of(page).fill("A whole thought")
    page.get_by_label("Name").fill("Ann")
    page.keyboard.press("Enter")
    expect_posted(page)


# --- Refused, and not lost --------------------------------------------------------------------------------


def test_comment_is_sent_again_when_the_database_was_busy(reader, watch, lock):
    reader.goto(ARTICLE)
    unlock = lock()
    watch.announce(503)
    write_comment(reader, "A whole thought\nof two lines")
    expect(reader.get_by_role("heading", level=1)).to_have_text("We could not store that just now")
    expect(reader.get_by_label("What you wrote")).to_have_value("A whole thought\nof two lines")
    unlock()
    reader.get_by_role("button", name="Send it again").click()
    expect_posted(reader)
    assert Comment.objects.get().text == "A whole thought\nof two lines"
    reader.goto(ARTICLE)
    expect(text_of(reader)).to_have_value("")


def test_comment_can_be_copied_when_comments_were_closed_meanwhile(article, reader, watch):
    reader.goto(ARTICLE)
    article.comments_open = False
    article.save()
    watch.announce(403)
    write_comment(reader, "A whole thought")
    expect(text_of(reader)).to_have_value("A whole thought")
    expect(text_of(reader)).to_have_attribute("readonly", "")
    expect(reader.get_by_role("link", name="write to us")).to_be_visible()


# --- For everybody ----------------------------------------------------------------------------------------


def test_page_to_look_again_is_sound(page):
    look_again(page, f"303-555-0101 {'ann' * 20}@{'example' * 8}.org https://example.org/{'x' * 99} {'Long' * 40}")
    assert_sound(page)


def test_form_with_a_draft_is_sound(page):
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    expect(erase(page)).to_be_visible()
    assert_sound(page)


def test_page_to_send_it_again_is_sound(page, watch, lock):
    page.goto(ARTICLE)
    unlock = lock()
    watch.announce(503)
    write_comment(page, "A whole thought")
    page.get_by_role("button", name="Send it again").wait_for()
    unlock()
    assert_sound(page)


def test_form_of_closed_comments_is_sound(article, page, watch):
    page.goto(ARTICLE)
    page.get_by_label("E-mail").fill("ann@example.org")
    article.comments_open = False
    article.save()
    watch.announce(403)
    write_comment(page, "A whole thought")
    page.get_by_role("heading", name="Comments are closed").wait_for()
    assert_sound(page)


def test_whatever_is_tapped_is_as_high_as_a_thumb(page):
    page.set_viewport_size(PHONE)
    page.goto(ARTICLE)
    text_of(page).fill("Half a thought")
    expect(erase(page)).to_be_visible()
    targets = page.locator("#reply").locator("button, .field-check label, input:not([type=checkbox]):visible")
    assert targets.count() == 8
    assert all(box["height"] >= 44 for box in (target.bounding_box() for target in targets.all()))
    assert overflow(page) == 0
