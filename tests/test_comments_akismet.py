"""The whole way of a comment, from the form to its verdict, over real HTTP to the stand-in for Akismet."""

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Feedback
from comments.moves import Status
from crpsinfo.worker import work_off
from tests.akismet_stand_in import StandIn
from tests.factories import make_article, make_moderator, reply_fields
from tests.working import let_probe

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_clock")]


@pytest.fixture
def akismet():
    with StandIn() as server, override_settings(**server.settings, COMMENT_POLICY="publish-ham"):
        yield server


@pytest.fixture
def post(client):
    """Post a reply; returns the stored comment."""

    def send(**fields):
        client.post(reverse("post-comment", args=[make_article().slug]), reply_fields(**fields))
        return Comment.objects.latest("pk")

    return send


def worked(comment):
    Comment.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work_off()
    comment.refresh_from_db()
    return comment


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [
        ("Ann", Status.PUBLIC, "ham"),
        ("akismet-guaranteed-spam", Status.SPAM, "spam"),
        ("akismet-guaranteed-discard", Status.SPAM, "discard"),
    ],
)
def test_a_comment_ends_as_akismet_and_the_policy_say(akismet, client, post, name, status, verdict):
    comment = worked(post(name=name))
    assert (comment.status, comment.verdict) == (status, verdict)
    assert len(comment.guid) == 32
    assert f'data-status="{status}" data-checked="yes"' in client.get(comment.get_receipt_url()).text


@pytest.mark.parametrize("fault", ["empty", "error-header"])  # one that shuts the breaker at once, one that does not
def test_whatever_is_wrong_with_akismet_a_comment_waits_and_its_page_says_so(akismet, client, post, fault):
    akismet.fault = fault
    comment = worked(post())
    assert (comment.status, comment.checked_at) == (Status.PENDING, None)
    assert comment.last_error
    assert comment.due_at > timezone.now()
    assert "not possible yet" in client.get(comment.get_receipt_url()).text
    akismet.fault = ""
    let_probe()
    assert worked(comment).status == Status.PUBLIC


def test_what_is_posted_while_akismet_is_known_to_be_away_is_not_sent_and_its_page_says_so(akismet, client, post):
    akismet.fault = "invalid"
    worked(post())
    calls = len(akismet.calls)
    comment = post(text="Other words.")
    work_off()
    assert len(akismet.calls) == calls
    assert "not possible yet" in client.get(comment.get_receipt_url()).text


def test_a_decision_that_contradicts_akismet_is_reported_to_it(akismet, post):
    comment = worked(post(email="ann@example.org"))
    comment.mark_spam(by=make_moderator())
    Feedback.objects.update(due_at=timezone.now())
    work_off()
    check, report = (call for call in akismet.calls if "comment_content" in call.fields)
    assert report.endpoint == "1.1/submit-spam"
    assert report.fields == check.fields  # as first submitted
    assert report.fields["comment_author_email"] == "ann@example.org"


def test_the_notice_and_the_privacy_page_name_akismet_only_when_it_is_used(client, akismet):
    article = make_article()
    assert "uses Akismet to reduce spam" in client.get(article.get_absolute_url()).text
    assert "Automattic" in client.get("/comments/privacy/").text
    with override_settings(SPAM_CHECKER="crpsinfo.spam.none.NoChecker"):
        assert "Akismet" not in client.get(article.get_absolute_url()).text
        assert "No spam filter" in client.get("/comments/privacy/").text


def test_the_privacy_page_reads_the_live_settings(client, settings):
    settings.COMMENT_RETENTION_DAYS = {"submission": 41, "spam": 42, "removed": 43, "withdrawn": 44}
    page = client.get("/comments/privacy/").text
    for days in ("41 days", "42 days", "after 43", "after 44"):
        assert days in page
