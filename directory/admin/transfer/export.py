"""The rows of a file of listings."""

from dataclasses import dataclass

from directory.models import Doctor, Offer, Practice, Status


@dataclass
class Row:
    """What the columns read: a doctor or clinic, a practice of theirs, and an offer there."""

    doctor: Doctor
    practice: Practice | None = None
    offer: Offer | None = None


def rows_of(doctors):
    """A Row for each offer, for each practice without one, and for each doctor without a practice; none for those who
    asked to be removed."""
    there = doctors.exclude(status=Status.REMOVED).prefetch_related("practices__offers__treatment")
    for doctor in there:
        for practice in doctor.practices.all() or [None]:
            for offer in (practice and practice.offers.all()) or [None]:
                yield Row(doctor, practice, offer)
