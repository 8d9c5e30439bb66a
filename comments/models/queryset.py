from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.utils import timezone

from articles.models import Article
from comments.models.appeal import Appeal
from comments.models.crisis import CrisisFlag
from comments.models.event import CommentEvent
from comments.models.proposal import Proposal
from comments.models.report import Report, ReportReason
from comments.models.sample import Sample
from comments.models.writer import Writer
from comments.moves import Move, Status
from comments.text import mark_of
from crpsinfo.spam import Verdict
from crpsinfo.work import DueQuerySet

NO_FACTS = Q(ip=None, user_agent="", referrer="")  # that the spam check is told about the sender: none, or erased


def usernames():
    """The users, without passwords and addresses: for pages that tell who did something."""
    return get_user_model().objects.only("username")


def danger(path=""):
    """What to prefetch of a comment, or what this path leads to, to tell whether it may be distressing: its crisis
    flag, and the reports that ever said so, as `danger_reports`."""
    reports = Report.objects.filter(reason=ReportReason.DANGER)
    return [f"{path}crisis_flag", Prefetch(f"{path}reports", reports, to_attr="danger_reports")]


class CommentQuerySet(DueQuerySet):
    def public(self):
        return self.filter(status=Status.PUBLIC)

    def readable(self):
        """Public, on an article that is published."""
        return self.public().filter(Exists(Article.objects.published().filter(pk=OuterRef("article"))))

    def waiting(self):
        return self.filter(status=Status.PENDING)

    def unchecked(self):
        """Those that wait for the spam checker."""
        return self.waiting().filter(checked_at=None, due_at__isnull=False)

    def spam(self):
        """But for what the checker called blatant, which is apart."""
        return self.filter(status=Status.SPAM).exclude(verdict=Verdict.DISCARD)

    def drawn(self):
        """Blatant spam that was drawn for a person to judge."""
        return self.filter(pk__in=Sample.objects.open().values("comment"), status=Status.SPAM)

    def removed(self):
        return self.filter(status=Status.REMOVED)

    def reported(self):
        """Those with reports that nobody has answered yet."""
        return self.filter(pk__in=Report.objects.open().values("comment"))

    def oldest_first(self):
        return self.order_by("created_at", "pk")

    def newest_first(self):
        return self.order_by("-created_at", "-pk")

    def posted_within(self, **time):
        """Since a time ago, for instance `days=1`."""
        return self.filter(created_at__gte=timezone.now() - timedelta(**time))

    def appeared_unseen(self):
        """Public without a person having looked; or taken back since: bringing it back is no way around a limit."""
        return self.filter(status__in=[Status.PUBLIC, Status.WITHDRAWN], decided_at=None)

    def approved(self):
        """Public because a person said so."""
        return self.public().filter(decided_at__isnull=False)

    def refused(self):
        """Removed or spam, or so until their writer took them back."""
        refusals = [Status.REMOVED, Status.SPAM]
        withdrawals = CommentEvent.objects.filter(comment=OuterRef("pk"), move=Move.WITHDRAW).order_by("-pk")
        rows = self.alias(was=Subquery(withdrawals.values("was")[:1]))
        return rows.filter(Q(status__in=refusals) | Q(status=Status.WITHDRAWN, was__in=refusals))

    # --- For moderators -------------------------------------------------------------------------

    def for_a_person(self, user=None):
        """Those that somebody has to look at: waiting, reported, appealed, with a new version proposed, or drawn from
        the blatant spam. With a `user`, without appeals against what this user decided, which are for another moderator
        at first."""
        reasons = [
            self.model.objects.waiting().values("pk"),
            Report.objects.open().values("comment"),
            Appeal.objects.open().offered_to(user).values("comment"),
            Proposal.objects.on_public().values("comment"),
            Sample.objects.open().filter(comment__status=Status.SPAM).values("comment"),
        ]
        first, *others = (rows.order_by() for rows in reasons)  # SQLite takes no order inside a union
        return self.filter(pk__in=first.union(*others))

    def in_danger_since(self, time=None):
        """Those that still need a person because somebody may be in danger: found, or reported, since a time."""
        flags = CrisisFlag.objects.filter(lowered=False)
        reported = CommentEvent.objects.filter(comment=OuterRef("pk"), move=Move.REPORT, reason=ReportReason.DANGER)
        if time:
            flags, reported = flags.filter(flagged_at__gte=time), reported.filter(at__gte=time)
        open_reports = Report.objects.open().filter(reason=ReportReason.DANGER)
        found = Q(pk__in=flags.values("comment")) | Q(Exists(reported), pk__in=open_reports.values("comment"))
        return self.for_a_person().filter(found)

    def by_urgency(self):
        """What may be about a life first, then what readers reported, then in the order of time; at last the spam that
        was drawn to be judged, for which nobody waits."""
        reported = Report.objects.open().order_by().values("comment")
        in_danger = reported.filter(reason=ReportReason.DANGER)
        urgency = Case(
            When(crisis_flag__lowered=False, then=Value(0)),
            When(pk__in=in_danger, then=Value(0)),
            When(crisis_flag__lowered=True, then=Value(1)),
            When(pk__in=reported, then=Value(1)),
            When(~Q(pk__in=Appeal.objects.open().values("comment")), status=Status.SPAM, then=Value(3)),
            default=Value(2),
        )
        return self.alias(urgency=urgency).order_by("urgency", "created_at", "pk")

    def for_moderators(self):
        """With all that a moderator sees of each, its open reports as `open_reports`. Not joined: beyond eight tables
        PostgreSQL keeps the order in which they are written, and would put millions of rows together to show fifty."""
        return self.prefetch_related(
            Prefetch("article", Article.objects.only("kind", "slug", "title")),
            *["appeal", "proposal", "sample", "notes", *danger(), "parent", *danger("parent__")],
            Prefetch("writer", Writer.objects.with_standing()),
            *[Prefetch(path, usernames()) for path in ("decided_by", "staff", "appeal__closed_by", "notes__by")],
            Prefetch("reports", Report.objects.open(), to_attr="open_reports"),
        )

    # --- For pages ------------------------------------------------------------------------------

    def threads(self):
        """The comments that open a thread that is shown: public, or with something public under them. Oldest first."""
        replies = self.model.objects.public().filter(root=OuterRef("pk"))
        shown = Q(status=Status.PUBLIC) | Exists(replies)
        return self.filter(shown, parent=None).order_by("created_at", "pk")

    def with_totals(self):
        """Each with how many threads and public comments its article has, as `threads_in_all` and `comments_in_all`."""
        return self.annotate(threads_in_all=F("article__tally__threads"), comments_in_all=F("article__tally__comments"))

    def replies_to(self, roots):
        """What stands under these roots: public replies, and those that have replies themselves and may need a
        placeholder. Oldest first."""
        children = self.model.objects.filter(parent=OuterRef("pk"))
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

    def saying(self, mark, since):
        """Those with the text of this mark (`comments.text.mark_of`), posted `since` a time."""
        return self.filter(text_mark=mark, created_at__gte=since).exclude(text_mark="")  # as in the index

    def same_as(self, comment, since):
        """The same words by the same reader at the same place, posted `since` a time."""
        fields = ["article", "parent", "author_name", "email", "website", "text", "ip", "user_agent"]
        mark = mark_of(comment.text)  # what finds them quickly
        rows = self.saying(mark, since) if mark else self.filter(created_at__gte=since)
        return rows.filter(**{field: getattr(comment, field) for field in fields})

    # --- For people's rights --------------------------------------------------------------------

    def with_facts(self):
        """Of whose senders something is kept that only the spam check is told."""
        return self.exclude(NO_FACTS)

    def of_address(self, email):
        """Those that carry this e-mail address, however it is written."""
        return self.exclude(email="").filter(email__iexact=email)  # as the index `comment_address` has them

    def confirmed(self):
        """Whose e-mail address is known to be their writer's."""
        return self.filter(email_confirmed_at__isnull=False)

    def unconfirmed(self):
        """Whose e-mail address is anybody's."""
        return self.exclude(email="").filter(email_confirmed_at=None)
