"""What readers say about listings: a suggestion, a correction, that they called, or that they want to be removed."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Case, Prefetch, Q, When
from django.utils import timezone

from crpsinfo.desk.mails import tell_of_request
from crpsinfo.folding import fold
from crpsinfo.spam import Verdict, get_checker
from crpsinfo.work import DueQuerySet, DueRow, due_index
from directory.models.doctor import Doctor

SAME_FOR = timedelta(days=30)  # so long a reader has one report of a kind about a listing, or a place of it
LATELY = timedelta(days=90)
LONGEST_WORDS = 2000  # characters at a time
MOST_WORDS = 10_000  # of a reader who adds to them


class ReportKind(models.TextChoices):
    SUGGESTION = "suggestion", "A doctor or clinic we do not list"
    CORRECTION = "correction", "Something here is wrong"
    CALLED = "called", "I called"
    REMOVAL = "removal", "This is me, and I want to be removed"


class Outcome(models.TextChoices):
    """What somebody heard who called."""

    OFFERS = "offers", "They still offer it"
    STOPPED = "stopped", "They no longer offer it"
    NOT_TAKING = "not-taking", "They take no new patients"
    WRONG_NUMBER = "wrong-number", "The number is wrong"
    MOVED = "moved", "They have moved"


class ReportState(models.TextChoices):
    OPEN = "open", "waiting"
    APPLIED = "applied", "applied"
    CLOSED = "closed", "closed"
    SPAM = "spam", "spam"


class Decided(Exception):
    """This reader sent such a `report` lately, and it was decided on since."""

    def __init__(self, report):
        super().__init__(report)
        self.report = report


class ReportQuerySet(DueQuerySet):
    def open(self):
        return self.filter(state=ReportState.OPEN)

    def spam(self):
        return self.filter(state=ReportState.SPAM)

    def requests(self):
        """Doctors and clinics who ask to be removed, and whose listing does not say yet that it is disputed."""
        return self.open().filter(is_request())

    def unanswered(self):
        """All that waits for a first decision."""
        return self.open().filter(~Q(kind=ReportKind.REMOVAL) | is_request())

    def by_urgency(self):
        """Who asks to be removed comes first, then what has waited longest."""
        rank = Case(When(is_request(), then=0), default=1, output_field=models.SmallIntegerField())
        return self.order_by(rank, "created_at", "pk")

    def decided_by_people(self):
        return self.filter(closed_by__isnull=False)

    def for_desk(self):
        """With the listing as it is, and the name of whoever closed it."""
        closed_by = Prefetch("closed_by", get_user_model().objects.only("username"))
        listing = ("doctor__practices__offers__treatment", "practice__offers__treatment")
        return self.select_related("doctor", "practice").prefetch_related(*listing, closed_by)

    def heard_lately(self, doctors):
        """What readers heard who called these doctors (keys) lately: {doctor: Counter({outcome: how often})}."""
        called = self.filter(kind=ReportKind.CALLED, doctor__in=doctors, created_at__gte=timezone.now() - LATELY)
        heard = defaultdict(Counter)
        for doctor, outcome in called.exclude(state=ReportState.SPAM).order_by().values_list("doctor", "outcome"):
            heard[doctor][outcome] += 1
        return heard

    def send(self, report):
        """Store an unsaved Report; or add it to what the same reader sent lately about the same, while nobody has
        decided about that. Raises Decided if somebody has. The caller sees to it that a reader sends one at a time.
        Returns what is stored."""
        before = report.sent_before() if report.is_open else None
        if before is None:
            report.fall_due()
            report.save()
            if report.kind == ReportKind.REMOVAL:
                tell_of_request("directory.publish_doctor")  # who may take somebody off
            return report
        if not before.is_open:
            raise Decided(before)
        before.add(report)
        return before


def is_request():
    """The condition that somebody asks to be removed whose listing is not disputed yet. The few disputed doctors are
    looked up once: to look at the doctor of each report would take most of the time of the queue."""
    return Q(kind=ReportKind.REMOVAL) & ~Q(doctor__in=Doctor.objects.disputed().values("pk"))


DECIDE = "directory.decide_report"


class Report(DueRow):
    """Nothing of it is shown to readers, nor changes what they see, before an editor applies it."""

    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    doctor = models.ForeignKey("directory.Doctor", models.CASCADE, null=True, blank=True, related_name="reports")
    practice = models.ForeignKey("directory.Practice", models.SET_NULL, null=True, blank=True, related_name="reports")
    reader = models.CharField(max_length=32, editable=False)  # a reader_key: not to be traced to a network
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    proposed = models.JSONField(default=dict, blank=True)  # {field: value}
    words = models.TextField(blank=True)
    source_url = models.URLField(blank=True)
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    relation = models.CharField(max_length=100, blank=True)  # of the sender to the listing
    # Of a suggestion, until it is checked: what the spam checker asks for.
    ip = models.GenericIPAddressField(null=True, blank=True, editable=False)
    user_agent = models.CharField(max_length=400, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    revision = models.PositiveIntegerField(default=1)  # one more with each change of what was sent
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        permissions = [("decide_report", "Can decide about reports on listings")]
        indexes = [
            due_index("listing_report_due"),
            # All that the queue asks to be put in order, so that it reads nothing but this index.
            models.Index(
                fields=["state", "created_at", "id", "kind", "doctor"],
                condition=Q(state="open"),
                name="listing_report_open",
            ),
            models.Index(fields=["-closed_at", "-id"], condition=Q(state="spam"), name="listing_report_spam"),
            models.Index(fields=["reader", "created_at"], name="listing_report_reader"),
            models.Index(fields=["closed_at"], condition=Q(closed_by__isnull=False), name="listing_report_decided"),
            # What was erased leaves these, so that `purge` does not meet it again.
            models.Index(fields=["closed_at"], condition=~Q(reader=""), name="listing_report_retention"),
            models.Index(fields=["created_at"], condition=Q(ip__isnull=False), name="listing_report_facts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="listing_report_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="listing_report_state_known"),
            models.CheckConstraint(
                condition=Q(kind="suggestion") | Q(doctor__isnull=False), name="listing_report_about_something"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.created_at:%-d %b %Y}"

    @property
    def is_open(self):
        return self.state == ReportState.OPEN

    @property
    def subject(self):
        """Whom it is about: the listing, or what a suggestion calls them."""
        return str(self.doctor) if self.doctor_id else self.proposed.get("name") or self.proposed.get("clinic", "")

    # --- Sending --------------------------------------------------------------------------------

    def sent_before(self):
        """The latest report of this reader, kind and listing of the last weeks, locked; or None. What a machine called
        spam nobody has looked at."""
        since = timezone.now() - SAME_FOR
        mine = Report.objects.select_for_update().filter(reader=self.reader, kind=self.kind, created_at__gte=since)
        mine = mine.exclude(state=ReportState.SPAM, closed_by=None)
        return next(filter(self.is_about_the_same, mine.order_by("-created_at", "-pk")), None)

    def is_about_the_same(self, other):
        """Calls to two places of a doctor are two, and so are their corrections; suggestions are known by name and
        state."""
        if self.kind == ReportKind.SUGGESTION:
            return self.suggested == other.suggested
        is_same_place = self.kind == ReportKind.REMOVAL or self.practice_id == other.practice_id
        return is_same_place and self.doctor_id == other.doctor_id

    @property
    def suggested(self):
        """What tells one suggestion from another."""
        return [fold(self.proposed.get(name, "")) for name in ("name", "clinic", "state")]

    def add(self, later):
        """The same reader says more; or sent it twice. Who called again heard something else: that counts, and the
        words of before are kept."""
        before = self.said()
        self.proposed = merged(self.proposed, later.proposed)
        if later.words not in self.words:
            self.words = f"{self.words}\n\n{later.words}".strip()[-MOST_WORDS:]
        for name in ("outcome", "source_url", "name", "email", "relation"):
            setattr(self, name, getattr(later, name) or getattr(self, name))
        if self.said() != before:
            self.revision += 1
            self.ip, self.user_agent = later.ip, later.user_agent
            self.fall_due()
            self.save()

    def said(self):
        """All that its sender said."""
        told = ("outcome", "practice_id", "proposed", "words", "source_url", "name", "email", "relation")
        return [getattr(self, name) for name in told]

    def fall_due(self):
        """What a suggestion says goes to the spam checker. Nothing else does: it is private. Whose address and browser
        nobody will ask for, they are not kept."""
        if self.kind == ReportKind.SUGGESTION and self.is_open and self.ip and get_checker().configured:
            self.verdict, self.checked_at = "", None
            self.make_due(timezone.now())
        else:
            self.ip, self.user_agent = None, ""

    def record_verdict(self, result):
        """What the checker says of a claimed suggestion. Out of sight goes only what nobody has decided about. Returns
        whether the claim still held."""
        now = timezone.now()
        is_ours = self.finish(verdict=result.verdict, checked_at=now, ip=None, user_agent="")
        if is_ours and result.verdict != Verdict.HAM:
            Report.objects.open().filter(pk=self.pk).update(state=ReportState.SPAM, closed_at=now)
        return is_ours

    # --- Deciding -------------------------------------------------------------------------------

    def close(self, state, *, by):
        """Somebody is done with it: applied, closed, or spam."""
        self.state, self.closed_at, self.closed_by = state, timezone.now(), by
        self.save(update_fields=DECISION)

    def reopen(self):
        """It is no spam, a person says: so it is not asked about again."""
        self.state, self.closed_at, self.closed_by = ReportState.OPEN, None, None
        self.make_due(None)
        self.save(update_fields=[*DECISION, "due_at", "leased_until", "attempts", "last_error"])

    def decision(self):
        """What a decision changes, as JSON: see `put_back`."""
        return {
            "state": self.state,
            "closed_at": self.closed_at and self.closed_at.isoformat(),
            "closed_by": self.closed_by_id,
        }

    def put_back(self, decision):
        """As it was when `decision` gave this."""
        self.state, self.closed_by_id = decision["state"], decision["closed_by"]
        self.closed_at = decision["closed_at"] and datetime.fromisoformat(decision["closed_at"])
        self.save(update_fields=DECISION)


DECISION = ["state", "closed_at", "closed_by"]


def merged(before, later):
    """Two of `proposed` as one; also what they say about the offers of a practice, {key: {field: value}}."""
    offers = before.get("offers", {}) | later.get("offers", {})
    return before | later | ({"offers": offers} if offers else {})
