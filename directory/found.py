"""What the search finds of doctors and clinics: those with a page that says something of them."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from crpsinfo.search.kinds import Entry, Hit, Kind
from directory.forms import SearchForm
from directory.models import Doctor, Practice, Status


class Doctors(Kind):
    name = "doctor"
    slug = "doctors"
    title = "Doctors and clinics"
    teaches = True
    leads_lost = True

    def rows(self):
        """A disputed entry is in no list until an editor has looked, and so not here."""
        shown = Doctor.objects.with_page().exclude(status=Status.DISPUTED).for_page()
        return shown.filter(Exists(Practice.objects.filter(doctor=OuterRef("pk"))))

    def entry(self, doctor):
        return Entry(f"{doctor.name}\n{doctor.other_names}", facts_of(doctor))

    def hits(self, pks):
        return {
            doctor.pk: Hit(doctor.name, doctor.get_absolute_url(), facts_of(doctor), note=note_of(doctor))
            for doctor in self.rows().filter(pk__in=pks)
        }

    def elsewhere(self, typed):
        asked = {"name": typed}
        by_name = (
            f"{reverse('doctors')}?{urlencode(asked)}",
            f"Doctors and clinics whose name or city has a part like “{typed}”",
        )
        return [
            *([by_name] if SearchForm(asked).is_valid() else []),
            (reverse("doctors"), "Doctors by state, or near a ZIP code"),
            (reverse("suggest-doctor"), "You know a doctor who is missing? Suggest them"),
        ]


def facts_of(doctor):
    """What can be found of a doctor beside the name, in the words of the page. Each once."""
    practices = list(doctor.practices.all())
    offers = (offer for practice in practices for offer in practice.offers.all())
    parts = [
        doctor.specialty,
        *(f"{practice.clinic_name}, {practice.city}, {practice.place.name}".lstrip(", ") for practice in practices),
        *(offer.treatment.name for offer in offers),
        doctor.other_names and f"Also known as {doctor.other_names}",
    ]
    return ". ".join(dict.fromkeys(filter(None, parts)))


def note_of(doctor):
    if doctor.is_example:
        return "An invented example"
    return "No longer offers treatment" if doctor.has_stopped else ""
