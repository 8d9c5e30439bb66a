"""A writer asks for a second look at a refusal."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Appeal, Comment, CommentSettings, CrisisFlag
from comments.moves import Move, Reason, Status
from tests.factories import make_comment, make_moderator
from tests.test_comments_posting import long_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal(client):
    def post(comment, text="It was no advice.", **fields):
        return client.post(address(comment), {"text": text} | fields)

    return post


@pytest.fixture
def removed():
    comment = make_comment()
    comment.remove(by=make_moderator(), reason=Reason.DOSE_ADVICE)
    return comment


def address(comment):
    return reverse("appeal", args=[comment.receipt_key])


def is_sent(response, comment):
    return (response.status_code, response.headers.get("Location")) == (303, comment.get_receipt_url())


@pytest.mark.parametrize("status", [Status.REMOVED, Status.SPAM])
def test_what_was_refused_can_be_appealed_once(client, appeal, status):
    comment = make_comment(status=status)
    assert address(comment) in client.get(comment.get_receipt_url()).text
    assert is_sent(appeal(comment), comment)
    assert Appeal.objects.get().text == "It was no advice."
    page = client.get(comment.get_receipt_url()).text
    assert "You asked for a second look on " in page
    assert address(comment) not in page


@pytest.mark.parametrize("status", [Status.PENDING, Status.PUBLIC, Status.WITHDRAWN])
def test_what_was_not_refused_cannot(client, appeal, status):
    comment = make_comment(status=status)
    assert address(comment) not in client.get(comment.get_receipt_url()).text
    response = appeal(comment)
    assert response.status_code == 409
    assert "It was no advice." in response.text
    assert not Appeal.objects.exists()


def test_nothing_need_be_explained(removed, appeal):
    assert is_sent(appeal(removed, ""), removed)
    assert Appeal.objects.get().text == ""


def test_too_long_a_text_comes_back(removed, appeal):
    response = appeal(removed, "No advice! " * 200)
    assert response.status_code == 400
    assert "Please shorten it to 2,000 characters" in response.text
    assert "No advice! No advice!" in response.text
    assert not Appeal.objects.exists()


def test_a_double_tap_makes_one_appeal(removed, appeal):
    assert is_sent(appeal(removed), removed)
    assert is_sent(appeal(removed), removed)
    assert removed.events.filter(move=Move.APPEAL).count() == 1


def test_other_words_are_no_second_appeal_and_are_not_lost(removed, appeal):
    appeal(removed)
    response = appeal(removed, "And another thing.")
    assert response.status_code == 409
    assert "And another thing." in response.text
    assert Appeal.objects.get().text == "It was no advice."


def test_a_decision_that_was_changed_meanwhile_loses_no_words(removed, appeal):
    Comment.objects.get().publish(by=make_moderator())
    response = appeal(removed)
    assert response.status_code == 409
    assert "Your comment is published" in response.text
    assert "It was no advice." in response.text


def test_too_many_appeals_wait_with_the_text_kept(appeal, settings):
    settings.POST_LIMITS = [(1, 3600)]
    appeal(make_comment(status=Status.SPAM))
    response = appeal(make_comment(status=Status.SPAM), "The second one.")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "The second one." in response.text
    assert Appeal.objects.count() == 1


def test_a_decision_that_stays_is_told(client, removed, appeal):
    appeal(removed)
    removed.uphold(by=make_moderator())
    page = client.get(removed.get_receipt_url()).text
    assert "A moderator looked again on " in page
    assert ": the decision stays." in page


def test_an_appeal_that_is_granted_is_told(client, removed, appeal):
    appeal(removed)
    removed.publish(by=make_moderator())
    page = client.get(removed.get_receipt_url()).text
    assert "Your comment is published" in page
    assert " and published it." in page


def test_what_is_erased_cannot_be_appealed(appeal):
    comment = make_comment(status=Status.REMOVED, erased_at=timezone.now(), author_name="", text="")
    assert appeal(comment).status_code == 409
    assert not Appeal.objects.exists()


def test_it_says_when_no_moderator_comes(client, appeal):
    comment = make_comment(status=Status.SPAM)
    appeal(comment)
    CommentSettings.objects.create(pk=1, unattended_since=datetime(2026, 11, 3, tzinfo=UTC))
    assert "No moderator has been here since 3 Nov 2026." in client.get(comment.get_receipt_url()).text


def test_the_old_days_of_a_comment_do_not_matter(appeal):
    comment = make_comment(status=Status.REMOVED, created_at=timezone.now() - timedelta(days=400))
    assert is_sent(appeal(comment), comment)


# --- In crisis --------------------------------------------------------------------------------------


def test_help_is_shown_to_whoever_speaks_of_danger(client, removed, appeal):
    response = appeal(removed, "I want to kill myself.")
    assert response.headers["Location"] == f"{removed.get_receipt_url()}?help=now"
    page = client.get(response.headers["Location"]).text
    assert page.index('id="help-now"') < page.index("<h1>")
    assert CrisisFlag.objects.filter(comment=removed).exists()


def test_help_is_shown_for_the_end_of_a_long_text_too(removed, appeal):
    assert 'id="help-now"' in appeal(removed, long_text("I want to die", 12_000)).text
    response = appeal(removed, long_text("I want to die", 2000))
    assert response.headers["Location"] == f"{removed.get_receipt_url()}?help=now"


def test_the_draft_that_the_browser_keeps_is_not_named_by_the_private_key(client, removed):
    page = client.get(removed.get_receipt_url()).text
    assert f'data-place="comment {removed.pk}, appeal">' in page
    assert "keep-draft" not in page


def test_help_is_shown_once(removed, appeal):
    text = "I want to kill myself. " * 100
    refused = appeal(removed, text).text
    assert 'id="help-now"' in refused
    assert 'name="help_shown" value="1"' in refused
    assert is_sent(appeal(removed, "I want to kill myself.", help_shown="1"), removed)


# --- Who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_strangers_key_opens_nothing(client, removed, method):
    assert getattr(client, method)(reverse("appeal", args=["x" * 43])).status_code == 404


def test_nothing_changes_on_get_and_other_methods_are_refused(client, removed):
    assert client.get(address(removed)).headers["Location"] == removed.get_receipt_url()
    assert client.put(address(removed)).status_code == 405
    assert not Appeal.objects.exists()
