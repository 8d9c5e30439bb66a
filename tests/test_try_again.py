"""When the database is busy or away: what somebody posts is not lost."""

import html5lib
import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.http import HttpResponse
from django.urls import reverse

from comments.models import Comment
from crpsinfo.errors import keeps_what_was_posted
from tests.factories import make_article, reply_fields
from tests.test_site import assert_well_formed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def broken_database(monkeypatch):
    """Makes the database refuse every query; a list of those it refused."""
    refused = []

    def refuse(cursor, sql, params=None):
        refused.append(sql)
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(CursorWrapper, "execute", refuse)
        yield refused


@pytest.fixture
def article():
    return make_article(slug="infusions")


@pytest.fixture
def address(article):
    return reverse("post-comment", args=[article.slug])


def form_of(page):
    """(action, {name: (value, how it can be seen)}) of the form on the page."""
    form = html5lib.parse(page, namespaceHTMLElements=False).find(".//main//form")
    fields = {field.get("name"): (field.get("value"), field.get("type", "line")) for field in form.iter("input")}
    for box in form.iter("textarea"):
        fields[box.get("name")] = (box.text, "lines")
    return form.get("action"), fields


def test_a_comment_that_could_not_be_stored_is_on_the_page_to_be_sent_again(client, address, broken_database):
    fields = reply_fields(text="\nTwo\n<lines>", email="ann@example.org", parent="7")
    response = client.post(address, fields)
    assert response.status_code == 503
    action, shown = form_of(response.text)
    assert action == address
    assert {name: value for name, (value, _) in shown.items()} == fields
    assert {name: shape for name, (_, shape) in shown.items()} == {
        "text": "lines",
        "name": "line",
        "email": "line",
        "website": "hidden",
        "parent": "hidden",
    }


def test_sent_again_it_is_stored(client, address, monkeypatch):
    def is_locked(*args):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("comments.posting.hit", is_locked)
        response = client.post(address, reply_fields(text="Kept\nwhole"))
    assert response.status_code == 503
    action, shown = form_of(response.text)
    assert client.post(action, {name: value for name, (value, _) in shown.items()}).status_code == 303
    assert Comment.objects.get().text == "Kept\nwhole"


def test_the_page_asks_the_database_nothing(client, address, broken_database):
    client.post(address, reply_fields())
    assert len(broken_database) == 1  # the article, which was looked for first


def test_the_page_says_when_to_come_back_and_is_kept_by_nobody(client, address, broken_database):
    response = client.post(address, reply_fields())
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Nothing you wrote is lost" in response.text
    assert_well_formed(response.text, "try again")


def test_every_field_has_a_label(client, address, broken_database):
    page = html5lib.parse(client.post(address, reply_fields()).text, namespaceHTMLElements=False)
    labels = {label.get("for"): label.text for label in page.find(".//main").iter("label")}
    assert list(labels.values()) == ["Name", "What you wrote"]
    ids = {field.get("id") for field in page.find(".//main//form").iter() if field.get("id")}
    assert ids == set(labels)


def test_whatever_is_long_can_be_read(client, address, broken_database):
    _, shown = form_of(client.post(address, {"in_your_words": "word " * 100, "reason": "dose"}).text)
    assert shown == {"in_your_words": ("word " * 100, "lines"), "reason": ("dose", "hidden")}


def test_a_field_that_was_sent_twice_is_sent_twice_again(client, address, broken_database):
    page = client.post(address, {"choice": ["a", "b"]}).text
    assert page.count('name="choice"') == 2


def test_a_message_to_us_is_kept_too(client, broken_database):
    response = client.post("/contact/", {"text": "Please call me.", "name": "Ann", "email": ""})
    assert response.status_code == 503
    assert "Please call me." in response.text


def test_the_operator_finds_it_in_the_log_without_the_words(client, address, broken_database, caplog):
    client.post(address, reply_fields(text="What I lived through"))
    assert "The database did not answer" in caplog.text
    assert "What I lived through" not in caplog.text


def test_a_page_that_is_only_read_is_an_ordinary_error(client, address, broken_database):
    client.raise_request_exception = False
    assert client.get(address).status_code == 500


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_any_view_can_ask_for_it(rf, error):
    @keeps_what_was_posted
    def view(request):
        raise error("away")

    response = view(rf.post("/somewhere/?x=1", {"text": "Kept"}))
    assert response.status_code == 503
    assert form_of(response.text)[0] == "/somewhere/?x=1"


def test_other_errors_are_not_hidden(rf):
    @keeps_what_was_posted
    def view(request):
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        view(rf.post("/", {}))


def test_what_works_is_left_alone(rf):
    assert keeps_what_was_posted(lambda request: HttpResponse("fine"))(rf.post("/", {})).text == "fine"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/articles/no-such-article/comments/", "/comments/receipt/no-such-key/edit/"])
def test_what_was_sent_to_an_address_that_is_gone_can_be_copied(client, address):
    response = client.post(address, {"text": "What I lived through", "name": "Ann"})
    assert response.status_code == 404
    assert "What I lived through" in response.text
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Nothing you wrote is lost" not in client.post(address, {}).text
