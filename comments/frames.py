"""Pages of articles without what comments decide about them: each is made once in a process for a version of the texts,
so that a new comment costs its own making, not that of the whole page."""

import secrets
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from articles.models import Article
from articles.views import article_context
from comments.models import CommentSettings
from comments.views.posting import empty_form, form_facts
from crpsinfo.kept.store import Store

MARK = f"<{secrets.token_hex(16)}>"  # stands in no text
SLOTS = ("robots", "count", "talk")
PART = 8  # of the memory for kept pages, one in so many bytes is for frames


@dataclass(frozen=True, slots=True)
class Frame:
    """`parts`: HTML, the name of a slot, HTML, … A slot may be missing, or be there twice."""

    version: tuple
    article: Any
    comments_open: bool
    parts: tuple

    def filled(self, pieces):
        """The page, with these in the slots: {name: HTML}."""
        return "".join(pieces[part] if number % 2 else part for number, part in enumerate(self.parts))

    def size(self, key):
        return 4096 + 4 * sum(map(len, self.parts))  # bytes, at most


def frame_of(request, slug):
    """The Frame of the published article, which is the same for every reader. Raises Http404."""
    if request.site_version is None:  # what is made now may be old already
        return made(request, slug, None)
    frames = frames_of_process(settings.KEPT_PAGES_BYTES // PART)
    frame, version = frames.get(slug), request.site_version.of_texts
    if frame is None or frame.version != version:
        frame = made(request, slug, version)
        frames.put(slug, frame)
    return frame


@lru_cache(maxsize=1)
def frames_of_process(most):
    return Store(most)


def made(request, slug, version):
    context = article_context(slug, articles_for_reading())
    article = context["article"]
    facts = form_facts(article, CommentSettings.read_beside(article))
    slots = {name: mark_safe(f"{MARK}{name}{MARK}") for name in SLOTS}  # noqa: S308 - our own words
    context |= {"slots": slots, "reply_form": empty_form(article, facts)}
    html = render_to_string("comments/article.html", context, request)
    return Frame(version, Article(pk=article.pk, slug=slug), facts["comments_open"], tuple(html.split(MARK)))


@cache
def articles_for_reading():
    """The queryset, which the ORM needs as long to put together as to ask."""
    return CommentSettings.beside(Article.objects.published().articles().for_reading())
