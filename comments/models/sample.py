from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SampleQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody has judged yet."""
        return self.filter(closed_at=None)

    def judge(self, *, by, was_spam):
        """A person has decided about these, perhaps for the second time: the latest word counts. Returns how many."""
        return self.update(closed_at=timezone.now(), closed_by=by, was_spam=was_spam)


class Sample(models.Model):
    """A comment that the checker called blatant spam, drawn for a person to judge: what is out of the way is not out of
    control."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.PROTECT, related_name="sample")
    drawn_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    was_spam = models.BooleanField(null=True)  # null: not judged

    objects = SampleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["drawn_at"], name="sample_drawn"),
            models.Index(fields=["comment"], condition=Q(closed_at=None), name="sample_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, was_spam=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, was_spam__isnull=False),
                name="sample_judgement_is_whole",
            )
        ]

    def __str__(self):
        return f"Sample: comment {self.comment_id}"
