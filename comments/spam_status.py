"""How the spam filter fares: what its page in the admin shows and `akismet_status` prints. Nobody outside is asked for
it; what the checker said was kept (see `crpsinfo.spam.health`)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Min
from django.forms.models import model_to_dict

from comments.figures import interval, last_months
from comments.models import Comment, SpamMonth
from crpsinfo.models import CheckerState
from crpsinfo.spam import get_checker
from crpsinfo.spam.health import Trouble, moment, percentage, troubles
from crpsinfo.work import DueQuerySet, all_work, overdue_since

KINDS = {  # of background work, as moderators know them
    "comments.Comment": "Comments to check",
    "comments.Proposal": "New versions to check",
    "comments.Feedback": "Decisions to report to the checker",
    "comments.Notification": "Mails",
    "crpsinfo.PeriodicJob": "Regular jobs",
}
NOBODY_AT_WORK = (
    "No worker is at work, or not enough: start one (manage.py worker). What waits is done then, and nothing is lost."
)
UNITS = [("day", 86_400), ("hour", 3_600), ("minute", 60)]  # in seconds
NOTHING = "–"


@dataclass(frozen=True)
class KindOfWork:
    """One kind of background work: how much of it is due now, since when, and how much was tried and put off."""

    what: str
    due: int
    oldest_due: datetime | None
    put_off: int
    waits_for_checker: bool  # because the checker does not answer

    @classmethod
    def of(cls, work):
        label, rows = work.model._meta.label, DueQuerySet(work.model)
        due = rows.due().aggregate(number=Count("pk"), oldest=Min("due_at"))
        return cls(
            what=KINDS.get(label) or work.model._meta.verbose_name_plural.capitalize(),
            due=due["number"],
            oldest_due=due["oldest"],
            put_off=rows.put_off().count(),
            waits_for_checker=bool(work.gate and work.gate.is_shut()),
        )


@dataclass(frozen=True)
class Judged:
    """What people found in the sample of blatant spam: how many of them were none; and between which shares, from 0 to
    1, that lies for all blatant spam, with a probability of 95 %."""

    judged: int
    wrong: int
    low: float
    high: float

    @classmethod
    def over(cls, months):
        """All samples of these SpamMonths; None without any."""
        judged, wrong = sum(month.sampled for month in months), sum(month.sample_wrong for month in months)
        return cls(judged, wrong, *interval(wrong, judged)) if judged else None

    def __str__(self):
        found = "1 was no spam" if self.wrong == 1 else f"{self.wrong} were no spam"
        share, low, high = (percent(share) for share in (self.wrong / self.judged, self.low, self.high))
        return f"Of {self.judged} that people judged, {found}: about {share}, between {low} and {high}"


@dataclass(frozen=True)
class SpamStatus:
    checker: str
    configured: bool
    state: CheckerState
    unchecked: int
    oldest_unchecked: datetime | None
    work: list[KindOfWork]
    overdue_since: datetime | None
    months: list[SpamMonth]  # the latest first

    @classmethod
    def now(cls):
        checker = get_checker()
        waiting = Comment.objects.waiting().filter(checked_at=None)
        if checker.configured:
            waiting = Comment.objects.unchecked()
        unchecked = waiting.aggregate(number=Count("pk"), oldest=Min("created_at"))
        return cls(
            checker=checker.name,
            configured=checker.configured,
            state=CheckerState.current(),
            unchecked=unchecked["number"],
            oldest_unchecked=unchecked["oldest"],
            work=[KindOfWork.of(work) for work in all_work()],
            overdue_since=overdue_since(),
            months=last_months(),
        )

    @cached_property
    def troubles(self):
        """What is wrong, and what to do: a Trouble for each."""
        found = list(troubles(self.checker, self.state)) if self.configured else []
        if self.overdue_since:
            found.append(Trouble(f"Work is overdue since {moment(self.overdue_since)}.", NOBODY_AT_WORK))
        return found

    @cached_property
    def judged(self):
        return Judged.over(self.months)

    @property
    def rows(self):
        """(SpamMonth, its accuracy, its median time to the verdict; these in words) of each month."""
        return [(month, percent(month.accuracy), in_words(month.median_seconds)) for month in self.months]

    @property
    def percentage(self):
        return percentage(self.state)

    def as_dict(self):
        """Everything, as JSON has it."""
        state = self.state
        alert = {"code": state.alert_code, "message": state.alert_message, "since": state.alert_at}
        usage = {"limit": state.limit, "used": state.used, "throttled": state.throttled, "percentage": self.percentage}
        return {
            "checker": self.checker,
            "configured": self.configured,
            "key": state.key_state,
            "verified_at": state.verified_at,
            "usage": None if state.used is None else usage,
            "usage_at": state.usage_at,
            "last_success_at": state.last_success_at,
            "last_error": state.last_error,
            "last_error_at": state.last_error_at,
            "alert": alert if state.alert_code else None,
            "failing_since": state.failing_since,
            "next_probe_at": state.probe_at,
            "unchecked": self.unchecked,
            "oldest_unchecked": self.oldest_unchecked,
            "work": [asdict(kind) for kind in self.work],
            "overdue_since": self.overdue_since,
            "troubles": [asdict(trouble) for trouble in self.troubles],
            "months": [model_to_dict(month) | {"accuracy": month.accuracy} for month in self.months],
            "judged": self.judged and asdict(self.judged),
        }


def percent(share):
    """A share from 0 to 1, or None, as text."""
    return NOTHING if share is None else f"{100 * share:.1f}%"


def in_words(seconds):
    """A time, or None, in the largest unit of which there are two at least."""
    if seconds is None:
        return NOTHING
    for unit, size in UNITS:
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
