"""Reading what others wrote: who answers whom, page after page, who speaks, and when it is over."""

from datetime import timedelta

import pytest

from comments.closing import close_old
from comments.models import CommentSettings, ModeratorProfile
from comments.moves import Status
from tests.browser.people import comment_on, expect, expect_receipt, write_comment
from tests.factories import days_ago, make_article, make_comment, make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARTICLE = "/articles/infusions/"


@pytest.fixture
def article():
    return make_article("Infusions", slug="infusions")


def make_thread(article, *names):
    """Each answers the one before. Returns the last."""
    comment = None
    for name in names:
        comment = make_comment(article, parent=comment, author_name=name, text=f"I am {name}.")
    return comment


def left_edge(page, name):
    return page.get_by_role("article", name=name).bounding_box()["x"]


def test_thread_tells_who_answers_whom_to_the_eye_and_to_a_screen_reader(article, page):
    make_thread(article, "Ann", "Ben", "Carla", "Dan", "Eve", "Fay")
    page.goto(ARTICLE)
    names = [
        "Comment by Ann",
        "Reply to Ann, level 2, by Ben",
        "Reply to Ben, level 3, by Carla",
        "Reply to Carla, level 4, by Dan",
        "Reply to Dan, level 5, by Eve",
        "Reply to Eve, level 6, by Fay",
    ]
    edges = [left_edge(page, name) for name in names]
    assert edges[:4] == sorted(set(edges))
    assert edges[3:] == [edges[3]] * 3
    last = page.get_by_role("article", name="Reply to Eve, level 6, by Fay")
    expect(last.get_by_role("heading")).to_have_text("Fay in reply to Eve")
    last.get_by_role("link", name="Eve").click()
    expect(comment_on(page, "I am Eve.")).to_be_in_viewport()
    expect(page.get_by_text("Comments are personal experience.")).to_be_visible()


def test_pages_of_threads_are_links_and_permanent_links_lead_to_them(article, page, monkeypatch):
    monkeypatch.setattr("comments.discussion.THREADS_ON_A_PAGE", 2)
    for name in ("Ann", "Ben", "Carla", "Dan", "Eve"):
        make_thread(article, name)
    page.goto(ARTICLE)
    pages = page.get_by_role("navigation", name="Pages of comments", exact=True)
    expect(comment_on(page, "I am Ann.")).to_be_visible()
    pages.get_by_role("link", name="Next").click()
    expect(comment_on(page, "I am Carla.")).to_be_visible()
    comment_on(page, "I am Dan.").get_by_role("link", name="Permanent link").click()
    expect(page).to_have_url(f"{ARTICLE}?page=2#comment-{article.comments.get(author_name='Dan').pk}")
    expect(comment_on(page, "I am Dan.")).to_be_in_viewport()
    pages.get_by_role("link", name="Page 3").click()
    expect(comment_on(page, "I am Eve.")).to_be_visible()
    pages.get_by_role("link", name="Previous").click()
    expect(comment_on(page, "I am Carla.")).to_be_visible()


def test_long_thread_goes_on_at_pages_of_its_own(article, page, monkeypatch):
    monkeypatch.setattr("comments.discussion.REPLIES_ON_A_PAGE", 1)
    monkeypatch.setattr("comments.discussion.REPLIES_ON_A_THREADS_PAGE", 2)
    last = make_thread(article, "Ann", "Ben", "Carla", "Dan")
    page.goto(ARTICLE)
    page.get_by_role("link", name="Read the whole thread: 3 replies").click()
    expect(comment_on(page, "I am Carla.")).to_be_visible()
    page.get_by_role("navigation", name="Pages of this thread", exact=True).get_by_role("link", name="Next").click()
    expect(comment_on(page, "I am Dan.")).to_contain_text("Dan in reply to Carla")
    page.goto(last.get_absolute_url())
    expect(comment_on(page, "I am Dan.")).to_be_in_viewport()


def test_nobody_else_can_post_under_a_moderators_name(article, reader, watch):
    moderator = make_moderator()
    ModeratorProfile.objects.create(user=moderator, pen_name="Rosalind M")
    make_comment(article, author_name="Rosalind M", staff=moderator, text="Welcome, all.")
    reader.goto(ARTICLE)
    expect(comment_on(reader, "Welcome, all.").get_by_role("heading")).to_have_text("Rosalind M Moderator")
    for name in ("Rosa1ind M.", "the moderator"):
        watch.announce(400)
        write_comment(reader, "Take my advice.", name=name)
        expect(reader.get_by_role("alert")).to_contain_text("This name is kept for the people who run this site.")
        expect(reader.get_by_label("Your comment")).to_have_value("Take my advice.")
        expect(reader.get_by_label("Name")).to_have_value(name)
    write_comment(reader, "Take my advice.", name="Rosalind")
    expect_receipt(reader, "Thank you. We have your comment", Status.PENDING)


def expect_closed(page, words):
    page.goto(ARTICLE)
    expect(page.get_by_role("heading", name="Comments are closed")).to_be_visible()
    expect(page.locator("#reply")).to_contain_text(words)
    expect(page.locator("#reply").get_by_role("link", name="write to us")).to_be_visible()
    expect(page.get_by_role("button", name="Post comment")).to_have_count(0)
    expect(page.get_by_role("link", name="Reply to Ann")).to_have_count(0)
    expect(comment_on(page, "I am Ann.")).to_be_visible()


def test_closed_comments_can_be_read_and_the_page_says_why_and_where_to_go(article, page):
    make_thread(article, "Ann")
    article.comments_open = False
    article.save()
    expect_closed(page, "Comments on this article are closed.")

    article.comments_open, article.published_at = True, days_ago(92) - timedelta(hours=1)
    article.save()
    CommentSettings.objects.create(pk=1, close_after_days=90)
    close_old()
    expect_closed(page, "when it was 92 days old")

    CommentSettings.objects.update(open=False, note="Back on Monday.")
    expect_closed(page, "Back on Monday.")
