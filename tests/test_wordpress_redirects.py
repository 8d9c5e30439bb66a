"""Old addresses of the WordPress site, and of articles under a former slug."""

import pytest
from django.db import DatabaseError
from django.urls import reverse

from articles.content import topic_named
from articles.models import Article, OldAddress, Topic
from tests.factories import make_article, make_comment, make_editor
from tests.wordpress import category, comment, move_in, post, term

pytestmark = pytest.mark.django_db

ARTICLE, FEED = "/articles/pain/", "/articles/pain/feed/"


@pytest.fixture
def moved(tmp_path):
    terms = term("nerves", "Nerves") + term("ice", "Ice", "post_tag")
    one = post(12, post_name="pain", terms=terms, comments=comment(5), link="https://old.example/blog/2014/pain.html")
    page = post(13, post_name="us", post_type="page", link="https://old.example/about/us/")
    move_in(tmp_path, category(3, "nerves", "Nerves"), one, page, post(14, status="draft", post_name="draft"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/?p=12", ARTICLE),
        ("/?page_id=13", "/articles/us/"),
        ("/?p=12&utm_source=mail", ARTICLE),
        ("/index.php?p=12", ARTICLE),
        ("/?cat=3", "/articles/topics/nerves/"),
        ("/?tag=ice", "/articles/topics/ice/"),
        ("/?feed=rss2", "/feeds/articles/"),
        ("/?feed=comments-rss2", "/feeds/comments/"),
        ("/blog/2014/pain.html", ARTICLE),
        ("/about/us/", "/articles/us/"),
        ("/2014/03/pain/", ARTICLE),
        ("/pain/", ARTICLE),
        ("/pain", ARTICLE),
        ("/pain/comment-page-2/", ARTICLE),
        ("/2014/03/pain/amp/", ARTICLE),
        ("/pain/trackback/", ARTICLE),
        ("/pain/embed/", ARTICLE),
        ("/pain/page/2/", ARTICLE),
        ("/pain/feed/", FEED),
        ("/pain/comment-page-2/feed/atom/", FEED),
        ("/feed/", "/feeds/articles/"),
        ("/feed/rss2/", "/feeds/articles/"),
        ("/page/3/feed/", "/feeds/articles/"),
        ("/?feed=rss2&p=12", FEED),
        ("/?p=12&feed=rss2", FEED),
        ("/?feed=rss2&cat=3", "/feeds/articles/"),
        ("/comments/feed/", "/feeds/comments/"),
        ("/page/3/", "/articles/"),
        ("/category/nerves/", "/articles/topics/nerves/"),
        ("/category/nerves/page/2/", "/articles/topics/nerves/"),
        ("/category/nerves/feed/", "/feeds/articles/"),
        ("/tag/ice/", "/articles/topics/ice/"),
    ],
)
def test_an_old_address_leads_to_the_new_one(client, moved, old, new):
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (301, new)
    assert (response.headers["Cache-Control"], response.headers["Vary"]) == ("no-cache", "Accept-Encoding")
    assert client.get(new).status_code == 200
    assert client.head(old).headers["Location"] == new


@pytest.mark.parametrize(
    "path",
    [
        "/draft/",
        "/2014/03/draft/",
        "/nothing/here/",
        "/pain/else/",
        "/2014/03/",
        "/author/ann/",
        "/" + "x" * 5000,
        "/" + "%f0%9f%98%80" * 100 + "/",
        "/%ff%fe/",
        "/pain%0d%0aX-Evil:1/",
        "/.well-known/nothing",
        "/category//",
        "/embed/",
        "/365/",
        "/comments/receipt/abcdef/?p=12",
        "/doctors/new-york/no-such-doctor/?feed=1",
        "/nothing/?p=12",
    ],
)
def test_any_other_address_is_not_found(client, moved, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["p=x", "p=", "p=0", "p=-1", "p=²", "p=9x", "cat=nerves", "q=1", "utm_source=mail", "up=999", "tag=none"],
)
def test_the_home_page_ignores_what_it_does_not_know(client, moved, query):
    assert client.get(f"/?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["p=14", "p=999", "p=" + "9" * 400, "page_id=12", "cat=12", "utm_source=mail&p=999", "p=999&preview=true"]
)
def test_a_number_of_nothing_that_readers_may_see_is_not_found_and_leads_on(client, moved, query):
    for answer in (client.get(f"/?{query}"), client.head(f"/?{query}")):
        assert answer.status_code == 404
    assert "That page is not here" in client.get(f"/?{query}").text


def test_without_a_database_no_number_is_called_unknown(client, monkeypatch):
    def away(*args):
        raise DatabaseError

    monkeypatch.setattr("articles.moved.by_parameter", away)
    assert client.get("/?p=12").status_code == 200  # from here on, the home page asks the database by itself


@pytest.mark.parametrize("address", ["/pain%00/", "/?tag=%00a"])
def test_a_nul_leads_nowhere(client, moved, address):
    assert client.get(address).status_code == 400


def test_the_address_follows_the_article(client, moved):
    Article.objects.filter(slug="pain").update(slug="about-pain")
    assert client.get("/?p=12").headers["Location"] == "/articles/about-pain/"


def test_a_former_slug_leads_to_the_present_one(client):
    article = make_article(slug="new")
    OldAddress.objects.create(path="/articles/old", article=article)
    assert client.get("/articles/old/").headers["Location"] == "/articles/new/"
    assert client.get("/articles/old/feed/").headers["Location"] == "/articles/new/feed/"


