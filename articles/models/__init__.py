"""Articles, and what belongs to them."""

from articles.models.article import CREDIT, PAGES, Article, Format, Kind, Status
from articles.models.correction import Correction
from articles.models.imported import ImportedPost
from articles.models.old_address import OldAddress
from articles.models.picture import Picture
from articles.models.topic import Topic

__all__ = [
    "CREDIT",
    "PAGES",
    "Article",
    "Correction",
    "Format",
    "ImportedPost",
    "Kind",
    "OldAddress",
    "Picture",
    "Status",
    "Topic",
]
