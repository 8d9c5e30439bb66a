from datetime import timedelta

from django.db import models
from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from comments.keys import new_key
from comments.moves import Status

APPROVED_BY_PEOPLE = 3  # comments that make a remembered writer trusted…
OVER = timedelta(days=14)  # …if at least this time lies between the first and the last approval
ALERT_AT = 5  # readers who reported something of one writer's within…
ALERT_WITHIN = timedelta(days=30)


def aggregates(of=""):
    """The aggregates that a standing is made of; `of` leads to the comments, as in a lookup."""
    approved = Q(**{f"{of}status": Status.PUBLIC, f"{of}decided_at__isnull": False})
    return {
        "published": Count(f"{of}pk", filter=approved),
        "removed": Count(f"{of}pk", filter=Q(**{f"{of}status": Status.REMOVED})),
        "spam": Count(f"{of}pk", filter=Q(**{f"{of}status": Status.SPAM})),
        "first": Min(f"{of}decided_at", filter=approved),
        "last": Max(f"{of}decided_at", filter=approved),
    }


class WriterQuerySet(models.QuerySet):
    def with_standing(self):
        """Each with what `Writer.standing` tells, as attributes. Worked out for the rows that are read, not for all
        whom a list sorts and cuts into pages."""
        one = self.model.objects.filter(pk=OuterRef("pk")).values("pk")
        told = aggregates("comments__")
        return self.annotate(**{name: Subquery(one.annotate(**{name: told[name]}).values(name)) for name in told})

    def alerted(self):
        """Of whom readers reported much lately. An alert is over after a while, and can then be raised again."""
        return self.filter(alerted_at__gte=timezone.now() - ALERT_WITHIN)


class Writer(models.Model):
    """Somebody who asked to be remembered on a device. Known by a random key in a signed cookie; a name or an e-mail
    address that somebody typed proves nothing."""

    key = models.CharField(max_length=64, unique=True, default=new_key, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(
        "trust withdrawn", null=True, blank=True, help_text="Set: every comment waits for a moderator, whoever writes."
    )
    unseen_a_day = models.PositiveSmallIntegerField(
        default=3, help_text="How many comments a day may appear before a moderator has seen them."
    )
    alerted_at = models.DateTimeField("often reported since", null=True, blank=True, editable=False)

    objects = WriterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-seen_at", "-id"], name="writer_seen"),
            models.Index(fields=["alerted_at"], condition=Q(alerted_at__isnull=False), name="writer_alerted"),
        ]

    def __str__(self):
        return f"Writer {self.pk}"

    def standing(self):
        """{"published", "removed", "spam": how many, "first", "last": when people approved something}"""
        return self.comments.aggregate(**aggregates())

    def is_trusted(self):
        """Whether the next comment may appear before a moderator has seen it (COMMENT_POLICY=trust-returning)."""
        standing = self.standing()
        return (
            self.revoked_at is None
            and standing["published"] >= APPROVED_BY_PEOPLE
            and standing["last"] - standing["first"] >= OVER
            and not self.comments.refused().exists()
            and self.comments.appeared_unseen().posted_within(days=1).count() < self.unseen_a_day
        )

    def revoke(self):
        """By a moderator, or by the writer, who wants to be forgotten."""
        self.revoked_at = self.revoked_at or timezone.now()
        self.save(update_fields=["revoked_at"])

    def alert_if_often_reported(self):
        """One alert for moderators, however many reports there are."""
        since = timezone.now() - ALERT_WITHIN
        if self.alerted_at and self.alerted_at >= since:
            return
        reports = self.comments.filter(reports__closed_at=None, reports__created_at__gte=since)
        if reports.aggregate(readers=Count("reports__reader", distinct=True))["readers"] >= ALERT_AT:
            self.alerted_at = timezone.now()
            self.save(update_fields=["alerted_at"])
