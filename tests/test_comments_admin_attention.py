"""What the list of comments opens on, why each is there, and that a decision is about what was seen."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from comments.models import Appeal, Comment, CrisisFlag, CrisisKind, Proposal, ReportReason, Sample
from comments.moderation.attention import mark_of, why
from comments.moves import Reason, Status
from tests.factories import days_ago, make_comment, make_moderator, make_writer
from tests.moderation import LIST, marks_of, page_of, report, tick

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:desk-tab", args=["attention"])


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def flag(comment, kind=CrisisKind.SELF_HARM, *, lowered=False):
    return CrisisFlag.objects.create(comment=comment, kind=kind, list_version=1, lowered=lowered)


def removed_and_appealed(**values):
    comment = make_comment(status=Status.PENDING, **values)
    comment.remove(by=make_moderator(), reason=Reason.OTHER)
    comment.ask_again("Please read it once more.")
    return comment


def as_seen(comment):
    """As a moderator's page reads it."""
    return Comment.objects.for_moderators().get(pk=comment.pk)


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


# --- What is there, in which order ------------------------------------------------------------------------


def test_the_list_opens_on_all_that_somebody_has_to_look_at(client, moderator):
    make_comment(text="Nothing to do here")
    make_comment(status=Status.PENDING, text="It waits")
    report(make_comment(text="It is reported"))
    removed_and_appealed(text="It is appealed")
    make_comment(text="It has a new version").edit("Ann", "Other words.")
    page = client.get(LIST).text
    for words in ("It waits", "It is reported", "It is appealed", "It has a new version"):
        assert words in page
    assert "Nothing to do here" not in page


def test_what_may_be_about_a_life_stands_first_then_reports_then_the_longest_waiting(client, moderator):
    older, newer = make_comment(status=Status.PENDING), make_comment(status=Status.PENDING)
    reported, lowered, in_danger, flagged = (make_comment(status=Status.PENDING) for _ in range(4))
    report(reported)
    flag(lowered, lowered=True)
    report(in_danger, ReportReason.DANGER)
    flag(flagged)
    shown = client.get(LIST).context["cl"].result_list
    assert [comment.pk for comment in shown] == [
        comment.pk for comment in (in_danger, flagged, reported, lowered, older, newer)
    ]


def test_a_column_that_a_moderator_sorts_by_wins(client, moderator):
    zoe, ann = (make_comment(status=Status.PENDING, author_name=name) for name in ("Zoe", "Ann"))
    by_name = client.get(LIST, {"o": "3"}).context["cl"].result_list
    assert [comment.pk for comment in by_name] == [ann.pk, zoe.pk]


