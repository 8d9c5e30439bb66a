"""What a page weighs until it can be read: how many requests, how many bytes."""

import os
import re
import subprocess
import sys
from contextlib import closing
from random import Random
from urllib.parse import unquote

import brotli
import html5lib
import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from articles.models import Article
from comments.discussion import THREADS_ON_A_PAGE
from tests.factories import make_comment
from tests.test_settings import PRODUCTION, ROOT
from tests.test_site import is_page, site  # noqa: F401 - a fixture: an address of every kind

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

COMMENTS, LETTERS = 81, 400  # on one page, and in each of them
STATIC = ROOT / "crpsinfo" / "static"
FETCHING = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"}  # links that a browser follows


@pytest.fixture(scope="module")
def _collected(tmp_path_factory):
    """Static files as in production. Those of the admin are left out: to compress them takes ten seconds."""
    storage = {"staticfiles": {"BACKEND": production_storage()}}
    with override_settings(
        STORAGES=storage, STATIC_ROOT=tmp_path_factory.mktemp("static"), WHITENOISE_AUTOREFRESH=False
    ):
        call_command("collectstatic", interactive=False, ignore_patterns=["admin", "import_export"], verbosity=0)
        yield


@pytest.fixture
def client(_collected, keeping):
    """A reader of a site that keeps its pages and its static files as in production."""
    return Client()


def production_storage():
    """The path of the class that settings.py chooses for static files in production."""
    code = "from crpsinfo.settings import STORAGES; print(STORAGES['staticfiles']['BACKEND'])"
    environment = PRODUCTION | {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}
    return subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=environment, text=True).strip()


def discuss(article):
    """As many threads as fit on a page, and replies to them. Their words are those of the articles, drawn as often as
    these use them: texts in that order are no lighter than real ones."""
    words = re.findall(r"[A-Za-z]+", " ".join(Article.objects.values_list("body", flat=True)))
    random, comments = Random(1), []
    for number in range(COMMENTS):
        parent = comments[number - THREADS_ON_A_PAGE] if number >= THREADS_ON_A_PAGE else None
        text = " ".join(random.choices(words, k=LETTERS))[:LETTERS]
        comments.append(make_comment(article, parent=parent, author_name=random.choice(words), text=text))


def fetched(html):
    """The addresses that a browser fetches for a page, in their order; what is in the page itself is none."""
    addresses = []
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        if element.tag == "link":
            follows = FETCHING & set(element.get("rel").split())
            addresses += [element.get("href")] if follows else []
        elif element.tag in {"script", "img", "iframe", "source", "video", "audio", "embed", "object"}:
            addresses += filter(None, [element.get("src"), element.get("data"), element.get("srcset")])
    return [address for address in addresses if not address.startswith("data:")]


def on_the_wire(client, address):
    """(headers, body), as a browser gets them."""
    with closing(client.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})) as response:
        assert (response.status_code, response.headers["Content-Encoding"]) == (200, "br"), address
        return response.headers, response.getvalue()


def compressed(path):
    return len(brotli.compress(path.read_bytes()))


@pytest.mark.django_db(transaction=True)  # what is read within a transaction is not kept
@pytest.mark.parametrize(
    ("slug", "most"),
    [("what-is-crps", 35_000), ("ketamine-infusions-for-crps", 44_000)],
    ids=["2000 words", "5300 words"],
)
def test_an_article_with_81_comments_is_three_requests_and_not_many_bytes(client, content, slug, most):
    article = Article.objects.get(slug=slug)
    discuss(article)
    page = client.get(article.get_absolute_url()).text
    assert page.count('<li class="comment') == COMMENTS
    requests = [article.get_absolute_url(), *fetched(page)]
    assert len(requests) <= 3
    assert sum(len(on_the_wire(client, address)[1]) for address in requests) <= most


def test_whoever_reads_a_second_page_fetches_nothing_more(client, site):  # noqa: F811
    pages = [response.text for address in site.values() if is_page(response := client.get(address))]
    [files] = {tuple(sorted(fetched(page))) for page in pages}
    assert [re.sub(r"\.[0-9a-f]{12}\.", ".", file) for file in files] == ["/static/css/site.css", "/static/js/site.js"]
    assert len(pages) > 20


def test_styles_and_scripts_stay_light():
    assert compressed(STATIC / "css/site.css") <= 12_000  # all that readers get, as the test above says
    assert compressed(STATIC / "js/site.js") <= 5_000


def test_no_script_keeps_a_page_waiting(client, site):  # noqa: F811
    for address in site.values():
        for script in re.findall(r"<script[^>]*\ssrc=[^>]*>", client.get(address).text):
            assert 'type="module"' in script or " defer" in script, address


def test_no_font_is_loaded_and_nothing_from_elsewhere():
    fonts = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
    assert not [path for path in STATIC.rglob("*") if path.suffix in fonts]
    for path in STATIC.rglob("*.css"):
        assert not re.search(r"@font-face|@import|url\(|//", path.read_text()), path


def test_the_icon_is_in_the_page(client):
    [icon] = re.findall(r'<link rel="icon" href="data:image/svg\+xml,([^"]+)"', client.get("/articles/").text)
    assert unquote(icon) == (STATIC / "img/icon.svg").read_text().strip()


def test_a_static_file_never_has_to_be_asked_for_again(client):
    addresses = fetched(client.get("/articles/").text)
    for address, name in zip(addresses, ("css/site.css", "js/site.js"), strict=True):
        assert re.sub(r"\.[0-9a-f]{12}\.", ".", address) == f"/static/{name}" != address
        headers, body = on_the_wire(client, address)
        assert "immutable" in headers["Cache-Control"]
        assert brotli.decompress(body) == (STATIC / name).read_bytes()
