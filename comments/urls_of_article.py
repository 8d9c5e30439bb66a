"""What stands below /articles/<slug>/ once articles have comments."""

from django.urls import path

from comments.feeds import ArticleCommentFeed
from comments.views import posting, reading
from crpsinfo.caching import public_page

urlpatterns = [
    path("", reading.article, name="article"),
    path("comments/", posting.post_comment, name="post-comment"),
    path("comments/<int:pk>/", reading.thread, name="thread"),
    path("feed/", public_page(ArticleCommentFeed()), name="article-comment-feed"),
]
