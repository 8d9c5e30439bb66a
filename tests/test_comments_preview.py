"""Looking again before posting: nothing is stored, nothing is blocked, nothing is lost."""

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.models import Comment
from tests.factories import make_article, make_comment, reply_fields
from tests.test_site import assert_well_formed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def article():
    return make_article()


@pytest.fixture
def preview(client, article):
    """Press the second button of the reply form; keyword arguments change fields."""

    def send(to=article, **fields):
        address = reverse("post-comment", args=[to.slug])
        return client.post(address, reply_fields(**fields) | {"preview": "1"})

    return send


def sent_by(page):
    """The fields that the form of the page would post."""
    document = html5lib.parse(page, namespaceHTMLElements=False)
    form = document.find(".//form[@id='reply-form']")
    inputs = [field for field in form.iter("input") if field.get("name")]
    ticked = [field for field in inputs if field.get("type") != "checkbox" or field.get("checked") is not None]
    text = form.find(".//textarea").text or ""
    return {field.get("name"): field.get("value", "on") for field in ticked} | {"text": text}


def test_the_page_shows_the_comment_as_others_will_see_it_and_stores_nothing(preview):
    response = preview(text="One.\n\nTwo <b>& three</b>: https://example.org/x", website="example.org/ann")
    assert response.status_code == 200
    assert "<p>One.</p>\n<p>Two &lt;b&gt;&amp; three&lt;/b&gt;:" in response.text
    assert '<a href="https://example.org/ann" rel="ugc nofollow noopener">Ann</a>' in response.text
    assert '<a href="https://example.org/x" rel="ugc nofollow noopener">' in response.text
    assert not Comment.objects.exists()


def test_the_page_is_private_and_well_formed(preview):
    response = preview()
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert_well_formed(response.text, "preview")


def test_it_points_out_what_the_comment_gives_away(preview):
    page = preview(text="Call 303-555-0101\nor come to 12 Main Street", name="ann@example.org").text
    for quote in ("303-555-0101", "12 Main Street", "ann@example.org"):
        assert f"<q>{quote}</q>" in page


def test_it_says_that_search_engines_may_keep_copies_and_when_nothing_was_found(preview):
    page = preview(text="Nothing to see.", email="ann@example.org").text
    assert "Search engines and archives may keep copies" in page
    assert "We saw no phone number" in page


def test_the_form_on_it_posts_everything_as_it_was(client, article, preview):
    parent = make_comment(article)
    fields = {"text": "\n  Two\n\nlines", "email": "a@example.org", "website": "example.org", "parent": str(parent.pk)}
    sent = sent_by(preview(**fields, remember="on").text)
    assert sent == {"name": "Ann", "remember": "on", "subject": ""} | fields
    assert client.post(reverse("post-comment", args=[article.slug]), sent).status_code == 303
    stored = Comment.objects.latest("pk")
    assert (stored.text, stored.email, stored.parent) == ("Two\n\nlines", "a@example.org", parent)


def test_remember_is_not_ticked_for_those_who_did_not(preview):
    assert "remember" not in sent_by(preview().text)


def test_it_names_whom_a_reply_answers(article, preview):
    page = preview(parent=make_comment(article, author_name="Bea").pk).text
    assert '<span class="in-reply">in reply to <bdi>Bea</bdi></span>' in page


def test_posting_is_the_first_button_so_that_enter_posts(client, article, preview):
    for page in (preview().text, client.get(article.get_absolute_url()).text):
        buttons = html5lib.parse(page, namespaceHTMLElements=False).find(".//main").iter("button")
        submits = [(button.text, button.get("name")) for button in buttons if button.get("type") == "submit"]
        assert submits[0] == ("Post comment", None)
        assert submits[-1] == ("Look again first", "preview")


def test_an_invalid_form_shows_its_errors_as_ever(preview):
    response = preview(name="", text="Kept")
    assert response.status_code == 400
    assert "nickname is fine" in response.text
    assert "Kept" in response.text


def test_closed_comments_are_said_to_be_closed(preview):
    assert preview(to=make_article(comments_open=False)).status_code == 403


def test_looking_counts_as_no_post(settings, client, article, preview):
    settings.POST_LIMITS = [(1, 3600)]
    for number in range(3):
        assert preview(text=f"Version {number}").status_code == 200
    assert client.post(reverse("post-comment", args=[article.slug]), reply_fields()).status_code == 303
    assert preview(text="After that").status_code == 200


def test_looking_costs_the_same_however_many_comments_there_are(article, preview):
    parent, counts = make_comment(article), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            preview(parent=parent.pk)
        counts.append(len(queries))
        Comment.objects.bulk_create(Comment(article=article, author_name="Ann", status="public") for _ in range(300))
    assert counts[0] == counts[1]


# --- In crisis --------------------------------------------------------------------------------------------


@pytest.fixture
def _in_danger(monkeypatch):
    monkeypatch.setattr("comments.crisis.hit", lambda text: "cannot go on" in text)


@pytest.mark.usefixtures("_in_danger")
def test_words_of_danger_show_that_there_is_help_once(client, article, preview):
    text = "I cannot go on."
    page = preview(text=text).text
    assert 'id="help-now"' in page
    sent = sent_by(page)
    assert sent["help_shown"] == "1"
    again = preview(**sent).text
    assert 'id="help-now"' not in again
    assert sent_by(again)["help_shown"] == "1"


@pytest.mark.usefixtures("_in_danger")
@pytest.mark.parametrize(("fields", "query"), [({}, "?help=now"), ({"help_shown": "1"}, "")])
def test_a_post_leads_to_help_unless_it_was_shown(client, article, fields, query):
    address = reverse("post-comment", args=[article.slug])
    response = client.post(address, reply_fields(text="I cannot go on.") | fields)
    assert response.headers["Location"] == Comment.objects.get().get_receipt_url() + query


@pytest.mark.usefixtures("_in_danger")
def test_a_refused_post_shows_it_too(client, article):
    address = reverse("post-comment", args=[article.slug])
    response = client.post(address, reply_fields(text="I cannot go on.", name=""))
    assert response.status_code == 400
    assert 'id="help-now"' in response.text


@pytest.mark.usefixtures("_in_danger")
def test_other_words_do_not(preview):
    page = preview(text="It went well.").text
    assert 'id="help-now"' not in page
    assert "help_shown" not in page
