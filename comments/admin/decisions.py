"""What a moderator can decide about a comment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comments.admin.attention import mark_of, open_appeal, open_proposal, open_sample
from comments.models import Comment
from comments.moves import RULES, Conflict, Move

SAME_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Decision:
    """`words` stand on its button, `done` in the message afterward. `carry_out` gets the comment, the user and what was
    typed (reason, reply), and raises Conflict. `concerns` finds in a comment what a decision other than a move between
    states is about."""

    move: Move
    words: str
    done: str
    carry_out: Callable
    concerns: Callable | None = None

    def is_possible(self, comment):
        if self.concerns:
            return bool(self.concerns(comment))
        return not comment.erased_at and comment.status in RULES[self.move].sources


DECISIONS = {
    "publish": Decision(
        Move.PUBLISH, "Publish", "published", lambda comment, by, typed: comment.publish(by=by, seen=comment.revision)
    ),
    "hold": Decision(
        Move.HOLD,
        "Hold for a second look",
        "held",
        lambda comment, by, typed: comment.hold(by=by, seen=comment.revision),
    ),
    "spam": Decision(
        Move.MARK_SPAM,
        "Spam",
        "marked as spam",
        lambda comment, by, typed: comment.mark_spam(by=by, seen=comment.revision),
    ),
    "remove": Decision(
        Move.REMOVE,
        "Remove",
        "removed",
        lambda comment, by, typed: comment.remove(by=by, reason=typed["reason"], seen=comment.revision),
    ),
    "accept": Decision(
        Move.ACCEPT,
        "Accept the new version",
        "shown in the new version",
        lambda comment, by, typed: comment.proposal.accept(by=by),
        open_proposal,
    ),
    "decline": Decision(
        Move.DECLINE,
        "Decline the new version",
        "left in the version that readers know",
        lambda comment, by, typed: comment.proposal.decline(by=by),
        open_proposal,
    ),
    "uphold": Decision(
        Move.UPHOLD,
        "The decision stays",
        "left as decided before",
        lambda comment, by, typed: comment.uphold(by=by),
        open_appeal,
    ),
    "confirm_spam": Decision(
        Move.CONFIRM_SPAM,
        "It is spam",
        "judged to be spam",
        lambda comment, by, typed: comment.confirm_spam(by=by),
        open_sample,
    ),
    "dismiss": Decision(
        Move.DISMISS,
        "Seen: it stays as it is",
        "left as they are, the reports closed",
        lambda comment, by, typed: comment.dismiss_reports(by=by),
        lambda comment: comment.open_reports,
    ),
    "reply": Decision(
        Move.POST,
        "Publish this reply",
        "answered",
        lambda comment, by, typed: reply(comment, typed["reply"], by=by),
        lambda comment: comment.is_public,
    ),
}


def decide(comment, name, *, by, seen, typed):
    """Carry out the decision with this name. Raises Conflict, and changes nothing, if the comment is not as the page
    showed it that carried the marks `seen`, or if the decision makes no sense for it. Reports, appeals and edits lock
    the comment's row, too: none comes between the look at the marks and the decision, which would close it unread."""
    decision = DECISIONS[name]
    with transaction.atomic():
        comment.rows.select_for_update().get()
        now = Comment.objects.for_moderators().get(pk=comment.pk)
        if mark_of(now) not in seen or not decision.is_possible(now):
            raise Conflict(comment, decision.move)
        decision.carry_out(now, by, typed)


def reply(comment, text, *, by):
    """A moderator's public answer; the same again within ten minutes (a double click) is the first one."""
    answers = comment.replies.public().filter(staff=by, text=text, created_at__gte=timezone.now() - SAME_AGAIN)
    if not answers.exists():
        Comment(article_id=comment.article_id, parent=comment, text=text).post_as_staff(by=by)
