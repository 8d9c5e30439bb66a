"""When nobody moderates. Something waits for a person, here or elsewhere at the desk, and nobody decides anything:
after a week the form and the receipts say so, and the operator is told; after a month nothing is published
automatically and comments are closed. With the next decision all that is over: at once if it is about a comment (see
`Guarded.record`), within the hour if it is about something else."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comments.models import Appeal, Comment, CommentSettings, Proposal, Report
from crpsinfo.desk.kinds import Absence, kinds

UNATTENDED_AFTER = timedelta(days=7)
DESERTED_AFTER = timedelta(days=30)


def look():
    """The hourly job: put on record how things are. Pages change with this write, and not with the clock. A decision
    that is being stored meanwhile may be seen an hour later."""
    with transaction.atomic():
        row = CommentSettings.objects.select_for_update().first()
        unattended_since, deserted = judge(began(), timezone.now())
        if row is None and unattended_since:
            row, _ = CommentSettings.objects.get_or_create(pk=1)
        if row and (row.unattended_since, row.deserted) != (unattended_since, deserted):
            CommentSettings.objects.update(unattended_since=unattended_since, deserted=deserted)


def judge(since, now):
    """(unattended_since, deserted) for an absence that began at a time, or None, if it is `now`."""
    if since is None or now - since < UNATTENDED_AFTER:
        return None, False
    return since, now - since >= DESERTED_AFTER


def began():
    """Since when something has waited and nobody has decided anything; None if nothing waits. A few short queries."""
    waits = min(filter(None, (kind.waiting_since() for kind in kinds().values())), default=None)
    decided = filter(None, (kind.last_decided() for kind in kinds().values()))
    return waits and max([waits, *decided])


def waiting_since():
    """When that began to wait for a person which has waited longest, of all about comments; None if nothing does."""
    times = [
        earliest(Comment.objects.waiting().filter(erased_at=None), "status_at"),
        earliest(Appeal.objects.open(), "created_at"),
        earliest(Report.objects.open(), "created_at"),
        earliest(Proposal.objects.on_public(), "proposed_at"),
    ]
    return min(filter(None, times), default=None)


def earliest(rows, column):
    return rows.order_by(column).values_list(column, flat=True).first()


def current():
    """The Absence that is on record, for the operator; None if moderators come, or nothing waits."""
    row = CommentSettings.current()
    if row.unattended_since is None:
        return None
    return Absence(row.unattended_since, row.unattended_since + DESERTED_AFTER, row.deserted)
