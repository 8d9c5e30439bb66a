"""What happened to a comment, in plain words."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, CommentEvent, ReportReason
from comments.moderation.decisions import DECISIONS
from comments.moderation.timeline import AT_MOST, REASONS, WORDS, since, timeline
from comments.moves import Actor, Move, Reason, Status
from crpsinfo.models import RuleAction
from crpsinfo.spam import Result, Verdict
from tests.factories import days_ago, make_comment, make_moderator
from tests.moderation import report

pytestmark = pytest.mark.django_db


def told(comment):
    return [line.words for line in timeline(comment).lines]


def record_many(comment, number):
    CommentEvent.objects.bulk_create(
        CommentEvent(comment=comment, move=Move.REPORT, actor=Actor.READER, reason="other", revision=place)
        for place in range(number)
    )


def test_a_comments_life_is_told_from_its_beginning():
    anna, comment = make_moderator(), make_comment(status=Status.PENDING)
    comment.record(Move.POST, Actor.WRITER, was="")
    comment.record_verdict(Result(verdict=Verdict.HAM), may_publish=True)
    comment.edit("Ann", "Another text.")
    report(comment, ReportReason.DRUGS)
    comment.remove(by=anna, reason=Reason.UNKIND)
    comment.record(Move.MAIL, Actor.SYSTEM, reason="decision")
    comment.ask_again("Please look again.")
    assert told(comment) == [
        "Posted by its writer",
        "Checked for spam: not spam",
        "Published by the site",
        "New version proposed by its writer",
        "Reported by a reader: It gives a dose, or a source of drugs",
        f"Removed by {anna}: It is unkind to somebody.",
        "Mailed its writer: published, or not",
        "Appealed by its writer",
    ]


def test_a_decision_that_was_taken_back_says_what_it_was():
    anna, ben, comment = make_moderator(), make_moderator(), make_comment()
    before = comment.state()
    comment.mark_spam(by=anna)
    comment.take_back("spam", before, comment.state(), by=ben)
    assert told(comment) == [
        f"Marked as spam by {anna}",
        f"Decision taken back by {ben}: it was {DECISIONS['spam'].done}",
    ]


def test_what_the_site_did_by_itself_says_why():
    comment = make_comment()
    for reader in ("one", "two", "three"):
        report(comment, reader=reader)
    comment.record(Move.SCREEN, Actor.SYSTEM, reason=RuleAction.HOLD)
    assert told(comment)[-2:] == ["Held by the site: readers reported it", "Caught by our own rules: held"]


def test_an_address_that_was_shown_stands_out():
    anna, comment = make_moderator(), make_comment()
    comment.reveal(by=anna)
    page = render_to_string("admin/comments/comment/_timeline.html", {"timeline": timeline(comment)})
    assert f"<strong>Address shown to {anna}</strong>" in page
    assert '<time datetime="20' in page


def test_nothing_on_record_is_said():
    page = render_to_string("admin/comments/comment/_timeline.html", {"timeline": timeline(make_comment())})
    assert "Nothing is on record." in page


def test_every_move_has_words_and_every_reason():
    assert set(WORDS) == set(Move)
    assert set(REASONS[Move.REMOVE]) == set(Reason.values)
    assert set(REASONS[Move.CHECK]) == set(Verdict.values)
    assert set(REASONS[Move.UNDO]) == set(DECISIONS)
    assert set(REASONS[Move.SCREEN]) == set(RuleAction.values)


def test_a_long_life_is_told_from_its_end_and_leads_to_the_rest():
    comment = make_comment()
    record_many(comment, AT_MOST + 1)
    comment.withdraw()
    shown = timeline(comment)
    assert len(shown.lines) == AT_MOST
    assert shown.lines[-1].words == "Withdrawn by its writer"
    assert shown.more == f"/admin/comments/commentevent/?comment={comment.pk}"
    page = render_to_string("admin/comments/comment/_timeline.html", {"timeline": shown})
    assert f'href="{shown.more}"' in page


def test_a_life_that_just_fits_has_no_rest():
    comment = make_comment()
    record_many(comment, AT_MOST)
    assert (len(timeline(comment).lines), timeline(comment).more) == (AT_MOST, "")


def test_it_takes_the_same_queries_for_one_line_and_for_many():
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert timeline(comment).lines
            assert since(comment, days_ago(1))
        assert '"password"' not in "".join(query["sql"] for query in asked.captured_queries)
        return len(asked)

    comment = make_comment()
    comment.hold(by=make_moderator())
    few = queries()
    for _ in range(20):
        comment.hold(by=make_moderator())
    comment = Comment.objects.get(pk=comment.pk)
    assert queries() == few


def test_what_happened_since_a_page_was_opened_says_who_what_and_when():
    anna, comment = make_moderator(), make_comment(status=Status.PENDING)
    comment.hold(by=make_moderator())
    opened = timezone.now()
    assert since(comment, opened) == []
    comment.remove(by=anna, reason=Reason.UNKIND)
    [line] = since(comment, opened)
    assert (line.who, line.what) == (str(anna), f"Removed by {anna}")
    when = f"{line.at:%-d %b %Y, %H:%M} UTC"
    assert str(line) == f"Removed by {anna} on {when}: It is unkind to somebody"
