"""Erasing what its time is over for. The rows stay, with their dates and states: threads and figures hang on them."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comments.models import Comment, CommentEvent, Feedback
from comments.moves import Actor, Move, Status

BATCH = 500
NOTHING_SENT = Q(ip=None, user_agent="", referrer="")


def purge(*, dry_run=False):
    """Erase submission facts and the texts of spam, removed and withdrawn comments whose days are over."""
    days = settings.COMMENT_RETENTION_DAYS
    figures = {"submission facts erased": batches(facts_over(days["submission"]), erase_facts, dry_run)}
    for status in (Status.SPAM, Status.REMOVED, Status.WITHDRAWN):
        figures[f"{status} comments erased"] = batches(texts_over(status, days[status]), erase_texts, dry_run)
    return figures


def facts_over(days):
    return Comment.objects.exclude(NOTHING_SENT).filter(created_at__lt=timezone.now() - timedelta(days=days))


def texts_over(status, days):
    over = timezone.now() - timedelta(days=days)
    return Comment.objects.filter(status=status, status_at__lt=over, erased_at=None)


def batches(rows, erase, dry_run):
    """Erase rows some hundred at a time, each batch in a short transaction. Returns how many."""
    if dry_run:
        return rows.count()
    erased = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            erase(rows.filter(pk__in=keys))
        erased += len(keys)
    return erased


def erase_facts(rows):
    """What the spam check is told about the sender. A comment that still waits for it cannot be checked any more."""
    keys = list(rows.values_list("pk", flat=True))
    Feedback.objects.filter(comment__in=keys).update(due_at=None, leased_until=None)
    rows.update(ip=None, user_agent="", referrer="", due_at=None, leased_until=None)


def erase_texts(rows):
    """Everything that a person wrote about themselves, with an event for each."""
    rows = list(rows.select_for_update())
    keys = [comment.pk for comment in rows]
    Comment.objects.filter(pk__in=keys).update(
        author_name="", email="", website="", text="", html="", ip=None, user_agent="", referrer="", guid="",
        due_at=None, leased_until=None, erased_at=timezone.now(),
    )  # fmt: skip
    Feedback.objects.filter(comment__in=keys).update(due_at=None, leased_until=None)
    CommentEvent.objects.bulk_create(
        CommentEvent(
            comment=comment, move=Move.ERASE, actor=Actor.SYSTEM, was=comment.status, revision=comment.revision
        )
        for comment in rows
    )
