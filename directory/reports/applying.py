"""A report is applied: the listing says what a reader told us, marked as such. No date of a check is touched."""

from django.utils.crypto import salted_hmac

from directory.models import Offer, Practice
from directory.reports.difference import wanted
from directory.reports.facts import plain

MODELS = {"practice": Practice, "offer": Offer}


class Changed(Exception):
    """Somebody changed the listing since."""


def apply(report):
    """Set what a Report proposes; the caller has locked the listing. Returns what `take_back` needs, as JSON."""
    change, reason = wanted(report), f"A reader told us (report {report.pk})"
    rows = [set_facts(offer, values, reason) for offer, values in change.offers.items()]
    if change.practice:
        moved = ("lat", "lon") if "zip_code" in change.practice else ()  # then `save` finds the new place
        rows.append(set_facts(report.practice, change.practice, reason, moved))
    return {"rows": rows}


def set_facts(row, values, reason, beside=()):
    """Returns what the row was, and a mark of what it is now."""
    was = {name: plain(getattr(row, name)) for name in (*values, *beside, "told")}
    row.told_by_reader(**values)
    for name in beside:
        setattr(row, name, None)
    save(row, reason)
    return {"model": row._meta.model_name, "pk": row.pk, "was": was, "is": mark_of(row, was)}


def take_back(facts):
    """Put the rows back as they were. Raises Changed if somebody changed these facts since."""
    for row in reversed(facts["rows"]):
        now = MODELS[row["model"]].objects.select_for_update().filter(pk=row["pk"]).first()
        if now is None or mark_of(now, row["was"]) != row["is"]:
            raise Changed
        for name, value in row["was"].items():
            setattr(now, name, value)
        save(now, "Undone: a reader told us")


def save(row, reason):
    """Save it, with the reason in its history."""
    row._change_reason = reason
    row.save()


def mark_of(row, names):
    """A mark of these facts of a row, from which nobody can read them."""
    facts = [(name, plain(getattr(row, name))) for name in sorted(names)]
    facts = [(name, sorted(value.items()) if isinstance(value, dict) else value) for name, value in facts]
    return salted_hmac("directory.reports.applied", repr(facts), algorithm="sha256").hexdigest()[:32]
