"""Readers tell the moderators what is wrong with a comment, and what that does to it."""

import pytest
from django.urls import reverse

from comments.models import Comment, Report, ReportReason
from comments.moves import Status
from crpsinfo.worker import work_off
from tests.browser.audit import HALF, text_size
from tests.browser.people import (
    comment_on,
    expect,
    expect_done,
    expect_receipt,
    fold,
    press,
    signed_in,
    tab_to,
    write_comment,
)
from tests.factories import make_article, make_comment, make_moderator
from tests.moderation import page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARTICLE = "/articles/infusions/"
THANKS = "Thank you. We have your report"


@pytest.fixture(autouse=True)
def article():
    return make_article("Infusions", slug="infusions")


def report(page, comment, reason, words=""):
    page.goto(reverse("report", args=[comment.pk]))
    page.get_by_role("radio", name=reason.label).check()
    page.get_by_label("In your own words").fill(words)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)


def report_from(page, comment, network):
    """As a reader who lives elsewhere."""
    page.set_extra_http_headers({"X-Forwarded-For": f"198.51.{network}.7"})
    report(page, comment, ReportReason.SELLING)


def test_report_that_is_refused_keeps_its_words_and_one_of_danger_shows_help_at_once(article, reader, watch):
    make_comment(article, author_name="Eve", text="Nobody would notice.")
    reader.goto(ARTICLE)
    reader.get_by_role("link", name="Report the comment by Eve").click()
    reader.get_by_label("In your own words").fill("I am worried about her.")
    watch.announce(400)
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_role("alert")).to_contain_text("Please choose what it is.")
    expect(reader.get_by_label("In your own words")).to_have_value("I am worried about her.")
    reader.get_by_role("radio", name="Somebody may be in danger").check()
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(THANKS)
    expect(reader.get_by_text("If you know who it is, call 911 now")).to_be_visible()
    expect(reader.get_by_role("region", name="Help exists now")).to_be_visible()


def test_report_with_the_keyboard_alone_in_large_text(article, page):
    make_comment(article, author_name="Eve", text="Take 40 of these.")
    page.set_viewport_size(HALF)
    with text_size(page, 200):
        page.goto(ARTICLE)
        press(page, page.get_by_role("link", name="Report the comment by Eve"))
        expect(page.get_by_role("blockquote")).to_contain_text("Take 40 of these.")
        tab_to(page, page.get_by_role("radio").first)
        for _ in range(2):
            page.keyboard.press("ArrowDown")
        tab_to(page, page.get_by_label("In your own words"))
        page.keyboard.type("Nobody should try this.")
        press(page, page.get_by_role("button", name="Send the report"))
        expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    assert (Report.objects.get().reason, Report.objects.get().words) == ("drugs", "Nobody should try this.")


def test_writer_who_lost_the_link_has_the_comment_hidden_by_a_moderator(article, page, borrow, base_url):
    comment = make_comment(article, text="Too much about me.")
    report(page, comment, ReportReason.WROTE_THIS, "I posted it on Monday at noon.")
    office = signed_in(borrow(), make_moderator(), base_url)
    office.goto(page_of(comment))
    reports = office.get_by_role("region", name="Reports by readers")
    expect(reports).to_contain_text("I posted it on Monday at noon.")
    fold(office, "Hold…").click()
    office.get_by_role("button", name="Hold for a second look").click()
    expect_done(office, f"Held: comment {comment.pk}, by Ann")
    page.get_by_role("link", name="Back to the article and its comments").click()
    expect(page.get_by_text("Nobody has commented yet.")).to_be_visible()


def test_three_readers_hide_what_no_person_has_published_and_nothing_else(page, new_context, settings, checker):
    settings.COMMENT_POLICY, settings.TRUSTED_PROXIES = "publish-ham", 1
    writer = new_context(extra_http_headers={"X-Forwarded-For": "203.0.113.7"}).new_page()
    writer.goto(ARTICLE)
    write_comment(writer, "Buy my cream.")
    work_off()
    writer.reload()
    expect_receipt(writer, "Your comment is published", Status.PUBLIC)
    comment = Comment.objects.get()
    for network in (1, 2, 3):
        report_from(page, comment, network)
    page.get_by_role("link", name="Back to the article and its comments").click()
    expect(page.get_by_text("Nobody has commented yet.")).to_be_visible()
    writer.reload()
    expect_receipt(writer, "Thank you. We have your comment", Status.PENDING)
    expect(writer.get_by_text("A moderator is looking at it again.")).to_be_visible()

    Comment.objects.get().publish(by=make_moderator())
    for reader in ("fourth", "fifth"):
        Report.objects.add(comment, reader=reader, reason=ReportReason.SELLING)
    report_from(page, comment, network=6)
    assert comment.reports.open().count() == 3
    page.get_by_role("link", name="Back to the article and its comments").click()
    expect(comment_on(page, "Buy my cream.")).to_be_visible()
