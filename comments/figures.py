"""How well the spam filter works, month by month, counted from the comments themselves; what is counted is said in
`SpamMonth`. A month starts at midnight UTC of its first day, by which it is named. Erasing a comment leaves what is
counted here: its verdict, its state, who decided, and when."""

from datetime import UTC, datetime, timedelta
from itertools import dropwhile
from math import sqrt
from statistics import median

from django.db.models import Count, F, Q
from django.utils import timezone

from comments.models import Comment, Sample, SpamMonth
from comments.moves import Status
from crpsinfo.models import RuleAction
from crpsinfo.spam import Verdict

SHOWN = 12  # months
UNSETTLED = 3  # the latest months: decisions still come in
Z_95 = 1.96  # of the standard normal distribution, two-sided 95 %

CAUGHT = Q(verdict__in=[Verdict.SPAM, Verdict.DISCARD])
BY_A_PERSON = Q(decided_at__isnull=False)


def keep():
    """Store the figures of the latest months, and those of an earlier one that are not stored yet. The daily job."""
    months = latest(SHOWN)
    stored = set(SpamMonth.objects.filter(month__in=months).values_list("month", flat=True))
    for month in months:
        if month in months[:UNSETTLED] or month not in stored:
            SpamMonth.objects.update_or_create(month=month, defaults=of_month(month))


def last_months(number=SHOWN):
    """The SpamMonths of so many months, the latest first: the current one as it is now, the others as they were stored.
    Those before anything was counted are left out."""
    current, *earlier = latest(number)
    stored = SpamMonth.objects.filter(month__in=earlier).order_by("month")
    counted = list(dropwhile(is_empty, [*stored, SpamMonth(month=current, **of_month(current))]))
    return counted[::-1]


def is_empty(row):
    return not (row.checked or row.ruled_spam or row.ruled_hold or row.sampled)


def of_month(month):
    """{figure: its value now} of the month that starts on this date, as SpamMonth names them."""
    since, until = start_of(month), start_of(month_after(month))
    checked = Comment.objects.filter(checked_at__gte=since, checked_at__lt=until)
    posted = Comment.objects.filter(created_at__gte=since, created_at__lt=until)
    judged = Sample.objects.filter(drawn_at__gte=since, drawn_at__lt=until, closed_at__isnull=False)
    return {
        **checked.aggregate(
            checked=Count("pk"),
            spam=Count("pk", filter=CAUGHT),
            discarded=Count("pk", filter=Q(verdict=Verdict.DISCARD)),
            missed=Count("pk", filter=BY_A_PERSON & Q(verdict=Verdict.HAM, status=Status.SPAM)),
            false_positives=Count("pk", filter=BY_A_PERSON & CAUGHT & Q(status=Status.PUBLIC)),
        ),
        "median_seconds": median_wait(checked),
        **posted.aggregate(
            ruled_spam=Count("pk", filter=Q(ruling=RuleAction.SPAM)),
            ruled_hold=Count("pk", filter=Q(ruling=RuleAction.HOLD)),
        ),
        **judged.aggregate(sampled=Count("pk"), sample_wrong=Count("pk", filter=Q(was_spam=False))),
    }


def median_wait(checked):
    """The median time from posting to the verdict, in whole seconds, over those of these comments that were not changed
    between the two; None without any. The database puts them in order: nothing but the middle is brought here."""
    waits = checked.filter(edited_at=None).annotate(wait=F("checked_at") - F("created_at")).order_by("wait")
    number = waits.count()
    middle = waits.values_list("wait", flat=True)[max(number - 1, 0) // 2 : number // 2 + 1]
    wait = median([*middle] or [None])
    return None if wait is None else max(0, round(wait.total_seconds()))


def interval(part, whole):
    """(low, high): between these shares, from 0 to 1, the true one lies with a probability of 95 %, when `part` of
    `whole` were seen at random. E. B. Wilson's score interval, J. Am. Stat. Assoc. 22 (1927), 209-212, which also holds
    for few and for none. `whole` is more than 0."""
    share, spread = part / whole, Z_95**2 / whole
    middle = (share + spread / 2) / (1 + spread)
    reach = Z_95 / (1 + spread) * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def latest(number):
    """The first days of so many months, the current one first."""
    months = [timezone.now().date().replace(day=1)]
    while len(months) < number:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def month_after(month):
    return (month + timedelta(days=31)).replace(day=1)


def start_of(month):
    return datetime(month.year, month.month, month.day, tzinfo=UTC)
