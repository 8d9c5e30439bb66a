"""The listings that a reader has chosen to call. They are kept in the address of each page, and nowhere else."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from directory.keyset import row_number
from directory.models import Doctor

MOST = 5  # on a sheet
LONGEST = 20  # in an address


@dataclass(frozen=True)
class CallSheet:
    """Keys of doctors, in the order in which they were chosen."""

    pks: tuple[int, ...] = ()

    @classmethod
    def of(cls, query):
        """What the parameters of a request (a QueryDict) hold. What is no key is ignored."""
        chosen = dict.fromkeys(row_number(text) for text in query.getlist("doctor"))
        return cls(tuple(pk for pk in chosen if pk is not None)[:LONGEST])

    def __bool__(self):
        return bool(self.pks)

    def __len__(self):
        return len(self.pks)

    @property
    def parameters(self):
        """What keeps it in an address, as [(name, value)]."""
        return [("doctor", pk) for pk in self.pks]

    @property
    def address(self):
        """Where it is shown."""
        return self.kept_in(reverse("call-sheet"))

    @property
    def is_full(self):
        return len(self) >= MOST

    def kept_in(self, address):
        """The address of a page that keeps it."""
        return f"{address}{'&' if '?' in address else '?'}{urlencode(self.parameters)}" if self else address

    def plus(self, pk):
        return CallSheet(tuple(dict.fromkeys([*self.pks, pk])))

    def minus(self, *pks):
        return CallSheet(tuple(pk for pk in self.pks if pk not in pks))

    def doctors(self):
        """Those of the doctors that have a page."""
        there = Doctor.objects.with_page().placed().for_page().in_bulk(self.pks)
        return [there[pk] for pk in self.pks if pk in there]
