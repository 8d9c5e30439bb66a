from django.db.models import Max

from articles.models import Article, Topic
from crpsinfo.sitemaps import SiteMap


class ArticleSitemap(SiteMap):
    def items(self):
        return Article.objects.published().order_by("pk").defer("body", "html", "toc")

    def lastmod(self, article):
        return article.updated_at

    def get_latest_lastmod(self):
        return self.items().aggregate(at=Max("updated_at"))["at"]


class TopicSitemap(SiteMap):
    def items(self):
        return Topic.objects.in_use()
