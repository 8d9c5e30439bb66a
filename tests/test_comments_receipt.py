import pytest
from django.urls import reverse
from django.utils import timezone

from comments.moves import Reason, Status
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.PENDING, "We have your comment"),
        (Status.PUBLIC, "Your comment is published"),
        (Status.SPAM, "taken for spam"),
        (Status.REMOVED, "not published"),
        (Status.WITHDRAWN, "took your comment back"),
    ],
)
def test_the_receipt_says_what_became_of_it_to_people_and_machines(client, status, words):
    page = client.get(make_comment(status=status).get_receipt_url())
    assert words in page.text
    assert f'data-status="{status}" data-checked="no"' in page.text


def test_the_writer_reads_why_it_was_removed(client):
    comment = make_comment()
    comment.remove(by=make_moderator(), reason=Reason.DOSE_ADVICE)
    page = client.get(comment.get_receipt_url()).text
    assert "It gives advice on doses." in page
    assert comment.decided_by.username not in page


@pytest.mark.parametrize("error", ["", "the service answered 500"])
def test_a_failing_check_is_told_in_plain_words(client, error):
    comment = make_comment(status=Status.PENDING, due_at=timezone.now(), last_error=error)
    page = client.get(comment.get_receipt_url()).text
    assert "Spam check:" in page
    assert ("not possible yet" in page) == bool(error)
    assert "500" not in page


def test_a_second_look_and_a_second_reading_are_told(client):
    looked = make_comment(status=Status.PENDING, due_at=timezone.now(), guid="g", last_error="later")
    assert "wants a second look" in client.get(looked.get_receipt_url()).text
    held = make_comment()
    held.hold(by=make_moderator())
    assert "is looking at it again" in client.get(held.get_receipt_url()).text


def test_a_check_that_will_not_come_is_not_promised(client):
    page = client.get(make_comment(status=Status.PENDING, due_at=None).get_receipt_url()).text
    assert "a person looks at it" in page
    assert "takes a moment" not in page


def test_the_receipt_is_private_and_carries_its_address_nowhere(client):
    page = client.get(make_comment().get_receipt_url())
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]


@pytest.mark.parametrize("key", ["nonsense", "x" * 64, "../../admin", "ü"])
def test_a_forged_key_is_a_404(client, key):
    assert client.get(f"/comments/receipt/{key}/").status_code == 404


def test_taking_back_and_undoing(client):
    comment = make_comment()
    assert client.post(reverse("withdraw", args=[comment.receipt_key])).status_code == 303
    comment.refresh_from_db()
    assert comment.status == Status.WITHDRAWN
    client.post(reverse("restore", args=[comment.receipt_key]))
    comment.refresh_from_db()
    assert comment.status == Status.PUBLIC


def test_taking_back_twice_says_so(client):
    comment = make_comment()
    url = reverse("withdraw", args=[comment.receipt_key])
    client.post(url)
    response = client.post(url)
    assert response.status_code == 409
    assert "took your comment back" in response.text


def test_what_was_never_taken_back_cannot_be_brought_back(client):
    comment = make_comment(status=Status.REMOVED)
    assert client.post(reverse("restore", args=[comment.receipt_key])).status_code == 409
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED


@pytest.mark.parametrize("verb", ["withdraw", "restore"])
def test_nothing_changes_on_get(client, verb):
    comment = make_comment()
    response = client.get(reverse(verb, args=[comment.receipt_key]))
    assert (response.status_code, response.headers["Location"]) == (302, comment.get_receipt_url())
    comment.refresh_from_db()
    assert comment.status == Status.PUBLIC


def test_a_browser_that_sends_no_origin_from_the_receipt_may_take_back(client):
    comment = make_comment()
    response = client.post(reverse("withdraw", args=[comment.receipt_key]), headers={"Origin": "null"})
    assert response.status_code == 303


def test_a_strangers_key_opens_nothing_of_others(client):
    mine, other = make_comment(text="mine"), make_comment(text="other")
    assert "other" not in client.get(mine.get_receipt_url()).text.split("<footer")[0]
    client.post(reverse("withdraw", args=[mine.receipt_key]))
    other.refresh_from_db()
    assert other.status == Status.PUBLIC
