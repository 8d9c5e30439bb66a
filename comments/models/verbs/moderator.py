from django.db import transaction
from django.utils import timezone

from comments.models.appeal import Appeal
from comments.models.feedback import Feedback
from comments.models.sample import Sample
from comments.moves import Actor, Conflict, Move, Reason, Status


class ByModerator:
    """Each raises Conflict, and changes nothing, if status or revision are not as `seen`."""

    def publish(self, *, by, seen=None):
        self._decide(Move.PUBLISH, by, seen)

    def hold(self, *, by, seen=None):
        self._decide(Move.HOLD, by, seen)

    def remove(self, *, by, reason, seen=None):
        self._decide(Move.REMOVE, by, seen, reason=Reason(reason))

    def mark_spam(self, *, by, seen=None):
        self._decide(Move.MARK_SPAM, by, seen)

    def uphold(self, *, by):
        """The decision that its writer appealed against stays. Raises Conflict if no appeal is open."""
        with transaction.atomic():
            if not Appeal.objects.filter(comment=self).close(by=by, granted=False):
                raise Conflict(self, Move.UPHOLD)
            Sample.objects.filter(comment=self, comment__status=Status.SPAM).judge(by=by, was_spam=True)
            self.record(Move.UPHOLD, Actor.MODERATOR, by=by)

    def dismiss_reports(self, *, by):
        """The comment stays as it is; its reports are done with. Raises Conflict if none is open."""
        with transaction.atomic():
            if not self.reports.close(by=by):
                raise Conflict(self, Move.DISMISS)
            unseen = self.rows.filter(status=Status.PUBLIC, decided_at=None)
            unseen.update(decided_at=timezone.now(), decided_by=by)  # now a person has looked at it
            self.refresh_from_db()
            self.record(Move.DISMISS, Actor.MODERATOR, by=by)

    def confirm_spam(self, *, by):
        """What was drawn from the blatant spam is spam. Raises Conflict if it is not to be judged any more."""
        with transaction.atomic():
            drawn = Sample.objects.filter(comment=self, comment__status=Status.SPAM)
            if not drawn.open().judge(by=by, was_spam=True):
                raise Conflict(self, Move.CONFIRM_SPAM)
            self.record(Move.CONFIRM_SPAM, Actor.MODERATOR, by=by)

    def _decide(self, move, by, seen, reason=""):
        """A moderator's move. What contradicts the spam checker is reported to it a little later; what readers and the
        writer asked for is answered by it."""
        with transaction.atomic():
            self._move(move, Actor.MODERATOR, by=by, seen=seen, reason=reason)
            Feedback.schedule(self)
            if move != Move.HOLD:
                was_spam = self.status == Status.SPAM or self.reason in (Reason.SELLING, Reason.OBTAINING)
                Sample.objects.filter(comment=self).judge(by=by, was_spam=was_spam)
                self.reports.close(by=by)
                Appeal.objects.filter(comment=self).close(by=by, granted=self.is_public)
