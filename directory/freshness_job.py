"""What time changes without anybody's doing becomes a write: which listings have grown stale, or old."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from directory.freshness import OLD_DAYS, STALE_DAYS, Age
from directory.models import Practice

AT_ONCE = 1000


def refresh():
    """The daily job: move the practices on that have passed a year, or two, since their last check, and count the
    states anew. Returns how many were moved."""
    today = timezone.localdate()
    limits = {Age.STALE: today - timedelta(days=STALE_DAYS), Age.OLD: today - timedelta(days=OLD_DAYS)}
    moved = sum(move_on(age, limit) for age, limit in sorted(limits.items(), reverse=True))
    Practice.objects.recount(*Practice.objects.order_by().values_list("state", flat=True).distinct())
    return moved


def move_on(age, limit):
    """Give this age to those that are younger and that were last checked before the limit, some at a time."""
    moved = 0
    overdue = Practice.objects.filter(age__lt=age, fresh_on__lt=limit)
    while rows := list(overdue.values_list("pk", "state")[:AT_ONCE]):
        with transaction.atomic():
            Practice.objects.filter(pk__in=[pk for pk, _ in rows]).update(age=age)
            Practice.objects.recount(*{state for _, state in rows})
        moved += len(rows)
    return moved
