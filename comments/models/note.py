from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST_NOTE = 1000  # characters


class Note(models.Model):
    """What one moderator tells the others about a comment. Readers and its writer never see it."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    text = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Note on comment {self.comment_id}"
