"""Comments as readers see them. Each is made once in a process, and again when anything that is in it is another: a
page with a new comment costs one, not all of them."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import get_template
from django.utils.safestring import mark_safe

MOST, LONGEST = 2000, 4000  # how many a process keeps in mind, and characters of each: twenty megabytes at most


class Card(NamedTuple):
    """All that the template says of one Entry. `parent_name` is None where what it answers is not shown; `replies` is
    how many its thread has, if that goes on elsewhere."""

    pk: int
    status: str
    depth: int
    level: int
    author_name: str
    website: str
    is_staff: bool
    created_at: datetime
    edited_at: datetime | None
    public_note: str
    html: str
    article_slug: str
    root_pk: int
    parent_pk: int | None
    parent_name: str | None
    parent_is_here: bool
    replies: int
    comments_open: bool

    @property
    def is_public(self):
        return self.status == "public"


def card(entry, article, comments_open):
    comment, parent = entry.comment, entry.parent
    return Card(
        pk=comment.pk,
        status=comment.status,
        depth=entry.depth,
        level=entry.level,
        author_name=comment.author_name,
        website=comment.website,
        is_staff=comment.staff_id is not None,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        public_note=comment.public_note,
        html=comment.html,
        article_slug=article.slug,
        root_pk=entry.root_pk,
        parent_pk=parent and parent.pk,
        parent_name=parent.author_name if parent and parent.is_public else None,
        parent_is_here=entry.parent_is_here,
        replies=entry.replies,
        comments_open=comments_open,
    )


def html_of(entries, article, comments_open):
    """The Entries of one page as HTML."""
    return mark_safe("".join(made(card(entry, article, comments_open)) for entry in entries))  # noqa: S308


def made(card):
    return kept(card) if len(card.html) <= LONGEST else kept.__wrapped__(card)


@lru_cache(maxsize=MOST)
def kept(card):
    return get_template("comments/_comment.html").render({"card": card})