@pytest.mark.parametrize("slug", ["365", "rss", "feed", "embed", "amp", "5"])
def test_a_slug_may_look_like_what_stands_behind_one(client, slug):
    path = f"/2014/03/{slug}"
    OldAddress.objects.create(path=path, article=make_article(slug="moved"))
    OldAddress.objects.create(path="/2014/03", article=make_article(slug="else"))
    assert client.get(f"{path}/").headers["Location"] == "/articles/moved/"
    assert client.get(f"{path}/2/").headers["Location"] == "/articles/moved/"
    assert client.get(f"{path}/feed/").headers["Location"] == "/articles/moved/feed/"


def test_a_long_tail_asks_the_database_no_more(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert client.get("/2014" + "/1" * 140 + "/").status_code == 404


@pytest.mark.parametrize("rest", ["card.png", "comments/", "comments/5/", "feed/"])
def test_what_stands_below_a_former_slug_leads_on_with_its_query(client, rest):
    make_comment(article := make_article(slug="old"), pk=5)
    article.rename("new")
    answer = client.get(f"/articles/old/{rest}?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/articles/new/{rest}?page=2")
    assert client.get(f"/articles/new/{rest}").status_code in (200, 301)


def test_what_never_stood_below_an_article_does_not_lead_there(client):
    make_article(slug="old").rename("new")
    assert client.get("/articles/old/comment-page-2/").headers["Location"] == "/articles/new/"
    assert client.get("/articles/old/else/").status_code == 404
    Article.objects.get().unpublish()
    assert client.get("/articles/old/card.png").status_code == 404


def test_the_former_address_of_a_topic_leads_on_while_readers_see_it(client):
    topic = Topic.objects.create(name="Cold", slug="ice")
    topic.rename("cold")
    assert client.get("/articles/topics/ice/").status_code == 404
    make_article().topics.add(topic)
    assert client.get("/articles/topics/ice/?page=2").headers["Location"] == "/articles/topics/cold/?page=2"
    topic.rename("ice")
    assert client.get("/articles/topics/ice/").status_code == 200
    assert client.get("/articles/topics/cold/").headers["Location"] == "/articles/topics/ice/"


def test_a_text_of_ours_knows_a_topic_by_its_former_address():
    topic = Topic.objects.create(name="Ice", slug="ice")
    topic.rename("cold")
    assert topic_named("Ice") == topic
    Topic.objects.filter(pk=topic.pk).update(name="Cold")
    assert topic_named("Ice") == topic


def rename_in_admin(client, topic, slug):
    client.force_login(make_editor())
    address = reverse("admin:articles_topic_change", args=[topic.pk])
    return client.post(address, {"name": topic.name, "slug": slug, "description": ""})


def test_an_editor_gives_a_topic_another_address(client):
    topic = Topic.objects.create(name="Cold", slug="ice")
    assert rename_in_admin(client, topic, "cold").status_code == 302
    topic.refresh_from_db()
    assert (topic.slug, OldAddress.objects.get().path) == ("cold", "/articles/topics/ice")


def test_a_topic_cannot_take_an_address_that_leads_to_another(client):
    topic, other = (Topic.objects.create(name=name, slug=name) for name in ("ice", "warmth"))
    topic.rename("cold")
    assert "leads to another topic" in rename_in_admin(client, other, "ice").text
    assert rename_in_admin(client, topic, "ice").status_code == 302


def test_an_address_that_leads_to_itself_is_not_found(client):
    article = make_article(slug="here", published=True)
    OldAddress.objects.create(path="/articles/here", article=article)
    assert client.get("/articles/here/").status_code == 200
    article.unpublish()
    assert client.get("/articles/here/").status_code == 404


@pytest.mark.parametrize(
    "path", ["contact", "search", "doctors", "doctors/ohio", "admin", "robots.txt", "articles/else", "articles/own"]
)
def test_an_address_that_has_a_page_of_ours_is_no_old_one(tmp_path, path):
    make_article(slug="else")
    move_in(tmp_path, post(1, post_name="own", link=f"https://old.example/{path}/"))
    assert set(OldAddress.objects.values_list("path", flat=True)) == {"/?p=1", "/own", "/2014/03/own"}


def test_an_address_among_ours_that_has_no_page_leads_on(client, tmp_path):
    move_in(tmp_path, post(1, post_name="topics", link="https://old.example/articles/topics/"))
    assert client.get("/articles/topics/").headers["Location"] == "/articles/topics-2/"


def test_nothing_that_is_posted_is_redirected(client, moved):
    assert client.post("/pain/").status_code == 404


def test_without_a_database_the_page_is_simply_not_found(client, monkeypatch):
    def away(*args):
        raise DatabaseError

    monkeypatch.setattr("articles.moved.by_path", away)
    assert client.get("/pain/").status_code == 404


def test_the_anchor_of_an_old_comment_is_there(client, moved):
    """/pain/comment-page-2/#comment-5: the browser keeps what is behind the #."""
    page = client.get("/pain/comment-page-2/", follow=True).content.decode()
    assert 'id="comment-5"' in page
    assert "js/site.js" in page


def test_nothing_leads_away_from_the_site(client, moved):
    for path in ("//pain/", "//evil.example/pain/", "/\\evil.example/pain/", "/https://evil.example/"):
        assert client.get("/", PATH_INFO=path).status_code == 404


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/?s=burning+pain", "/search/?q=burning+pain"),
        ("/rss/", "/feeds/articles/"),
        ("/index.php/2014/03/slug/", "/articles/slug/"),
        ("/2014/03/slug/2/", "/articles/slug/"),
        ("/archives/7/", "/articles/slug/"),
        ("/archives/7/feed/", "/articles/slug/feed/"),
    ],
)
def test_other_ways_that_wordpress_had_lead_on_too(client, address, target):
    article = make_article(slug="slug")
    for path in ("/2014/03/slug", "/archives/7"):
        OldAddress.objects.create(path=path, article=article)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (301, target)
