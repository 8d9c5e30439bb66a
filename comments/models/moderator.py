from django.conf import settings
from django.db import models

NAMELESS = "A moderator"


class ModeratorProfile(models.Model):
    """How a moderator appears to readers."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="moderator_profile")
    pen_name = models.CharField(
        max_length=60, unique=True, help_text="What readers see above what you write as a moderator."
    )

    def __str__(self):
        return self.pen_name

    @classmethod
    def name_of(cls, user):
        """The name that readers see."""
        profile = cls.objects.filter(user=user).first()
        return profile.pen_name if profile else NAMELESS
