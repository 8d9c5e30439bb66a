from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Feedback
from comments.moves import Conflict, Move, Reason, Status
from crpsinfo.spam import Result, Verdict, get_checker
from crpsinfo.worker import work_off
from directory.models import Doctor
from tests.factories import make_article, make_comment, make_moderator, reply_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def checker(settings):
    settings.SPAM_CHECKER = "tests.fake_checker.FakeChecker"
    return get_checker()


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


# --- Teaching the checker ---------------------------------------------------------------------------------


def judged(verdict, **values):
    return make_comment(status=Status.PENDING, verdict=verdict, checked_at=timezone.now(), **values)


def ten_minutes_later():
    make_due_again(Feedback)
    work_off()


def test_a_contradicted_verdict_is_reported_ten_minutes_later(checker):
    comment = judged(Verdict.HAM)
    comment.mark_spam(by=make_moderator())
    work_off()
    assert checker.reported == []
    wait = Feedback.objects.get().due_at - timezone.now()
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)
    ten_minutes_later()
    [(submission, spam)] = checker.reported
    assert (submission.text, spam) == (comment.text, True)


def test_ham_taken_for_spam_is_reported_as_ham(checker):
    comment = judged(Verdict.DISCARD)
    comment.publish(by=make_moderator())
    ten_minutes_later()
    assert checker.reported[0][1] is False


@pytest.mark.parametrize(
    "decide",
    [
        lambda comment, by: comment.publish(by=by),
        lambda comment, by: comment.remove(by=by, reason=Reason.UNKIND),
        lambda comment, by: comment.withdraw(),
    ],
)
def test_what_does_not_contradict_is_not_reported(checker, decide):
    decide(judged(Verdict.HAM), make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_an_undone_slip_is_never_taught(checker):
    comment, moderator = judged(Verdict.HAM), make_moderator()
    comment.mark_spam(by=moderator)
    comment.publish(by=moderator)
    ten_minutes_later()
    assert checker.reported == []


def test_a_decision_that_contradicts_what_was_taught_is_taught_again(checker):
    comment, moderator = judged(Verdict.HAM), make_moderator()
    comment.mark_spam(by=moderator)
    ten_minutes_later()
    comment.publish(by=moderator)
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [True, False]


def test_a_decision_made_while_the_check_was_under_way_is_reported_if_the_verdict_contradicts_it(checker):
    comment = make_comment(status=Status.PENDING)
    at_the_checker = Comment.objects.get(pk=comment.pk)
    comment.publish(by=make_moderator())
    at_the_checker.record_verdict(Result(verdict=Verdict.SPAM), may_publish=False)
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [False]


def test_what_was_never_checked_is_not_reported(checker):
    make_comment().mark_spam(by=make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_a_comment_without_its_submission_facts_is_not_reported(checker):
    judged(Verdict.HAM, ip=None).mark_spam(by=make_moderator())
    ten_minutes_later()
    assert checker.reported == []


def test_a_report_that_fails_is_tried_again(checker):
    judged(Verdict.HAM).mark_spam(by=make_moderator())
    checker.will_fail("down")
    ten_minutes_later()
    assert Feedback.objects.get().last_error == "down"
    checker.will_say(Verdict.HAM)
    ten_minutes_later()
    assert Feedback.objects.get().told == "spam"
    assert Feedback.objects.get().due_at is None


# --- Erasing ----------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I saw Dr. O'Neil in May.", Status.PENDING),
        ("jane o’neil helped me", Status.PENDING),
        ("My friend Jane helped me", Status.PUBLIC),
    ],
)
def test_what_names_a_listed_doctor_waits_for_a_person(settings, posted, text, status):
    Doctor.objects.create(first_name="Jane", last_name="O'Neil", status="stopped")
    settings.COMMENT_POLICY = "publish-ham"
    Comment.objects.update(text=text)
    assert checked(posted).status == status


def test_a_decision_while_a_report_is_on_its_way_is_reported_after_it(checker):
    comment, moderator = judged(Verdict.HAM), make_moderator()
    comment.mark_spam(by=moderator)

    def decide_meanwhile(submission, *, spam):
        checker.reported.append((submission, spam))
        if spam:
            Comment.objects.get(pk=comment.pk).publish(by=moderator)

    checker.report = decide_meanwhile
    ten_minutes_later()
    ten_minutes_later()
    assert [spam for _, spam in checker.reported] == [True, False]


def test_what_is_erased_cannot_be_published(checker):
    comment = make_comment(status=Status.SPAM, status_at=days_ago(16))
    call_command("purge")
    with pytest.raises(Conflict):
        comment.publish(by=make_moderator())
