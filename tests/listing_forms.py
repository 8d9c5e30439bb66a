"""What editors send from the admin's forms for doctors, practices and offers."""

import html

from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.directory_factories import make_doctor, make_offer, make_practice
from tests.factories import make_editor, make_user

TEXTS = [
    *["kind", "organization", "first_name", "middle_name", "last_name", "suffix", "credentials", "specialty"],
    *["other_names", "slug", "source", "licence_checked_how", "stopped_source"],
]
DATES = ["licence_checked_on", "supervision_checked_on", "stopped_since"]
PRACTICE = ["clinic_name", "city", "state", "zip_code", "lat", "lon", "checked_on", "checked_how"]
OFFER = ["for_crps", "setting", "course", "price_note", "payers_note", "confirmed_on", "confirmed_how", "confirmed_by"]


def as_editor(client):
    """Signs an editor in."""
    user = make_editor()
    client.force_login(user)
    return user


def as_writer(client):
    """Signs somebody in who may write listings, but not list them."""
    user = make_user()
    wanted = ["view_doctor", "add_doctor", "change_doctor", "change_practice", "view_practice"]
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client.force_login(user)
    return user


def complete(**fields):
    """A doctor who has everything that a listing needs, and is not listed."""
    doctor = make_doctor(**fields)
    make_offer(make_practice(doctor))
    return doctor


def rows(prefix, *there, new=()):
    """What a form posts for its inline rows: those that are there, each as its changes with an `id`, and new ones."""
    data = {f"{prefix}-TOTAL_FORMS": len(there) + len(new), f"{prefix}-INITIAL_FORMS": len(there)}
    for number, row in enumerate([*there, *new]):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def form_of(doctor, **changes):
    """What the admin's form for this doctor posts."""
    data = {name: getattr(doctor, name) for name in TEXTS}
    data |= {name: getattr(doctor, name) or "" for name in [*DATES, "npi"]} | {"physician_supervised": "on"}
    return data | rows("practices") | {"decision": ""} | changes


def change(client, doctor, **changes):
    url = reverse("admin:directory_doctor_change", args=[doctor.pk])
    return client.post(url, form_of(doctor, **changes), follow=True)


def fields_of(practice):
    """The fields of a practice as its forms post them."""
    values = {name: getattr(practice, name) for name in PRACTICE} | {"doctor": practice.doctor_id}
    return {name: "" if value is None else value for name, value in values.items()}


def fields_of_offer(offer):
    values = {name: getattr(offer, name) for name in OFFER} | {"treatment": offer.treatment_id, "id": offer.pk}
    return {name: "" if value is None else value for name, value in values.items()}


def change_practice(client, practice, **changes):
    data = fields_of(practice) | rows("offers") | changes
    return client.post(reverse("admin:directory_practice_change", args=[practice.pk]), data, follow=True)


def act(client, action, *doctors):
    data = {"action": action, "_selected_action": [doctor.pk for doctor in doctors]}
    return client.post(reverse("admin:directory_doctor_changelist"), data, follow=True)


def words(response):
    return html.unescape(response.content.decode())


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
