"""What can happen to a comment. RULES is the table of the moves that change its state; the others leave it as it is."""

from dataclasses import dataclass

from django.db import models


class Status(models.TextChoices):
    PENDING = "pending", "Waiting"
    PUBLIC = "public", "Public"
    SPAM = "spam", "Spam"
    REMOVED = "removed", "Removed"
    WITHDRAWN = "withdrawn", "Withdrawn by its writer"


class Move(models.TextChoices):
    POST = "post", "posted"
    SCREEN = "screen", "caught by our own rules"
    CHECK = "check", "checked for spam"
    PUBLISH = "publish", "published"
    HOLD = "hold", "held"
    REMOVE = "remove", "removed"
    MARK_SPAM = "mark_spam", "marked as spam"
    WITHDRAW = "withdraw", "withdrawn"
    RESTORE = "restore", "brought back"
    HIDE = "hide", "hidden until the new version is approved"
    EDIT = "edit", "changed by its writer"
    PROPOSE = "propose", "new version proposed"
    ACCEPT = "accept", "new version accepted"
    DECLINE = "decline", "new version declined"
    APPEAL = "appeal", "second look asked for"
    UPHOLD = "uphold", "decision upheld"
    CONFIRM_SPAM = "confirm_spam", "judged again: spam"
    NOTE = "note", "note of the moderators changed"
    MASK = "mask", "partly hidden"
    REVEAL = "reveal", "address shown to a moderator"
    UNDO = "undo", "decision undone"
    REPORT = "report", "reported"
    DISMISS = "dismiss", "reports dismissed"
    CONFIRM = "confirm", "e-mail address confirmed"
    MAIL = "mail", "mail sent"
    FORGET = "forget", "e-mail address forgotten"
    NEW_LINK = "new_link", "private link replaced"
    ERASE = "erase", "erased"


class Actor(models.TextChoices):
    MODERATOR = "moderator", "moderator"
    WRITER = "writer", "writer"
    READER = "reader", "reader"
    SYSTEM = "system", "system"


class Reason(models.TextChoices):
    """Why a comment was removed, in words that its writer reads."""

    DOSE_ADVICE = "dose-advice", "It gives advice on doses."
    STOPPING = "stopping", "It tells people to stop a treatment."
    OBTAINING = "obtaining", "It is about getting drugs without a doctor."
    SELLING = "selling", "It sells or advertises something."
    ACCUSES = "accuses", "It accuses a named doctor or clinic."
    PERSONAL = "personal", "It holds personal data, of you or of somebody else."
    UNKIND = "unkind", "It is unkind to somebody."
    OFF_TOPIC = "off-topic", "It is not about this article's subject."
    DUPLICATE = "duplicate", "It says the same as another comment."
    PRETENDS = "pretends", "It pretends to come from somebody else."
    OTHER = "other", "It does not fit our house rules."


@dataclass(frozen=True)
class Rule:
    sources: frozenset
    target: str | None  # None: back to where the comment was before it was withdrawn


RULES = {
    Move.PUBLISH: Rule(frozenset({Status.PENDING, Status.SPAM, Status.REMOVED}), Status.PUBLIC),
    Move.HOLD: Rule(frozenset({Status.PENDING, Status.PUBLIC, Status.SPAM, Status.REMOVED}), Status.PENDING),
    Move.REMOVE: Rule(frozenset({Status.PENDING, Status.PUBLIC, Status.SPAM}), Status.REMOVED),
    Move.MARK_SPAM: Rule(frozenset({Status.PENDING, Status.PUBLIC, Status.REMOVED}), Status.SPAM),
    Move.WITHDRAW: Rule(frozenset(set(Status) - {Status.WITHDRAWN}), Status.WITHDRAWN),
    Move.RESTORE: Rule(frozenset({Status.WITHDRAWN}), None),
    Move.HIDE: Rule(frozenset({Status.PUBLIC}), Status.PENDING),
}


class Conflict(Exception):
    """The comment is not as it was seen: somebody decided, or its text was changed or erased, meanwhile."""

    def __init__(self, comment, move):
        super().__init__(f"Comment {comment.pk} could not be {Move(move).label}: it changed meanwhile.")
