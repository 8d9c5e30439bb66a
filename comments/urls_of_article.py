"""What stands below /articles/<slug>/ once articles have comments."""

from django.urls import path

from comments import views
from comments.feeds import ArticleCommentFeed
from crpsinfo.caching import public_page

urlpatterns = [
    path("", views.ArticleWithComments.as_view(), name="article"),
    path("comments/", views.post_comment, name="post-comment"),
    path("comments/<int:pk>/", views.thread, name="thread"),
    path("feed/", public_page(ArticleCommentFeed()), name="article-comment-feed"),
]
