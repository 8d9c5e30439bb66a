"""What stands around an article: topics, what to read next, corrections, and what machines are told."""

import json
import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from PIL import Image

from articles.models import Article, Correction, Topic
from tests.factories import days_ago, make_article, make_page

pytestmark = pytest.mark.django_db


def on(name, *articles):
    """A topic of these articles."""
    topic, _ = Topic.objects.get_or_create(name=name, slug=name.lower())
    for article in articles:
        article.topics.add(topic)
    return topic


def structured(client, article):
    text = client.get(article.get_absolute_url()).text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    return {str(thing["@type"]): thing for thing in data["@graph"]}


def test_a_topic_has_a_page_with_its_published_articles(client):
    topic = on("Ketamine", make_article("Infusions"), make_article("Not yet", published=False))
    text = client.get(topic.get_absolute_url()).text
    assert "Infusions" in text
    assert "Not yet" not in text
    assert topic.get_absolute_url() in client.get("/articles/").text
    assert topic.get_absolute_url() in client.get("/sitemap-topics.xml").text


def test_a_topic_without_articles_has_no_page(client):
    topic = on("Ketamine", make_article(published=False))
    assert client.get(topic.get_absolute_url()).status_code == 404
    assert topic.get_absolute_url() not in client.get("/articles/").text


def test_related_are_those_that_share_most_topics(client):
    one, two, three = make_article("One"), make_article("Second"), make_article("Third")
    on("Ketamine", one, two, three)
    on("Costs", one, three)
    make_article("Of something else")
    text = client.get(one.get_absolute_url()).text
    related = text[text.index('id="more-articles"') : text.index('class="neighbours"')]
    assert re.findall(r"<h3><a [^>]*>(.*?)</a>", related) == ["Third", "Second"]


def test_one_goes_from_article_to_article_in_the_order_of_their_dates(client):
    first, second, third = (make_article(f"Number {n}", published_at=days_ago(9 - n)) for n in (1, 2, 3))
    text = client.get(second.get_absolute_url()).text
    assert f'rel="prev" href="{first.get_absolute_url()}"' in text
    assert f'rel="next" href="{third.get_absolute_url()}"' in text
    assert 'rel="prev"' not in client.get(first.get_absolute_url()).text


def test_an_article_tells_what_a_reader_should_know_before_reading(client):
    body = "## Part one\n\n" + "word " * 700 + "\n\n### Detail"
    dates = {"last_review": date(2026, 10, 1), "next_review": date(2027, 4, 1)}
    page = client.get(make_article(body=body, credit="Ann Tester", **dates).get_absolute_url()).text
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    told = {name: re.sub("<[^>]*>", "", value) for name, value in told.items()}
    assert (told["Written by"], told["Reading time"]) == ("Ann Tester", "about 4 minutes")
    assert (told["Last reviewed by us"], told["Next review due"]) == ("1 Oct 2026", "1 Apr 2027")
    assert re.search(r'<nav class="toc".*?<a href="#part-one">Part one</a>', page, re.DOTALL)
    assert "Looking for a doctor?" in page


def test_a_next_review_is_told_before_the_first(client):
    page = client.get(make_article(next_review=date(2099, 4, 1)).get_absolute_url()).text
    assert "Next review due" in page
    assert "Last reviewed" not in page


def test_a_page_that_is_overdue_or_was_corrected_says_so(client):
    page = make_page("about", next_review=date(2026, 1, 1))
    Correction.objects.create(article=page, on=date(2026, 10, 3), text="We moved.")
    text = client.get("/about/").text
    assert "Due for review." in text
    assert re.search(r'<section id="corrections".*?We moved\.', text, re.DOTALL)


def test_a_correction_stands_on_the_article_and_in_the_log(client):
    article = make_article("Infusions")
    Correction.objects.create(article=article, on=date(2026, 10, 3), text="The dose was 20 mg, not 200.")
    page = client.get(article.get_absolute_url()).text
    assert "The dose was 20 mg, not 200." in page
    assert 'Corrected on <a href="#corrections">' in page
    assert "The dose was 20 mg, not 200." in client.get("/corrections/").text
    article.unpublish()
    assert "20 mg" not in client.get("/corrections/").text


