"""A listing leaves the lists because of a report: a doctor or a clinic asks for it and is taken off, or is shown as
disputed; or what a reader told us leaves one that may not be listed. And all that taken back."""

from datetime import date

from directory.models import Check, CheckOf, CheckResult, NotListed, Status
from directory.reports.applying import Changed, mark_of

CALLED = "Called the published number: they asked to be taken off (report {})."
STANDING = ("status", "hidden_because", "stopped_since", "stopped_source")


def remove(report, by):
    """Somebody called the published number, and they want it so. Returns what `take_back` needs, as JSON."""
    doctor, note = report.doctor, CALLED.format(report.pk)
    before = set(NotListed.objects.filter(doctor=doctor).values_list("pk", flat=True))
    facts = on_record(doctor, note, lambda: doctor.remove_on_request(by=by))
    check = Check.objects.create(doctor=doctor, what=CheckOf.PHONE, result=CheckResult.CHANGED, by=by, note=note)
    new = NotListed.objects.filter(doctor=doctor).exclude(pk__in=before)
    return facts | {"check": check.pk, "not_listed": list(new.values_list("pk", flat=True))}


def dispute(report, by):
    """Nobody could be reached there yet. The request goes on waiting."""
    return on_record(report.doctor, f"Asked to be taken off; not verified (report {report.pk}).", report.doctor.dispute)


def hide_unless_listable(report):
    """After it was applied: hide a listing that lacks something now. Returns what `take_back` needs, or {}."""
    doctor = report.doctor.locked()
    if not (doctor.is_listed and doctor.missing_for_listing()):
        return {}
    return on_record(doctor, f"May not be listed after report {report.pk}", doctor.hide)


def on_record(doctor, reason, verb):
    """Carry out a verb of the doctor, with the reason in the history. Returns how it stood, and a mark of how it does
    now."""
    was = {name: getattr(doctor, name) for name in STANDING}
    was["stopped_since"] = doctor.stopped_since and doctor.stopped_since.isoformat()
    verb()
    newest = doctor.history.first()
    newest.history_change_reason = reason
    newest.save(update_fields=["history_change_reason"])
    return {"was": was, "is": mark_of(doctor, STANDING)}


def take_back(doctor, facts):
    """Put the listing back as it stood. Raises Changed if somebody decided something about it since, and NotListable if
    it cannot be listed any more."""
    if mark_of(doctor, STANDING) != facts["is"]:
        raise Changed
    NotListed.objects.filter(pk__in=facts.get("not_listed", [])).delete()
    Check.objects.filter(pk=facts.get("check")).delete()
    was = facts["was"]
    back = {
        Status.LISTED: doctor.publish,
        Status.HIDDEN: lambda: doctor.hide(because=was["hidden_because"]),
        Status.STOPPED: lambda: doctor.stop(
            since=date.fromisoformat(was["stopped_since"]), source=was["stopped_source"]
        ),
        Status.DISPUTED: doctor.dispute,
    }
    on_record(doctor, "Undone.", back[was["status"]])
