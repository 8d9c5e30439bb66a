from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from comments.models.appeal import Appeal
from comments.models.feedback import Feedback
from comments.models.former_text import FormerText
from comments.models.note import Note
from comments.models.notification import Notification
from comments.models.proposal import Proposal
from comments.models.sample import Sample
from comments.moves import Actor, Conflict, Move
from comments.text import derived, to_html
from crpsinfo import search

DECIDED = ("status", "status_at", "reason", "reason_words", "public_note", "decided_at", "decided_by_id", "held_at")
OF_TEXT = ("edited_at", "checked_at", "verdict", "guid", "ruling", "ruled_because")
OF_PROPOSAL = ("proposed_at", "checked_at", "verdict", "guid", "ruling", "ruled_because")
OF_APPEAL = ("closed_at", "closed_by_id", "granted")
OF_SAMPLE = ("closed_at", "closed_by_id", "was_spam")
OF_FEEDBACK = ("told", "told_at")
TIMES = (*("status_at", "decided_at", "held_at", "edited_at", "checked_at", "proposed_at", "closed_at"), "told_at")
CHANGES = (  # moves after which nothing before them can be undone
    *(Move.PUBLISH, Move.HOLD, Move.REMOVE, Move.MARK_SPAM, Move.WITHDRAW, Move.RESTORE, Move.HIDE, Move.EDIT),
    *(Move.PROPOSE, Move.ACCEPT, Move.DECLINE, Move.APPEAL, Move.UPHOLD, Move.CONFIRM_SPAM, Move.DISMISS),
    *(Move.NOTE, Move.MASK, Move.ERASE),
)


class Undoable:
    """How a moderator's decision is taken back: all of it, or nothing."""

    def state(self):
        """What a decision can change, as JSON, but for what its writer wrote. Of the row as it is stored now."""
        now = self.rows.get()
        return {
            "change": last_change(now),
            "comment": facts(now, DECIDED),
            "revision": now.revision,
            "is_due": now.due_at is not None,
            "text": facts(now, OF_TEXT),
            "proposal": facts(Proposal.objects.filter(comment=now).first(), OF_PROPOSAL),
            "appeal": facts(Appeal.objects.filter(comment=now).first(), OF_APPEAL),
            "sample": facts(Sample.objects.filter(comment=now).first(), OF_SAMPLE),
            "feedback": facts(Feedback.objects.filter(comment=now).first(), OF_FEEDBACK),
            "reports": list(now.reports.open().values_list("pk", flat=True)),
        }

    def take_back(self, name, before, after, *, by, note=None):
        """Undo the decision called `name` that led from one `state` to the other; `note` is the key of the Note that it
        left. What readers reported meanwhile stays. Raises Conflict if anything else changed since."""
        with transaction.atomic():
            self.lock()
            self.refresh_from_db()
            if what_people_did(self.state()) != what_people_did(after):
                raise Conflict(self, Move.UNDO)
            self._put_texts_back(before, after)
            self._put_facts_back(before)
            Note.objects.filter(comment=self, pk=note).delete()
            self.refresh_from_db()
            search.refresh("comment", self.pk)
            self.record(Move.UNDO, Actor.MODERATOR, by=by, reason=name, was=after["comment"]["status"])
            self.hold_if_often_reported()
            Feedback.schedule(self)
            Notification.schedule(self)

    def _put_texts_back(self, before, after):
        """The text that readers knew, and the new version that its writer had proposed."""
        is_changed = before["revision"] != after["revision"]
        proposed = before["proposal"] if not after["proposal"] else None
        if not (is_changed or proposed):
            return
        former = self._former(declined=not is_changed)
        if proposed:
            version = self if is_changed else former
            self._propose_again(version.author_name, version.text, proposed)
        if is_changed:
            values = {"author_name": former.author_name, "text": former.text, **derived(former.text)}
            values |= read(before["text"]) if proposed else {}
            if before["feedback"]:
                Feedback.objects.filter(comment=self).update(**read(before["feedback"]))
            self.rows.update(revision=F("revision") + 1, **values)  # nobody takes it for the text it was since
        former.delete()

    def _former(self, *, declined):
        """The latest former text; Conflict if it is erased already."""
        former = FormerText.objects.filter(comment=self, declined=declined).order_by("-pk").first()
        if former is None:
            raise Conflict(self, Move.UNDO)
        return former

    def _propose_again(self, name, text, known):
        proposal = Proposal(comment=self, author_name=name, text=text, html=to_html(text), **read(known))
        if proposal.checked_at is None and self.is_for_the_checker(proposal.ruling):
            proposal.due_at = timezone.now()
        proposal.save()

    def _put_facts_back(self, before):
        self.rows.update(due_at=None, leased_until=None, attempts=0, **read(before["comment"]))
        if before["is_due"]:
            self.rows.filter(checked_at=None).update(due_at=timezone.now())
        Proposal.objects.filter(comment=self, checked_at=None, due_at=None, ruling="").update(due_at=timezone.now())
        self.reports.filter(pk__in=before["reports"]).update(closed_at=None, closed_by=None)
        for model, name in ((Appeal, "appeal"), (Sample, "sample")):
            if before[name]:
                model.objects.filter(comment=self).update(**read(before[name]))


def what_people_did(state):
    """The part of a `state` in which only people's decisions show, and what they lead to."""
    proposed_at = state["proposal"] and state["proposal"]["proposed_at"]
    return [*(state[name] for name in ("change", "comment", "appeal", "sample")), proposed_at]


def last_change(comment):
    """The key of the latest event that changed something and was not undone."""
    undone = 0
    for key, move in comment.events.filter(move__in=[*CHANGES, Move.UNDO]).order_by("-pk").values_list("pk", "move"):
        if move == Move.UNDO:
            undone += 1
        elif undone:
            undone -= 1
        else:
            return key
    return None


def facts(row, names):
    """These columns of a row, as JSON; None without a row."""
    return row and {name: as_json(getattr(row, name)) for name in names}


def as_json(value):
    return value.isoformat() if isinstance(value, datetime) else value


def read(known):
    """The same back, as columns."""
    return {name: datetime.fromisoformat(value) if name in TIMES and value else value for name, value in known.items()}
