"""Which doctor, practice and offer a row of the file is about: those that are there, or new ones."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Model, Q

from directory.admin.transfer.columns import OF_OFFERS, OF_PRACTICES, field_of
from directory.models import Doctor, Offer, OldSlug, Practice, Treatment


@dataclass(eq=False)
class Part:
    """A doctor, practice or offer that rows of the file are about, with its practices or offers."""

    row: Model
    parent: "Part | None" = None
    is_new: bool = False  # the file adds it
    is_due: bool = False  # there is something to store
    parts: list = field(default_factory=list)
    changed: set = field(default_factory=set)  # names of fields, since it was last put in the store
    said: dict = field(default_factory=dict)  # {column: the number of the file's row that says so}

    def set(self, column, value, number):
        """Give the field its value from the file's row of this number. Returns (before, after) if that is a change.
        Raises ValidationError if a former row of the file said otherwise."""
        name = field_of(column)
        before = getattr(self.row, name)
        setattr(self.row, name, value)
        after = getattr(self.row, name)
        if before == after:
            self.said.setdefault(column, number)
            return None
        if column in self.said:
            setattr(self.row, name, before)
            raise ValidationError(f"Row {self.said[column]} says something else about the same entry.")
        self.said[column] = number
        self.changed.add(name)
        self.is_due = True
        return before, after

    def add(self, row):
        self.parts.append(added(row, self))
        return self.parts[-1]


@dataclass
class Line:
    """What a row of the file is about: Parts, of which the later ones may be missing."""

    doctor: Part | None = None
    practice: Part | None = None
    offer: Part | None = None

    def parts(self):
        return [part for part in (self.doctor, self.practice, self.offer) if part]

    def due(self):
        return [part for part in self.parts() if part.is_due]

    def forget(self):
        """Nothing of it is to be stored any more."""
        for part in self.due():
            part.is_due, part.changed = False, set()

    def __str__(self):
        return " · ".join(str(part.row) for part in self.parts())


class Listings:
    """All that the file is about, read at once, and what the file adds. `doctors`: the queryset to read them from, with
    practices and offers."""

    def __init__(self, rows, doctors):
        """`rows`: [{column: value}]"""
        named = {key: {row[key] for row in rows if row.get(key)} for key in ("doctor_id", "npi", "slug")}
        led = dict(OldSlug.objects.filter(slug__in=named["slug"]).values_list("slug", "doctor"))
        keys = named["doctor_id"] | {*led.values()}
        wanted = doctors.filter(Q(pk__in=keys) | Q(npi__in=named["npi"]) | Q(slug__in=named["slug"]))
        found = {doctor.pk: known(doctor) for doctor in wanted}
        self.by_pk = found
        self.by_npi = {part.row.npi: part for part in found.values() if part.row.npi}
        self.by_slug = {slug: found[pk] for slug, pk in led.items()} | {one.row.slug: one for one in found.values()}
        self.treatments = {treatment.slug: treatment for treatment in Treatment.objects.all()}

    def line(self, values):
        """The Line that these values of a row are about. Raises ValidationError."""
        doctor = self.doctor(values)
        practice = self.practice(doctor, values) if values.keys() & (OF_PRACTICES | OF_OFFERS).keys() else None
        offer = self.offer(practice, values) if values.keys() & OF_OFFERS.keys() else None
        return Line(doctor, practice, offer)

    def doctor(self, values):
        key, npi, slug = (values.get(name) for name in ("doctor_id", "npi", "slug"))
        if key and key not in self.by_pk:
            refuse("doctor_id", f"There is no doctor or clinic {key}.")
        if not (key or npi or slug):
            refuse("doctor_id", "Say who this is: with doctor_id, npi or slug. For somebody new, an npi or a new slug.")
        doctor = self.by_pk.get(key) or self.by_npi.get(npi) or self.by_slug.get(slug)
        if doctor is None:
            doctor = added(Doctor(slug=slug or ""))
        for column, value, taken in (("npi", npi, self.by_npi), ("slug", slug, self.by_slug)):
            if value and taken.get(value, doctor) is not doctor:
                refuse(column, f"This is {taken[value].row}.")
        if slug and not doctor.is_new and slug not in self.by_slug:
            refuse("slug", "The address of a page is changed in the form.")
        if npi:
            self.by_npi[npi] = doctor
        if slug:
            self.by_slug[slug] = doctor
        return doctor

    def practice(self, doctor, values):
        key, zip_code = values.get("practice_id"), values.get("zip_code")
        if key:
            found = [part for part in doctor.parts if part.row.pk == key]
            return found[0] if found else refuse("practice_id", f"{doctor.row} has no practice {key}.")
        found = [part for part in doctor.parts if zip_code in (None, part.row.zip_code)]
        if len(found) > 1 or not (found or zip_code):
            refuse("practice_id", "Say which practice this is: with practice_id, or its zip_code if it has one alone.")
        return found[0] if found else doctor.add(Practice(doctor=doctor.row))

    def offer(self, practice, values):
        key, slug = values.get("offer_id"), values.get("treatment")
        if slug and slug not in self.treatments:
            refuse("treatment", f"“{slug}” is none of our treatments: {', '.join(self.treatments)}.")
        if key:
            found = [part for part in practice.parts if part.row.pk == key]
            if not found or slug not in (None, found[0].row.treatment.slug):
                refuse("offer_id", f"{practice.row} has no such offer {key}.")
            return found[0]
        if not slug:
            refuse("treatment", "Say which treatment this is about.")
        found = [part for part in practice.parts if part.row.treatment.slug == slug]
        return found[0] if found else practice.add(Offer(practice=practice.row, treatment=self.treatments[slug]))


def known(doctor):
    """The Part for a doctor that is there, with practices and offers."""
    part = Part(doctor)
    for practice in doctor.practices.all():
        place = Part(practice, part)
        place.parts = [Part(offer, place) for offer in practice.offers.all()]
        part.parts.append(place)
    return part


def added(row, parent=None):
    return Part(row, parent, is_new=True, is_due=True)


def refuse(column, words):
    raise ValidationError({column: ValidationError(words, code="no_match")})
