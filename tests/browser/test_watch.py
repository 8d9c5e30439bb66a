"""The watch of all the other tests barks."""

import pytest

from articles.models import Article
from tests.factories import make_article

pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("html", "trouble"),
    [
        ('<p style="color: red">Red</p>', "Content Security Policy"),
        ("<script>document.title = 'x'</script>", "Content Security Policy"),
        ('<iframe src="http://elsewhere.example/"></iframe>', "Content Security Policy"),
        ('<img src="/nowhere.png" alt="">', "404 for"),
    ],
)
def test_what_no_page_may_do_is_noticed(page, watch, html, trouble):
    article = make_article()
    Article.objects.filter(pk=article.pk).update(html=html)
    page.goto(article.get_absolute_url())
    assert trouble in watch.troubles[0]
    watch.troubles.clear()


def test_request_to_another_site_is_noticed(new_context, watch):
    page = new_context().new_page()
    page.route("http://elsewhere.example/**", lambda route: route.fulfill(body="Elsewhere"))
    page.goto("http://elsewhere.example/")
    assert watch.troubles.pop() == "request to http://elsewhere.example/"


def test_error_in_a_script_is_noticed(page, watch):
    page.goto("/robots.txt")
    page.evaluate("() => { setTimeout(() => { throw new Error('oops') }) }")
    page.evaluate("() => new Promise(done => setTimeout(done))")
    assert "oops" in watch.troubles.pop()
