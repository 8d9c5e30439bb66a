"""Links from before the site moved, with the place in the page that only the browser knows."""

import pytest

from articles.models import OldAddress
from comments.discussion import THREADS_ON_A_PAGE
from tests.browser.people import expect
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def comments():
    article = make_article("Infusions", slug="infusions")
    OldAddress.objects.create(path="/2014/03/infusions", article=article)
    return [make_comment(article, text=f"I am number {number}.") for number in range(THREADS_ON_A_PAGE + 1)]


def test_an_old_link_to_a_comment_leads_to_the_page_that_shows_it(comments, page):
    page.goto(f"/2014/03/infusions/comment-page-2/#comment-{comments[-1].pk}")
    page.wait_for_url(f"**/articles/infusions/?page=2#comment-{comments[-1].pk}")
    expect(page.get_by_text(f"I am number {THREADS_ON_A_PAGE}.")).to_be_in_viewport()


def test_an_old_link_to_a_comment_that_is_here_stays_here(comments, page):
    page.goto(f"/2014/03/infusions/#comment-{comments[3].pk}")
    expect(page.get_by_text("I am number 3.")).to_be_in_viewport()
    expect(page).to_have_url(f"/articles/infusions/#comment-{comments[3].pk}")


def test_an_old_link_to_a_comment_of_another_article_opens_the_article(comments, page):
    other = make_comment()
    with page.expect_response(f"**/comments/{other.pk}/"):
        page.goto(f"/2014/03/infusions/#comment-{other.pk}")
    expect(page).to_have_url(f"/articles/infusions/#comment-{other.pk}")
