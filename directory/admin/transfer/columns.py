"""The columns of the file, in their order: names that stay, and what each is a column of."""

from import_export.fields import Field

from directory.admin.transfer.cells import Choice, Day, Key, Number, Text, YesNo, ZipText
from directory.models import Confirmed, Doctor, ForCrps, Kind, Offer, Practice, Setting
from directory.states import STATES

TEXT, DAY, KNOWN, KEY, PLACE = Text(), Day(), YesNo(), Key(), Number()
# {column: how its cells are read and written}; the model's field has the same name, or stands in FIELDS.
OF_DOCTORS = {
    **{"doctor_id": KEY, "status": TEXT, "kind": Choice(Kind.values), "organization": TEXT},
    **dict.fromkeys(["first_name", "middle_name", "last_name", "suffix", "credentials"], TEXT),
    **{"specialty": TEXT, "other_names": TEXT, "npi": Text(cleared=None), "slug": TEXT, "source": TEXT},
    **{"license_checked_on": DAY, "license_checked_how": TEXT},
    **{"physician_supervised": YesNo(cleared=False), "supervision_checked_on": DAY},
}
OF_PRACTICES = {
    **{"practice_id": KEY, **dict.fromkeys(["clinic_name", "address", "address_2", "city"], TEXT)},
    **{"state": Choice(STATES), "zip_code": ZipText(), "latitude": PLACE, "longitude": PLACE},
    **dict.fromkeys(["phone", "phone_ext", "website"], TEXT),
    **dict.fromkeys(Practice.ACCESS, KNOWN),
    **{"checked_on": DAY, "checked_how": Choice(Confirmed.values)},
}
OF_OFFERS = {
    **{"offer_id": KEY, "treatment": TEXT, "for_crps": Choice(ForCrps.values), "setting": Choice(Setting.values)},
    **{"course": TEXT, "accepting_new": KNOWN, "driver_required": KNOWN, "price": TEXT, "payers": TEXT},
    **{"confirmed_on": DAY, "confirmed_how": Choice(Confirmed.values), "confirmed_by": TEXT, "source_url": TEXT},
}
COLUMNS = OF_DOCTORS | OF_PRACTICES | OF_OFFERS
FIELDS = {
    **{"doctor_id": "pk", "license_checked_on": "licence_checked_on", "license_checked_how": "licence_checked_how"},
    **{"practice_id": "pk", "latitude": "lat", "longitude": "lon"},
    **{"offer_id": "pk", "treatment": "treatment__slug", "price": "price_note", "payers": "payers_note"},
}
KEYS = {"doctor_id", "status", "slug", "practice_id", "offer_id", "treatment"}  # tell which row of ours; set nothing
PARTS = {"doctor": (Doctor, OF_DOCTORS), "practice": (Practice, OF_PRACTICES), "offer": (Offer, OF_OFFERS)}


def field_of(column):
    return FIELDS.get(column, column)


def as_fields():
    """{column: Field} for django-import-export: each reads and writes one value of a doctor, a practice or an offer."""
    return {
        column: Field(attribute=f"{part}__{field_of(column)}", column_name=column, widget=widget)
        for part, (_, columns) in PARTS.items()
        for column, widget in columns.items()
    }


def column_of(model, name):
    """The column of a model's field."""
    columns = next(columns for owner, columns in PARTS.values() if owner is model)
    return next((column for column in columns if field_of(column) == name), name)


def fields_in_the_file(model):
    """The names of the model's fields that have a column."""
    columns = next(columns for owner, columns in PARTS.values() if owner is model)
    return {field_of(column) for column in columns}
