"""Every page that a reader can meet is sound: WCAG rules in light and dark, on a phone and a desk, with large text; and
nothing on the console, nothing from elsewhere (the `watch` of `conftest.py`)."""

import pytest

from comments.erasure import erase
from comments.models import Comment
from comments.moves import Status
from tests.browser.audit import LOOKS, ON_A_DESK_TOO, assert_sound
from tests.browser.full_site import ANSWERED, KETAMINE, LONG_WORD, ask_to_confirm, fill_site, shorten_pages
from tests.browser.people import expect, fold, write_comment
from tests.directory_factories import make_listing
from tests.factories import days_ago, make_article, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOLD = ("called", "correction", "removal")
PAGES = {
    "reading": {
        "home": "/",
        "articles": "/articles/",
        "article with a thread": f"/articles/{KETAMINE}/",
        "article without comments": "/articles/what-is-crps/",
    },
    "commenting": {
        "overdue article, comments closed": "/articles/old/",
        "second page of threads": "/articles/old/?page=2",
        "one long thread": f"/articles/{KETAMINE}/comments/{ANSWERED}/",
        "comment form alone": f"/articles/{KETAMINE}/comments/",
        "reply form": f"/articles/{KETAMINE}/comments/?parent={ANSWERED}",
        "mails, to be confirmed": "/comments/mail/asked/",
        "mails, confirmed": "/comments/mail/confirmed/",
        "mails, to be stopped": "/comments/mail/confirmed/stop/",
    },
    "after posting": {
        **{f"receipt, {status}": f"/comments/receipt/{status}/" for status in Status.values},
        "receipt, caught by a rule": "/comments/receipt/ruled/",
        "receipt, removed with a reason": "/comments/receipt/told-why/",
        "receipt, second look asked for": "/comments/receipt/appealed/",
        "receipt, new version waits": "/comments/receipt/proposed/",
        "receipt, address to be confirmed": "/comments/receipt/asked/",
        "receipt, with help and a new link": "/comments/receipt/pending/?help=now&new=1",
        "change a waiting comment": "/comments/receipt/pending/edit/",
        "change a published comment": "/comments/receipt/public/edit/",
    },
    "about the site": {
        "contact": "/contact/",
        "message sent": "/contact/sent/",
        "about": "/about/",
        "accessibility": "/accessibility/",
        "privacy": "/privacy/",
        "house rules": "/comments/guidelines/",
        "comment data": "/comments/privacy/",
    },
    "doctors by state": {
        "front": "/doctors/",
        "state": "/doctors/colorado/",
        "narrowed by treatment": "/doctors/colorado/?treatment=ketamine-in-hospital&for_crps=on",
        "state without listings": "/doctors/wyoming/",
        "found by ZIP code": "/doctors/?zip=80202&miles=50",
        "found farther away": "/doctors/?zip=82001&miles=25&treatment=ketamine-in-hospital",
        "found by name": "/doctors/?name=cora",
        "found nothing": "/doctors/?name=nobody",
    },
    "one doctor": {
        "listed": "/doctors/colorado/cora-whole/",
        "stopped": "/doctors/colorado/stan-stopped/",
        "disputed": "/doctors/new-jersey/dora-disputed/",
        "example": "/doctors/colorado/xavier-example/",
    },
    "telling about doctors": {
        "I called": "/doctors/colorado/cora-whole/report/",
        "which place": "/doctors/colorado/cora-whole/report/?kind=correction",
        "correction": "/doctors/new-jersey/dora-disputed/report/?kind=correction",
        "asking to be taken off": "/doctors/colorado/xavier-example/report/?kind=removal",
        **{f"sent, {kind}": f"/doctors/colorado/cora-whole/report/sent/{kind}/" for kind in TOLD},
        "suggest a doctor": "/doctors/suggest/?state=guam",
        "suggestion sent": "/doctors/suggest/sent/",
    },
}
DIFFERENT_ON_A_DESK = ("article without comments", "front")  # its contents, its map
WITH_A_SPAM_CHECKER = {
    "comment form": f"/articles/{KETAMINE}/comments/",
    "comment data": "/comments/privacy/",
    "being checked": "/comments/receipt/being-checked/",
    "not reached": "/comments/receipt/not-reached/",
}
SAYING_NO = {
    "no such page": ("/nowhere/", 404),
    "bad ZIP code": ("/doctors/?zip=123", 400),
    "bad treatment": ("/doctors/colorado/?treatment=magic", 400),
    "erased comment": ("/comments/receipt/erased/", 410),
    "forgotten address": ("/comments/mail/nowhere/", 404),
}


