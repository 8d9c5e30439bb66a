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
from typing import Protocol

from django.apps import apps
from django.conf import settings
from django.db import InterfaceError, OperationalError, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

EARLY_TRIES = 60  # after so many, a row is not tried before it is due, not even as a probe


class RetryLater(Exception):
    """The work could not be done now. `reason` is a short text that may be shown to a moderator and holds no personal
    data; `after` is the least time, in seconds, before the next attempt, when the other side named one."""

    def __init__(self, reason, after=None):
        super().__init__(reason)
        self.reason = reason
        self.after = after


class DueQuerySet(models.QuerySet):
    def due(self):
        """Rows to be worked on now: due, and left to no worker."""
        return self.free().filter(due_at__lte=timezone.now())

    def put_off(self):
        """Rows that were tried and are to be tried again later."""
        return self.free().filter(due_at__gt=timezone.now(), attempts__gt=0)

    def free(self):
        """Rows that are left to no worker."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lt=timezone.now()))

    def next(self):
        """The row that has been due longest, or None."""
        return self.due().order_by("due_at").first()

    def next_to_try(self):
        """Of all that are due or put off, the row that was tried least, and of these the latest; or None. So those
        that can never be done keep no other back; and what was tried very often is left its pause."""
        put_off = Q(due_at__isnull=False, attempts__gt=0, attempts__lt=EARLY_TRIES)
        rows = self.free().filter(Q(due_at__lte=timezone.now()) | put_off)
        return rows.order_by("attempts", "-due_at").first()

    def claim(self, *, early=False):
        """Take the next row, until its lease is over; with `early`, perhaps one that was put off. None: there is
        none."""
        for _ in range(10):  # another worker may be quicker with the row just seen
            now = timezone.now()
            row = self.next_to_try() if early else self.next()
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

    def finish(self, *, next_at=None, **facts):
        """The work under this claim is done, and these columns tell of it; it falls due again at `next_at`, if that is
        given. Returns whether the claim still held: else nothing was written."""
        return self._close_claim(due_at=next_at, attempts=0, last_error="", **facts)

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


class Gate(Protocol):
    """What stands before work that needs something which may fail for a while, so that rows wait unclaimed."""

    def claim(self, rows):
        """Claim a row of a DueQuerySet, or return None: not now."""

    def is_shut(self):
        """Whether rows wait because of it."""

    def kept_until(self):
        """Until when rows waited because of it, or somebody is known to have been at work; None: not known."""


@dataclass(frozen=True)
class Work:
    """One kind of due row and the function that works on a claimed one. If the function has a `gate`, its rows are
    claimed through that."""

    model: type[DueRow]
    perform: Callable[[DueRow], None]

    @property
    def gate(self):
        """What the function that does the work needs to be there, or None."""
        return getattr(self.perform, "gate", None)

    def do_one(self):
        """Claim one row and work on it. Returns whether there was one."""
        rows = DueQuerySet(self.model)
        row = self.gate.claim(rows) if self.gate else rows.claim()
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


def overdue_since():
    """Since when work has been waiting that is overdue by WORK_OVERDUE seconds, or None if none is. What was tried and
    put off, or waits or has just waited at a gate, is not overdue: somebody is at work."""
    limit = timezone.now() - timedelta(seconds=settings.WORK_OVERDUE)
    return min((at for at in map(waiting_since, all_work()) if at and at < limit), default=None)


def waiting_since(work):
    """Since when the row of this kind that has been due longest could have been worked on; None: nothing is due."""
    oldest = DueQuerySet(work.model).due().aggregate(at=models.Min("due_at"))["at"]
    kept_until = work.gate.kept_until() if work.gate and oldest else None
    return max(oldest, kept_until) if kept_until else oldest
