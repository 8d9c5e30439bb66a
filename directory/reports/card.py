"""What a card shows of a report, and the mark of what was shown. The reports come from `for_desk`."""

from django.urls import reverse
from django.utils.crypto import salted_hmac

from crpsinfo.desk.kinds import FOLDED_FROM
from directory.models import Outcome, Report, ReportKind, ReportState, Status, Treatment
from directory.models.report import LATELY
from directory.reports.choices import Answer, in_words
from directory.reports.decisions import possible
from directory.reports.difference import changes, value_in_words, wanted
from directory.reports.duplicates import Suggested, asked_not_to_be_listed, listed_like
from directory.states import STATES
from directory.told_numbers import told_numbers

SAID = {  # of a suggestion, in the order in which a card shows it
    "name": "Doctor",
    "clinic": "Clinic",
    "city": "City",
    "state": "State",
    "zip_code": "ZIP code",
    "phone": "Phone",
    "phone_ext": "Extension",
    "website": "Website",
}
FOR_CRPS = {Answer.YES: "yes", Answer.NO: "no"}


def cards(reports, user):
    """A card's context for each of these, in a fixed number of queries."""
    reports = list(reports)
    shared = {
        "user": user,
        "heard": Report.objects.heard_lately({report.doctor_id for report in reports} - {None}),
        "treatments": dict(Treatment.objects.values_list("slug", "name")),
        "like": like([report for report in reports if is_waiting_suggestion(report)]),
        "told_numbers": told_numbers([practice for report in reports for practice in places(report)]),
    }
    return [card(report, shared) for report in reports]


def places(report):
    """The practices of the listing that it is about."""
    return report.doctor.practices.all() if report.doctor else []


def like(suggestions):
    """{key of a suggestion: (practices listed under such a name in the state, whether such a one asked not to be)}"""
    suggested = [Suggested.by(report.proposed) for report in suggestions]
    found = zip(listed_like(suggested), asked_not_to_be_listed(suggested), strict=True) if suggested else []
    return {report.pk: both for report, both in zip(suggestions, found, strict=True)}


def is_waiting_suggestion(report):
    return report.kind == ReportKind.SUGGESTION and report.doctor_id is None


def card(report, shared):
    listed, asked_not_to_be = shared["like"].get(report.pk, ([], False))
    buttons, user = possible(report), shared["user"]
    allowed = {name: decision for name, decision in buttons.items() if decision.may(user)}
    return {
        "pk": report.pk,
        "mark": mark_of(report),
        "report": report,
        "title": title(report),
        "why": list(why(report)),
        "relation": in_words(report.relation),
        "changes": changes(report) if report.is_open else [],
        "said": said(report, shared["treatments"]) if report.kind == ReportKind.SUGGESTION else [],
        "call_back": report.proposed.get("phone", "") if report.kind == ReportKind.REMOVAL else "",
        "heard": heard_in_words(shared["heard"].get(report.doctor_id), report),
        "listed": listed,
        "asked_not_to_be_listed": asked_not_to_be,
        "is_long": len(report.words) > FOLDED_FROM,
        "filter": filter_in_words(report),
        "places": [(practice, shared["told_numbers"].get(practice.pk)) for practice in places(report)],
        "buttons": allowed,
        "is_for_an_editor": len(allowed) < len(buttons),
        **addresses(report, user),
    }


def title(report):
    """What it is, in a few words."""
    if report.kind == ReportKind.CALLED:
        return f"A call: {Outcome(report.outcome).label.lower()}"
    named = {
        ReportKind.REMOVAL: "Asks to be taken off",
        ReportKind.CORRECTION: "Correction",
        ReportKind.SUGGESTION: "Suggestion",
    }
    return named[report.kind]


def why(report):
    """What to look at first, in plain words."""
    doctor = report.doctor
    if report.kind == ReportKind.REMOVAL and report.is_open:
        if doctor.is_disputed:
            yield f"disputed since {doctor.status_on:%-d %b %Y}: call again"
        else:
            yield "call the published number"
    if doctor and not doctor.is_listed:
        yield f"the listing is {Status(doctor.status).label}"
    new_state = wanted(report).practice.get("state") if report.is_open else None
    if new_state and doctor.licence_checked_on:  # licenses are of one state
        was, will_be = report.practice.place.name, STATES[new_state].name
        yield f"it would move to {will_be}: the license was checked for {was}. Check it for {will_be}, too"


def said(report, treatments):
    """[(label, value)] of what a suggestion says about somebody."""
    known = [(label, value_in_words(name, report.proposed.get(name))) for name, label in SAID.items()]
    offered = [treatments.get(slug, slug) for slug in report.proposed.get("treatments", [])]
    for_crps = FOR_CRPS.get(report.proposed.get("for_crps"), "not known")
    shown = [(label, value) for label, value in known if value != "not known"]
    return [*shown, ("Treatments", ", ".join(offered) or "not known"), ("For CRPS", for_crps)]


def heard_in_words(heard, report):
    """What readers heard lately who called: a sentence; "" if nobody did but for this report itself."""
    total = heard.total() if heard else 0
    if total <= (report.kind == ReportKind.CALLED and report.state != ReportState.SPAM):
        return ""
    calls = "1 call" if total == 1 else f"{total} calls"
    said = ", ".join(f"{count} × “{Outcome(outcome).label}”" for outcome, count in heard.most_common())
    return f"Readers told us of {calls} in the last {LATELY.days} days. They heard: {said}."


def filter_in_words(report):
    """What the spam checks say of a suggestion."""
    if report.kind != ReportKind.SUGGESTION:
        return ""
    if report.checked_at:
        return f"Spam filter: {report.get_verdict_display()}."
    if report.state == ReportState.SPAM and not report.closed_by_id:
        return "Called spam by our own rules, or filled in by a machine."
    return (
        f"Spam filter: not asked yet{f' ({report.last_error})' if report.last_error else ''}." if report.due_at else ""
    )


def addresses(report, user):
    """Where to look further, as far as this user may: "" for what there is not."""
    doctor = report.doctor
    if doctor is None:
        return {"public_page": "", "admin_page": "", "call_page": ""}
    is_public = doctor.status not in (Status.HIDDEN, Status.REMOVED) and doctor.home_state
    return {
        "public_page": doctor.get_absolute_url() if is_public else "",
        "admin_page": admin_page(doctor, user),
        "call_page": call_page(doctor, user),
    }


def admin_page(doctor, user):
    return reverse("admin:directory_doctor_change", args=[doctor.pk]) if user.has_perm("directory.view_doctor") else ""


def call_page(doctor, user):
    """The telephone script for this listing."""
    may_call = user.has_perm("directory.change_doctor") and not doctor.is_removed
    return reverse("admin:directory_recheck", args=[doctor.pk]) if may_call else ""


def mark_of(report):
    """A mark that changes with everything a decision is about: the report, and the listing. Nobody can make one up."""
    facts = [report.pk, report.state, report.revision, report.closed_at and report.closed_at.isoformat()]
    if doctor := report.doctor:
        facts += [doctor.pk, doctor.status, doctor.updated_at.isoformat(), report.practice_id]
        for practice in doctor.practices.all():
            facts.append((practice.pk, practice.updated_at.isoformat()))
            facts += [(offer.pk, offer.updated_at.isoformat()) for offer in practice.offers.all()]
    return salted_hmac("directory.reports.seen", repr(facts), algorithm="sha256").hexdigest()[:32]
