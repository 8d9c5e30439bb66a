import io
import re

import pytest
from django.core.management import CommandError, call_command

from articles import content
from articles.models import Article, Kind, Topic
from articles.writing.links import dead_links
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def load(**options):
    out = io.StringIO()
    call_command("load_content", stdout=out, **options)
    return out.getvalue()


def test_first_load_publishes_every_text():
    load()
    assert Article.objects.published().articles().count() == 2
    assert set(Article.objects.published().pages().values_list("slug", flat=True)) == {
        "about",
        "accessibility",
        "comments-guidelines",
        "comments-privacy",
        "contact",
        "corrections",
        "privacy",
    }


def test_second_load_changes_nothing():
    load()
    rows = Article.history.count()
    assert "0 created, 0 updated, 9 unchanged, 0 edited" in load()
    assert Article.history.count() == rows


def test_what_an_editor_changed_is_left_alone_and_named():
    load()
    article = Article.objects.get(slug="what-is-crps")
    article.title = "What CRPS is"
    article.save()
    assert "Left alone, since an editor changed it: what-is-crps" in load()
    article.refresh_from_db()
    assert article.title == "What CRPS is"


def test_a_change_of_topics_counts_as_an_edit():
    load()
    Article.objects.get(slug="what-is-crps").topics.add(Topic.objects.create(name="New", slug="new"))
    assert "1 edited" in load()


def test_a_changed_file_updates_an_untouched_row():
    text = content.parse('+++\ntitle = "T"\nsummary = "S"\n+++\n\nOne.\n', Kind.ARTICLE, "text")
    assert content.load(text) == "created"
    newer = content.parse('+++\ntitle = "T"\nsummary = "S"\n+++\n\nTwo.\n', Kind.ARTICLE, "text")
    assert content.load(newer) == "updated"
    assert "Two." in Article.objects.get(slug="text").html


def test_closed_comments_are_no_edit_and_stay_closed_under_a_newer_text():
    text = content.parse('+++\ntitle = "T"\nsummary = "S"\n+++\n\nOne.\n', Kind.ARTICLE, "text")
    content.load(text)
    Article.objects.get(slug="text").close_comments()
    assert content.load(text) == "unchanged"
    newer = content.parse('+++\ntitle = "T"\nsummary = "S"\n+++\n\nTwo.\n', Kind.ARTICLE, "text")
    assert content.load(newer) == "updated"
    assert not Article.objects.get(slug="text").comments_open


def test_an_article_that_an_editor_wrote_at_the_same_address_is_left_alone():
    make_article(slug="what-is-crps", title="Mine")
    assert "1 edited" in load()
    assert Article.objects.get(slug="what-is-crps").title == "Mine"


def test_dry_run_stores_nothing():
    assert "9 created" in load(dry_run=True)
    assert not Article.objects.exists()


def test_an_unreadable_head_is_an_error_that_names_the_file(monkeypatch, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "broken.md").write_text("no head at all")
    monkeypatch.setattr(content, "texts", lambda: list(texts_of(tmp_path)))
    with pytest.raises(CommandError, match=r"broken\.md"):
        load()


def texts_of(folder):
    for path in (folder / "articles").glob("*.md"):
        yield content.parse(path.read_text(), Kind.ARTICLE, path.stem)


# --- What the articles say ---------------------------------------------------------------------------


@pytest.fixture
def ketamine(content):
    return Article.objects.get(slug="ketamine-infusions-for-crps")


def test_every_reference_is_cited_and_every_citation_has_its_reference(content):
    for article in Article.objects.articles():
        cited = set(re.findall(r'href="#(ref-\d+)"', article.html))
        listed = set(re.findall(r'id="(ref-\d+)"', article.html))
        assert cited == listed
        assert len(listed) >= 15
        assert "[^" not in article.html


def test_the_ketamine_article_has_its_parts_in_order(ketamine):
    titles = " | ".join(heading["title"].lower() for heading in ketamine.toc if heading["level"] == 2)
    parts = ["what is ketamine", "hope", "other side", "miracle", "how it may work", "three ways", "last line"]
    parts += ["serious side effects", "finding a doctor", "how it was for you", "never alone", "references"]
    places = [titles.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_the_ketamine_article_gives_the_way_to_help(ketamine):
    for needed in ("988", "rsds.org", 'href="/doctors/"', 'href="#comments"', "911", "off-label"):
        assert needed in ketamine.html


@pytest.mark.parametrize(
    "never",
    [
        "safe and effective",
        "breakthrough",
        "suicide disease",
        "honcode",
        "medically reviewed",
        "877-662-7737",
        "not addictive",
    ],
)
def test_articles_say_nothing_that_must_not_be_said(content, never):
    for article in Article.objects.all():
        assert never not in article.body.lower()


def test_internal_links_of_all_texts_lead_somewhere(content, client):
    for article in Article.objects.all():
        for address in set(re.findall(r'href="(/[^"#]*)', article.html)):
            assert client.get(address).status_code == 200, f"{article.slug} links to {address}"


def test_no_link_in_our_texts_is_dead(content):
    for article in Article.objects.published():
        assert dead_links(article.html, article.get_absolute_url()) == [], article.slug
