from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from articles.models import Article
from crpsinfo.feeds import SiteFeed


class ArticleFeed(SiteFeed):
    title = f"{settings.SITE_NAME}: articles"
    subtitle = "Sourced articles about Complex Regional Pain Syndrome."

    def path(self, obj):
        return reverse("articles")

    def feed_path(self, obj):
        return reverse("article-feed")

    def items(self):
        return Article.objects.published().articles().for_list()[:20]

    def item_title(self, article):
        return article.title  # Django would escape it, and the feed does so again

    def item_description(self, article):
        return escape(article.summary)  # the element holds HTML

    def item_pubdate(self, article):
        return article.published_at

    def item_updateddate(self, article):
        return article.updated_at

    def item_author_name(self, article):
        return article.credit

    def item_categories(self, article):
        return [topic.name for topic in article.topics.all()]
