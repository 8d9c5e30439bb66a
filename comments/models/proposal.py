from django.db import models, transaction
from django.utils import timezone

from comments.models.feedback import Feedback
from comments.models.former_text import FormerText
from comments.moves import Actor, Conflict, Move, Status
from comments.screening import NOTHING, Ruling
from comments.text import to_html
from crpsinfo.models import RuleAction
from crpsinfo.spam import Verdict
from crpsinfo.work import DueQuerySet, DueRow, due_index


class ProposalQuerySet(DueQuerySet):
    def on_public(self):
        """Those that wait for a person: of comments that readers see."""
        return self.filter(comment__status=Status.PUBLIC)


class Proposal(DueRow):
    """A new version of a public comment, by its writer: readers see the approved one until this has passed as an
    unknown writer's comment would. There is at most one; the next replaces it. It is gone once it is decided."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, related_name="proposal")
    author_name = models.CharField("name", max_length=60)
    text = models.TextField()
    html = models.TextField(editable=False)
    proposed_at = models.DateTimeField(default=timezone.now)  # tells one from the next
    checked_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    guid = models.CharField(max_length=64, blank=True, editable=False)
    ruling = models.CharField(max_length=4, choices=RuleAction.choices, blank=True)  # as in Comment
    ruled_because = models.CharField(max_length=300, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [due_index("proposal_due")]

    def __str__(self):
        return f"New version of comment {self.comment_id}"

    @classmethod
    def put(cls, comment, name, text, ruling=NOTHING):
        """Propose this version, in place of one that still waits. What our own rules say of it is in its `ruling`: it
        waits for a person then, and what they call spam is told to nobody."""
        values = {
            "author_name": name,
            "text": text,
            "html": to_html(text),
            "proposed_at": timezone.now(),
            "checked_at": None,
            "verdict": "",
            "guid": "",
            "ruling": ruling.action,
            "ruled_because": ruling.because,
            "due_at": timezone.now() if comment.is_for_the_checker(ruling.action) else None,
            "leased_until": None,
            "attempts": 0,
            "last_error": "",
        }
        return cls.objects.update_or_create(comment=comment, defaults=values)[0]

    def record_verdict(self, result, *, may_publish):
        """Keep what the spam checker said of this version, and show it to readers if the policy lets it."""
        with transaction.atomic():
            self.comment.lock()
            now = timezone.now()
            if not self._as_seen().update(verdict=result.verdict, guid=result.guid, checked_at=now):
                return  # replaced, withdrawn or decided meanwhile
            self.refresh_from_db()
            self.comment.record(Move.CHECK, Actor.SYSTEM, reason=result.verdict)
            if result.verdict == Verdict.HAM and may_publish and self.comment.is_public:
                self.accept()

    def accept(self, *, by=None):
        """Readers see this version from now on; a moderator's word, or the policy's. Raises Conflict."""
        actor = Actor.MODERATOR if by else Actor.SYSTEM
        checked = {"checked_at": self.checked_at, "verdict": self.verdict, "guid": self.guid}
        with transaction.atomic():
            self.comment.lock()
            self._close(Move.ACCEPT)
            if not self.comment.is_public:
                raise Conflict(self.comment, Move.ACCEPT)
            ruling = Ruling(self.ruling, self.ruled_because)
            self.comment.rewrite(self.author_name, self.text, Move.ACCEPT, actor, by=by, checked=checked, ruling=ruling)
            Feedback.schedule(self.comment)

    def decline(self, *, by):
        """The version that readers know stays; its writer can still read this one for a while. Raises Conflict."""
        with transaction.atomic():
            self.comment.lock()
            self._close(Move.DECLINE)
            FormerText.objects.create(
                comment=self.comment,
                revision=self.comment.revision,
                author_name=self.author_name,
                text=self.text,
                declined=True,
            )
            self.comment.record(Move.DECLINE, Actor.MODERATOR, by=by)

    def _close(self, move):
        if not self._as_seen().delete()[0]:
            raise Conflict(self.comment, move)

    def _as_seen(self):
        return Proposal.objects.filter(pk=self.pk, proposed_at=self.proposed_at)
