from collections import namedtuple
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from crpsinfo.desk.models import StaffMail, StaffMailKind, StaffSettings, UndoStep  # noqa: F401 - belong to this app
from crpsinfo.kept.models import SiteVersion  # noqa: F401 - it too
from crpsinfo.search.models import SearchEntry, SearchWord  # noqa: F401 - they too
from crpsinfo.spam import KeyState, rules
from crpsinfo.sql import rows
from crpsinfo.work import DueRow, due_index

SECRET_DAYS = 30
NETWORK_RULE_FOR = timedelta(days=30)  # unless somebody says otherwise: addresses change hands


class ReaderSecretQuerySet(models.QuerySet):
    def expired(self):
        return self.filter(created_at__lte=ReaderSecret.oldest())


class ReaderSecret(models.Model):
    """What reader keys are made with (see `crpsinfo.client`). Deleted when it is replaced."""

    secret = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReaderSecretQuerySet.as_manager()

    def __str__(self):
        return f"Secret of {self.created_at:%Y-%m-%d}"

    @staticmethod
    def oldest():
        """Those of then and before are over."""
        return timezone.now() - timedelta(days=SECRET_DAYS)


class Counter(models.Model):
    """How often something happened in one window of time (see `crpsinfo.limits`)."""

    key = models.CharField(max_length=120, primary_key=True)
    n = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.key}: {self.n}"


class PeriodicJob(DueRow):
    """A job that runs by the clock: a due row like any other, so one worker of all runs it."""

    name = models.CharField(max_length=60, primary_key=True)
    last_run_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [due_index("periodicjob_due")]

    def __str__(self):
        return self.name


class ContactMessageQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def to_answer(self):
        """What waits for a person: what may be about danger first, then the oldest."""
        return self.open().filter(called_spam=False).order_by("-in_danger", "created_at", "pk")

    def spam(self):
        """What our own rules call spam, and nobody has looked at."""
        return self.open().filter(called_spam=True).order_by("-created_at", "-pk")

    def closed(self):
        return self.filter(closed_at__isnull=False)


class ContactMessage(models.Model):
    """What somebody wrote to the people who run the site. Read in the admin, sent nowhere else."""

    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    text = models.TextField(validators=[MaxLengthValidator(10_000)])
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    about = models.CharField(max_length=200, blank=True)  # the address of the listing that it is about
    in_danger = models.BooleanField(default=False)  # its words may mean that somebody is
    called_spam = models.BooleanField(default=False)  # by our own rules; nobody outside is asked
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = "message"
        permissions = [("close_contactmessage", "Can close messages")]

    def __str__(self):
        return f"Message of {self.created_at:%-d %b %Y %H:%M}"

    def close(self, *, by):
        """Answered, or nothing to answer: its deletion date runs from now. Returns whether it was still open."""
        open_still = ContactMessage.objects.open().filter(pk=self.pk)
        return bool(open_still.update(closed_at=timezone.now(), closed_by=by))

    def set_called_spam(self, called):
        """Take it out of the spam, or put it back. Returns whether it was open, and where it was to be taken from."""
        other = ContactMessage.objects.open().filter(pk=self.pk, called_spam=not called)
        return bool(other.update(called_spam=called))

    def reopen(self, *, closed_at):
        """Take a closing back, if it is still the one of that time. Returns whether it was."""
        return bool(
            ContactMessage.objects.filter(pk=self.pk, closed_at=closed_at).update(closed_at=None, closed_by=None)
        )


class RuleKind(models.TextChoices):
    PHRASE = "phrase", "Word or phrase"
    EMAIL = "email", "E-mail address or domain"
    LINK = "link", "Domain that is linked to"
    NETWORK = "network", "Network"


class RuleAction(models.TextChoices):
    HOLD = "hold", "Hold: a person looks first"
    SPAM = "spam", "Spam: out of sight at once"


RuleRow = namedtuple("RuleRow", "id kind value action")  # what tells whether a rule matches, and what then happens
# The same of each rule that is `active`.
ACTIVE = "SELECT id, kind, value, action FROM crpsinfo_rule WHERE ends_at IS NULL OR ends_at > %s ORDER BY kind, value"


