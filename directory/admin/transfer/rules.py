"""What the file may say of a doctor, a practice or an offer: what their forms ask for, without a query for each."""

from django.core.exceptions import ValidationError

from directory.admin.duplicates import NOT_TO_BE_LISTED, is_not_wanted
from directory.admin.practice import zip_trouble
from directory.admin.transfer.columns import column_of, fields_in_the_file
from directory.models import Doctor, Kind, NotListed, Practice, ZipCode

IDENTITY = {"npi", "organization", "first_name", "middle_name", "last_name", "suffix"}


class Rules:
    """`rows`: [{column: value}] of the whole file."""

    def __init__(self, rows):
        self.zip_codes = ZipCode.objects.in_bulk({row["zip_code"] for row in rows if row.get("zip_code")})
        self.knows_zip_codes = ZipCode.objects.exists()
        self.has_requests = NotListed.objects.exists()

    def errors(self, line):
        """{column: [ValidationError]}: what is wrong with what is new or changed in a Line."""
        found, due = {}, line.due()
        for part in due:
            note_errors(found, type(part.row), self.check, part)
        if due:
            note_errors(found, Doctor, self.check_wanted, line)
        return found

    def check(self, part):
        row = part.row
        if "zip_code" in part.changed and not part.changed & {"lat", "lon"}:
            row.lat = row.lon = None  # a practice that moved has not the place any more that it had, as in its form
        row.clean_fields(exclude={field.name for field in row._meta.fields} - fields_in_the_file(type(row)))
        row.clean()
        for is_wrong, name, words in pairs(row):
            if is_wrong:
                raise ValidationError({name: words})
        if isinstance(row, Practice) and row.lat is None and self.knows_zip_codes:
            trouble = zip_trouble(self.zip_codes.get(row.zip_code), row.state)
            if trouble:
                raise ValidationError({"zip_code": trouble})

    def check_wanted(self, line):
        """Whoever asked not to be listed is not entered again, nor changed; nor does anybody become one of them."""
        doctor, states = line.doctor.row, {place.row.state for place in line.doctor.parts}
        if doctor.is_removed:
            raise ValidationError({"pk": f"{doctor} was removed at their request. Lift the removal on its page first."})
        if self.has_requests and is_somebody_else(line) and is_not_wanted(doctor, states):
            raise ValidationError({"pk": NOT_TO_BE_LISTED.format(doctor)})


def is_somebody_else(line):
    """Whether the file makes this somebody new, or gives another name, NPI or state to who is there."""
    doctor, practice = line.doctor, line.practice
    has_moved = practice and (practice.is_new or "state" in practice.changed)
    return bool(doctor.is_new or doctor.changed & IDENTITY or has_moved)


def note_errors(found, model, check, subject):
    """Add to `found` what the check says is wrong, by the column of the model's field."""
    try:
        check(subject)
    except ValidationError as error:
        for name, errors in error.update_error_dict({}).items():
            found.setdefault(column_of(model, name), []).extend(errors)


def pairs(row):
    """[(whether two values do not go together, the field that says so, in words)]"""
    if isinstance(row, Doctor):
        words = "A person has a last_name and no organization; a clinic has an organization, and no person's name."
        return [(not is_named(row), "kind", words)]
    if isinstance(row, Practice):
        words = "Say when and how it was checked, or neither."
        return [
            ((row.lat is None) != (row.lon is None), "lat", "Give latitude and longitude, or neither."),
            (bool(row.checked_on) != bool(row.checked_how), "checked_on", words),
        ]
    words = "Say when and how it was confirmed, or neither."
    return [(bool(row.confirmed_on) != bool(row.confirmed_how), "confirmed_on", words)]


def is_named(doctor):
    if doctor.kind == Kind.PERSON:
        return bool(doctor.last_name) and not doctor.organization
    return bool(doctor.organization) and not (
        doctor.first_name or doctor.middle_name or doctor.last_name or doctor.suffix
    )
