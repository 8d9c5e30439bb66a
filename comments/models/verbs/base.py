from contextlib import suppress

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from comments import crisis
from comments.models.crisis import CrisisFlag
from comments.models.feedback import Feedback
from comments.models.former_text import FormerText
from comments.models.notification import Notification
from comments.models.proposal import Proposal
from comments.models.settings import CommentSettings
from comments.moves import RULES, Actor, Conflict, Move, Status
from comments.screening import NOTHING
from comments.text import derived
from crpsinfo import search
from crpsinfo.desk.mails import call_for_help
from crpsinfo.models import RuleAction


class Guarded:
    """How every verb is done: one guarded write, atomic, and on record."""

    @property
    def rows(self):
        """Its own row, as it is stored now: for guarded updates."""
        return type(self)._base_manager.filter(pk=self.pk)

    def lock(self):
        """Whatever else happens to it waits until the transaction is over. Returns the row as it is stored now. Always
        the first lock that is taken, so that no two wait for each other; a reply to it need not wait, which may be
        counted already (see `Tally`)."""
        return self.rows.select_for_update(no_key=True).get()

    def rewrite(self, name, text, move, actor, *, by=None, checked=None, ruling=NOTHING):
        """How name and text change; what stood there is kept for moderators for a while. `checked` is what the spam
        checker said of the new text; without it, it is asked. `ruling` is what our own rules say of it. Raises
        Conflict."""
        now = timezone.now()
        values = {"author_name": name, "text": text, "edited_at": now, **derived(text)}
        values |= {"ruling": ruling.action, "ruled_because": ruling.because}
        values |= {"decided_at": by and now, "decided_by": by}  # it was the text before that somebody approved
        values |= checked or {"checked_at": None, "verdict": "", "guid": ""}
        self.ruling = ruling.action
        if not checked:
            due_at = now if self.is_for_the_checker() else None
            values |= {"due_at": due_at, "leased_until": None, "attempts": 0, "last_error": ""}
        as_seen = self.rows.filter(status=self.status, revision=self.revision, erased_at=None)
        with transaction.atomic():
            if not as_seen.update(revision=F("revision") + 1, **values):
                raise Conflict(self, move)
            FormerText.objects.create(
                comment=self, revision=self.revision, author_name=self.author_name, text=self.text
            )
            Proposal.objects.filter(comment=self).delete()
            Feedback.objects.filter(comment=self).update(told="", told_at=None)  # that was about the former text
            self.refresh_from_db()
            self.record(move, actor, by=by)
            search.refresh("comment", self.pk)
            if by is None:  # a person's word outweighs our rules
                self._obey_ruling()

    def record(self, move, actor, *, by=None, reason="", was=None):
        """Put on record what happened, in the transaction in which it does."""
        was = self.status if was is None else was
        self.events.create(move=move, actor=actor, by=by, reason=reason, was=was, revision=self.revision)
        if actor == Actor.MODERATOR and move != Move.REVEAL:
            CommentSettings.end_absence()

    def _move(self, move, actor, *, by=None, seen=None, reason="", target=None, only=None, also=None):
        """How the status changes: guarded, atomic, and on record. `also`: what else is written with it."""
        rule, was, now = RULES[move], self.status, timezone.now()
        target = target or rule.target
        as_seen = Q(status=was, status__in=rule.sources, revision=seen or self.revision, erased_at=None)
        values = {"status": target, "status_at": now}
        if actor != Actor.WRITER or move == Move.HIDE:  # else what people decided holds while it is withdrawn
            decided = by is not None and target != Status.PENDING
            values |= {
                "decided_at": now if decided else None,
                "decided_by": by if decided else None,
                "reason": reason if move == Move.REMOVE else "",
                "reason_words": "",
                "held_at": now if move == Move.HOLD else None,
                **(also or {}),
            }
        if target != Status.PENDING:  # nothing left to check; who is at it now keeps its lease for nothing
            values |= {"due_at": None, "leased_until": None}
        elif self.checked_at is None and move == Move.RESTORE and self.is_for_the_checker():
            values |= {"due_at": now, "leased_until": None, "attempts": 0}
        with transaction.atomic():
            if not self.rows.filter(as_seen, only or Q()).update(**values):
                raise Conflict(self, move)
            self.record(move, actor, by=by, reason=reason, was=was)
            self.refresh_from_db()
            if Status.PUBLIC in (was, target):
                search.refresh("comment", self.pk)
            Notification.schedule(self)

    def _obey_ruling(self):
        """What our own rules call spam goes out of sight, unless a person holds it or it may be about a life."""
        if not self.ruling:
            return
        self.record(Move.SCREEN, Actor.SYSTEM, reason=self.ruling)
        if self.ruling == RuleAction.SPAM and not CrisisFlag.objects.filter(comment=self).exists():
            with suppress(Conflict):
                self._move(Move.MARK_SPAM, Actor.SYSTEM, only=Q(status=Status.PENDING, held_at=None))

    def _look_for_crisis(self, text):
        """Whoever may be in danger is seen by a moderator first, whatever the policy."""
        hit = crisis.look(text)
        if hit and not CrisisFlag.objects.raise_for(self, hit).lowered:
            call_for_help()
