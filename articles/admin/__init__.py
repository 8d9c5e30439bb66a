"""What editors work with: articles, their topics and pictures."""

from articles.admin.article import ArticleAdmin
from articles.admin.picture import PictureAdmin
from articles.admin.topic import TopicAdmin

__all__ = ["ArticleAdmin", "PictureAdmin", "TopicAdmin"]