def test_the_list_takes_the_same_queries_however_many_there_are(client, moderator, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(27) as captured:
            client.get(LIST)
        return len(captured)

    def one_of_each():
        flag(make_comment(status=Status.PENDING))
        report(make_comment(staff=moderator, parent=make_comment(writer=make_writer())))
        removed_and_appealed()
        make_comment().edit("Ann", "Other words.")

    one_of_each()
    few = queries()
    for _ in range(5):
        one_of_each()
    assert queries() == few


# --- Why, in plain words ----------------------------------------------------------------------------------


def test_a_comment_that_waits_says_so(client, moderator):
    make_comment(status=Status.PENDING)
    assert "<li>waiting</li>" in client.get(LIST).text


def test_a_comment_that_was_held_says_so():
    comment = make_comment()
    comment.hold(by=make_moderator())
    assert why(as_seen(comment)) == ["held for a second look"]


@pytest.mark.parametrize(
    ("kind", "lowered", "words"),
    [
        (CrisisKind.SELF_HARM, False, "may be in danger (suicide or self-harm)"),
        (CrisisKind.EMERGENCY, False, "may be in danger (a medical emergency)"),
        (CrisisKind.SELF_HARM, True, "mentions suicide or self-harm"),
    ],
)
def test_danger_comes_first_and_says_of_what_kind(kind, lowered, words):
    comment = make_comment(status=Status.PENDING)
    flag(comment, kind, lowered=lowered)
    assert why(as_seen(comment)) == [words, "waiting"]


def test_open_reports_are_counted_with_their_reasons_the_gravest_first():
    comment = make_comment()
    for number, reason in enumerate([ReportReason.UNKIND, ReportReason.DANGER, ReportReason.UNKIND]):
        report(comment, reason, reader=f"reader-{number}")
    why_reported = why(as_seen(comment))[0]
    assert why_reported == "3 reports: Somebody may be in danger; It is unkind or threatening (2 times)"


def test_one_report_is_one():
    comment = make_comment()
    report(comment, ReportReason.SELLING)
    assert why(as_seen(comment)) == ["1 report: It is advertising or spam"]


def test_a_writer_who_lost_the_link_is_told_apart_from_complaints():
    comment = make_comment()
    report(comment, ReportReason.WROTE_THIS)
    assert why(as_seen(comment)) == ["writer lost the link"]


def test_reports_that_are_closed_are_no_reason_any_more():
    comment = make_comment()
    report(comment)
    comment.dismiss_reports(by=make_moderator())
    assert why(as_seen(comment)) == []


def test_an_appeal_and_a_new_version_are_reasons():
    assert why(as_seen(removed_and_appealed())) == ["appeal"]
    comment = make_comment()
    comment.edit("Ann", "Other words.")
    assert why(as_seen(comment)) == ["new version"]


# --- What was seen ----------------------------------------------------------------------------------------


def rewrite(comment):
    stored(comment).edit("Ann", "Buy my pills at https://pills.example/")


def propose(comment):
    stored(comment).edit("Ann", "Buy my pills at https://pills.example/")


def report_again(comment):
    report(comment, ReportReason.DANGER, reader="reader-2")


def say_more(comment):
    report(comment, words="Look at the last line.")


def take_back_and_bring_back(comment):
    now = stored(comment)
    now.withdraw()
    now.restore()


@pytest.mark.parametrize(
    ("action", "status", "meanwhile", "what"),
    [
        ("publish", Status.PENDING, rewrite, "waiting now. Changed by its writer on "),
        ("publish", Status.PENDING, take_back_and_bring_back, "waiting now. Withdrawn by its writer on "),
        ("spam", Status.PUBLIC, propose, "public now. New version proposed by its writer on "),
        ("dismiss", Status.PUBLIC, report_again, "public now. Reported by a reader on "),
        ("dismiss", Status.PUBLIC, say_more, "public now. Reported by a reader on "),
    ],
)
def test_what_changed_after_the_list_was_shown_is_left_alone_and_named(
    client, moderator, action, status, meanwhile, what
):
    comment, other = make_comment(status=status), make_comment(status=status)
    for one in (comment, other):
        report(one)
    seen, shown_at = marks_of(client, f"{LIST}?status={status}"), timezone.now().isoformat()
    meanwhile(comment)
    before = stored(comment)
    page = tick(client, action, comment, other, seen=seen, shown_at=shown_at).text
    [left] = re.findall(r"Left as it is: (.*)", page)
    assert left.startswith(f"comment {comment.pk}, by Ann. It is {what}")
    now = stored(comment)
    assert (now.status, now.text, now.decided_at) == (before.status, before.text, None)
    assert comment.reports.filter(closed_at=None).exists()
    assert not other.reports.filter(closed_at=None).exists()


def test_what_the_list_did_not_show_is_not_decided(client, moderator):
    shown = make_comment(status=Status.PENDING)
    seen = marks_of(client, LIST)
    unseen = make_comment(status=Status.PENDING)
    everything = {"select_across": "1", "index": "0"}
    tick(client, "publish", shown, seen=seen, **everything)
    assert (stored(shown).status, stored(unseen).status) == (Status.PUBLIC, Status.PENDING)


def a_second_later(name):
    """Whatever time is kept there, it is a little later."""

    def change(comment):
        Comment.objects.filter(pk=comment.pk).update(**{name: F(name) + timedelta(seconds=1)})

    return change


def set_to(**values):
    return lambda comment: Comment.objects.filter(pk=comment.pk).update(**values)


def report_again_after_it_was_closed(comment):
    """By the same reader, with the same reason and words: all but its time is as before."""
    comment.reports.close(by=None)
    report(comment, ReportReason.DANGER)
    assert comment.reports.open().count() == 1


def propose_again(comment):
    Proposal.objects.filter(comment=comment).update(proposed_at=F("proposed_at") + timedelta(seconds=1))


def draw(comment):
    Sample.objects.create(comment=comment)


def appeal(comment):
    Appeal.objects.create(comment=comment, text="Please look again.")


@pytest.mark.sweep
@pytest.mark.parametrize(
    "change",
    [
        *[a_second_later(name) for name in ("status_at", "decided_at")],
        set_to(status=Status.SPAM),
        set_to(decided_at=None, decided_by=None),
        set_to(revision=2),
        set_to(erased_at=timezone.now()),
        set_to(public_note="Ask your doctor."),
        lambda comment: comment.reports.close(by=None),
        lambda comment: comment.reports.update(reason=ReportReason.UNKIND),
        lambda comment: comment.reports.update(words="Look at the last line."),
        report_again_after_it_was_closed,
        report_again,
        propose_again,
        lambda comment: Proposal.objects.all().delete(),
        appeal,
        draw,
    ],
)
def test_the_mark_changes_with_each_thing_that_a_decision_is_about(change):
    comment = make_comment(decided_at=timezone.now(), decided_by=make_moderator())
    stored(comment).edit("Ann", "Other words.")
    report(comment, ReportReason.DANGER)
    before = mark_of(as_seen(comment))
    change(comment)
    assert mark_of(as_seen(comment)) != before


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (appeal, lambda by: Appeal.objects.close(by=by, granted=False)),
        (draw, lambda by: Sample.objects.judge(by=by, was_spam=True)),
    ],
)
def test_the_mark_changes_when_what_was_asked_is_answered(ask, answer):
    comment = make_comment(status=Status.SPAM)
    ask(comment)
    before = mark_of(as_seen(comment))
    answer(make_moderator())
    assert mark_of(as_seen(comment)) != before


