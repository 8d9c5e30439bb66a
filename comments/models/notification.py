from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from comments.keys import new_key
from comments.moves import Status
from crpsinfo.models import RuleAction
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
            cls._make_due(comment, Kind.CONFIRM)
        if comment.wants_mail(Kind.DECISION) and comment.status in DECIDED:
            cls._make_due(comment, Kind.DECISION)
        is_news = comment.is_public and comment.announced_at is None and comment.parent
        if is_news and comment.parent.wants_mail(Kind.REPLY):
            cls._make_due(comment.parent, Kind.REPLY)

    @classmethod
    def catch_up(cls, comment):
        """Its address was confirmed: what happened before is news, too."""
        cls.schedule(comment)
        is_answered = comment.replies.public().filter(announced_at=None).exists()
        if settings.MAIL_CONFIGURED and is_answered and comment.wants_mail(Kind.REPLY):
            cls._make_due(comment, Kind.REPLY)

    @classmethod
    def ask_again(cls, comment):
        """The writer wants the confirmation mail once more."""
        without_key = comment.rows.filter(mail_key=None).exclude(email="")  # from before there were mails
        if without_key.update(mail_key=new_key()):
            comment.refresh_from_db()
        if settings.MAIL_CONFIGURED and comment.wants_mail(Kind.CONFIRM):
            cls._make_due(comment, Kind.CONFIRM, again=True)

    @classmethod
    @transaction.atomic
    def _make_due(cls, comment, kind, again=False):
        """Under the row's lock: a worker who is about to claim it then sees all that this transaction has done."""
        row, _ = cls.objects.select_for_update().get_or_create(comment=comment, kind=kind)
        is_on_its_way = row.due_at and (kind == Kind.CONFIRM or not row.leased_until)
        if kind != Kind.DECISION and is_on_its_way:
            return  # that mail will tell of this, too
        if kind == Kind.CONFIRM and row.sent_at and not again:
            return  # once, unless it is asked for
        row.make_due(row.earliest(timezone.now()))
        row.failed_at = None
        row.save(update_fields=["due_at", "leased_until", "attempts", "last_error", "failed_at"])

    def earliest(self, now):
        """When it may be sent at the earliest."""
        if self.kind == Kind.CONFIRM:
            return now
        if self.kind == Kind.REPLY and self.sent_at:
            return max(now + DELAY, self.sent_at + BETWEEN_REPLIES)
        return now + DELAY


def passed_the_check(comment):
    """Whether it may be a person's: no spam, or published, or never to be checked. Nobody mails for a spammer."""
    unchecked = comment.status == Status.PENDING and comment.checked_at is None and comment.due_at is None
    never_checked = unchecked and comment.ruling != RuleAction.SPAM
    return comment.is_public or (comment.verdict == Verdict.HAM and comment.status != Status.SPAM) or never_checked
