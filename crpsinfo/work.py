"""Background work: the rows are the queue.

A model whose rows can need something done extends `DueRow`. `manage.py worker` claims due rows one by one with a
compare-and-set, under a lease, and writes the outcome into the same row. A worker that is killed costs one lease: then
the row is due again, for any worker on any machine.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import InterfaceError, OperationalError, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


class RetryLater(Exception):
    """The work could not be done now. `reason` is a short text that may be shown to a moderator and holds no personal
    data; `after` is the least time, in seconds, before the next attempt, when the other side named one."""

    def __init__(self, reason, after=None):
        super().__init__(reason)
        self.reason = reason
        self.after = after


class DueQuerySet(models.QuerySet):
    def due(self, now=None):
        """Rows to be worked on now: due, and left to no worker."""
        now = now or timezone.now()
        return self.filter(Q(leased_until=None) | Q(leased_until__lt=now), due_at__lte=now)

    def claim(self):
        """Take the row that has been due longest, until its lease is over. None: nothing is due."""
        for _ in range(10):  # another worker may be quicker with the row just seen
            now = timezone.now()
            row = self.due(now).order_by("due_at").first()
            if row is None:
                return None
            until = now + timedelta(seconds=settings.WORK_LEASE, microseconds=secrets.randbelow(1000))
            seen = self.filter(pk=row.pk, due_at=row.due_at, leased_until=row.leased_until)
            if seen.update(leased_until=until, attempts=F("attempts") + 1):
                row.leased_until, row.attempts = until, row.attempts + 1
                return row
        return None


class DueRow(models.Model):
    """A row that can be due for background work. The lease's end tells one claim from the next: an outcome is written
    only while the row still carries the lease under which it was worked out."""

    due_at = models.DateTimeField(null=True, blank=True, editable=False)  # null: nothing to do
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)  # since the work fell due
    last_error = models.CharField(max_length=200, blank=True, editable=False)

    objects = DueQuerySet.as_manager()

    class Meta:
        abstract = True

    def make_due(self, at):
        """Ask for the row's work to be done at a time; None: not at all. Not saved."""
        self.due_at, self.leased_until, self.attempts, self.last_error = at, None, 0, ""

    def finish(self, *, next_at=None):
        """The work under this claim is done; it falls due again at `next_at`, if that is given."""
        return self._close_claim(due_at=next_at, attempts=0, last_error="")

    def retry(self, reason, after=None):
        """The work under this claim failed: due again after a pause that doubles each time, with jitter."""
        shortest, longest = settings.WORK_RETRY
        pause = min(shortest * 2 ** min(self.attempts - 1, 30), longest) * (0.8 + secrets.randbelow(400) / 1000)
        due_at = timezone.now() + timedelta(seconds=max(pause, min(after or 0, longest)))
        return self._close_claim(due_at=due_at, last_error=reason[:200])

    def _close_claim(self, **outcome):
        """Write the outcome if the lease is still ours; returns whether it was."""
        claimed = type(self)._base_manager.filter(pk=self.pk, leased_until=self.leased_until)
        return bool(claimed.update(leased_until=None, **outcome))


def due_index(name):
    """The index that finds due rows, which are few, among all. One for each concrete model."""
    return models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name=name)


@dataclass(frozen=True)
class Work:
    """One kind of due row and the function that works on a claimed one."""

    model: type[DueRow]
    perform: Callable[[DueRow], None]

    def do_one(self):
        """Claim one row and work on it. Returns whether there was one."""
        row = DueQuerySet(self.model).claim()
        if row is None:
            return False
        try:
            self.perform(row)
        except RetryLater as failure:
            log.warning("%s %s: %s (attempt %s)", self.model.__name__, row.pk, failure.reason, row.attempts)
            row.retry(failure.reason, failure.after)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the outcome cannot be written either, and the lease brings the row back
        except Exception as error:  # a bug must not stop the rows behind this one
            log.exception("%s %s failed", self.model.__name__, row.pk)
            row.retry(f"internal error: {type(error).__name__}")
        return True


def all_work():
    """Every kind of background work the settings name."""
    return [Work(apps.get_model(label), import_string(path)) for label, path in settings.WORK.items()]


def overdue_since(now=None):
    """When the longest overdue row fell due, or None if nothing is overdue by WORK_OVERDUE seconds.
    A row that was tried and put off is not overdue: somebody is at work."""
    limit = (now or timezone.now()) - timedelta(seconds=settings.WORK_OVERDUE)
    oldest = [DueQuerySet(work.model).due().aggregate(at=models.Min("due_at"))["at"] for work in all_work()]
    return min((at for at in oldest if at and at < limit), default=None)
