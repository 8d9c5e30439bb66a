"""What a moderator can decide about a comment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comments.models import Comment
from comments.moderation.attention import mark_of, open_appeal, open_proposal, open_sample
from comments.moves import RULES, Conflict, Move, Status

SAME_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Decision:
    """`words` stand on its button, `done` afterward in what is said of it. `carry_out` gets the comment, the user and
    what was typed, and raises Conflict; it returns facts that taking it back needs, if any. `concerns` finds in a
    comment what a decision other than a move between states is about. `key` is its letter on the keyboard; one that
    `asks` has fields of its own beside the button."""

    move: Move
    words: str
    done: str
    carry_out: Callable
    concerns: Callable | None = None
    key: str = ""
    asks: bool = False

    def is_possible(self, comment):
        if self.concerns:
            return bool(self.concerns(comment))
        return not comment.erased_at and comment.status in RULES[self.move].sources


def publish(comment, by, typed):
    comment.publish(by=by, seen=comment.revision, note=typed["public_note"])


def hold(comment, by, typed):
    note = comment.hold(by=by, seen=comment.revision, note=typed["note"])
    return {"note": note and note.pk}


def spam(comment, by, typed):
    comment.mark_spam(by=by, seen=comment.revision)


def remove(comment, by, typed):
    comment.remove(by=by, reason=typed["reason"], words=typed["reason_words"], seen=comment.revision)


def mask(comment, by, typed):
    comment.mask(typed["place"], by=by, seen=comment.revision)


def annotate(comment, by, typed):
    comment.annotate(typed["public_note"], by=by, seen=comment.revision)


def reply(comment, by, typed):
    """A moderator's public answer; the same again within ten minutes (a double click) is the first one."""
    text, since = typed["reply"], timezone.now() - SAME_AGAIN
    answer = comment.replies.public().filter(staff=by, text=text, created_at__gte=since).first()
    if answer is None:
        answer = Comment(article_id=comment.article_id, parent=comment, text=text)
        answer.post_as_staff(by=by)
    return {"reply": answer.pk}


def is_shown(comment):
    return comment.is_public and not comment.erased_at


def is_there(comment):
    """There is a text, and no other version of it waits: that one would bring back what is hidden."""
    is_the_last = getattr(comment, "proposal", None) is None
    return not comment.erased_at and comment.status != Status.WITHDRAWN and is_the_last


DECISIONS = {
    "publish": Decision(Move.PUBLISH, "Publish", "published", publish, key="p"),
    "accept": Decision(
        Move.ACCEPT,
        "Accept the new version",
        "shown in the new version",
        lambda comment, by, typed: comment.proposal.accept(by=by),
        open_proposal,
        key="a",
    ),
    "decline": Decision(
        Move.DECLINE,
        "Decline the new version",
        "left in the version that readers know",
        lambda comment, by, typed: comment.proposal.decline(by=by),
        open_proposal,
        key="d",
    ),
    "uphold": Decision(
        Move.UPHOLD,
        "The decision stays",
        "left as decided before",
        lambda comment, by, typed: comment.uphold(by=by),
        open_appeal,
        key="e",
    ),
    "confirm_spam": Decision(
        Move.CONFIRM_SPAM,
        "It is spam",
        "judged to be spam",
        lambda comment, by, typed: comment.confirm_spam(by=by),
        open_sample,
        key="s",
    ),
    "dismiss": Decision(
        Move.DISMISS,
        "Seen: it stays as it is",
        "left unchanged, the reports closed",
        lambda comment, by, typed: comment.dismiss_reports(by=by),
        lambda comment: comment.open_reports,
        key="c",
    ),
    "spam": Decision(Move.MARK_SPAM, "Spam", "marked as spam", spam, key="s"),
    "remove": Decision(Move.REMOVE, "Remove", "removed", remove, key="r", asks=True),
    "hold": Decision(Move.HOLD, "Hold for a second look", "held", hold, key="h", asks=True),
    "note": Decision(Move.NOTE, "Put the note above it", "given a new note", annotate, is_shown, asks=True),
    "mask": Decision(Move.MASK, "Hide this", "partly hidden", mask, is_there, key="m", asks=True),
    "reply": Decision(Move.POST, "Publish this reply", "answered", reply, is_shown, asks=True),
}


def decide(comment, name, *, by, seen, typed):
    """Carry out the decision with this name. Returns the facts that `undo` needs. Raises Conflict, and changes nothing,
    if the comment is not as the page showed it that carried the marks `seen`, or if the decision makes no sense for it.
    Reports, appeals and edits lock the comment's row, too: none comes between the look at the marks and the decision,
    which would close it unread."""
    decision = DECISIONS[name]
    with transaction.atomic():
        comment.lock()
        now = Comment.objects.for_moderators().get(pk=comment.pk)
        if mark_of(now) not in seen or not decision.is_possible(now):
            raise Conflict(comment, decision.move)
        before = now.state()
        facts = decision.carry_out(now, by, typed) or {}
        return facts | {"before": before, "after": now.state()}


def undo(comment, name, facts, *, by):
    """Take back the decision with this name, which left these facts. Raises Conflict, and changes nothing, if somebody
    decided or changed something since."""
    with transaction.atomic():
        if reply := facts.get("reply"):
            Comment.objects.get(pk=reply).take_reply_back(by=by)
        else:
            comment.take_back(name, facts["before"], facts["after"], by=by, note=facts.get("note"))
