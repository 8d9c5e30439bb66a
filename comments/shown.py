"""The comments of an article as its page reads them: two queries, however many there are; a third where an answer is
dated before what it answers."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from comments.models import Comment
from comments.moves import Status
from crpsinfo.sql import Prepared, moment


class Shown(NamedTuple):
    """What a page shows of a Comment, and what puts it in order."""

    pk: int
    parent_id: int | None
    root_id: int | None
    status: str
    author_name: str
    website: str
    staff_id: int | None
    html: str
    public_note: str
    created_at: datetime
    edited_at: datetime | None
    parent: Any = None  # what it answers, if that stands on another page

    @property
    def is_public(self):
        return self.status == Status.PUBLIC


COLUMNS = Shown._fields[:-1]


def threads_at(article, start, size):
    """(what opens so many threads, after so many others, how many threads there are, how many comments)"""
    rows = threads(start, size).rows(article.pk)
    in_all = rows[0][-2:] if rows else (0, 0)
    return [shown(row[:-2]) for row in rows], *(number or 0 for number in in_all)


def replies_to(roots, size, most):
    """At most so many of what stands under these, which open at most `size` threads."""
    if not roots:
        return []
    pks = [root.pk for root in roots]
    return [shown(row) for row in replies(size, most).rows(*pks, *pks[-1:] * (size - len(pks)))]


def with_parents(replies, roots):
    """The replies, those that answer what stands neither under these nor among them with their parent: one dated later
    than its answer, as an import may bring it."""
    missing = {reply.parent_id for reply in replies} - {comment.pk for comment in (*roots, *replies)}
    if not missing:
        return replies
    rows = Comment.objects.filter(pk__in=missing).values_list(*COLUMNS)
    parents = {parent.pk: parent for parent in map(shown, rows)}
    return [reply._replace(parent=parents.get(reply.parent_id)) for reply in replies]


def shown(row):
    *facts, created_at, edited_at = row
    return Shown(*facts, moment(created_at), moment(edited_at))


@lru_cache(maxsize=64)
def threads(start, size):
    def rows(article):
        found = Comment.objects.filter(article=article).with_totals().threads()
        return found.values_list(*COLUMNS, "threads_in_all", "comments_in_all")[start : start + size]

    return Prepared(rows, 1)


@lru_cache
def replies(size, most):
    return Prepared(lambda *roots: Comment.objects.replies_to(roots).values_list(*COLUMNS)[:most], size)
