from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class AppealQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def close(self, *, by, granted):
        """Returns how many were open."""
        return self.open().update(closed_at=timezone.now(), closed_by=by, granted=granted)


class Appeal(models.Model):
    """A writer asks for a second look at a decision: once for each comment."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(blank=True)  # blank: nothing was said, or it is erased
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted = models.BooleanField(null=True, blank=True)  # null: nobody has looked yet

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["comment"], condition=Q(closed_at=None), name="appeal_open")]

    def __str__(self):
        return f"Appeal for comment {self.comment_id}"
