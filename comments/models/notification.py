from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from comments.moves import Status
from crpsinfo.spam import Verdict
from crpsinfo.work import DueRow, due_index

DELAY = timedelta(minutes=10)  # an undone slip is never mailed
BETWEEN_REPLIES = timedelta(hours=1)  # a lively thread makes one mail an hour at most
DECIDED = (Status.PUBLIC, Status.REMOVED, Status.SPAM)


class Kind(models.TextChoices):
    CONFIRM = "confirm", "please confirm your address"
    DECISION = "decision", "published, or not"
    REPLY = "reply", "somebody replied"


class Notification(DueRow):
    """A mail to a comment's writer: one row for each kind, which falls due again when there is news of that kind. What
    is said is worked out when it is sent, from how things are then."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    told = models.CharField(max_length=10, choices=Status.choices, blank=True)  # of a decision: what was last mailed
    sent_at = models.DateTimeField(null=True, blank=True)  # the last time
    sent = models.PositiveIntegerField(default=0)  # how many mails
    failed_at = models.DateTimeField(null=True, blank=True)  # given up; `last_error` says why

    class Meta:
        indexes = [due_index("notification_due")]
        constraints = [models.UniqueConstraint(fields=["comment", "kind"], name="notification_one_of_a_kind")]

    def __str__(self):
        return f"Mail about comment {self.comment_id}: {self.get_kind_display()}"

    @classmethod
    def schedule(cls, comment):
        """After anything that happened to a comment: the mails that this gives a reason for fall due."""
        if not settings.MAIL_CONFIGURED:
            return
        if comment.wants_mail(Kind.CONFIRM) and passed_the_check(comment):
            cls.objects.get_or_create(comment=comment, kind=Kind.CONFIRM, defaults={"due_at": timezone.now()})
        if comment.wants_mail(Kind.DECISION) and comment.status in DECIDED:
            cls._make_due(comment, Kind.DECISION)
        is_news = comment.is_public and comment.announced_at is None and comment.parent
        if is_news and comment.parent.wants_mail(Kind.REPLY):
            cls._make_due(comment.parent, Kind.REPLY)

    @classmethod
    def ask_again(cls, comment):
        """The writer wants the confirmation mail once more."""
        comment.save(update_fields=["email"])  # one from before there were mails gets its key now
        if settings.MAIL_CONFIGURED and comment.wants_mail(Kind.CONFIRM):
            cls._make_due(comment, Kind.CONFIRM, at=timezone.now())

    @classmethod
    def _make_due(cls, comment, kind, at=None):
        row = cls.objects.filter(comment=comment, kind=kind).first() or cls(comment=comment, kind=kind)
        earliest = timezone.now() + DELAY
        if kind == Kind.REPLY:
            if row.due_at and not row.leased_until:
                return  # that mail will tell of this reply too
            earliest = max(earliest, row.sent_at + BETWEEN_REPLIES) if row.sent_at else earliest
        row.make_due(at or earliest)
        row.failed_at = None
        fields = ["due_at", "leased_until", "attempts", "last_error", "failed_at"]
        row.save(update_fields=fields if row.pk else None)


def passed_the_check(comment):
    """Whether it may be a person's: no spam, or published, or never to be checked. Nobody mails for a spammer."""
    never_checked = comment.status == Status.PENDING and comment.checked_at is None and comment.due_at is None
    return comment.is_public or (comment.verdict == Verdict.HAM and comment.status != Status.SPAM) or never_checked
