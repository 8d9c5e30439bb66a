"""What is asked of many practices."""

from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from crpsinfo.folding import fold
from directory.distance import box_around, nearness_at
from directory.freshness import Age
from directory.models.listing import Status
from directory.models.offer import ForCrps, Offer
from directory.models.state import StateCount

TITLES = {"dr", "doctor"}


class PracticeQuerySet(models.QuerySet):
    def listed(self):
        return self.filter(is_listed=True)

    def in_default_list(self):
        """Those that a list shows: who has not been checked for two years is found by name only."""
        return self.listed().filter(age__lt=Age.OLD)

    def found_by_name_only(self):
        return self.listed().filter(age=Age.OLD)

    def stopped(self):
        """Practices of doctors who no longer offer treatments."""
        return self.off_the_lists().filter(doctor__status=Status.STOPPED)

    def off_the_lists(self):
        """Practices of doctors who have a page and are in no list: who stopped, or whose entry is disputed."""
        return self.filter(is_off_the_lists=True)

    def real(self):
        return self.filter(doctor__is_example=False)

    def in_state(self, code):
        return self.filter(state=code)

    def offering(self, treatment=None, *, for_crps=False, accepting=False):
        """Practices with an offer: of this treatment, if one is given; said to be for CRPS, and to new patients, if
        asked for."""
        wanted = Q()
        if treatment:
            wanted &= Q(treatment=treatment)
        if for_crps:
            wanted &= Q(for_crps=ForCrps.YES)
        if accepting:
            wanted &= Q(accepting_new=True)
        return self.filter(Exists(Offer.objects.filter(wanted, practice=OuterRef("pk")))) if wanted else self

    def step_free(self):
        """Those that are said to be step-free from street to chair."""
        return self.filter(step_free=True)

    def named(self, text):
        """Practices where each word is part of the doctor's name, another name of theirs, the clinic's name or the
        city. Accents and capitals do not matter."""
        words, found = fold(text).split(), self
        for word in [word for word in words if word not in TITLES] or words:
            found = found.filter(search_text__contains=word)
        return found

    def near(self, point, miles=None):
        """Practices within `miles` of the Point (None: at any distance), the nearest first.

        Those whose place is unknown are left out. The box is there for the index; the vectors decide.
        """
        x, y, z = point.vector
        found = self.filter(x__isnull=False).annotate(nearness=F("x") * x + F("y") * y + F("z") * z)
        if miles is not None:
            found = found.filter(in_box(box_around(point, miles)), nearness__gte=nearness_at(miles))
        return found.order_by("-nearness", "pk")

    def outside_state(self, code):
        return self.exclude(state=code)

    def in_states(self, codes):
        return self.filter(state__in=codes)

    def by_place(self):
        """In the order of a state's page: what was checked lately first, then by name."""
        return self.order_by("state", "age", "sort_name", "pk")

    def unplaced(self):
        return self.filter(lat=None)

    def for_cards(self):
        """With all that a card shows: doctor, offers, and the practices that tell where the doctor's page is."""
        return self.select_related("doctor").prefetch_related("offers__treatment", "doctor__practices")

    def count_by_state(self):
        """{state code: number of practices}, without the states that have none."""
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    # --- Kept beside them -----------------------------------------------------------------------

    def follow(self, doctor):
        """After the doctor was saved: what these practices of the doctor keep of it."""
        practices = list(self)
        moved = {practice.state for practice in practices if practice.is_listed != doctor.is_listed}
        for practice in practices:
            practice.derive_from_doctor(doctor)
        self.bulk_update(practices, self.model.FROM_DOCTOR)
        self.recount(*moved)

    def recount(self, *codes):
        """Count anew what the default lists of these states hold."""
        for code in sorted(codes):  # always in this order: nobody waits in a circle
            with transaction.atomic():
                StateCount.objects.get_or_create(state=code)
                row = StateCount.objects.select_for_update().get(state=code)  # then: what others stored counts, too
                row.listed = self.model.objects.in_default_list().in_state(code).count()
                row.save()

    def counts(self):
        """{state code: how many its default list holds}, without the states that have none. One query."""
        return dict(StateCount.objects.filter(listed__gt=0).values_list("state", "listed"))


def in_box(box):
    """The condition that a row with `lat` and `lon` lies in the Box."""
    around = Q()
    for west, east in box.longitudes:
        around |= Q(lon__range=(west, east))
    return Q(lat__range=(box.south, box.north)) & around
