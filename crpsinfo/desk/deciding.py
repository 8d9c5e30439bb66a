"""Decisions, on one item or on many, and taking them back."""

from dataclasses import dataclass, field
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac

from crpsinfo.desk.kinds import Left, kinds
from crpsinfo.models import UndoStep
from crpsinfo.retention import delete, in_batches


@dataclass
class Outcome:
    """What became of each item: `done`, or `left` as it is, and why."""

    done: list = field(default_factory=list)
    left: dict = field(default_factory=dict)


def decide_all(kind, pks, typed, *, by, seen):
    """The same decision on each of these items by itself: one that somebody else decided or changed meanwhile stops
    none of the others. All that is done can be undone with one click. The same form sent again, as by a second press of
    its button, hears what became of the first, while that stands."""
    outcome, batch, form = Outcome(), uuid4(), form_mark(typed, seen)
    for pk in pks:
        try:
            with transaction.atomic():
                facts = kind.decide(pk, typed, by=by, seen=seen)
                UndoStep.objects.create(
                    by=by, batch=batch, kind=kind.name, item=pk, name=typed["action"], form=form, facts=facts
                )
        except Left as left:
            if not stands(kind, UndoStep.objects.filter(by=by, kind=kind.name, item=pk, form=form).first()):
                outcome.left[pk] = left.why
                continue
        outcome.done.append(pk)
    return outcome


def stands(kind, step):
    """Whether a decision was made (an UndoStep), and the item is still as it left it: then it could be taken back."""
    if step is None:
        return False
    try:
        with transaction.atomic():
            kind.undo(step, by=step.by)
            transaction.set_rollback(True)  # it was only tried
    except Left:
        return False
    return True


def form_mark(typed, seen):
    """A mark of what was sent: the same decision in the same words, from the same page."""
    facts = repr((sorted(typed.items()), sorted(seen.marks), seen.at.isoformat()))
    return salted_hmac("crpsinfo.desk.form", facts, algorithm="sha256").hexdigest()[:32]


def undo_batch(batch, *, by):
    """Take back what this user decided with one click, the last first. What cannot be taken back is not offered again.
    Returns [(UndoStep, why not; or "")]."""
    told = []
    for step in UndoStep.objects.in_time().filter(by=by, batch=batch).order_by("-pk"):
        kind = kinds()[step.kind]
        if not kind.may(by):
            raise PermissionDenied
        try:
            with transaction.atomic():
                kind.undo(step, by=by)
                step.delete()
        except Left as left:
            step.delete()
            told.append((step, left.why))
        else:
            told.append((step, ""))
    return told


def purge(*, dry_run=False):
    """Delete what is too old to be undone."""
    return {"undo steps deleted": in_batches(UndoStep.objects.over(), delete, dry_run)}
