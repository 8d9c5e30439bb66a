from django.db import models, transaction
from django.urls import reverse

from articles.models.old_address import OldAddress


class TopicQuerySet(models.QuerySet):
    def in_use(self):
        """Those of articles that readers see."""
        articles = self.model.articles.field.model.objects.published().articles()
        return self.filter(pk__in=articles.values("topics"))

    def known_as(self, slug, name):
        """The topic with this slug, now or formerly, or else with this name; None if there is none."""
        old = OldAddress.objects.leading(path_of(slug))
        return self.filter(slug=slug).first() or (old and old.topic) or self.filter(name__iexact=name).first()


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

    def rename(self, slug):
        """Give it another address, to which the old one leads."""
        with transaction.atomic():
            topic = Topic.objects.select_for_update().get(pk=self.pk)
            if slug != topic.slug:
                OldAddress.objects.move(path_of(topic.slug), path_of(slug), topic=topic)
                topic.slug = slug
                topic.save(update_fields=["slug"])
        self.refresh_from_db()


def path_of(slug):
    """As an OldAddress has it."""
    return f"/articles/topics/{slug}"
