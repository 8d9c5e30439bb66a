"""Erasing what its time is over for: see COMMENT_RETENTION_DAYS."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from comments import erasure
from comments.models import Appeal, Comment, CrisisFlag, Feedback, FormerText, Note, Report, Writer
from comments.moves import Status
from crpsinfo.retention import delete, in_batches


def purge(*, dry_run=False):
    """Erase whatever its days are over for. Returns {what: how many}; with `dry_run` nothing is changed."""
    over = what_is_over(settings.COMMENT_RETENTION_DAYS)
    return {what: in_batches(rows, erase, dry_run) for what, rows, erase in over}


def what_is_over(days):
    """(what it is, the rows, the function that erases them)"""
    yield "submission facts erased", facts_over(days["submission"]), erase_facts
    for status in (Status.SPAM, Status.REMOVED, Status.WITHDRAWN):
        yield f"{status} comments erased", texts_over(status, days[status]), erase_texts
    former = FormerText.objects.filter(replaced_at__lt=ago(days["former"])).order_by("replaced_at")
    yield "former texts deleted", former, delete
    yield "notes deleted", Note.objects.filter(at__lt=ago(days["notes"])), delete
    yield "reports deleted", Report.objects.filter(closed_at__lt=ago(days["reports"])).order_by("closed_at"), delete
    yield "appeals erased", Appeal.objects.exclude(text="").filter(closed_at__lt=ago(days["reports"])), erase_words
    yield "crisis flags deleted", CrisisFlag.objects.over(days["crisis"]), delete
    yield "remembered writers deleted", Writer.objects.filter(seen_at__lt=ago(days["writer"])), delete


def ago(days):
    return timezone.now() - timedelta(days=days)


def facts_over(days):
    return Comment.objects.with_facts().filter(created_at__lt=ago(days)).order_by("created_at", "pk")


def texts_over(status, days):
    """But not while somebody is to look at it again, because its writer asked for that."""
    over = Comment.objects.filter(status=status, status_at__lt=ago(days), erased_at=None).order_by("status_at")
    return over if status == Status.WITHDRAWN else over.exclude(pk__in=Appeal.objects.open().values("comment"))


def erase_facts(rows):
    """What the spam check is told about the sender. A comment that still waits for it cannot be checked any more."""
    keys = list(rows.values_list("pk", flat=True))
    Feedback.objects.filter(comment__in=keys).update(due_at=None, leased_until=None)
    rows.update(ip=None, user_agent="", referrer="", due_at=None, leased_until=None)


def erase_texts(rows):
    erasure.erase(list(rows.select_for_update().order_by("pk")))


def erase_words(appeals):
    """The row stays: there is one appeal for each comment."""
    appeals.update(text="")
