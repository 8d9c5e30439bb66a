from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from comments.masking import NotThere, absent, masked_name, masked_text
from comments.models.appeal import Appeal
from comments.models.feedback import Feedback
from comments.models.former_text import FormerText
from comments.models.note import Note
from comments.models.sample import Sample
from comments.models.verbs.undo import last_change
from comments.moves import Actor, Conflict, Move, Reason, Status
from comments.text import derived
from crpsinfo import search


class ByModerator:
    """Each raises Conflict, and changes nothing, if status or revision are not as `seen`."""

    def publish(self, *, by, seen=None, note=""):
        """With a short note of the moderators that readers see above it, if there is a new one."""
        self._decide(Move.PUBLISH, by, seen, also={"public_note": note} if note else {})

    def hold(self, *, by, seen=None, note=""):
        """With a note for the other moderators, if there is something to say: returns the Note, or None."""
        with transaction.atomic():
            self._decide(Move.HOLD, by, seen)
            return Note.objects.create(comment=self, by=by, text=note) if note else None

    def remove(self, *, by, reason, seen=None, words=""):
        """For a Reason, and with the moderator's own `words`: its writer reads both."""
        self._decide(Move.REMOVE, by, seen, reason=Reason(reason), also={"reason_words": words})

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

    def annotate(self, note, *, by, seen=None):
        """Put this short note of the moderators above the public comment, or take it away (empty). Raises Conflict."""
        with transaction.atomic():
            as_seen = self.rows.filter(status=Status.PUBLIC, revision=seen or self.revision, erased_at=None)
            if not as_seen.update(public_note=note):
                raise Conflict(self, Move.NOTE)
            self.refresh_from_db()
            self.record(Move.NOTE, Actor.MODERATOR, by=by)

    def mask(self, places, *, by, seen=None):
        """Hide these places (exact words of the text or the name) for good, wherever they stand. What stood there is
        kept for moderators for a while. Raises Conflict, or NotThere if one of them stands nowhere."""
        if missing := absent(f"{self.author_name}\n{self.text}", places):
            raise NotThere(missing)
        name, text = masked_name(self.author_name, places), masked_text(self.text, places)
        values = {"author_name": name, "text": text, **derived(text)}
        if self.due_at:  # a verdict on its way is about the former text
            values |= {"due_at": timezone.now(), "leased_until": None}
        as_seen = self.rows.filter(status=self.status, revision=seen or self.revision, erased_at=None)
        with transaction.atomic():
            is_new = (name, text) != (self.author_name, self.text)
            if not (is_new and as_seen.update(revision=F("revision") + 1, **values)):
                raise Conflict(self, Move.MASK)
            FormerText.objects.create(
                comment=self, revision=self.revision, author_name=self.author_name, text=self.text
            )
            self.refresh_from_db()
            self.record(Move.MASK, Actor.MODERATOR, by=by)
            search.refresh("comment", self.pk)

    def take_reply_back(self, *, by):
        """What this moderator wrote as one is withdrawn. Raises Conflict if somebody decided about it, changed or
        answered it since."""
        with transaction.atomic():
            self.lock()
            if last_change(self) or self.replies.public().exists():
                raise Conflict(self, Move.WITHDRAW)
            self._move(Move.WITHDRAW, Actor.MODERATOR, by=by, only=Q(status=Status.PUBLIC, decided_by=by))

    def reveal(self, *, by):
        """Put on record that a moderator wants to see the writer's addresses."""
        self.record(Move.REVEAL, Actor.MODERATOR, by=by)

    def _decide(self, move, by, seen, reason="", also=None):
        """A moderator's move. What contradicts the spam checker is reported to it a little later; what readers and the
        writer asked for is answered by it."""
        with transaction.atomic():
            self._move(move, Actor.MODERATOR, by=by, seen=seen, reason=reason, also=also)
            Feedback.schedule(self)
            if move != Move.HOLD:
                was_spam = self.status == Status.SPAM or self.reason in (Reason.SELLING, Reason.OBTAINING)
                Sample.objects.filter(comment=self).judge(by=by, was_spam=was_spam)
                self.reports.close(by=by)
                Appeal.objects.filter(comment=self).close(by=by, granted=self.is_public)
