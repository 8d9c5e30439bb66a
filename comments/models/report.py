from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from comments.moves import Actor, Move
from crpsinfo.desk.mails import call_for_help

TO_HIDE = 3  # open reports, each by another reader, that hide what no person ever published
LONGEST_WORDS = 2000  # characters


class ReportReason(models.TextChoices):
    """The gravest first."""

    DANGER = "danger", "Somebody may be in danger"
    WROTE_THIS = "wrote-this", "I wrote this, and I lost my private link"
    PRETENDS = "pretends", "It pretends to be someone"
    DRUGS = "drugs", "It gives a dose, or a source of drugs"
    PERSONAL = "personal", "It shows somebody's personal data"
    ACCUSES = "accuses", "It accuses a named doctor or clinic"
    UNKIND = "unkind", "It is unkind or threatening"
    SELLING = "selling", "It is advertising or spam"
    OTHER = "other", "Something else"

    @property
    def rank(self):
        return ReportReason.values.index(self.value)


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def closed(self):
        return self.filter(closed_at__isnull=False)

    def close(self, *, by):
        """Returns how many were open."""
        return self.open().update(closed_at=timezone.now(), closed_by=by)

    @transaction.atomic
    def add(self, comment, *, reader, reason, words=""):
        """Store what a reader (a `reader_key`) says of a comment: one report each. More by the same reader is added to
        it, and opens it again only if it says something new. Enough of them hide what no person ever published."""
        comment.refresh_from_db(from_queryset=comment.rows.select_for_update())  # two at a time would each count short
        report, created = self.get_or_create(
            comment=comment, reader=reader, defaults={"reason": reason, "words": words[:LONGEST_WORDS]}
        )
        if not created:
            report.add(reason, words)
        comment.record(Move.REPORT, Actor.READER, reason=reason)
        comment.hold_if_often_reported()
        if comment.writer:
            comment.writer.alert_if_often_reported()
        if reason == ReportReason.DANGER:
            call_for_help()
        return report


class Report(models.Model):
    """What a reader finds wrong with a comment."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.PROTECT, related_name="reports")
    reader = models.CharField(max_length=32, editable=False)  # a reader_key: not to be traced to a network
    reason = models.CharField(max_length=12, choices=ReportReason.choices)
    words = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "reader"], name="report_once_per_reader")]
        indexes = [
            models.Index(fields=["comment"], condition=Q(closed_at=None), name="report_open"),
            models.Index(fields=["closed_at"], name="report_retention"),
        ]

    def __str__(self):
        return f"Report on comment {self.comment_id}"

    def add(self, reason, words):
        """More by the same reader, or by somebody else in the same network."""
        is_graver, has_news = ReportReason(reason).rank < ReportReason(self.reason).rank, words not in self.words
        if self.closed_at and (is_graver or has_news or reason == ReportReason.DANGER):
            self.reason, self.closed_at, self.closed_by = reason, None, None
            self.created_at = timezone.now()  # since then it waits
        elif is_graver:
            self.reason = reason
        if has_news:
            self.words = f"{self.words}\n\n{words}".strip()[-LONGEST_WORDS:]
        self.save()