@pytest.mark.parametrize(("slug", "path"), [("corrections", "/corrections/"), ("contact", "/contact/")])
def test_the_words_above_the_log_and_the_contact_form_are_the_editors(client, slug, path):
    make_page(slug, body="We say **what** was wrong.")
    assert "We say <strong>what</strong> was wrong." in client.get(path).text


def test_machines_are_told_what_the_page_shows(client):
    article = make_article("Infusions", last_review=date(2026, 10, 1), credit="Our editors")
    on("Ketamine", article)
    page = structured(client, article)["['MedicalWebPage', 'Article']"]
    assert page["url"] == "http://testserver" + article.get_absolute_url()
    assert (page["lastReviewed"], page["author"]["name"], page["keywords"]) == ("2026-10-01", "Our editors", "Ketamine")
    assert "reviewedBy" not in page
    assert page["datePublished"] == article.published_at.isoformat()
    assert "BreadcrumbList" in structured(client, article)


def test_a_real_reviewer_is_told_to_machines(client):
    article = make_article(reviewed_by="Dr. Real Person")
    page = structured(client, article)["['MedicalWebPage', 'Article']"]
    assert page["reviewedBy"] == {"@type": "Person", "name": "Dr. Real Person"}


def test_a_page_says_which_address_is_its_own_and_what_it_is_called(client):
    article = make_article("Infusions")
    head = client.get(article.get_absolute_url()).text.split("</head>")[0]
    assert f'<link rel="canonical" href="http://testserver{article.get_absolute_url()}">' in head
    assert '<meta property="og:title" content="Infusions">' in head


def test_a_title_cannot_end_the_data_block(client):
    article = make_article("</script><script>alert(1)</script>")
    assert structured(client, article)["BreadcrumbList"]["itemListElement"][1]["name"] == article.title


def test_a_shared_link_brings_a_picture_with_the_title(client):
    article = make_article("Infusions")
    address = re.search(r'og:image" content="http://testserver(.*?)"', client.get(article.get_absolute_url()).text)[1]
    answer = client.get(address)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/png", "no-cache")
    assert Image.open(BytesIO(answer.content)).size == (1200, 630)
    other = make_article("Something else")
    assert client.get(address.replace(article.slug, other.slug)).content != answer.content


@pytest.mark.parametrize("title", ["W" * 120, "word " * 23, "Ünïcode “quotes” – 日本語 עברית", "x"])
def test_a_card_is_drawn_for_any_title(client, title):
    assert client.get(f"{make_article(title).get_absolute_url()}card.png").status_code == 200


def test_a_draft_has_no_card(client):
    assert client.get(f"{make_article(published=False).get_absolute_url()}card.png").status_code == 404


def test_the_index_of_the_sitemap_says_when_a_part_changed_last(client):
    article = make_article()
    index = client.get("/sitemap.xml").text
    day = article.updated_at.strftime("%Y-%m-%dT%H:%M")
    assert re.search(rf"<loc>http://testserver/sitemap-articles.xml</loc>\s*<lastmod>{day}", index)
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_the_maps_and_the_feed_say_when_each_changed_last(client):
    article = make_article("Infusions")
    on("Ketamine", article)
    Article.objects.update(updated_at=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC))
    for section in ("articles", "topics"):
        assert "<lastmod>2026-05-04" in client.get(f"/sitemap-{section}.xml").text
        assert re.search(rf"sitemap-{section}.xml</loc>\s*<lastmod>2026-05-04", client.get("/sitemap.xml").text)
    assert "<updated>2026-05-04T03:02:01" in client.get("/feeds/articles/").text


def test_an_article_of_long_ago_that_nobody_reviewed_says_so(client):
    old = make_article(published_at=days_ago(1000))
    assert "An old article." in client.get(old.get_absolute_url()).text
    reviewed = make_article(published_at=days_ago(1000), last_review=date(2026, 10, 1))
    assert "An old article." not in client.get(reviewed.get_absolute_url()).text


def test_a_title_is_escaped_once_in_the_feed(client):
    make_article("It's A & B")
    assert "<title>It's A &amp; B</title>" in client.get("/feeds/articles/").text


def test_a_part_of_the_sitemap_that_is_empty_is_not_named(client):
    assert "sitemap-doctors" not in client.get("/sitemap.xml").text
