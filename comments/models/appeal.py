from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone

ANOTHERS_FOR = timedelta(days=3)
PERMISSIONS = "django.contrib.auth.backends.ModelBackend"  # who of several backends knows who may what


def others(user):
    """The other people who may moderate."""
    users = get_user_model().objects.with_perm("comments.moderate_comment", backend=PERMISSIONS)
    return users.filter(is_staff=True).exclude(pk=user.pk)


class AppealQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def offered_to(self, user):
        """Without those against this user's own decisions, which another moderator looks at first, where there is one,
        for ANOTHERS_FOR. None is nobody."""
        if user is None or not others(user).exists():
            return self
        return self.exclude(comment__decided_by=user, created_at__gt=timezone.now() - ANOTHERS_FOR)

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