def test_the_mark_stays_while_nothing_changes_and_nobody_can_make_one_up(settings):
    comment = make_comment()
    report(comment)
    before = mark_of(as_seen(comment))
    assert mark_of(as_seen(comment)) == before
    settings.SECRET_KEY = "another " * 8
    assert mark_of(as_seen(comment)) != before


@pytest.mark.parametrize("seen", [[], ["0" * 32], ["nonsense"]])
def test_a_mark_cannot_be_left_out_or_made_up(client, moderator, seen):
    comment = make_comment(status=Status.PENDING)
    assert "Left as it is" in tick(client, "publish", comment, seen=seen).text
    assert stored(comment).status == Status.PENDING


def test_the_mark_of_one_comment_says_nothing_of_another(client, moderator):
    shown, other = make_comment(status=Status.PENDING), make_comment(status=Status.PENDING)
    tick(client, "publish", other, seen=marks_of(client, page_of(shown)))
    assert stored(other).status == Status.PENDING


def test_the_spam_check_takes_nothing_from_what_was_seen(client, moderator):
    """Only a check that moves the comment does."""
    comment = make_comment(status=Status.PENDING)
    seen = marks_of(client, LIST)
    Comment.objects.filter(pk=comment.pk).update(checked_at=timezone.now(), verdict="ham")
    tick(client, "publish", comment, seen=seen)
    assert stored(comment).status == Status.PUBLIC


def test_reports_are_dismissed_from_the_list(client, moderator):
    reported = [make_comment() for _ in range(2)]
    for comment in reported:
        report(comment)
    page = tick(client, "dismiss", *reported, shown="attention").text
    assert "2 left unchanged, the reports closed" in page
    assert all(stored(comment).is_public for comment in reported)
    assert not Comment.objects.for_a_person().exists()


# --- Writers of whom much is reported ---------------------------------------------------------------------


def test_the_queue_names_writers_whose_alert_is_open(client, moderator):
    writer = make_writer(alerted_at=timezone.now())
    page = client.get(QUEUE).text
    assert f'<a href="{reverse("admin:comments_writer_change", args=[writer.pk])}">Writer {writer.pk}</a>' in page


def test_an_alert_is_over_after_a_month(client, moderator):
    make_writer(alerted_at=days_ago(31))
    assert "Readers reported much" not in client.get(QUEUE).text
