"""What the page to call from shows."""

from django.db.models import Prefetch
from django.utils import timezone

from crpsinfo.admin import usernames
from directory.admin.because import what_to_do
from directory.admin.recheck import calls
from directory.admin.recheck.seen import mark_of
from directory.models import CheckResult, RegisterEntry
from directory.told_numbers import told_numbers

CHECKS = 10  # the latest


def about(doctor, form=None):
    """As context: all that is known of a listing, and what came back of a form that was not carried out."""
    practices = doctor.practices.prefetch_related("offers__treatment")
    told = told_numbers(practices)
    return {
        "title": f"Call: {doctor}",
        "original": doctor,
        "seen": mark_of(doctor),
        "practices": [for_call(practice, form, told.get(practice.pk)) for practice in practices],
        "reports": doctor.reports.open().select_related("practice"),
        "checks": doctor.checks.select_related("practice").prefetch_related(Prefetch("by", usernames()))[:CHECKS],
        "because": what_to_do(doctor),
        "registered": RegisterEntry.objects.filter(pk=doctor.npi).first() if doctor.npi else None,
        "buttons": [(name.value, words) for name, words in calls.OF_PRACTICE.items()],
        "stopped": CheckResult.STOPPED.value,
        "dispute": calls.DISPUTE,
        "today": timezone.localdate(),
        "form": form,
    }


def for_call(practice, form, told_number):
    """A practice, with what is ticked: all of it, or what the form that came back has. `told_number`: the ToldNumber if
    its number is a reader's word."""
    typed = form.data if form is not None and form.data.get("practice") == str(practice.pk) else None
    ticked = typed.getlist("offers") if typed else None
    return {
        "practice": practice,
        "told_number": told_number,
        "offers": [(offer, ticked is None or str(offer.pk) in ticked) for offer in practice.offers.all()],
        "place": typed is None or "place" in typed,
        "note": typed.get("note", "") if typed else "",
        "is_out_of_reach": calls.is_out_of_reach(practice),
    }
