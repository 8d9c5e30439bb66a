from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment
from comments.moves import Move, Status
from crpsinfo.spam import Verdict
from crpsinfo.worker import work_off
from directory.models import Doctor
from tests.factories import make_article, make_moderator, reply_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_clock")]


@pytest.fixture
def posted(client, checker):
    """A comment as a reader posts it, waiting for its check."""
    url = reverse("post-comment", args=[make_article().slug])
    client.post(url, reply_fields(email="ann@example.org", website="https://example.org/"))
    return Comment.objects.get()


def checked(comment):
    work_off()
    comment.refresh_from_db()
    return comment


def make_due_again(model=Comment):
    model.objects.filter(due_at__isnull=False).update(due_at=timezone.now())


def test_posting_asks_nobody_outside(posted, checker):
    assert checker.checked == []
    assert posted.due_at is not None


def test_the_checker_is_told_what_was_submitted_and_nothing_else(posted, checker):
    checked(posted)
    [submission] = checker.checked
    assert (submission.kind, submission.text, submission.author) == ("comment", posted.text, "Ann")
    assert (submission.email, submission.url, submission.ip) == ("ann@example.org", "https://example.org/", "127.0.0.1")
    assert submission.permalink == posted.article.absolute_url


@pytest.mark.parametrize(
    ("policy", "verdict", "status"),
    [
        ("hold-all", Verdict.HAM, Status.PENDING),
        ("publish-ham", Verdict.HAM, Status.PUBLIC),
        ("publish-ham", Verdict.SPAM, Status.SPAM),
        ("hold-all", Verdict.DISCARD, Status.SPAM),
    ],
)
def test_a_comment_ends_as_verdict_and_policy_say(settings, posted, checker, policy, verdict, status):
    settings.COMMENT_POLICY = policy
    checker.will_say(verdict)
    comment = checked(posted)
    assert (comment.status, comment.verdict, comment.due_at) == (status, verdict, None)


@pytest.mark.sweep
@pytest.mark.parametrize(
    "name",
    [
        "Dr. Ann",
        "ann, m.d.",
        "The Moderator",
        "CRPS Info",
        "ＤＲ Ann",
        "Dr_House",
        "DrHouse",
        "dr.house",
        "crpsinfo",
        "Editors",
    ],
)
def test_who_claims_authority_waits_for_a_person_under_every_policy(settings, posted, name):
    settings.COMMENT_POLICY = "publish-ham"
    Comment.objects.update(author_name=name)
    assert checked(posted).status == Status.PENDING


@pytest.mark.sweep
@pytest.mark.parametrize("name", ["Andrea", "Mandrake", "Drew", "Domino"])
def test_names_that_only_look_like_it_do_not(settings, posted, name):
    settings.COMMENT_POLICY = "publish-ham"
    Comment.objects.update(author_name=name)
    assert checked(posted).status == Status.PUBLIC


def test_while_the_checker_is_down_a_comment_waits_and_is_checked_afterwards(posted, checker):
    checker.will_fail("the service answered 500")
    comment = checked(posted)
    assert (comment.status, comment.checked_at, comment.last_error) == (
        Status.PENDING,
        None,
        "the service answered 500",
    )
    assert comment.due_at > timezone.now()
    checker.will_say(Verdict.SPAM)
    make_due_again()
    assert checked(posted).status == Status.SPAM


def test_a_comment_is_checked_once(posted, checker):
    checked(posted)
    Comment.objects.update(due_at=timezone.now())  # as after a worker that died between verdict and lease
    checked(posted)
    assert len(checker.checked) == 1
    assert posted.events.filter(move=Move.CHECK).count() == 1


def test_a_decided_comment_is_not_sent_anywhere(posted, checker):
    posted.publish(by=make_moderator())
    checked(posted)
    assert checker.checked == []


def test_a_withdrawn_comment_is_not_sent_anywhere_and_a_restored_one_is(posted, checker):
    posted.withdraw()
    checked(posted)
    assert checker.checked == []
    posted.restore()
    checked(posted)
    assert len(checker.checked) == 1


def test_a_checker_that_wants_to_look_again_is_asked_again(posted, checker):
    checker.will_say(Verdict.HAM, recheck_after=120)
    comment = checked(posted)
    assert (comment.checked_at, comment.status) == (None, Status.PENDING)
    assert comment.due_at > timezone.now() + timedelta(seconds=110)
    make_due_again()
    assert checked(posted).verdict == Verdict.HAM
    assert [submission.recheck_reason for submission in checker.checked] == ["", "recheck"]


def test_outages_before_it_do_not_use_up_the_second_look(posted, checker):
    for _ in range(4):
        checker.will_fail("down")
        make_due_again()
        work_off()
    checker.will_say(Verdict.HAM, recheck_after=120)
    make_due_again()
    assert checked(posted).checked_at is None


def test_what_cannot_be_checked_waits_for_a_person(posted, checker):
    Comment.objects.update(ip=None)
    comment = checked(posted)
    assert (comment.status, comment.due_at, comment.checked_at) == (Status.PENDING, None, None)
    assert checker.checked == []


def test_without_a_checker_everything_waits_for_a_moderator(client):
    client.post(reverse("post-comment", args=[make_article().slug]), reply_fields())
    work_off()
    comment = Comment.objects.get()
    assert (comment.status, comment.due_at, comment.checked_at) == (Status.PENDING, None, None)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I saw Dr. O'Neil in May.", Status.PENDING),
        ("jane o’neil helped me", Status.PENDING),
        ("My friend Jane helped me", Status.PUBLIC),
    ],
)
def test_what_names_a_listed_doctor_waits_for_a_person(settings, posted, text, status):
    Doctor.objects.create(first_name="Jane", last_name="O'Neil", status="disputed")
    settings.COMMENT_POLICY = "publish-ham"
    Comment.objects.update(text=text)
    assert checked(posted).status == status
