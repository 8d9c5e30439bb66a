import secrets

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments.models.feedback import Feedback
from comments.moves import RULES, Actor, Conflict, Move, Reason, Status
from comments.text import to_html
from crpsinfo.spam import Submission, Verdict, get_checker
from crpsinfo.work import DueQuerySet, DueRow, due_index


def new_receipt_key():
    return secrets.token_urlsafe(32)


class CommentQuerySet(DueQuerySet):
    def public(self):
        return self.filter(status=Status.PUBLIC)

    def readable(self):
        """Public, on an article that is published."""
        return self.public().filter(article__in=Article.objects.published())

    def waiting(self):
        return self.filter(status=Status.PENDING)

    def unchecked(self):
        return self.waiting().filter(checked_at=None)

    def threads(self):
        """The comments that open a thread that is shown: public, or with something public under them. Oldest first."""
        replies = Comment.objects.public().filter(root=OuterRef("pk"))
        shown = Q(status=Status.PUBLIC) | Exists(replies)
        return self.filter(shown, parent=None).order_by("created_at", "pk")

    def replies_to(self, roots):
        """What stands under these roots: public replies, and those that have replies themselves and may need a
        placeholder. Oldest first."""
        children = Comment.objects.filter(parent=OuterRef("pk"))
        return self.filter(Q(status=Status.PUBLIC) | Exists(children), root__in=roots).order_by("created_at", "pk")

    def before(self, comment):
        """Those that stand before a comment in the order of time."""
        earlier = Q(created_at__lt=comment.created_at)
        return self.filter(earlier | Q(created_at=comment.created_at, pk__lt=comment.pk))

    def count_by_root(self):
        """{key of a thread's first comment: how many there are under it}"""
        return dict(self.order_by().values_list("root").annotate(Count("pk")))

    def for_list(self):
        """For lists across articles: newest first, with the article's title and address."""
        columns = ["article__slug", "article__title", "article__kind"]
        fields = ["author_name", "text", "created_at", "article_id", "status", *columns]
        return self.select_related("article").only(*fields).order_by("-created_at", "-pk")

    def same_as(self, comment, since):
        """The same words by the same reader at the same place, posted `since` a time."""
        fields = ["article", "parent", "author_name", "email", "website", "text", "ip", "user_agent"]
        return self.filter(created_at__gte=since, **{field: getattr(comment, field) for field in fields})


