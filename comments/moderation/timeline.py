"""What happened to a comment, in plain words: who did what, when and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from comments.models import Kind, ReportReason
from comments.models.queryset import usernames
from comments.moderation.attention import RULED
from comments.moderation.decisions import DECISIONS
from comments.moves import Actor, Move, Reason
from crpsinfo.spam import Verdict

AT_MOST = 100  # lines; the newest
ACTORS = {Actor.WRITER: "its writer", Actor.READER: "a reader", Actor.SYSTEM: "the site"}
WORDS = {
    Move.POST: "Posted by {who}",
    Move.SCREEN: "Caught by our own rules",
    Move.CHECK: "Checked for spam",
    Move.PUBLISH: "Published by {who}",
    Move.HOLD: "Held by {who}",
    Move.REMOVE: "Removed by {who}",
    Move.MARK_SPAM: "Marked as spam by {who}",
    Move.WITHDRAW: "Withdrawn by {who}",
    Move.RESTORE: "Brought back by {who}",
    Move.HIDE: "Hidden by {who} until the new version is approved",
    Move.EDIT: "Changed by {who}",
    Move.PROPOSE: "New version proposed by {who}",
    Move.ACCEPT: "New version accepted by {who}",
    Move.DECLINE: "New version declined by {who}",
    Move.APPEAL: "Appealed by {who}",
    Move.UPHOLD: "Decision upheld by {who}",
    Move.CONFIRM_SPAM: "Judged to be spam, once more, by {who}",
    Move.NOTE: "Note of the moderators changed by {who}",
    Move.MASK: "Partly hidden by {who}",
    Move.REVEAL: "Address shown to {who}",
    Move.UNDO: "Decision taken back by {who}",
    Move.REPORT: "Reported by {who}",
    Move.DISMISS: "Reports dismissed by {who}",
    Move.CONFIRM: "E-mail address confirmed by {who}",
    Move.MAIL: "Mailed its writer",
    Move.FORGET: "E-mail address forgotten, as asked by {who}",
    Move.NEW_LINK: "Private link replaced by {who}",
    Move.ERASE: "Erased by {who}",
}
REASONS = {  # what the codes mean that events of these moves carry
    Move.CHECK: dict(Verdict.choices),
    Move.HOLD: {"reported": "readers reported it"},
    Move.MAIL: dict(Kind.choices),
    Move.REMOVE: dict(Reason.choices),
    Move.REPORT: dict(ReportReason.choices),
    Move.SCREEN: RULED,
    Move.UNDO: {name: f"it was {decision.done}" for name, decision in DECISIONS.items()},
}


@dataclass(frozen=True)
class Line:
    """One thing that happened. `what` says it in words, with who did it; `why` may be empty."""

    at: datetime
    who: str
    what: str
    why: str
    move: Move

    @property
    def is_grave(self):
        """Whether somebody was shown what nobody needs to know."""
        return self.move == Move.REVEAL

    @property
    def words(self):
        return f"{self.what}: {self.why}" if self.why else self.what

    def __str__(self):
        """A sentence without its full stop: "Removed by anna on 12 Sep 2026, 10:15 UTC: It is unkind to somebody"."""
        when = f"{self.what} on {date_format(timezone.localtime(self.at), 'DATETIME_FORMAT')} UTC"
        return f"{when}: {self.why}".rstrip(".") if self.why else when


@dataclass(frozen=True)
class Timeline:
    """The newest lines of a comment, the oldest of them first. `more` is the address of all of them, if there are more
    than these."""

    lines: list
    more: str


def timeline(comment):
    """What happened to it: a Timeline."""
    events = list(told(comment.events.order_by("-pk"))[: AT_MOST + 1])
    lines = [line(event) for event in reversed(events[:AT_MOST])]
    return Timeline(lines, all_of(comment) if len(events) > AT_MOST else "")


def since(comment, time):
    """What happened to it after a time: the Lines, oldest first, the newest AT_MOST of them."""
    events = told(comment.events.filter(at__gt=time).order_by("-pk"))[:AT_MOST]
    return [line(event) for event in reversed(events)]


def told(events):
    """Events with the names of those who acted."""
    return events.prefetch_related(Prefetch("by", usernames()))


def all_of(comment):
    """The list of everything that happened to it."""
    return reverse("admin:comments_commentevent_changelist", query={"comment": comment.pk})


def line(event):
    return Line(event.at, who(event), what(event), why(event), Move(event.move))


def who(event):
    """A moderator's user name; else "its writer", "a reader" or "the site"."""
    return str(event.by) if event.by else ACTORS.get(event.actor, "a moderator")


def what(event):
    return WORDS[event.move].format(who=who(event))


def why(event):
    """The reason in words; empty if there is none to tell."""
    return REASONS.get(event.move, {}).get(event.reason, event.reason)
