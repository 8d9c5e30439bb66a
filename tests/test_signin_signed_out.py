"""A post whose session ended meanwhile does not lose what was typed."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from tests.factories import make_article, make_editor
from tests.signing_in import LOGIN, SECOND_STEP, make_phone

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


def test_a_post_without_its_token_shows_nothing():
    client = Client(enforce_csrf_checks=True)
    response = client.post(ADD, {"body": LONG})
    assert response.status_code == 403
    assert "left hand" not in response.text


def test_who_is_signed_in_is_not_disturbed(client, editor):
    article = make_article()
    address = reverse("admin:articles_article_change", args=[article.pk])
    assert client.post(address, {"body": LONG}).status_code == 200
