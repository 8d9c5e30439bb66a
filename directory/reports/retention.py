"""Erasing what readers sent about listings, when its time is over."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from crpsinfo.retention import delete, in_batches
from directory.models import Report, ReportState


def purge(*, dry_run=False):
    """Delete old spam; of what was decided long ago erase what people wrote and who they are. That a report came, when,
    and what became of it stays. Returns {what: how many}."""
    days = settings.LISTING_REPORT_RETENTION_DAYS
    over = Report.objects.order_by("closed_at")
    facts = Report.objects.filter(ip__isnull=False, created_at__lt=ago(days["submission"])).order_by("created_at")
    spam = over.spam().filter(closed_at__lt=ago(days["spam"]))
    rest = over.exclude(state=ReportState.SPAM).filter(closed_at__lt=ago(days["closed"])).exclude(reader="")
    return {
        "network addresses of suggestions erased": in_batches(facts, erase_facts, dry_run),
        "spam about listings deleted": in_batches(spam, delete, dry_run),
        "reports about listings erased": in_batches(rest, erase, dry_run),
    }


def ago(days):
    return timezone.now() - timedelta(days=days)


def erase_facts(reports):
    """What the spam check is told about the sender. A suggestion that still waits for it cannot be checked any more."""
    reports.update(ip=None, user_agent="", due_at=None, leased_until=None)


def erase(reports):
    reports.update(
        reader="", proposed={}, words="", source_url="", name="", email="", relation="", ip=None, user_agent="",
        due_at=None, leased_until=None, last_error="",
    )  # fmt: skip
