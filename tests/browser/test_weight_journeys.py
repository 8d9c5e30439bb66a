"""What a browser really fetches to show an article, and the pages after it."""

import pytest

from articles.models import Article
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fetched(page):
    """The addresses that went over the wire, in their order."""
    addresses = []
    page.on("request", lambda request: addresses.append(request.url) if request.url.startswith("http") else None)
    return addresses


def test_an_article_is_the_page_one_stylesheet_and_one_script(fetched, page, base_url):
    make_comment(make_article(slug="infusions"))
    page.goto("/articles/infusions/#reply", wait_until="networkidle")
    assert fetched == [
        f"{base_url}/articles/infusions/",
        f"{base_url}/static/css/site.css",
        f"{base_url}/static/js/site.js",
    ]


def test_all_kinds_of_pages_load_the_same_two_files(content, fetched, page):
    make_comment(article := Article.objects.get(slug="what-is-crps"))
    for address in ("/", article.get_absolute_url(), "/doctors/", "/contact/", "/search/?q=crps"):
        page.goto(address)
    files = {address.partition("/static/")[2] for address in fetched if "/static/" in address}
    assert files == {"css/site.css", "js/site.js"}
