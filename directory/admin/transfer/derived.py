"""What follows from what a file says: the columns that the models' own `save` derives, for many rows at once. A test
holds that both come to the same."""

from django.utils import timezone

from crpsinfo.folding import fold
from directory import freshness
from directory.models import Confirmed

OF_PRACTICES = ["is_listed", "sort_name", "fresh_on", "age"]  # what follows from the doctor and the offers


def derive_doctor(doctor):
    doctor.npi = doctor.npi or None
    doctor.search_text = fold(f"{doctor.name} {doctor.other_names} {doctor.npi or ''}")


def derive_practice(practice, code):
    """`code`: its ZipCode, or None."""
    if practice.lat is None and code:
        practice.lat, practice.lon = code.point
    practice.x, practice.y, practice.z = practice.point.vector if practice.point else (None, None, None)
    practice.search_text = fold(f"{practice.clinic_name} {practice.city}")
    practice.forget_what_was_told("checked_on", practice.checked_how)


def derive_from_others(practice, doctor, offers):
    """Sets OF_PRACTICES."""
    practice.is_listed, practice.sort_name = doctor.is_listed, doctor.sort_name
    days = [offer.confirmed_on for offer in offers if offer.confirmed_on and offer.confirmed_how != Confirmed.READER]
    checked_on = None if practice.checked_how == Confirmed.READER else practice.checked_on
    practice.fresh_on = max(days, default=checked_on)
    practice.age = freshness.age(practice.fresh_on, timezone.localdate())


def give_slugs(doctors):
    """Gives each new doctor an address that nobody has, nor another one of them."""
    taken = {doctor.slug for doctor in doctors}
    for doctor in [doctor for doctor in doctors if not doctor.slug]:
        slug, number = doctor.free_slug(), 1
        wanted = slug
        while slug in taken or (number > 1 and not doctor.may_have_slug(slug)):
            number += 1
            slug = f"{wanted}-{number}"
        doctor.slug = slug
        taken.add(slug)
