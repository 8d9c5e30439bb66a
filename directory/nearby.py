"""The practices around a place, of which there may be a hundred thousand within a reader's reach."""

from math import acos

from django.db.models import F

from directory.distance import EARTH_RADIUS
from directory.freshness import Age
from directory.keyset import Keyset

# By expressions, of which no database can think that an index on the age, or the primary key, finds them more quickly
# than the box does. (SQLite, which knows nothing of a table until somebody says ANALYZE, would.)
RANK, ROW = F("age") + 0, F("pk") + 0
BY_AGE = ("rank", "-nearness", "row")
BY_DISTANCE = ("-nearness", "row")
FARTHEST = 6000  # miles; what lies beyond is looked for everywhere
A_LITTLE_FARTHER = 1.25


class Nearby(Keyset):
    """Those of the practices that lie within `miles` of the Point (None: at any distance): what was checked lately
    first, then the nearest; or by distance alone.

    To sort them all for the sake of one page would cost the more the more there are. So it looks within a mile, then
    two, four and so on, until the page is full and nothing farther away can belong before what is on it. `first`: miles
    to begin with, where nothing is nearer."""

    def __init__(self, practices, point, miles=None, *, order=BY_AGE, first=1):
        self.practices, self.point, self.miles, self.first = practices, point, miles, first
        super().__init__(self.rows_within(miles), *order)

    def take(self, count, mark=None, *, backwards=False):
        reach = max(self.first, A_LITTLE_FARTHER * miles_to(mark))
        if backwards:
            # What goes before one of the freshest lies nearer than it; before another, anywhere.
            is_nearer = self.order != BY_AGE or mark[0] == Age.CURRENT
            return (self.within(reach) if is_nearer else super()).take(count, mark, backwards=True)
        while reach < (self.miles or FARTHEST):
            keys = self.within(reach).take(count, mark)
            if len(keys) == count and self.is_settled(keys, mark):
                return keys
            reach *= 2 if 4 * len(keys) >= count else 4
        return super().take(count, mark)

    def within(self, miles):
        return Keyset(self.rows_within(miles), *self.order)

    def rows_within(self, miles):
        """Asks for the place before all else: SQLite asks in the order of the words, and names take it longest."""
        everywhere = self.practices.model.objects.annotate(rank=RANK, row=ROW)
        return everywhere.near(self.point, miles) & self.practices

    def is_settled(self, keys, mark):
        """Whether nothing farther away comes before the last of these keys, as what was checked more lately would."""
        return self.order != BY_AGE or keys[-1][0] == (mark[0] if mark else Age.CURRENT)


def miles_to(mark):
    """How far away the row with this key lies; 0 without one."""
    return EARTH_RADIUS * acos(min(1.0, mark[-2])) if mark else 0
