from django.db import models
from django.utils import timezone


class FormerText(models.Model):
    """What stood in a comment before it was changed, or what its writer proposed and a moderator declined: for the two
    of them, and not for long."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="former_texts")
    revision = models.PositiveIntegerField()
    author_name = models.CharField("name", max_length=60)
    text = models.TextField()
    declined = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{'Declined version' if self.declined else 'Version'} {self.revision} of comment {self.comment_id}"
