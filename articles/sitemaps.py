from django.db.models import Max, Q

from articles.models import Article, Status, Topic
from articles.models.article import DERIVED
from crpsinfo.sitemaps import SiteMap


class ArticleSitemap(SiteMap):
    def items(self):
        return Article.objects.published().order_by("pk").defer("body", *DERIVED)

    def lastmod(self, article):
        return article.updated_at

    def get_latest_lastmod(self):
        return self.items().aggregate(at=Max("updated_at"))["at"]


class TopicSitemap(SiteMap):
    def items(self):
        shown = Q(articles__status=Status.PUBLISHED)
        return Topic.objects.in_use().annotate(changed_at=Max("articles__updated_at", filter=shown)).order_by("pk")

    def lastmod(self, topic):
        """When something that its page lists changed."""
        return topic.changed_at

    def get_latest_lastmod(self):
        return self.items().aggregate(at=Max("changed_at"))["at"]
