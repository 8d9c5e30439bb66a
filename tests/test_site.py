"""Questions that are asked of every address."""

import re

import html5lib
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponseNotAllowed
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from comments.moves import Status
from crpsinfo.errors import MethodNotAllowedMiddleware
from crpsinfo.wsgi import application
from tests.directory_factories import make_listing
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def site(content):
    """A site with something on every kind of page. Returns the addresses, by the name of their route."""
    article = make_article(slug="an-article")
    comment = make_comment(article, text="Some words & <more>.", website="https://example.org/", email="a@b.org")
    make_comment(parent=comment, status=Status.REMOVED)
    make_comment(parent=comment.replies.get())
    doctor = make_listing().doctor
    state = doctor.home_state
    return {
        "home": "/",
        "articles": "/articles/",
        "article": "/articles/an-article/",
        "post-comment": f"/articles/an-article/comments/?parent={comment.pk}",
        "thread": f"/articles/an-article/comments/{comment.pk}/",
        "article-comment-feed": "/articles/an-article/feed/",
        "comment": comment.get_absolute_url(),
        "report": reverse("report", args=[comment.pk]),
        "report-sent": reverse("report-sent", args=[comment.pk]),
        "report-danger": reverse("report-danger", args=[comment.pk]),
        "receipt": comment.get_receipt_url(),
        "edit-comment": reverse("edit-comment", args=[comment.receipt_key]),
        "mail": reverse("mail", args=[comment.mail_key]),
        "mail-stop": reverse("mail-stop", args=[comment.mail_key]),
        "comments-guidelines": "/comments/guidelines/",
        "comments-privacy": "/comments/privacy/",
        "doctors": "/doctors/",
        "state": reverse("state", args=[state.slug]),
        "doctor": doctor.get_absolute_url(),
        "listing-report": reverse("listing-report", args=[state.slug, doctor.slug]),
        "listing-report-sent": reverse("listing-report-sent", args=[state.slug, doctor.slug, "called"]),
        "call-sheet": f"/doctors/call-sheet/?doctor={doctor.pk}",
        "suggest-doctor": "/doctors/suggest/",
        "suggestion-sent": "/doctors/suggest/sent/",
        "search": "/search/?q=words",
        "about": "/about/",
        "accessibility": "/accessibility/",
        "privacy": "/privacy/",
        "contact": "/contact/",
        "contact-sent": "/contact/sent/",
        "contact-danger": "/contact/sent/danger/",
        "article-feed": "/feeds/articles/",
        "comment-feed": "/feeds/comments/",
        "sitemap": "/sitemap.xml",
        "sitemap-section": "/sitemap-articles.xml",
        "topic": article.topics.create(name="A topic", slug="a-topic").get_absolute_url(),
        "corrections": "/corrections/",
        "robots": "/robots.txt",
        "security-txt": "/.well-known/security.txt",
        "healthz": "/healthz",
        "readyz": "/readyz",
    }


POST_ONLY = {
    "withdraw", "restore", "hide", "appeal", "choose-mails", "confirm-again", "forget-email", "new-link", "forget-me",
}  # fmt: skip
PICTURES = {"article-card", "picture"}  # no pages: test_articles_pictures.py
PRIVATE = {"search", "receipt", "edit-comment", "mail", "mail-stop", "call-sheet", "healthz", "readyz"}


