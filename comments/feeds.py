from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import Truncator

from articles.views import published_article
from comments.models import Comment
from crpsinfo.feeds import SiteFeed

CHARACTERS = 200  # of each comment; the rest is on the site, where it can be taken back


class CommentFeed(SiteFeed):
    """The newest comments of all articles."""

    title = f"{settings.SITE_NAME}: comments"
    subtitle = "Readers' comments: personal experience, not checked by a clinician."

    def path(self, obj):
        return reverse("articles")

    def feed_path(self, obj):
        return reverse("comment-feed")

    def items(self, obj):
        return Comment.objects.readable().for_list()[:30]

    def item_title(self, comment):
        return f"{comment.author_name} on {comment.article.title}"

    def item_description(self, comment):
        return escape(Truncator(comment.text).chars(CHARACTERS))  # the element holds HTML

    def item_pubdate(self, comment):
        return comment.created_at

    item_updateddate = item_pubdate

    def item_author_name(self, comment):
        return comment.author_name


class ArticleCommentFeed(CommentFeed):
    """The newest comments of one article."""

    def get_object(self, request, slug):
        return published_article(slug)

    def title(self, article):
        return f"Comments on {article.title}"

    def path(self, article):
        return article.get_absolute_url()

    def feed_path(self, article):
        return reverse("article-comment-feed", args=[article.slug])

    def items(self, article):
        return article.comments.readable().for_list()[:30]
