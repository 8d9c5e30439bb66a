from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from comments.moves import Actor, Move, Status


class AppendOnly(models.QuerySet):
    """Rows that are written once: no update, no delete."""

    def update(self, **kwargs):
        raise TypeError("Events are never changed.")

    def delete(self):
        raise TypeError("Events are never deleted.")


class CommentEvent(models.Model):
    """What happened to a comment, when, and by whom. Holds no text, name or address, and outlives what is erased."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    move = models.CharField(max_length=12, choices=Move.choices)
    actor = models.CharField(max_length=10, choices=Actor.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    was = models.CharField(max_length=10, choices=Status.choices, blank=True)  # the status before
    reason = models.CharField(max_length=20, blank=True)
    revision = models.PositiveIntegerField()

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "event"
        indexes = [
            models.Index(fields=["actor", "-at", "-id"], name="event_by_actor"),
            models.Index(fields=["by", "-at", "-id"], condition=Q(by__isnull=False), name="event_by_moderator"),
            models.Index(fields=["-at", "-id"], name="event_newest"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}: {self.get_move_display()} by {self.by or self.actor}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("Events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Events are never deleted.")
