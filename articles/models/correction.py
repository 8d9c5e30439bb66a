from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone


class CorrectionQuerySet(models.QuerySet):
    def public(self):
        """Of articles that readers see, the newest first."""
        return self.filter(article__in=self.model.article.field.related_model.objects.published()).order_by(
            "-on", "-pk"
        )

    def for_log(self):
        """With what a line of the log shows."""
        article = [f"article__{name}" for name in ("kind", "slug", "title")]
        return self.select_related("article").only("on", "text", *article)


class Correction(models.Model):
    """What was wrong in an article, said to its readers on a day."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="corrections")
    on = models.DateField(default=timezone.localdate)
    text = models.TextField(
        max_length=1000, help_text="What was wrong, and what is right: plain words, shown to readers."
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"Correction of {self.on:%-d %b %Y}"

    def clean(self):
        if self.on and self.on > timezone.localdate():
            raise ValidationError({"on": ValidationError("A correction cannot lie in the future.", code="future")})
