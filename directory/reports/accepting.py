"""A suggestion becomes a draft that nobody sees: a doctor, a practice and its offers, for an editor to check."""

from django.utils import timezone

from directory.freshness import short_date
from directory.models import Doctor, ForCrps, Kind, Offer, Practice, Status
from directory.names import parts_of
from directory.reports.applying import Changed, save
from directory.reports.checking import treatments_of
from directory.reports.choices import Answer

PLACE = ("city", "state", "zip_code", "phone", "phone_ext", "website")


def accept(report):
    """Make the draft, and say in the report which it is. Returns what `take_back` needs, as JSON."""
    reason, said = f"Suggested by a reader (report {report.pk})", report.proposed
    doctor = Doctor(**names_of(said), source=f"Suggested by a reader, {short_date(timezone.localdate())}")
    save(doctor, reason)
    practice = Practice(doctor=doctor)
    facts = {"clinic_name": said.get("clinic", "")} | {name: said.get(name, "") for name in PLACE}
    practice.told_by_reader(**{name: value for name, value in facts.items() if value})
    save(practice, reason)
    for treatment in treatments_of(report):
        offer = Offer(practice=practice, treatment=treatment)
        if said.get("for_crps") == Answer.YES:
            offer.told_by_reader(for_crps=ForCrps.YES)
        save(offer, reason)
    report.doctor, report.practice = doctor, practice
    report.save(update_fields=["doctor", "practice"])
    return {"draft": doctor.pk, "changed_at": changed_at(doctor.pk)}


def names_of(said):
    """The fields of a Doctor that tell who it is."""
    if not said.get("name"):
        return {"kind": Kind.CLINIC, "organization": said["clinic"]}
    name = parts_of(said["name"])
    return {
        "first_name": name.first,
        "middle_name": name.middle,
        "last_name": name.last,
        "suffix": name.suffix,
        "credentials": name.credentials,
    }


def take_back(report, facts):
    """Delete the draft. Raises Changed if an editor has worked on it since."""
    draft = Doctor.objects.select_for_update().filter(pk=facts["draft"], status=Status.HIDDEN).first()
    if draft is None or changed_at(draft.pk) != facts["changed_at"]:
        raise Changed
    report.doctor = report.practice = None  # else it would go with the draft
    report.save(update_fields=["doctor", "practice"])
    draft.delete()


def changed_at(pk):
    """When anything of a doctor's listing was changed last."""
    return Doctor.objects.with_changed_at().get(pk=pk).changed_at.isoformat()
