"""Writers who asked to be remembered: what makes them trusted, and the cookie that they are known by."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Writer
from comments.moves import Reason, Status
from comments.remember import COOKIE
from crpsinfo.spam import Verdict
from crpsinfo.worker import work_off
from tests.factories import days_ago, make_article, make_comment, make_moderator, make_writer, reply_fields

pytestmark = pytest.mark.django_db


# --- Trust ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approved", "over_days", "trusted"),
    [(0, 14, False), (1, 14, False), (2, 14, False), (3, 14, True), (3, 13.9, False), (4, 400, True)],
)
def test_three_comments_that_people_approved_over_fourteen_days_make_a_writer_trusted(approved, over_days, trusted):
    assert make_writer(approved, over_days=over_days).is_trusted() == trusted


def test_what_nobody_looked_at_makes_no_trust():
    writer = make_writer(approved=2)
    make_comment(writer=writer, created_at=days_ago(30))
    assert not writer.is_trusted()


def test_taking_back_and_bringing_back_is_no_way_around_the_limit_of_a_day():
    writer = make_writer(approved=3)
    for _ in range(3):
        make_comment(writer=writer).withdraw()
    assert not writer.is_trusted()


REFUSALS = {
    "removed": lambda comment: comment.remove(by=make_moderator(), reason=Reason.UNKIND),
    "spam, says a moderator": lambda comment: comment.mark_spam(by=make_moderator()),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_one_refusal_ends_it_until_a_moderator_takes_it_back(refusal):
    writer = make_writer(approved=3)
    comment = make_comment(writer=writer, created_at=days_ago(30))
    refusal(comment)
    assert not writer.is_trusted()
    comment.publish(by=make_moderator())
    assert writer.is_trusted()


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_not_shaken_off_by_taking_the_comment_back(refusal):
    writer = make_writer(approved=3)
    comment = make_comment(writer=writer)
    refusal(comment)
    comment.withdraw()
    assert not writer.is_trusted()


@pytest.mark.parametrize("taken_back", [False, True])
@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_counts_when_the_comment_is_erased_too(refusal, taken_back):
    writer = make_writer(approved=3)
    comment = make_comment(writer=writer)
    refusal(comment)
    if taken_back:
        comment.withdraw()
    Comment.objects.filter(pk=comment.pk).update(status_at=days_ago(40))
    call_command("purge")
    comment.refresh_from_db()
    writer.refresh_from_db()
    assert comment.writer is None
    assert not writer.is_trusted()


def test_taking_back_what_nobody_refused_does_no_harm():
    writer = make_writer(approved=3)
    make_comment(writer=writer).withdraw()
    Comment.objects.update(status_at=days_ago(40))
    call_command("purge")
    writer.refresh_from_db()
    assert writer.is_trusted()


@pytest.mark.parametrize(
    ("how_many", "values", "trusted"),
    [
        (2, {}, True),
        (3, {}, False),
        (3, {"created_at": days_ago(1.1)}, True),
        (3, {"status": Status.PENDING}, True),
    ],
)
def test_three_comments_a_day_may_go_unseen(how_many, values, trusted):
    writer = make_writer(approved=3)
    for _ in range(how_many):
        make_comment(writer=writer, **values)
    assert writer.is_trusted() == trusted


def test_what_a_moderator_has_seen_makes_room_for_the_next():
    writer = make_writer(approved=3)
    for _ in range(4):
        make_comment(writer=writer, decided_at=timezone.now(), decided_by=make_moderator())
    assert writer.is_trusted()


def test_moderators_can_set_another_limit_for_a_writer():
    writer = make_writer(approved=3, unseen_a_day=1)
    assert writer.is_trusted()
    make_comment(writer=writer)
    assert not writer.is_trusted()


def test_trust_that_was_withdrawn_stays_so():
    writer = make_writer(approved=10, over_days=100)
    writer.revoke()
    first = writer.revoked_at
    writer.revoke()
    writer.refresh_from_db()
    assert not writer.is_trusted()
    assert writer.revoked_at == first


# --- The way of a remembered writer's comment -----------------------------------------------------------


@pytest.fixture
def post(client, checker, settings):
    """Post a comment and have it checked; returns (the answer, the comment)."""
    settings.COMMENT_POLICY = "trust-returning"
    article = make_article()

    def send(**fields):
        answer = client.post(reverse("post-comment", args=[article.slug]), reply_fields(**fields))
        work_off()
        return answer, Comment.objects.latest("pk")

    return send


def make_trusted(writer):
    """By what people have approved of theirs."""
    Comment.objects.filter(writer=make_writer(approved=3)).update(writer=writer)


def test_a_trusted_writers_comment_appears_at_once_and_the_fourth_of_a_day_waits(post):
    _, first = post(remember="on")
    assert first.status == Status.PENDING
    make_trusted(first.writer)
    statuses = [post(text=f"Number {number}.", remember="on")[1].status for number in range(4)]
    assert statuses == [Status.PUBLIC, Status.PUBLIC, Status.PUBLIC, Status.PENDING]


def test_the_same_name_and_address_prove_nothing(client, post):
    _, comment = post(remember="on", name="Ann", email="ann@example.org")
    make_trusted(comment.writer)
    client.cookies.clear()
    _, other = post(remember="on", name="Ann", email="ann@example.org", text="It is me, Ann.")
    assert other.writer != comment.writer
    assert other.status == Status.PENDING


def test_who_does_not_ask_to_be_remembered_is_nobody(client, post):
    _, comment = post(remember="on")
    make_trusted(comment.writer)
    answer, other = post(text="Not signed, so to say.")
    assert (other.writer, other.status) == (None, Status.PENDING)
    assert answer.cookies[COOKIE].value == ""  # this device is not known any more


def test_spam_stays_spam_whoever_sends_it(post, checker):
    _, comment = post(remember="on")
    make_trusted(comment.writer)
    checker.will_say(Verdict.SPAM)
    assert post(text="Buy this.", remember="on")[1].status == Status.SPAM


# --- The cookie -----------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("production", [False, True])
def test_the_cookie_is_for_our_server_alone(post, settings, production):
    settings.PRODUCTION = production
    cookie = post(remember="on")[0].cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert bool(cookie["secure"]) == production
    assert cookie["max-age"] == 365 * 24 * 60 * 60


def test_the_next_comment_from_this_device_is_the_same_writers(post):
    _, first = post(remember="on")
    Writer.objects.update(seen_at=days_ago(100))
    _, second = post(remember="on", text="Once more.")
    assert second.writer == first.writer
    assert timezone.now() - second.writer.seen_at < timedelta(minutes=1)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "tamper",
    [
        lambda cookie, writer: cookie[:-1] + ("A" if cookie[-1] != "A" else "B"),
        lambda cookie, writer: "x" + cookie,
        lambda cookie, writer: writer.key,
        lambda cookie, writer: cookie.replace(writer.key, make_writer().key),
        lambda cookie, writer: "",
    ],
)
def test_a_cookie_that_we_did_not_sign_makes_a_new_writer(client, post, tamper):
    _, comment = post(remember="on")
    client.cookies[COOKIE] = tamper(client.cookies[COOKIE].value, comment.writer)
    others = set(Writer.objects.all())
    assert post(remember="on", text="It is me.")[1].writer not in others


def test_a_cookie_whose_writer_is_gone_makes_a_new_one(post):
    _, comment = post(remember="on")
    Writer.objects.all().delete()
    answer, other = post(remember="on", text="It is me.")
    assert other.writer.pk != comment.writer_id
    assert answer.cookies[COOKIE].value.startswith(other.writer.key)


@pytest.mark.one_database
def test_public_pages_set_no_cookie_and_ignore_it(client, post):
    _, comment = post()
    pages = [comment.article.get_absolute_url(), reverse("post-comment", args=[comment.article.slug]), "/"]
    before = [client.get(page).content for page in pages]
    post(remember="on", text="Remember me.")
    answers = [client.get(page) for page in pages]
    assert [answer.content for answer in answers] == before
    assert not any(answer.cookies for answer in answers)
