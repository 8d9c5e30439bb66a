from django.db import transaction
from django.utils import timezone

from comments.keys import new_key
from comments.models.appeal import Appeal
from comments.models.notification import Notification
from comments.models.proposal import Proposal
from comments.moves import Actor, Conflict, Move, Status
from comments.screening import Ruling, screen


class ByWriter:
    """What the holder of the private link can do."""

    def withdraw(self):
        self._move(Move.WITHDRAW, Actor.WRITER)

    def restore(self):
        """The withdrawal is taken back: it is again what it was before; or it waits, if readers reported it."""
        with transaction.atomic():
            self.lock()
            withdrawal = self.events.filter(move=Move.WITHDRAW).last()
            self._move(Move.RESTORE, Actor.WRITER, target=withdrawal.was if withdrawal else Status.PENDING)
            if self.is_public and self.reports.open().exists():
                self._move(Move.HOLD, Actor.SYSTEM, reason="reported")

    def edit(self, name, text, *, hide=False, seen=None):
        """What nobody has approved yet is replaced at once. Of a public comment a new version is proposed, and readers
        see the approved one meanwhile; with `hide` they see neither. Raises Conflict."""
        with transaction.atomic():
            now = self.lock()
            if not now.can_be_edited or now.status != self.status or now.revision != (seen or self.revision):
                raise Conflict(self, Move.EDIT)
            self._look_for_crisis(f"{name}\n{text}")
            ruling = screen(self, self.as_submitted("edit", name=name, text=text))
            if self.is_public and not hide:
                Proposal.put(self, name, text, ruling)
                self.record(Move.PROPOSE, Actor.WRITER)
                return
            if self.is_public:
                self._move(Move.HIDE, Actor.WRITER)
            self.rewrite(name, text, Move.EDIT, Actor.WRITER, ruling=ruling)

    def hide(self):
        """Nobody sees the approved version any more; the proposed one takes its place, and waits. Raises Conflict."""
        with transaction.atomic():
            self.lock()
            proposal = Proposal.objects.filter(comment=self).first()
            if proposal is None:
                raise Conflict(self, Move.HIDE)
            self._move(Move.HIDE, Actor.WRITER)
            ruling = Ruling(proposal.ruling, proposal.ruled_because)
            self.rewrite(proposal.author_name, proposal.text, Move.EDIT, Actor.WRITER, ruling=ruling)

    def ask_again(self, text):
        """A second look at a refusal, once. Raises Conflict."""
        with transaction.atomic():
            now = self.lock()
            if not now.can_be_appealed or not Appeal.objects.get_or_create(comment=self, defaults={"text": text})[1]:
                raise Conflict(self, Move.APPEAL)
            self.record(Move.APPEAL, Actor.WRITER)
            self._look_for_crisis(text)

    def confirm_email(self):
        """Whoever reads the mails of this address says so. It holds for this comment alone."""
        with transaction.atomic():
            unconfirmed = self.rows.filter(email_confirmed_at=None).exclude(email="")
            confirmed = unconfirmed.update(email_confirmed_at=timezone.now())
            self.refresh_from_db()
            if confirmed:
                self.record(Move.CONFIRM, Actor.WRITER)
                Notification.catch_up(self)

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
        """The private link leads nowhere from now on; a new one, with this key or any, takes its place. Raises
        Conflict if another has already."""
        key = key or new_key()
        with transaction.atomic():
            if not self.rows.filter(receipt_key=self.receipt_key).update(receipt_key=key):
                raise Conflict(self, Move.NEW_LINK)
            self.receipt_key = key
            self.record(Move.NEW_LINK, Actor.WRITER)
