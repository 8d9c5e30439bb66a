"""Posts and pages of WordPress, moved in."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management.base import CommandError

from articles.models import Article, ImportedPost, OldAddress, Status, Topic
from articles.wordpress.counts import MOST
from comments.wordpress.importing import LISTED
from tests.factories import make_article
from tests.wordpress import author, category, comment, export, move_in, post, run, term

pytestmark = pytest.mark.django_db


def test_a_post_becomes_an_article(tmp_path):
    item = post(7, title="Cold &amp; <em>pain</em>", content="One.\n\nTwo <b>three</b>.", excerpt="In short.")
    move_in(tmp_path, author("ann", "Ann S."), item)
    article = Article.objects.get()
    assert (article.title, article.slug, article.summary, article.credit) == (
        "Cold & pain",
        "post-7",
        "In short.",
        "Ann S.",
    )
    assert article.body == "One.\n\nTwo **three**.\n"
    assert (article.kind, article.status, article.comments_open) == ("article", Status.PUBLISHED, True)
    assert article.published_at == datetime(2014, 3, 5, 13, tzinfo=UTC)
    assert article.updated_at == datetime(2015, 4, 6, 7, 8, 9, tzinfo=UTC)
    assert article.history.count() >= 1


@pytest.mark.parametrize(
    ("values", "status", "has_date"),
    [
        ({"status": "publish"}, Status.PUBLISHED, True),
        ({"status": "draft", "post_date_gmt": "0000-00-00 00:00:00"}, Status.DRAFT, False),
        ({"status": "pending"}, Status.DRAFT, False),
        ({"status": "private"}, Status.DRAFT, True),
        ({"status": "publish", "post_password": "secret"}, Status.DRAFT, True),
        ({"status": "future", "post_date_gmt": "2099-01-01 00:00:00"}, Status.SCHEDULED, False),
        ({"status": "publish", "post_date_gmt": "2099-01-01 00:00:00"}, Status.SCHEDULED, False),
        ({"status": "whatever"}, Status.DRAFT, False),
    ],
)
def test_states_are_kept(tmp_path, values, status, has_date):
    move_in(tmp_path, post(**values))
    article = Article.objects.get()
    assert (article.status, bool(article.published_at), bool(article.publish_at)) == (
        status,
        has_date,
        status == Status.SCHEDULED,
    )


def test_what_is_no_article_is_left_out_and_told(tmp_path):
    others = [post(2, status="trash"), post(3, post_type="attachment"), post(4, post_type="nav_menu_item")]
    said = move_in(tmp_path, post(1), *others, post(0))
    assert Article.objects.count() == 1
    assert "Posts left out: 4" in said
    for why in ("in the trash: 1", "media library", "“nav_menu_item”", "without a number: 1"):
        assert why in said


def test_of_endless_kinds_of_posts_and_comments_the_first_are_told(tmp_path):
    comments = "".join(comment(number, type=f"kind{number}") for number in range(1, MOST + 31))
    posts = [post(number, post_type=f"kind{number}") for number in range(1, MOST + 31)]
    said = move_in(tmp_path, *posts, post(MOST + 31, comments=comments))
    for told in (line for line in said.splitlines() if " left out: " in line):
        assert f"left out: {MOST + 30} (others: 30, " in told
        assert "kind19”" in told
        assert "kind20”" not in told
        assert told.endswith(f", and {MOST + 1 - LISTED} more).")
    assert said.count(" left out: ") == 2


def test_the_same_slug_twice_gets_a_number(tmp_path):
    make_article(slug="pain")
    said = move_in(tmp_path, post(1, post_name="pain"), post(2, post_name="pain"))
    assert set(Article.objects.values_list("slug", flat=True)) == {"pain", "pain-2", "pain-3"}
    assert "Its address is now /articles/pain-2/." in said


def test_the_same_number_twice_is_told_and_the_second_does_not_come(tmp_path):
    items = post(1, title="One"), post(1, title="Two", comments=comment(5))
    for said in (move_in(tmp_path, *items, dry_run=True), move_in(tmp_path, *items), move_in(tmp_path, *items)):
        assert "1 “Two”: left out, with the number of another." in said
        assert "Posts left out: 1 (with the number of another: 1)." in said
        assert "Comments left out: 1 (of posts left out: 1)." in said
    assert Article.objects.get().title == "One"


@pytest.mark.parametrize(
    ("values", "slug"),
    [
        ({"post_name": "%d0%b1%d0%be%d0%bb%d1%8c", "title": "Боль"}, "post-7"),
        ({"post_name": "", "title": "Warm &amp; cold"}, "warm-cold"),
        ({"post_name": "x" * 200}, "x" * 80),
        ({"post_name": "../Ä b%00"}, "a-b"),
    ],
)
def test_a_slug_is_one_that_we_can_have(tmp_path, values, slug):
    move_in(tmp_path, post(7, **values))
    assert Article.objects.get().slug == slug


@pytest.mark.parametrize("slug", ["topics", "contact", "former"])
def test_a_slug_that_means_something_else_gets_a_number(tmp_path, slug):
    make_article(slug="present").rename("former")
    Article.objects.get().rename("present")  # readers saw both
    move_in(tmp_path, post(7, post_name=slug, title="New"))
    assert Article.objects.get(title="New").slug == f"{slug}-2"


def test_a_post_without_title_and_author_gets_some(tmp_path):
    move_in(tmp_path, post(7, title="", content="First words.\n\nMore.").replace("<![CDATA[ann]]>", ""))
    article = Article.objects.get()
    assert (article.title, article.credit) == ("First words. More.", "CRPS Info editors")


def test_categories_and_tags_become_topics(tmp_path):
    Topic.objects.create(name="Ketamine", slug="ketamine")
    terms = term("child", "A &amp; B") + term("ketamine", "Ketamin", "post_tag") + term("uncategorized", "None")
    move_in(tmp_path, category(3, "pain", "Pain"), category(4, "child", "A &amp; B", "pain"), post(1, terms=terms))
    assert sorted(Article.objects.get().topics.values_list("name", flat=True)) == ["A & B", "Ketamine"]
    old = dict(OldAddress.objects.filter(article=None).values_list("path", "topic__slug"))
    assert {path for path in old if old[path] == "child"} == {"/category/child", "/category/pain/child", "/?cat=4"}
    assert {path for path in old if old[path] == "ketamine"} == {"/tag/ketamine", "/?tag=ketamine"}


def test_a_topic_with_another_address_is_known_by_its_former_one(tmp_path):
    topic = Topic.objects.create(name="Cold", slug="ice")
    topic.rename("cold")
    move_in(tmp_path, post(1, terms=term("ice", "Ice")))
    assert list(Article.objects.get().topics.all()) == [topic]


def test_categories_in_a_circle_do_no_harm(tmp_path):
    head = category(3, "a", "A", "b"), category(4, "b", "B", "a")
    move_in(tmp_path, *head, post(1, terms=term("a", "A")))
    assert OldAddress.objects.filter(path="/category/a", topic__slug="a").exists()


def test_a_second_run_changes_nothing(tmp_path):
    items = post(1, terms=term("a", "A")), post(2, post_name="post-1")
    move_in(tmp_path, *items)
    Article.objects.filter(slug="post-1").update(title="Edited")
    before = [list(rows.objects.order_by("pk").values()) for rows in (Article, OldAddress, ImportedPost, Topic)]
    said = move_in(tmp_path, *items)
    assert before == [list(rows.objects.order_by("pk").values()) for rows in (Article, OldAddress, ImportedPost, Topic)]
    assert "Here already: 2" in said


def test_what_editors_deleted_does_not_come_back(tmp_path):
    move_in(tmp_path, post(1))
    Article.objects.get().delete()
    assert "deleted here since: 1" in move_in(tmp_path, post(1))
    assert not Article.objects.exists()


def test_another_site_has_numbers_of_its_own(tmp_path):
    move_in(tmp_path, post(1))
    path = tmp_path / "other.xml"
    path.write_text(export(post(1)).replace("old.example", "other.example"))
    run(path)
    assert Article.objects.count() == 2


def test_a_dry_run_says_the_same_and_stores_nothing(tmp_path):
    items = post(1, terms=term("a", "A"), content="<script>x</script>y"), post(2, status="trash")
    would = move_in(tmp_path, *items, dry_run=True)
    assert not any(rows.objects.exists() for rows in (Article, ImportedPost, OldAddress, Topic))
    assert would.replace("Would have come", "Came") == move_in(tmp_path, *items)


def test_a_post_that_fails_is_told_and_the_others_come(tmp_path):
    items = post(1), post(2, title="Deep", content="<blockquote>" * 1000 + "x"), post(3)
    with pytest.raises(CommandError, match="1 posts could not be read"):
        move_in(tmp_path, *items, out=(out := io.StringIO()))
    assert "2 “Deep”: left out, it has elements more than 100 deep." in out.getvalue()
    assert list(ImportedPost.objects.order_by("number").values_list("number", flat=True)) == [1, 3]


def test_what_came_before_the_damage_stays(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(export(post(1), post(2)).replace("</rss>", ""))
    with pytest.raises(CommandError, match="What came before that is kept"):
        run(path)
    assert Article.objects.count() == 2


@pytest.mark.parametrize("block", [7, 64 * 1024])
def test_a_post_with_characters_that_could_not_be_read_is_named(tmp_path, monkeypatch, block):
    monkeypatch.setattr("articles.wordpress.decoding.BLOCK", block)
    titles = {1: "Sound", 2: "Caf~ \x01", 3: "Sound, too", 4: "Sound but for a comment"}
    items = [post(number, title=title, comments=comment(number)) for number, title in titles.items()]
    items[3] = items[3].replace("I know this.", "I know &#0;this~.")
    path = tmp_path / "export.xml"
    path.write_bytes(
        export(author("ann", "~nn"), *items).replace("</item>\n<item>", "</item><item>").encode().replace(b"~", b"\xe9")
    )
    said = run(path)
    named = [
        line.split(" ", 1)[0] for line in said.splitlines() if "could not be read, in it or in its comments: 2." in line
    ]
    assert named == ["2", "4"]
    assert "Characters that could not be read: 3; left out as no text: 2." in said
    assert "in it or in its comments" not in run(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.xml")


def test_what_was_dropped_and_which_images_are_linked_is_told_of_each_post(tmp_path):
    said = move_in(tmp_path, post(1, content='<script>x</script>[gallery]<img src="/a.png">H<sub>2</sub>'))
    assert "1 “A post”: It is kept as HTML" in said
    assert "script: 1" in said
    assert "[gallery]: 1" in said
    assert "https://old.example/a.png" in said


def test_each_file_of_the_old_site_is_told(tmp_path):
    links = "".join(f'<a href="/wp-content/uploads/{number}.pdf">x</a> ' for number in range(30))
    said = move_in(tmp_path, post(1, content=links))
    assert all(f"https://old.example/wp-content/uploads/{number}.pdf" in said for number in range(30))
    assert "Files of the old site that texts link to: 30." in said


def test_a_terminal_shows_how_far_it_is(tmp_path, monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    said = move_in(tmp_path, post(1, status="draft", content="[gallery]"), stderr=terminal)
    assert "100 % read" in terminal.getvalue()
    assert terminal.getvalue().endswith(f"\r{' ' * 10}\r")
    assert "% read" not in said


def test_a_post_that_was_never_published_when_it_should_have_been_is_a_draft(tmp_path):
    said = move_in(tmp_path, post(status="future", post_date_gmt="2015-01-01 00:00:00"))
    assert Article.objects.get().status == Status.DRAFT
    assert "a time that has passed" in said


def test_a_dry_run_names_the_address_that_a_second_one_would_get(tmp_path):
    said = move_in(tmp_path, post(1, post_name="same"), post(2, post_name="same"), dry_run=True)
    assert "/articles/same-2/" in said
