"""What the search finds of articles and pages."""

from django.urls import reverse

from articles.models import Article, Status, Topic
from crpsinfo.search.html import text_of
from crpsinfo.search.kinds import Entry, Hit, Kind

MOST_TOPICS = 8


class Articles(Kind):
    name = "article"
    slug = "articles"
    title = "Articles"
    teaches = True
    leads_lost = True

    def rows(self):
        """By the status alone: `published` compares with the database's clock, which may be a moment behind ours."""
        return Article.objects.filter(status=Status.PUBLISHED).only("title", "summary", "html")

    def entry(self, article):
        return Entry(article.title, f"{article.summary}\n{text_of(article.html)}")

    def hits(self, pks):
        there = Article.objects.published().filter(pk__in=pks)
        return {
            article.pk: Hit(article.title, article.get_absolute_url(), f"{article.summary} {text_of(article.html)}")
            for article in there.only("kind", "slug", "title", "summary", "html")
        }

    def elsewhere(self, typed):
        topics = Topic.objects.in_use()[:MOST_TOPICS]
        return [
            (reverse("articles"), "All articles"),
            *((topic.get_absolute_url(), f"Articles on the topic {topic.name}") for topic in topics),
        ]
