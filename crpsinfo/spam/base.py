"""What the site asks of a spam checker, whoever it is. Nothing here knows a comment, a network or a library."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime

from django.db import models


class Verdict(models.TextChoices):
    HAM = "ham", "not spam"
    SPAM = "spam", "spam"
    DISCARD = "discard", "blatant spam"


class KeyState(models.TextChoices):
    VALID = "valid", "valid"
    INVALID = "invalid", "refused"
    FAILED = "failed", "not verified: the checker could not be reached or understood"
    NONE = "none", "no key is configured"


@dataclass(frozen=True, kw_only=True, repr=False)
class Submission:
    """What a reader sent, as first submitted. Facts that are empty are not sent on."""

    kind: str  # "comment", "reply" or "contact-form"
    text: str
    ip: str
    user_agent: str = ""
    referrer: str = ""
    permalink: str = ""
    author: str = ""
    email: str = ""
    url: str = ""
    posted_at: datetime | None = None
    page_modified_at: datetime | None = None
    user_role: str = ""
    recheck_reason: str = ""

    def __repr__(self):
        """Safe to log: the text and the person stay out of it."""
        return f"<Submission: {self.kind}>"


@dataclass(frozen=True, kw_only=True)
class Result:
    verdict: Verdict
    guid: str = ""  # the checker's own name for this check
    recheck_after: int | None = None  # seconds after which the checker will know more
    alert_code: str = ""  # a problem with the account that does not stop the service yet
    alert_message: str = ""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Calls of the current month."""

    limit: int | None  # None: unlimited
    used: int
    throttled: bool


class NotChecked(Exception):
    """No verdict, or no receipt of a report; to be tried again later. It is never taken for ham.

    `reason` is short, and fit to show a moderator and to log: no key, text or personal data is in it. `retry_after` is
    the least time in seconds until the next attempt, when the checker named one; `alert` is the (code, message) that
    came with the failure, if one did.
    """

    def __init__(self, reason, retry_after=None, alert=None):
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.alert = alert


class Unavailable(NotChecked):
    """It was not this submission's fault: the checker is away, out of order or busy. The next may fare the same."""


class Refused(Unavailable):
    """The checker does not serve us, for instance because of the key: that lasts until somebody does something."""


class Checker(ABC):
    """A spam checker. Built once per process and called from several threads at a time."""

    name = ""  # as readers and moderators know it
    configured = False  # whether it can be asked at all

    @abstractmethod
    def check(self, submission):
        """Return the Result for a Submission, or raise NotChecked."""

    @abstractmethod
    def report(self, submission, *, spam):
        """Teach the checker that a Submission was spam, or was not; raise NotChecked if it did not take it."""

    @abstractmethod
    def verify(self):
        """Ask whether the key is accepted, and return a KeyState. Raises nothing for trouble on the way."""

    @abstractmethod
    def usage(self):
        """Return the Usage of this month, or None where calls are not counted; raise NotChecked on trouble."""
