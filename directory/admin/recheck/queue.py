"""Which listings need a call, and why."""

from collections import Counter
from datetime import timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from directory.freshness import FRESH_DAYS, short_date
from directory.models import Check, CheckOf, CheckResult, Doctor, Practice, Report, Status

UNANSWERED = (CheckResult.NO_ANSWER, CheckResult.WRONG_NUMBER)


def to_call(state=None):
    """Doctors and clinics to call, in the order in which that is needed: those about whom readers reported something,
    those that a file of the government hid, then those that were not checked for longest. Whom somebody tried to reach
    today comes after the others. `state`: a code; without one, of all states."""
    today, of_doctor = timezone.localdate(), {"doctor": OuterRef("pk")}
    practices = Practice.objects.filter(**of_doctor)
    oldest = practices.order_by(F("fresh_on").asc(nulls_first=True)).values("fresh_on")[:1]
    overdue = practices.filter(Q(fresh_on=None) | Q(fresh_on__lt=today - timedelta(days=FRESH_DAYS)))
    tried = Check.objects.filter(what=CheckOf.PHONE, on=today, result__in=UNANSWERED, **of_doctor)
    doctors = Doctor.objects.exclude(status=Status.REMOVED).annotate(
        is_reported=Exists(Report.objects.open().filter(**of_doctor)),
        hidden_by_a_file=Case(When(hidden_because="", then=0), default=1),
        was_tried=Exists(tried),
        oldest=Subquery(oldest),
    )
    is_overdue = Q(Exists(overdue), status=Status.LISTED)
    found = doctors.filter(Q(is_reported=True) | ~Q(hidden_because="") | Q(status=Status.DISPUTED) | is_overdue)
    if state:
        found = found.filter(Exists(practices.in_state(state)))
    never_first = F("oldest").asc(nulls_first=True)  # on both databases
    return found.order_by("-is_reported", "-hidden_by_a_file", "was_tried", never_first, "pk")


def with_reasons(doctors):
    """[(doctor, why they are to be called: texts)] in a number of queries that does not grow with the doctors."""
    reports = Counter(Report.objects.open().filter(doctor__in=doctors).values_list("doctor", flat=True))
    calls = Check.objects.filter(doctor__in=doctors, what=CheckOf.PHONE).latest()
    last_calls = {call.doctor_id: call for call in calls}
    return [(doctor, list(reasons(doctor, reports[doctor.pk], last_calls.get(doctor.pk)))) for doctor in doctors]


def reasons(doctor, reports, last_call):
    if reports:
        yield f"{reports} open report{'' if reports == 1 else 's'} of readers"
    if doctor.hidden_because:
        yield f"Hidden: {doctor.get_hidden_because_display()}"
    if doctor.is_disputed:
        yield "Disputed"
    yield f"Last check {short_date(doctor.oldest)}" if doctor.oldest else "Never checked"
    if last_call:
        yield f"Last call: {last_call.get_result_display().lower()}, {short_date(last_call.on)}"
