"""Reports about listings at the desk."""

from django import forms
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from crpsinfo.desk.kinds import Kind, Left, Tab
from directory.models import Doctor, NotListable, Offer, Practice, Report, ReportKind, ReportState, Status
from directory.models.report import DECIDE
from directory.reports.applying import Changed
from directory.reports.card import admin_page, cards, mark_of
from directory.reports.decisions import DECISIONS

IN_BULK = ("close", "spam")
FOR_AN_EDITOR = "An editor decides that."
GONE = "It is not here any more."
CALLED = {
    ReportKind.SUGGESTION: "suggestion",
    ReportKind.CORRECTION: "correction",
    ReportKind.CALLED: "report of a call",
    ReportKind.REMOVAL: "request",
}


class ReportForm(forms.Form):
    action = forms.ChoiceField(
        choices=[(name, decision.words) for name, decision in DECISIONS.items()],
        error_messages={"required": "Choose what to do."},
    )


class Reports(Kind):
    name = "listing-report"
    permission = DECIDE
    template = "admin/directory/report/_card.html"
    keys = [
        ("a", "apply; or make a draft of a suggestion"),
        ("r", "remove: confirmed by a call"),
        ("d", "show as disputed"),
        ("c", "close: nothing to change"),
        ("s", "spam"),
        ("n", "not spam"),
    ]
    bulk = [(name, DECISIONS[name].words) for name in IN_BULK]
    tabs = (
        Tab("listings", "Listings", lambda user: Report.objects.open().by_urgency(), waits=True),
        Tab("listing-spam", "Listing spam", lambda user: Report.objects.spam().order_by("-closed_at", "-pk")),
    )

    def cards(self, rows, user):
        return cards(rows.for_desk(), user)

    def form(self, data):
        return ReportForm(data)

    @transaction.atomic
    def decide(self, pk, typed, *, by, seen):
        report, decision = locked(pk), DECISIONS[typed["action"]]
        check_may(by, decision)
        if mark_of(report) not in seen.marks or not decision.is_possible(report):
            raise Left(how_it_is(report))
        before = report.decision()
        facts = decision.carry_out(report, by)
        return facts | {"before": before, "after": report.decision()}

    @transaction.atomic
    def undo(self, step, *, by):
        report = locked(step.item)
        check_may(by, DECISIONS[step.name])
        if report.decision() != step.facts["after"]:
            raise Left(how_it_is(report))
        try:
            DECISIONS[step.name].take_back(report, step.facts)
        except Changed:
            raise Left("Somebody has changed the listing since. Change it in the admin.") from None
        except NotListable as refusal:
            raise Left(str(refusal)) from None
        report.put_back(step.facts["before"])

    def done(self, name):
        return DECISIONS[name].done

    def called(self, pks):
        rows = Report.objects.filter(pk__in=pks).select_related("doctor")
        return {report.pk: called(report) for report in rows}

    def leads_to(self, pk, typed, user):
        """A new draft is to be checked and filled in at once, by whoever may."""
        draft = Doctor.objects.filter(reports=pk).first() if typed["action"] == "accept" else None
        return admin_page(draft, user) if draft else ""

    def requested_since(self, time):
        return Report.objects.requests().filter(Q(created_at__gt=time) if time else Q()).count()

    def waiting_since(self):
        return Report.objects.unanswered().order_by("created_at").values_list("created_at", flat=True).first()

    def last_decided(self):
        return Report.objects.decided_by_people().aggregate(at=Max("closed_at"))["at"]

    def page(self, pk):
        return reverse("admin:desk-tab", args=[self.tabs[0].slug])


def check_may(user, decision):
    """Raises Left for what is not for this user to decide, or to take back."""
    if not decision.may(user):
        raise Left(FOR_AN_EDITOR)


def locked(pk):
    """The report as it is now, with the listing; nobody else changes either until this transaction ends. Left if there
    is none."""
    row = Report.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Left(GONE)
    if row.doctor_id:  # always in this order, as when a listing is saved: nobody waits in a circle
        list(Doctor.objects.select_for_update().filter(pk=row.doctor_id))
        list(Practice.objects.select_for_update().filter(doctor=row.doctor_id).order_by("pk"))
        list(Offer.objects.select_for_update().filter(practice__doctor=row.doctor_id).order_by("pk"))
    return Report.objects.for_desk().get(pk=pk)


def called(report):
    """How people speak of it. Of a suggestion without the name, which a reader typed."""
    return f"{CALLED[report.kind]} {report.pk}{f', about {report.doctor}' if report.doctor_id else ''}{hidden(report)}"


def hidden(report):
    """That the listing which this was applied to is out of sight now, and why: as further sentences; else ""."""
    is_change = report.state == ReportState.APPLIED and report.kind in (ReportKind.CORRECTION, ReportKind.CALLED)
    if not is_change or report.doctor.status != Status.HIDDEN:
        return ""
    missing = report.doctor.missing_for_listing()
    return f". Hidden now. {NotListable(missing)}" if missing else ". Hidden now."


def how_it_is(report):
    """What a report is now, and who made it so, and when: sentences."""
    if report.is_open:
        return "It waits now, and it or the listing has changed since this page was made."
    at = date_format(timezone.localtime(report.closed_at), "DATETIME_FORMAT")
    return (
        f"It is {report.get_state_display()}{f', by {report.closed_by}' if report.closed_by else ''}, since {at} UTC."
    )
