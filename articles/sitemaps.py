from articles.models import Article
from crpsinfo.sitemaps import SiteMap


class ArticleSitemap(SiteMap):
    def items(self):
        return Article.objects.published().order_by("pk").defer("body", "html", "toc")

    def lastmod(self, article):
        return article.updated_at