@pytest.fixture
def article():
    return make_article("Infusions", slug="infusions")


@pytest.fixture
def full_site(content, monkeypatch):
    fill_site()
    shorten_pages(monkeypatch)


@pytest.fixture
def assert_all_sound(full_site, page, watch, subtests):
    """Asserts that the pages {name: address} of the full site are sound, and names those that are not."""

    def go_through(pages, status=200):
        for name, address in pages.items():
            with subtests.test(name):
                assert page.goto(address).status == status
                unfold(page)
                assert_sound(page, ON_A_DESK_TOO if name in DIFFERENT_ON_A_DESK else LOOKS)
                watch.check()

    return go_through


def unfold(page):
    """Show what is folded away, too."""
    page.locator("details").evaluate_all("folds => folds.forEach(fold => (fold.open = true))")


@pytest.mark.parametrize("pages", PAGES.values(), ids=PAGES)
def test_pages(assert_all_sound, pages):
    assert_all_sound(pages)


def test_pages_of_a_site_with_a_spam_checker(assert_all_sound, settings):
    settings.SPAM_CHECKER = "tests.fake_checker.FakeChecker"
    assert_all_sound(WITH_A_SPAM_CHECKER)


def test_pages_that_say_no(assert_all_sound, watch):
    for name, (address, status) in SAYING_NO.items():
        watch.announce(status)
        assert_all_sound({name: address}, status)


@pytest.mark.parametrize("form", ["reply", "message"])
def test_refused_form(page, watch, article, form):
    reply = f"/articles/infusions/comments/?parent={make_comment(article).pk}"
    page.goto({"reply": reply, "message": "/contact/"}[form])
    page.get_by_label("E-mail").fill("no address")
    watch.announce(400)
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("alert").wait_for()
    assert_sound(page)


def test_refused_correction_and_suggestion_of_who_is_listed(page, watch):
    make_listing()
    page.goto("/doctors/new-york/alma-tester/report/?kind=correction")
    page.get_by_label("Phone").fill("12")
    send_what_is_refused(page, watch)
    assert_sound(page)
    page.goto("/doctors/suggest/?state=new-york")
    page.get_by_label("Name of the doctor").fill("Alma Tester")
    page.get_by_label("Another patient").check()
    send_what_is_refused(page, watch)
    expect(page.get_by_label("It is somebody else")).to_be_visible()
    assert_sound(page)


def send_what_is_refused(page, watch):
    watch.announce(400)
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("alert").wait_for()


def test_receipt_that_was_out_of_date(page, watch, article):
    comment = make_comment(article)
    page.goto(comment.get_receipt_url())
    erase([comment])
    watch.announce(409)
    page.get_by_role("button", name="Take my comment back").click()
    page.get_by_role("alert").wait_for()
    assert_sound(page)


def test_receipt_on_a_device_that_is_remembered(page, article):
    page.goto("/articles/infusions/comments/")
    page.get_by_label("Remember me on this device").check()
    write_comment(page, "What I wrote.")
    expect(fold(page, "You are remembered on this device")).to_be_visible()
    unfold(page)
    assert_sound(page)


def test_edit_that_crossed_another_and_one_that_came_too_late(page, watch, article):
    comment = make_comment(article, status=Status.PENDING)
    page.goto(f"{comment.get_receipt_url()}edit/")
    comment.edit("Ann", f"{LONG_WORD} in the meantime")
    page.get_by_label("Your comment").fill("What I wrote later.")
    watch.announce(409)
    page.get_by_role("button", name="Send the new version").click()
    expect(page.get_by_role("alert")).to_contain_text("Your text is still here.")
    assert_sound(page)
    Comment.objects.update(created_at=days_ago(31))
    watch.announce(409)
    page.get_by_role("button", name="Send the new version").click()
    expect(page.get_by_label("What you wrote")).to_have_value("What I wrote later.")
    assert_sound(page)


def test_mails_that_were_stopped_and_an_address_that_was_forgotten(page, article):
    ask_to_confirm(article)
    page.goto("/comments/mail/confirmed/stop/")
    page.get_by_role("button", name="Stop all mails about this comment").click()
    page.get_by_role("link", name="choose your mails again").wait_for()
    assert_sound(page)
    page.get_by_role("link", name="choose your mails again").click()
    page.get_by_role("button", name="Forget this address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your address is forgotten")
    assert_sound(page)
