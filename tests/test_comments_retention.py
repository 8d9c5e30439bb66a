from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment
from comments.moves import Conflict, Move, Status
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db


def days_ago(days):
    return timezone.now() - timedelta(days=days)


@pytest.mark.parametrize(
    ("status", "days", "erased"),
    [
        (Status.SPAM, 16, True),
        (Status.SPAM, 14, False),
        (Status.REMOVED, 31, True),
        (Status.REMOVED, 29, False),
        (Status.WITHDRAWN, 8, True),
        (Status.WITHDRAWN, 6, False),
        (Status.PUBLIC, 4000, False),
        (Status.PENDING, 4000, False),
    ],
)
def test_purge_erases_what_its_days_are_over_for(status, days, erased):
    comment = make_comment(status=status, status_at=days_ago(days), email="ann@example.org", website="https://e.org/")
    call_command("purge")
    comment.refresh_from_db()
    assert (comment.text == "") == erased
    assert (comment.author_name, comment.email, comment.html) == ("", "", "") if erased else comment.email
    assert comment.events.filter(move=Move.ERASE).exists() == erased
    assert comment.status == status


def test_purge_erases_submission_facts_after_thirty_days():
    old, new = make_comment(created_at=days_ago(31)), make_comment(created_at=days_ago(29))
    call_command("purge")
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.ip, old.user_agent, old.text) == (None, "", "A few words.")
    assert new.ip is not None


def test_purge_twice_does_nothing_more_and_a_dry_run_nothing_at_all(capsys):
    comment = make_comment(status=Status.SPAM, status_at=days_ago(16))
    call_command("purge", dry_run=True)
    comment.refresh_from_db()
    assert comment.text
    assert "spam comments erased: 1" in capsys.readouterr().out
    call_command("purge")
    call_command("purge")
    assert comment.events.filter(move=Move.ERASE).count() == 1


def test_purge_goes_in_batches(monkeypatch):
    monkeypatch.setattr("comments.retention.BATCH", 2)
    for _ in range(5):
        make_comment(status=Status.SPAM, status_at=days_ago(16))
    call_command("purge")
    assert not Comment.objects.exclude(text="").exists()


def test_a_withdrawal_cannot_be_undone_once_the_text_is_erased(client):
    comment = make_comment(status=Status.PUBLIC)
    comment.withdraw()
    Comment.objects.update(status_at=days_ago(8))
    call_command("purge")
    response = client.post(reverse("restore", args=[comment.receipt_key]))
    assert response.status_code == 409
    assert client.get(comment.get_receipt_url()).status_code == 410


def test_what_is_erased_cannot_be_published(checker):
    comment = make_comment(status=Status.SPAM, status_at=days_ago(16))
    call_command("purge")
    with pytest.raises(Conflict):
        comment.publish(by=make_moderator())
