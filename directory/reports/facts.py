"""The facts of a listing that readers can correct, and how `Report.proposed` keeps them."""

from directory.models import Practice

PLACE_FIELDS = ("clinic_name", "address", "address_2", "city", "state", "zip_code", "phone", "phone_ext", "website")
PRACTICE_FIELDS = (*PLACE_FIELDS, *Practice.ACCESS)
OFFER_FIELDS = {"accepting_new": "takes new patients"}


def now(row, name):
    """What a row says, as `Report.proposed` would keep it."""
    return plain(getattr(row, name))


def plain(value):
    """A value as JSON: a telephone number is text."""
    return value.as_e164 if hasattr(value, "as_e164") else value


def label_of(name):
    label = Practice._meta.get_field(name).verbose_name
    return label[:1].upper() + label[1:]
