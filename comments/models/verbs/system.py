from contextlib import suppress

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comments.models.crisis import CrisisFlag
from comments.models.feedback import Feedback
from comments.models.notification import Notification
from comments.models.report import TO_HIDE
from comments.moves import Actor, Conflict, Move, Status
from crpsinfo.spam import Verdict


class BySystem:
    """What the site does by itself."""

    def record_verdict(self, result, *, may_publish):
        """Keep what the spam checker said, and act on it: spam goes to the spam, the rest is published if the policy
        lets it and waits for a moderator otherwise. A comment that a person has decided on or holds stays as it is, and
        one that may be about a life waits for a person; a verdict on a text that was changed meanwhile is only put on
        record."""
        with transaction.atomic():
            now = timezone.now()
            self.record(Move.CHECK, Actor.SYSTEM, reason=result.verdict)
            as_seen = self.rows.filter(revision=self.revision)
            if not as_seen.update(verdict=result.verdict, guid=result.guid, checked_at=now):
                return
            self.verdict, self.guid, self.checked_at = result.verdict, result.guid, now
            is_ham = result.verdict == Verdict.HAM
            if (may_publish or not is_ham) and not CrisisFlag.objects.filter(comment=self).exists():
                with suppress(Conflict):
                    move = Move.PUBLISH if is_ham else Move.MARK_SPAM
                    self._move(move, Actor.SYSTEM, only=Q(status=Status.PENDING, held_at=None))
                    return
            self.refresh_from_db()
            if self.status == Status.PENDING:
                Notification.schedule(self)
            else:  # a person was quicker, and knows better: the checker may have to be told
                Feedback.schedule(self)

    def hold_if_often_reported(self):
        """Out of sight until a moderator has seen what readers reported, unless one has approved what stands there."""
        if self.reports.open().count() < TO_HIDE:
            return
        with suppress(Conflict):
            self._move(Move.HOLD, Actor.SYSTEM, reason="reported", only=Q(status=Status.PUBLIC, decided_at=None))
