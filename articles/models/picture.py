"""Pictures in articles, kept in the database: there are few, they are small, and every machine has them."""

import re

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

SPECIAL, BACKSLASH = re.compile(r"""([\\\[\]"*_`])"""), r"\\\1"  # what Markdown would take for its own


class Picture(models.Model):
    """A picture, encoded anew. `key` is made from its bytes, so an address always shows the same picture."""

    key = models.CharField(max_length=32, unique=True, editable=False)
    data = models.BinaryField()  # WebP
    width = models.PositiveIntegerField(editable=False)  # pixels
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        "description",
        max_length=300,
        help_text="What it shows, for those who cannot see it. The figure begins with it.",
    )
    caption = models.CharField(max_length=300, blank=True)
    source = models.CharField(
        max_length=300, blank=True, help_text="Who made it, and under which license we show it. Shown below it."
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ["-added_at", "-pk"]

    def __str__(self):
        return self.alt

    def get_absolute_url(self):
        return reverse("picture", args=[f"{self.key}-{self.width}x{self.height}"])

    @property
    def markdown(self):
        """What to write in a text to show it as a figure."""
        caption = " ".join(filter(None, [self.caption, self.source]))
        title = f' "{SPECIAL.sub(BACKSLASH, caption)}"' if caption else ""
        return f"![{SPECIAL.sub(BACKSLASH, self.alt)}]({self.get_absolute_url()}{title})"
