"""Whether somebody is listed already, or asked not to be."""

from dataclasses import dataclass

from django.db.models import Q

from crpsinfo.folding import fold
from directory.models import NotListed, Practice
from directory.models.not_listed import hashed
from directory.names import sorted_beginnings, typed_forms

MOST = 5  # that are shown


@dataclass(frozen=True)
class Suggested:
    """Somebody who is suggested: what tells them from others."""

    name: str = ""
    clinic: str = ""
    state: str = ""
    zip_code: str = ""

    @classmethod
    def by(cls, proposed):
        """From what a report proposes, or a form's data."""
        return cls(*(proposed.get(field) or "" for field in ("name", "clinic", "state", "zip_code")))

    @property
    def beginnings(self):
        """What the `sort_name` of their listing begins with. A clinic tells a doctor from nobody else."""
        return sorted_beginnings(self.name) if self.name else {fold(self.clinic)} - {""}

    @property
    def in_their_state(self):
        named = Q()
        for beginning in self.beginnings:
            named |= Q(sort_name=beginning) | Q(sort_name__startswith=f"{beginning} ")
        return Q(state=self.state) & named if named else Q(pk=None)

    def is_at(self, practice):
        """Whether a practice is listed under such a name in the state."""
        sort_name = f"{practice.sort_name} "
        return practice.state == self.state and any(sort_name.startswith(f"{begin} ") for begin in self.beginnings)


def listed_like(suggested, practices=None):
    """For each of some Suggested, the practices under the same folded name in the same state; those of the same ZIP
    code first. `practices`: those to look among, all if it is None. Two queries, one for each index of practices."""
    wanted = Q()
    for one in suggested:
        wanted |= one.in_their_state
    if not wanted:
        return [[] for _ in suggested]
    among = Practice.objects.all() if practices is None else practices
    among = among.filter(wanted, state__in={one.state for one in suggested}).select_related("doctor").order_by("pk")
    found = [practice for is_listed in (True, False) for practice in among.filter(is_listed=is_listed)]
    return [
        sorted(filter(one.is_at, found), key=lambda practice: (practice.zip_code != one.zip_code, practice.pk))[:MOST]
        for one in suggested
    ]


def asked_not_to_be_listed(suggested):
    """For each of some Suggested, whether somebody of that name in that state asked not to be listed. One query."""
    hashes = [hashes_of(one) for one in suggested]
    asked = NotListed.objects.filter(name_hash__in=set().union(*hashes))
    known = set(asked.values_list("name_hash", flat=True))
    return [bool(known & of_one) for of_one in hashes]


def hashes_of(one):
    forms = typed_forms(one.name) if one.name else {fold(one.clinic)} - {""}
    return {hashed(form, one.state) for form in forms}