class Comment(DueRow):
    """A reader's comment. Its state changes through the verbs below and nowhere else."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies")
    root = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="thread")
    author_name = models.CharField("name", max_length=60, blank=True)  # blank only once it is erased
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)  # of name and text
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    receipt_key = models.CharField(max_length=64, unique=True, default=new_receipt_key, editable=False)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING, editable=False)
    status_at = models.DateTimeField(default=timezone.now, editable=False)  # retention counts from here
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, editable=False)
    held_at = models.DateTimeField(null=True, blank=True, editable=False)  # a person wants to look at it

    # What the spam check is told about the sender; erased after COMMENT_RETENTION_DAYS["submission"].
    ip = models.GenericIPAddressField(null=True, blank=True, editable=False)
    user_agent = models.CharField(max_length=400, blank=True, editable=False)
    referrer = models.CharField(max_length=400, blank=True, editable=False)

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
            models.Index(fields=["root", "status"], name="comment_replies"),
            models.Index(fields=["status", "-created_at", "-id"], name="comment_newest"),
            models.Index(fields=["status", "status_at"], name="comment_retention"),
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
        self.html = to_html(self.text)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "html"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("comment", args=[self.pk])

    def get_receipt_url(self):
        return reverse("receipt", args=[self.receipt_key])

    @property
    def is_public(self):
        return self.status == Status.PUBLIC

    def post(self):
        """Store a new comment and have it checked. Saved as pending: nobody else sees it yet."""
        with transaction.atomic():
            if self.parent:
                self.root = self.parent.root or self.parent
            if get_checker().configured:
                self.make_due(timezone.now())
            self.save(force_insert=True)
            self._record(Move.POST, Actor.WRITER, was="")

    def as_submitted(self, recheck_reason=""):
        """What the spam checker is asked about, and later taught with."""
        return Submission(
            kind="reply" if self.parent_id else "comment",
            text=self.text,
            ip=self.ip or "",
            user_agent=self.user_agent,
            referrer=self.referrer,
            permalink=self.article.absolute_url,
            author=self.author_name,
            email=self.email,
            url=self.website,
            posted_at=self.created_at,
            page_modified_at=self.article.updated_at,
            recheck_reason=recheck_reason,
        )

    # --- Moves: each raises Conflict, and changes nothing, if status or revision are not as seen -----------------

    def publish(self, *, by, seen=None):
        self._decide(Move.PUBLISH, by, seen)

    def hold(self, *, by, seen=None):
        self._decide(Move.HOLD, by, seen)

    def remove(self, *, by, reason, seen=None):
        self._decide(Move.REMOVE, by, seen, reason=Reason(reason))

    def mark_spam(self, *, by, seen=None):
        self._decide(Move.MARK_SPAM, by, seen)

    def withdraw(self):
        """By its writer."""
        self._move(Move.WITHDRAW, Actor.WRITER)

    def restore(self):
        """By its writer, who takes the withdrawal back: it is again what it was before."""
        withdrawal = self.events.filter(move=Move.WITHDRAW).last()
        self._move(Move.RESTORE, Actor.WRITER, target=withdrawal.was if withdrawal else Status.PENDING)

    def record_verdict(self, result, *, may_publish):
        """Keep what the spam checker said, and act on it: spam goes to the spam, the rest is published if the policy
        lets it and waits for a moderator otherwise. A comment that a person has decided on or holds stays as it is."""
        with transaction.atomic():
            now = timezone.now()
            checked = {"verdict": result.verdict, "guid": result.guid, "checked_at": now}
            Comment.objects.filter(pk=self.pk).update(**checked)
            self._record(Move.CHECK, Actor.SYSTEM, reason=result.verdict)
            if result.verdict == Verdict.HAM and not may_publish:
                return
            try:
                move = Move.PUBLISH if result.verdict == Verdict.HAM else Move.MARK_SPAM
                self._move(move, Actor.SYSTEM, only=Q(status=Status.PENDING, held_at=None))
            except Conflict:  # a person was quicker, and knows better: the checker may have to be told
                self.refresh_from_db()
                Feedback.schedule(self)

    def _decide(self, move, by, seen, reason=""):
        """A moderator's move. What contradicts the spam checker is reported to it a little later."""
        with transaction.atomic():
            self._move(move, Actor.MODERATOR, by=by, seen=seen, reason=reason)
            Feedback.schedule(self)

    def _move(self, move, actor, *, by=None, seen=None, reason="", target=None, only=None):
        """The one place where a comment's status changes: guarded, atomic, and on record."""
        rule, was, now = RULES[move], self.status, timezone.now()
        target = target or rule.target
        as_seen = Q(pk=self.pk, status=was, status__in=rule.sources, revision=seen or self.revision, erased_at=None)
        values = {"status": target, "status_at": now}
        if actor != Actor.WRITER:  # what people decided before holds while a writer takes it back, and after
            decided = by is not None and target != Status.PENDING
            values |= {
                "decided_at": now if decided else None,
                "decided_by": by if decided else None,
                "reason": reason,
                "held_at": now if move == Move.HOLD else None,
            }
        if target != Status.PENDING:  # nothing left to check; who is at it now keeps its lease for nothing
            values |= {"due_at": None, "leased_until": None}
        elif self.checked_at is None and move == Move.RESTORE and get_checker().configured:
            values |= {"due_at": now, "leased_until": None, "attempts": 0}
        with transaction.atomic():
            if not Comment.objects.filter(as_seen, only or Q()).update(**values):
                raise Conflict(self, move)
            self._record(move, actor, by=by, reason=reason, was=was)
        self.refresh_from_db()

    def _record(self, move, actor, *, by=None, reason="", was=None):
        was = self.status if was is None else was
        self.events.create(move=move, actor=actor, by=by, reason=reason, was=was, revision=self.revision)
