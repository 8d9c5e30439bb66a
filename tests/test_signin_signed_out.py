"""A post whose session ended meanwhile, or whose token does not fit any more, does not lose what was typed."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from comments.moderation.forms import CARRIES
from crpsinfo.signin import gate
from tests.factories import make_article, make_editor
from tests.signing_in import INSIDE, LOGIN, SECOND_STEP, make_phone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ADD = reverse("admin:articles_article_add")
LONG = "It began in my left hand.\nThen it was in both."


@pytest.fixture
def editor(client):
    user = make_editor()
    client.force_login(user)
    return user


def test_what_was_typed_is_shown_to_be_copied(client):
    response = client.post(ADD, {"title": "My & hand", "body": LONG, "slug": "my-hand", "_continue": "Save and go on"})
    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "My &amp; hand" in response.text
    assert f"readonly>\n{LONG}</textarea>" in response.text
    assert f'href="{LOGIN}?next={ADD}"' in response.text
    assert "Save and go on" not in response.text
    assert not Article.objects.exists()


def test_the_same_where_the_second_step_has_to_be_done_again(client, editor):
    make_phone(editor)
    response = client.post(ADD, {"body": LONG})
    assert response.status_code == 403
    assert f'href="{SECOND_STEP}?next={ADD}"' in response.text


def test_the_link_leads_back_to_the_page_that_was_posted_from(client):
    came_from = "http://testserver/admin/articles/article/?q=hand&p=2#top"
    response = client.post(ADD, {"body": LONG}, headers={"referer": came_from})
    assert f'href="{LOGIN}?next=/admin/articles/article/%3Fq%3Dhand%26p%3D2"' in response.text


@pytest.mark.parametrize("came_from", ["https://evil.example/admin/", "//evil.example", "http://[", ""])
def test_a_page_elsewhere_is_not_led_back_to(client, came_from):
    response = client.post(ADD, {"body": LONG}, headers={"referer": came_from})
    assert f'href="{LOGIN}?next={ADD}"' in response.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "publish", "_selected_action": ["1", "2"], "seen": "0f" * 16, "reason": "dose_advice"},
        {"post": "yes", "_save": "Save this", "published_at_0": "2026-11-23", "next": "/admin/a b/"},
        {"initial-published_at": "2026-11-23 10:00:00+00:00", "csrfmiddlewaretoken": "x" * 90},
    ],
)
def test_where_nothing_was_typed_there_is_nothing_to_copy(client, fields):
    assert client.post(ADD, fields).headers["Location"] == f"{LOGIN}?next={ADD}"


def test_passwords_codes_and_tokens_are_never_shown(client):
    secrets = {
        "old_password": "my long secret " * 9,
        "new_password1": "hunter 2",
        "csrfmiddlewaretoken": "t" * 100,
        "code": "abcd efgh",
        "recovery-code": "ijkl mnop",
    }
    text = client.post(ADD, secrets | {"body": LONG}).text
    for value in secrets.values():
        assert value.strip() not in text
    assert client.post(ADD, secrets).headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize("name", gate.TYPED)
def test_one_word_is_enough_where_people_write(client, name):
    response = client.post(ADD, {name: "Welcome", "slug": "my-hand"})
    assert response.status_code == 403
    assert 'value="Welcome" readonly' in response.text or "readonly>\nWelcome</textarea>" in response.text
    assert "my-hand" not in response.text
    assert client.post(ADD, {name: " "}).headers["Location"].startswith(LOGIN)


FIELDS_OF_DECISIONS = {field for fields in CARRIES.values() for field in fields} - {"reason"}


def test_what_moderators_write_with_a_decision_is_among_them():
    assert set(gate.TYPED) >= FIELDS_OF_DECISIONS


# --- Without a token that fits ----------------------------------------------------------------------------

FROM_HERE = [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}]
FROM_ELSEWHERE = [
    {},  # who says nothing may be anybody
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@pytest.fixture
def old_page(editor):
    """The browser of an editor who opened a form before signing in again in another tab."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    return client


@pytest.mark.parametrize("headers", FROM_HERE)
def test_what_was_typed_on_a_page_that_is_too_old_is_shown_to_be_copied(old_page, headers):
    fields = {"title": "Welcome", "body": LONG, "slug": "my-hand", "csrfmiddlewaretoken": "t" * 64}
    response = old_page.post(ADD, fields, headers=headers | {"Referer": f"http://testserver{ADD}?kind=page"})
    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "<h1>This was not saved: the page was too old</h1>" in response.text
    assert 'value="Welcome" readonly' in response.text
    assert f"readonly>\n{LONG}</textarea>" in response.text
    assert f'href="{ADD}?kind=page"' in response.text
    assert "my-hand" not in response.text
    assert not Article.objects.exists()


def test_so_it_is_when_all_cookies_are_gone():
    client = Client(enforce_csrf_checks=True)
    assert "left hand" in client.post(ADD, {"body": LONG}, headers=FROM_HERE[0]).text


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_no_other_site_puts_its_words_on_a_page_of_ours(old_page, headers):
    response = old_page.post(ADD, {"body": LONG}, headers=headers)
    assert response.status_code == 403
    assert "left hand" not in response.text
    assert "That is not allowed" in response.text


@pytest.mark.parametrize("address", [LOGIN, SECOND_STEP, INSIDE])
def test_passwords_names_and_codes_are_not_shown_there_either(old_page, address):
    secrets = {"username": "ann@example.org", "password": "my long secret " * 9, "old_password": "hunter 2"}
    response = old_page.post(address, secrets | {"code": "abcd efgh"}, headers=FROM_HERE[0])
    assert response.status_code == 403
    assert "That is not allowed" in response.text
    for value in ("ann@example.org", "my long secret", "hunter 2", "abcd efgh"):
        assert value not in response.text


def test_who_is_signed_in_is_not_disturbed(client, editor):
    article = make_article()
    address = reverse("admin:articles_article_change", args=[article.pk])
    assert client.post(address, {"body": LONG}).status_code == 200
