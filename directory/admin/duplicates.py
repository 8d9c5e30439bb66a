"""Whether somebody is in the directory already, or asked not to be."""

from collections import defaultdict

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from crpsinfo.folding import fold
from directory.models import Doctor, NotListed, Practice

NOT_TO_BE_LISTED = (
    "{} asked not to be listed, or somebody of the same name in the same state did. Nobody can list this entry before "
    "the removal is lifted, or an editor decides on its page that it is somebody else."
)


def name_key(doctor):
    """What two entries for the same doctor or clinic have in common: the folded name, middle names left out."""
    return fold(doctor.organization or f"{doctor.last_name} {doctor.first_name}")


def names_in(zip_codes):
    """{(ZIP code, name_key): the doctors and clinics of that name there}"""
    found = defaultdict(dict)
    for practice in Practice.objects.filter(zip_code__in=zip_codes).select_related("doctor"):
        found[practice.zip_code, name_key(practice.doctor)][practice.doctor_id] = practice.doctor
    return {key: list(doctors.values()) for key, doctors in found.items()}


def of_the_same_name(doctor, zip_codes, known=None):
    """Other doctors or clinics of the same name in one of these ZIP codes: a list. `known`: what `names_in` said."""
    known = names_in(zip_codes) if known is None else known
    there = {one.pk: one for code in zip_codes for one in known.get((code, name_key(doctor)), [])}
    return [one for pk, one in there.items() if pk != doctor.pk]


def listed_as(npi):
    """The doctor or clinic that has this NPI in our directory, or None."""
    return Doctor.objects.filter(npi=npi).first() if npi else None


def is_not_wanted(doctor, states):
    """Whether such a doctor or clinic asked not to be listed in one of these states (codes)."""
    return NotListed.objects.covering_doctor(doctor, states).exists()


def warn(model_admin, request, doctor):
    """Tell the editor who saved this entry what speaks against it. Nothing is forbidden."""
    practices = list(doctor.practices.all())
    if twins := of_the_same_name(doctor, {practice.zip_code for practice in practices}):
        words = format_html(
            "Is {} in the directory already? The same name in the same ZIP code: {}.", doctor, links(twins)
        )
        model_admin.message_user(request, words, messages.WARNING)
    if not doctor.is_removed and is_not_wanted(doctor, {practice.state for practice in practices}):
        model_admin.message_user(request, NOT_TO_BE_LISTED.format(doctor), messages.WARNING)


def links(doctors):
    return format_html_join(", ", '<a href="{}">{}</a>', ((page_of(doctor), doctor) for doctor in doctors))


def page_of(row):
    """The row's page in the admin."""
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
