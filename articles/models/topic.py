from django.db import models
from django.urls import reverse


class TopicQuerySet(models.QuerySet):
    def in_use(self):
        """Those of articles that readers see."""
        articles = self.model.articles.field.model.objects.published().articles()
        return self.filter(pk__in=articles.values("topics"))


class Topic(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=250, blank=True, help_text="One or two sentences for its page.")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("topic", args=[self.slug])
