"""Where articles and topics were before: under another slug, or on the site that this one replaces."""

from django.db import models
from django.db.models import Q

LONGEST_PATH = 300  # characters


class OldAddressQuerySet(models.QuerySet):
    def leading(self, path):
        """The OldAddress with this path, or None."""
        return self.by_path([path]).get(path)

    def by_path(self, paths):
        """{path: OldAddress} of those of these paths that there are."""
        return {old.path: old for old in self.filter(path__in=paths).select_related("article", "topic")}

    def move(self, former, present, **target):
        """Lead on from the path `former`, since the article or topic (`target`, by that name) is at `present` now."""
        self.free(present)
        self.update_or_create(path=former, defaults={"article": None, "topic": None} | target)

    def free(self, path):
        """For what has this address itself now."""
        self.filter(path=path).delete()


class OldAddress(models.Model):
    """`path`: without host and trailing slash, such as "/articles/old-slug" or "/2014/03/slug"; or the home page with
    one parameter, such as "/?p=12"."""

    path = models.CharField(max_length=LONGEST_PATH, unique=True)
    article = models.ForeignKey("articles.Article", models.CASCADE, null=True, related_name="old_addresses")
    topic = models.ForeignKey("articles.Topic", models.CASCADE, null=True, related_name="old_addresses")

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "old addresses"
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, topic=None) | Q(article=None, topic__isnull=False),
                name="old_address_leads_to_one",
            ),
        ]

    def __str__(self):
        return self.path

    @property
    def target(self):
        """The Article or Topic that it leads to."""
        return self.article or self.topic
