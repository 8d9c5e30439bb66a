"""What an editor enters as checked, in a form or a file, leaves a row on record as well."""

from directory.models import Check, CheckOf, CheckResult, Confirmed

OF_DOCTORS = {"licence_checked_on": CheckOf.LICENSE, "supervision_checked_on": CheckOf.SUPERVISION}
# Who confirms something spoke with us; a reader who told us something is no check.
HOW = {Confirmed.PHONE: CheckOf.PHONE, Confirmed.CLINIC: CheckOf.PHONE, Confirmed.WEBSITE: CheckOf.WEBSITE}


def checks_of_doctor(doctor, changed, *, by):
    """The unsaved Checks that follow from a form or a file that changed these fields of the doctor."""
    notes = {"licence_checked_on": doctor.licence_checked_how}
    entered = {name: getattr(doctor, name) for name in OF_DOCTORS if name in changed}
    return [
        confirmed(doctor, OF_DOCTORS[name], day, by=by, note=notes.get(name, ""))
        for name, day in entered.items()
        if day
    ]


def checks_of_practice(practice, changed, *, by):
    what = HOW.get(practice.checked_how)
    if "checked_on" not in changed or not (practice.checked_on and what):
        return []
    words = f"Address and access: {practice.get_checked_how_display().lower()}"
    return [confirmed(practice.doctor, what, practice.checked_on, by=by, note=words, practice=practice)]


def checks_of_offer(offer, changed, *, by):
    what = HOW.get(offer.confirmed_how)
    if "confirmed_on" not in changed or not (offer.confirmed_on and what):
        return []
    words = f"{offer.treatment}: {offer.get_confirmed_how_display().lower()}"
    practice, facts = offer.practice, {"offers": [offer.treatment.slug]}
    return [confirmed(practice.doctor, what, offer.confirmed_on, by=by, note=words, practice=practice, facts=facts)]


def confirmed(doctor, what, on, *, by, note="", **fields):
    return Check(
        doctor=doctor, what=what, result=CheckResult.CONFIRMED, on=on, by=by, note=note[: longest_note()], **fields
    )


def longest_note():
    return Check._meta.get_field("note").max_length


def record(formset, checks_of, *, by):
    """Put on record what was entered in the rows of a formset that was saved just now."""
    changed = [form for form in formset.forms if form.has_changed() and form not in formset.deleted_forms]
    checks = [check for form in changed for check in checks_of(form.instance, form.changed_data, by=by)]
    Check.objects.bulk_create(checks)