class RuleQuerySet(models.QuerySet):
    def active(self):
        """Those whose end has not come."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))

    def catching(self, submission):
        """The active ones of all that match a Submission: a list. Each counts its catch at the end of the transaction,
        when nothing else is locked: else two who wait for each other's rows would never end."""
        active = map(RuleRow._make, rows(ACTIVE, timezone.now()))
        caught = [Rule.from_db(self.db, RuleRow._fields, row) for row in rules.matching(submission, active)]
        for rule in caught:
            transaction.on_commit(rule.count_catch, robust=True)
        return caught

    def personal_and_over(self, days):
        """Those about a person's address that ended more than so many days ago."""
        of_persons = self.filter(kind__in=[RuleKind.EMAIL, RuleKind.NETWORK])
        return of_persons.filter(ends_at__lt=timezone.now() - timedelta(days=days))


class Rule(models.Model):
    """One of our own spam rules: what it looks for in a text that readers send, and what happens to what it finds. How
    it looks: see `crpsinfo.spam.rules`."""

    kind = models.CharField(max_length=10, choices=RuleKind.choices, default=RuleKind.PHRASE)
    value = models.CharField("what to look for", max_length=254)
    action = models.CharField(max_length=4, choices=RuleAction.choices, default=RuleAction.HOLD)
    note = models.CharField(max_length=200, blank=True, help_text="Why, for the other moderators.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )  # null: came with the site
    created_at = models.DateTimeField("added", default=timezone.now, editable=False)
    ends_at = models.DateTimeField("ends", null=True, blank=True)
    caught = models.PositiveIntegerField(default=0, editable=False)
    last_caught_at = models.DateTimeField("last caught something", null=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "value"]
        verbose_name = "spam rule"
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="rule_once"),
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind"),
            models.CheckConstraint(condition=Q(action__in=RuleAction.values), name="rule_action"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.value}"

    def clean(self):
        """The value as it is compared; a network ends some day unless told otherwise."""
        if not self.value or self.kind not in RuleKind.values:
            return  # which the fields say
        if wrong := rules.trouble(self.kind, self.value):
            raise ValidationError({"value": ValidationError(wrong, code="value")})
        self.value = rules.normalised(self.kind, self.value)
        was_network = Rule.objects.filter(pk=self.pk, kind=RuleKind.NETWORK).exists()
        if self.kind == RuleKind.NETWORK and self.ends_at is None and not was_network:
            self.ends_at = timezone.now() + NETWORK_RULE_FOR

    @property
    def is_active(self):
        return self.ends_at is None or self.ends_at > timezone.now()

    def count_catch(self):
        """Put on record that it caught something."""
        Rule.objects.filter(pk=self.pk).update(caught=F("caught") + 1, last_caught_at=timezone.now())

    @property
    def because(self):
        """What it caught, for moderators, without anybody's address."""
        if self.kind in (RuleKind.PHRASE, RuleKind.LINK):
            return f"“{self.value}”"
        return f"{'e-mail address' if self.kind == RuleKind.EMAIL else 'network'} (rule {self.pk})"


class CheckerState(models.Model):
    """How the spam checker fares: one row, which all workers share. Written by `crpsinfo.spam.breaker`."""

    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)  # null: it answers, and everything is asked
    probe_at = models.DateTimeField(null=True)  # while it fails: not asked again before this
    recovered_at = models.DateTimeField(null=True)  # when it answered again, the last time
    last_success_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    last_error_at = models.DateTimeField(null=True)
    alert_code = models.CharField(max_length=10, blank=True)  # of the latest answer; a problem with the account
    alert_message = models.CharField(max_length=200, blank=True)
    alert_at = models.DateTimeField(null=True)
    key_state = models.CharField(max_length=10, choices=KeyState.choices, blank=True)
    verified_at = models.DateTimeField(null=True)
    limit = models.PositiveIntegerField(null=True)  # of calls a month; null: none, or not known
    used = models.PositiveIntegerField(null=True)  # null: not known
    throttled = models.BooleanField(default=False)
    usage_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "spam filter"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="checker_state_one_row"),
            models.CheckConstraint(
                condition=Q(failing_since=None, probe_at=None) | Q(failing_since__isnull=False, probe_at__isnull=False),
                name="checker_state_failing_has_probe",
            ),
        ]

    def __str__(self):
        return f"Not answering since {self.failing_since:%-d %b %Y %H:%M}" if self.failing_since else "Answering"

    @classmethod
    def current(cls):
        """The one row, or what holds without it."""
        return cls.objects.first() or cls(pk=1)
