"""Storing what comes of a file, all at once: some 5,000 listings in a few seconds, in which on SQLite nobody else can
write. `save` would ask the database some thirty times for each of them."""

from django.db.models import Prefetch

from crpsinfo import search
from directory.admin import entered
from directory.admin.transfer.slugs import give_slugs
from directory.models import Check, Doctor, Offer, Practice

REASON = "CSV file"  # in the history
AT_ONCE = 500  # rows of an UPDATE
NEEDED = ("source", "licence_checked_on", "licence_checked_how", "physician_supervised", "supervision_checked_on")
CHECKS = {
    Doctor: entered.checks_of_doctor,
    Practice: entered.checks_of_practice,
    Offer: entered.checks_of_offer,
}


def locked_doctors():
    """Doctors to be changed by a file, and their offers, until the end of the transaction. A practice is saved under
    the lock of its doctor."""
    offers = Offer.objects.select_for_update(of=["self"]).select_related("treatment")
    return Doctor.objects.select_for_update().prefetch_related("practices", Prefetch("practices__offers", offers))


class Store:
    """Collects what is due, and stores it in the end, unless this is a rehearsal (not `is_real`). `by`: the editor;
    `zip_codes`: {code: ZipCode}."""

    def __init__(self, by, zip_codes, *, is_real):
        self.by, self.zip_codes, self.is_real = by, zip_codes, is_real
        self.due = {Doctor: {}, Practice: {}, Offer: {}}  # {Part: the names of its changed fields}

    def take(self, line):
        for part in line.due():
            self.due[type(part.row)].setdefault(part, set()).update(part.changed)
        line.forget()

    @property
    def added(self):
        """Parts: doctors and clinics that were not there before."""
        return [part for part in self.due[Doctor] if part.is_new]

    def finish(self):
        """Store it. Returns [(doctor or clinic, what it lacks: texts)] of those who are listed and are hidden by it."""
        lacking = {part: part.row.missing_for_listing() for part in self.due[Doctor] if lost_something(part.row)}
        if self.is_real:
            for part in lacking:
                hide(part.row)
            self.write()
        for part in self.with_bare_practices():
            if part not in lacking and part.row.is_listed:
                lacking[part] = part.row.hide_unless_listable() if self.is_real else bare_in(part)
        return [(part.row, missing) for part, missing in lacking.items() if missing]

    def with_bare_practices(self):
        return list(dict.fromkeys(part.parent for part in self.due[Practice] if part.is_new and not part.parts))

    # --- Writing --------------------------------------------------------------------------------

    def write(self):
        give_slugs([part.row for part in self.added])
        for part in self.due[Doctor]:
            part.row.derive()
        self.write_rows(Doctor)
        for part, changed in self.due[Practice].items():
            part.row.doctor = part.parent.row
            part.row.told_by_editor(changed)
            part.row.derive(self.zip_codes.get(part.row.zip_code))
        touched = self.touched_practices()
        for part in touched:
            part.row.derive_from_doctor(part.parent.row)
            part.row.derive_from_offers([offer.row for offer in part.parts])
        self.write_rows(Practice)
        for part, changed in self.due[Offer].items():
            part.row.practice = part.parent.row
            part.row.told_by_editor(changed)
            part.row.forget_what_was_told("confirmed_on", part.row.confirmed_how)
        self.write_rows(Offer)
        others = [part.row for part in touched if part not in self.due[Practice]]
        Practice.objects.bulk_update(others, Practice.FROM_DOCTOR + Practice.FROM_OFFERS, batch_size=AT_ONCE)
        states = {state for part in touched for state in (part.row.state, part.row.stored_state)}
        Practice.objects.recount(*filter(None, states))
        search.refresh("doctor", *{part.row.doctor_id for part in touched}, *(part.row.pk for part in self.due[Doctor]))
        self.put_on_record()

    def touched_practices(self):
        """Parts: the practices that change, by themselves, with their offers, or with their doctors."""
        of_offers = [part.parent for part in self.due[Offer]]
        of_doctors = [place for part in self.due[Doctor] for place in part.parts]
        return list(dict.fromkeys([*self.due[Practice], *of_offers, *of_doctors]))

    def put_on_record(self):
        changes = [(part.row, changed) for parts in self.due.values() for part, changed in parts.items()]
        checks = [check for row, changed in changes for check in CHECKS[type(row)](row, changed, by=self.by)]
        Check.objects.bulk_create(checks)

    def write_rows(self, model):
        parts = self.due[model]
        new, changed = ([part.row for part in parts if part.is_new is is_new] for is_new in (True, False))
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model.objects.bulk_create(new)
        model.objects.bulk_create(changed, update_conflicts=True, unique_fields=["pk"], update_fields=names)
        for rows, is_update in ((new, False), (changed, True)):
            model.history.bulk_history_create(
                rows, update=is_update, default_user=self.by, default_change_reason=REASON
            )


def lost_something(doctor):
    return doctor.is_listed and not all(getattr(doctor, name) for name in NEEDED)


def bare_in(part):
    """What a doctor or clinic would lack with the practices that the file adds."""
    return [f"a treatment at {place.row}" for place in part.parts if place.is_new and not place.parts]


def hide(doctor):
    """Hide the doctor as stored, which the database asks for before anything that a listing needs is taken away; and
    tell the row at hand."""
    now = Doctor.objects.get(pk=doctor.pk)
    now.hide()
    doctor.status, doctor.status_on, doctor.hidden_because = now.status, now.status_on, now.hidden_because
