from django.db import transaction
from django.utils import timezone

from comments.keys import new_key
from comments.models.appeal import Appeal
from comments.models.proposal import Proposal
from comments.moves import Actor, Conflict, Move, Status


class ByWriter:
    """What the holder of the private link can do."""

    def withdraw(self):
        self._move(Move.WITHDRAW, Actor.WRITER)

    def restore(self):
        """The withdrawal is taken back: it is again what it was before."""
        withdrawal = self.events.filter(move=Move.WITHDRAW).last()
        self._move(Move.RESTORE, Actor.WRITER, target=withdrawal.was if withdrawal else Status.PENDING)

    def edit(self, name, text, *, hide=False, seen=None):
        """What nobody has approved yet is replaced at once. Of a public comment a new version is proposed, and readers
        see the approved one meanwhile; with `hide` they see neither. Raises Conflict."""
        with transaction.atomic():
            now = self.rows.select_for_update().get()
            if not now.can_be_edited or now.status != self.status or now.revision != (seen or self.revision):
                raise Conflict(self, Move.EDIT)
            self._look_for_crisis(text)
            if self.is_public and not hide:
                Proposal.put(self, name, text)
                self.record(Move.PROPOSE, Actor.WRITER)
                return
            if self.is_public:
                self._move(Move.HIDE, Actor.WRITER)
            self.rewrite(name, text, Move.EDIT, Actor.WRITER)

    def hide(self):
        """Nobody sees the approved version any more; the proposed one takes its place, and waits. Raises Conflict."""
        proposal = Proposal.objects.filter(comment=self).first()
        if proposal is None:
            raise Conflict(self, Move.HIDE)
        self.edit(proposal.author_name, proposal.text, hide=True)

    def ask_again(self, text):
        """A second look at a refusal, once. Raises Conflict."""
        with transaction.atomic():
            now = self.rows.select_for_update().get()
            if not now.can_be_appealed or not Appeal.objects.get_or_create(comment=self, defaults={"text": text})[1]:
                raise Conflict(self, Move.APPEAL)
            self.record(Move.APPEAL, Actor.WRITER)
            self._look_for_crisis(text)

    def confirm_email(self):
        """Whoever reads the mails of this address says so. It holds for this comment alone."""
        with transaction.atomic():
            unconfirmed = self.rows.filter(email_confirmed_at=None).exclude(email="")
            if unconfirmed.update(email_confirmed_at=timezone.now()):
                self.record(Move.CONFIRM, Actor.WRITER)
        self.refresh_from_db()

    def choose_mails(self, *, decision, replies):
        self.mail_decision, self.mail_replies = decision, replies
        self.save(update_fields=["mail_decision", "mail_replies"])

    def forget_email(self, actor=Actor.WRITER):
        """The address is erased; no mail leaves any more."""
        with transaction.atomic():
            if self.email:
                self.record(Move.FORGET, actor)
            self.email, self.email_confirmed_at = "", None
            self.save(update_fields=["email", "email_confirmed_at"])
            self.notifications.update(due_at=None, leased_until=None)

    def renew_key(self, key=None):
        """The private link leads nowhere from now on; a new one, with this key or any, takes its place."""
        with transaction.atomic():
            self.receipt_key = key or new_key()
            self.save(update_fields=["receipt_key"])
            self.record(Move.NEW_LINK, Actor.WRITER)