def route_names(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from route_names(pattern)
        else:
            yield pattern.name


def is_page(response):
    return response.headers.get("Content-Type", "").startswith("text/html") and response.status_code < 300


def test_robots_are_kept_from_what_is_private(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert {f"Disallow: {path}" for path in ("/admin/", "/search/", "/comments/receipt/", "/comments/mail/")} <= {
        *lines
    }


def test_no_address_is_left_out_of_these_questions(site):
    assert set(route_names()) == set(site) | POST_ONLY | PICTURES


def test_every_address_answers(site, client):
    for name, address in site.items():
        assert client.get(address).status_code == (302 if name == "comment" else 200), address


def test_no_address_sets_a_cookie_or_hands_out_a_token(site, client):
    for address in site.values():
        response = client.get(address)
        assert not response.cookies, address
        assert "csrf" not in response.text.lower(), address
        assert "Cookie" not in response.headers.get("Vary", ""), address


def test_public_pages_are_the_same_bytes_for_everybody(site, client, admin_client):
    for name, address in site.items():
        if name not in PRIVATE:
            assert client.get(address).content == admin_client.get(address).content, address


def test_public_pages_may_be_kept_when_asked_about_and_private_ones_may_not(site, client):
    for name, address in site.items():
        kept = client.get(address).headers["Cache-Control"]
        assert ("no-store" in kept) if name in PRIVATE else (kept == "no-cache"), address


def test_a_second_visit_costs_no_page(site, client):
    for name, address in site.items():
        if name in PRIVATE or name == "comment":
            continue
        response = client.get(address)
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert again.headers["Vary"] == "Accept-Encoding"


def test_every_answer_carries_the_policy_and_no_page_breaks_it(site, client):
    for address in site.values():
        response = client.get(address)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        if is_page(response):
            script = r"<script(?! type=\"application/ld\+json\"| type=\"module\" src=)"
            assert not re.search(rf"<style|\sstyle=|\son[a-z]+=|{script}", response.text), address


def test_no_page_loads_anything_from_elsewhere(site, client):
    loads = re.compile(r"<(?:link rel=\"(?:stylesheet|icon)\"[^>]*href|script[^>]*src|img[^>]*src)=\"([^\"]+)")
    for address in site.values():
        for loaded in loads.findall(client.get(address).text):
            assert loaded.startswith(("/static/", "data:")), address


def test_every_page_is_valid_html_with_a_title_a_language_and_one_h1(site, client):
    for address in site.values():
        response = client.get(address)
        if is_page(response):
            assert_well_formed(response.text, address)


def assert_well_formed(text, address):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(text)
    assert parser.errors == [], address
    assert document.get("lang") == "en"
    assert (document.findtext("head/title") or "").strip()
    assert len(document.findall(".//h1")) == 1, address
    assert len(document.findall(".//main")) == 1
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), address


def test_every_link_within_the_site_leads_somewhere(site, client):
    addresses = {address for page in site.values() for address in links(client.get(page).text)}
    for address in addresses:
        address = address.replace(settings.SITE_URL, "", 1)
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
        else:
            assert client.get(address).status_code in (200, 302), address


def links(text):
    return {
        link.split("#")[0].replace("&amp;", "&")
        for link in re.findall(r'href="((?:http://testserver)?/[^/"][^"]*)"', text)
    }


def test_anchors_on_a_page_lead_somewhere(site, client):
    for address in site.values():
        text = client.get(address).text
        for anchor in re.findall(r'href="#([^"]+)"', text):
            assert f'id="{anchor}"' in text, f"{address} #{anchor}"


def test_titles_differ_from_page_to_page(site, client):
    titles = [re.search(r"<title>(.*?)</title>", client.get(address).text) for address in site.values()]
    titles = [title[1] for title in titles if title]
    assert len(titles) == len(set(titles))


def test_help_in_a_crisis_stands_on_every_page(site, client):
    for address in site.values():
        response = client.get(address)
        if is_page(response):
            assert 'href="tel:988"' in response.text, address


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_what_only_reads_refuses_to_be_written_to_with_a_page_that_says_so(site, method):
    client = Client(enforce_csrf_checks=True)  # as a browser meets it
    takes_posts = {"post-comment", "contact", "report", "edit-comment", "mail", "mail-stop"}
    takes_posts |= {"listing-report", "suggest-doctor"}
    for name in set(site) - (takes_posts if method == "post" else set()):
        response = getattr(client, method)(site[name])
        assert response.status_code == 405, site[name]
        assert "That does not work here" in response.text
        assert "GET" in response.headers["Allow"]


def test_static_files_refuse_it_in_the_same_way(rf):
    names = [name.rsplit(".", 1)[1] for name in settings.MIDDLEWARE]
    assert names.index("MethodNotAllowedMiddleware") < names.index("WhiteNoiseMiddleware")
    response = MethodNotAllowedMiddleware(lambda request: HttpResponseNotAllowed(["GET"]))(rf.post("/static/x.css"))
    assert "That does not work here" in response.text
    assert response.headers["Allow"] == "GET"


def test_head_answers_like_get_without_the_body(site, client):
    for address in site.values():
        assert client.head(address).status_code == client.get(address).status_code


def test_a_host_that_is_not_ours_gets_a_clear_400(site, client):
    for address in site.values():
        response = client.get(address, headers={"host": "evil.example"})
        assert response.status_code == 400, address
    assert "not understood" in response.text


def test_no_address_comes_from_the_request(site, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for address in site.values():
        assert "evil.example" not in client.get(address, headers={"host": "evil.example"}).text, address


@pytest.mark.parametrize(
    "address",
    [
        "/nothing-here/",
        "/articles/nothing/",
        "/articles/%ff%fe/",
        "/comments/receipt/nothing/",
        "/doctors/atlantis/",
        "/doctors/new-york/nobody/",
        "/admin/nothing/",
    ],
)
def test_an_address_that_leads_nowhere_gets_our_own_404(client, admin_client, address):
    for reader in (client, admin_client):
        response = reader.get(address, follow=True)
        if "login" not in response.request["PATH_INFO"]:
            assert response.status_code == 404
            assert "That page is not here" in response.text


@pytest.mark.parametrize("address", ["/articles/%00/", "/doctors/?zip=%00", "/?x=%00", "/comments/receipt/%00/"])
def test_a_nul_byte_in_an_address_gets_a_clear_400(client, address):
    response = client.get(address)
    assert response.status_code == 400
    assert "not understood" in response.text


@pytest.mark.parametrize("charset", ["hex", "rot13", "undefined", "punycode", "utf-16", "nonsense"])
def test_a_header_cannot_choose_a_character_set(rf, charset):
    environ = rf.generic("POST", "/?zip=1", "name=%C3%84nne").environ
    environ["CONTENT_TYPE"] = f"application/x-www-form-urlencoded; charset={charset}"
    request = application.request_class(environ)
    assert (request.GET["zip"], request.POST["name"]) == ("1", "Änne")


def test_a_form_without_its_length_gets_a_clear_411(client):
    response = client.post("/contact/", {"text": "x"}, headers={"Transfer-Encoding": "chunked"})
    assert response.status_code == 411
    assert "did not arrive" in response.text


def test_error_pages_are_private_and_well_formed(client):
    response = client.get("/nothing-here/")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert_well_formed(response.text, "404")


def test_a_crash_gets_our_own_page_without_asking_the_database(client, monkeypatch, django_assert_num_queries):
    def crash(*args, **kwargs):
        raise RuntimeError("a bug")

    monkeypatch.setattr("crpsinfo.views.Article.objects.published", crash)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        response = client.get("/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.text
