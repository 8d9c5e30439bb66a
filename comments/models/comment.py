from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments.keys import new_key
from comments.models.appeal import Appeal
from comments.models.moderator import ModeratorProfile
from comments.models.notification import Kind, Notification
from comments.models.queryset import NO_FACTS, CommentQuerySet
from comments.models.verbs import ByModerator, BySystem, ByWriter, Guarded, Undoable
from comments.models.writer import Writer
from comments.moves import Actor, Move, Reason, Status
from comments.screening import screen
from comments.text import derived
from crpsinfo import search
from crpsinfo.models import RuleAction
from crpsinfo.spam import Submission, Verdict, get_checker
from crpsinfo.work import DueRow, due_index

EDITABLE_FOR = timedelta(days=30)  # after it was posted


class Comment(ByModerator, ByWriter, BySystem, Undoable, Guarded, DueRow):
    """A reader's comment. Its state changes through the verbs and nowhere else."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="comments")
    # Their indexes hold replies alone: see Meta.
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies", db_index=False
    )
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="thread", db_index=False
    )
    author_name = models.CharField("name", max_length=60, blank=True)  # blank only once it is erased
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    text_mark = models.CharField(max_length=32, blank=True, editable=False)  # finds the same text again
    revision = models.PositiveIntegerField(default=1, editable=False)  # of name and text
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    receipt_key = models.CharField(max_length=64, unique=True, default=new_key, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)  # name or text, the last time
    writer = models.ForeignKey(
        Writer, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="comments"
    )  # who asked to be remembered
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )  # the moderator who wrote it as one

    email_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail_key = models.CharField(max_length=64, unique=True, null=True, editable=False)  # in mails' links
    mail_decision = models.BooleanField(default=True, editable=False)
    mail_replies = models.BooleanField(default=True, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)  # to the writer of what it answers

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING, editable=False)
    status_at = models.DateTimeField(default=timezone.now, editable=False)  # retention counts from here
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, editable=False)
    reason_words = models.CharField(max_length=300, blank=True, editable=False)  # the moderator's own, for its writer
    public_note = models.CharField(max_length=300, blank=True, editable=False)  # of the moderators, shown above it
    held_at = models.DateTimeField(null=True, blank=True, editable=False)  # a person wants to look at it

    # What the spam check is told about the sender; erased after COMMENT_RETENTION_DAYS["submission"].
    ip = models.GenericIPAddressField(null=True, blank=True, editable=False)
    user_agent = models.CharField(max_length=400, blank=True, editable=False)
    referrer = models.CharField(max_length=400, blank=True, editable=False)

    # What our own rules say of the text (see `comments.screening`); why, in words for moderators.
    ruling = models.CharField(max_length=4, choices=RuleAction.choices, blank=True, editable=False)
    ruled_because = models.CharField(max_length=300, blank=True, editable=False)

    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, editable=False)
    guid = models.CharField(max_length=64, blank=True, editable=False)  # the checker's own name for the check
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        permissions = [("moderate_comment", "Can publish, hold, remove and mark comments")]
        indexes = [
            due_index("comment_due"),
            models.Index(fields=["article", "created_at", "id"], condition=Q(parent=None), name="comment_threads"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="comment_children"),
            models.Index(
                fields=["root", "created_at", "id", "status"], condition=Q(root__isnull=False), name="comment_replies"
            ),
            models.Index(fields=["status", "-created_at", "-id"], name="comment_newest"),
            models.Index(fields=["-created_at", "-id"], name="comment_newest_of_all"),
            models.Index(fields=["status", "status_at"], name="comment_retention"),
            models.Index(fields=["created_at", "id"], condition=~NO_FACTS, name="comment_facts"),
            models.Index(Upper("email"), condition=~Q(email=""), name="comment_address"),
            models.Index(fields=["writer", "created_at"], condition=Q(writer__isnull=False), name="comment_writer"),
            models.Index(fields=["text_mark", "created_at"], condition=~Q(text_mark=""), name="comment_same_text"),
            models.Index(fields=["checked_at"], condition=Q(checked_at__isnull=False), name="comment_checked"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="comment_status"),
            models.CheckConstraint(
                condition=Q(parent=None, root=None) | Q(parent__isnull=False, root__isnull=False),
                name="comment_reply_has_parent_and_root",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="comment_decision_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PENDING) | Q(decided_at=None), name="comment_pending_is_undecided"
            ),
        ]

    def __str__(self):
        return f"Comment {self.pk}"

    def save(self, *args, **kwargs):
        """What is derived goes along with what it comes from."""
        fields = kwargs.get("update_fields")
        if fields is None or "text" in fields:
            for name, value in derived(self.text).items():
                setattr(self, name, value)
        if fields is None or "email" in fields:
            self.mail_key = (self.mail_key or new_key()) if self.email else None
        if fields is not None:
            along = {"text": ["html", "text_mark"], "email": ["mail_key"]}
            kwargs["update_fields"] = {*fields, *(name for field in fields for name in along.get(field, []))}
        super().save(*args, **kwargs)

    def validate_constraints(self, exclude=None):
        """Each is about one of these fields. Of a form that has none of them Django would find out, constraint by
        constraint and for each post, that there is nothing to validate."""
        if not {"status", "root", "decided_at"}.issubset(exclude or ()):
            super().validate_constraints(exclude)

    def get_absolute_url(self):
        return reverse("comment", args=[self.pk])

    def get_receipt_url(self):
        return reverse("receipt", args=[self.receipt_key])

    @property
    def is_public(self):
        return self.status == Status.PUBLIC

    @property
    def was_just_flagged(self):
        """Whether `post` has found that somebody may be in danger. No query."""
        return type(self).crisis_flag.is_cached(self)

    @property
    def was_never_shown(self):
        """Nobody but its writer and moderators can know its words."""
        return self.status == Status.PENDING and not self.events.filter(move=Move.PUBLISH).exists()

    @property
    def can_be_edited(self):
        """By its writer, for some weeks: what others have read and answered should stay what it was."""
        in_time = timezone.now() < self.created_at + EDITABLE_FOR
        return in_time and self.status in (Status.PENDING, Status.PUBLIC) and not self.erased_at and not self.staff_id

    @property
    def can_be_appealed(self):
        refused = self.status in (Status.REMOVED, Status.SPAM) and not self.erased_at
        return refused and not Appeal.objects.filter(comment=self).exists()

    def is_for_the_checker(self, ruling=None):
        """Whether the spam checker can be asked about it, or about a new version with this ruling, and has to be. What
        our own rules call spam is told to nobody."""
        ruling = self.ruling if ruling is None else ruling
        return bool(self.ip) and ruling != RuleAction.SPAM and get_checker().configured

    def wants_mail(self, kind):
        """Whether its writer is to get mails of this Kind: with an address confirmed for this comment, and chosen."""
        if not self.mail_key or self.erased_at or self.status == Status.WITHDRAWN:
            return False
        if kind == Kind.CONFIRM:
            return self.email_confirmed_at is None
        chosen = self.mail_decision if kind == Kind.DECISION else self.mail_replies and self.is_public
        return bool(self.email_confirmed_at) and chosen

    def as_submitted(self, recheck_reason="", *, name=None, text=None):
        """What the spam checker is asked about, and later taught with; a new `name` and `text` instead of its own."""
        return Submission(
            kind="reply" if self.parent_id else "comment",
            text=self.text if text is None else text,
            ip=self.ip or "",
            user_agent=self.user_agent,
            referrer=self.referrer,
            permalink=self.article.absolute_url,
            author=self.author_name if name is None else name,
            email=self.email,
            url=self.website,
            posted_at=self.created_at,
            page_modified_at=self.article.updated_at,
            recheck_reason=recheck_reason,
        )

    def as_checked(self):
        """What has the name and the text that the checker's verdict is about: the comment, or the former text if
        moderators hid parts of it since; None if that is not kept any more."""
        since = self.events.filter(at__gte=self.checked_at)
        hidden = since.filter(move=Move.MASK).count() - since.filter(move=Move.UNDO, reason="mask").count()
        former = list(self.former_texts.filter(declined=False)[: max(hidden, 0)])  # the newest first
        if len(former) != hidden:
            return None
        return former[-1] if former else self

    # --- Coming into being ----------------------------------------------------------------------

    def post(self, *, trapped=False):
        """Store a new comment and have it checked, by our own rules at once. Nobody else sees it yet. `trapped`: a
        field was filled in that no person sees."""
        with transaction.atomic():
            ruling = screen(self, self.as_submitted(), trapped=trapped)
            self.ruling, self.ruled_because = ruling.action, ruling.because
            if self.is_for_the_checker():
                self.make_due(timezone.now())
            self._store(Actor.WRITER)
            self._look_for_crisis(f"{self.author_name}\n{self.text}")
            self._obey_ruling()
            Notification.schedule(self)

    def post_as_staff(self, by):
        """Store what a moderator writes as one: public at once, under the moderator's pen name, and marked."""
        self.author_name, self.staff, self.status = ModeratorProfile.name_of(by), by, Status.PUBLIC
        self.decided_at, self.decided_by = timezone.now(), by
        with transaction.atomic():
            self._store(Actor.MODERATOR, by=by)
            search.refresh("comment", self.pk)
            Notification.schedule(self)

    def _store(self, actor, by=None):
        if self.parent:
            self.root = self.parent.root or self.parent
        self.save(force_insert=True)
        self.record(Move.POST, actor, by=by, was="")
