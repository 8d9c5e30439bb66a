"""One page of a list after another, from the row that was seen last. It costs the same however long the list is and
however deep the page lies: nothing is counted, and nothing is read to be skipped."""

from dataclasses import dataclass
from operator import itemgetter


@dataclass(frozen=True)
class Page:
    """The keys of some rows in the order of their list, and whether it goes on before and after them. A key holds what
    the list is ordered by; its last value tells the row from all others."""

    keys: list
    has_previous: bool = False
    has_next: bool = False

    @property
    def pks(self):
        return [key[-1] for key in self.keys]

    @property
    def before(self):
        """The row that the page before this one ends at; None if this is the first."""
        return self.pks[0] if self.has_previous else None

    @property
    def after(self):
        """The row that the page after this one begins at; None if this is the last."""
        return self.pks[-1] if self.has_next else None


class Keyset:
    """The rows of a queryset in an order: names of columns or annotations that are never NULL, "-" before those that
    fall, and at last the primary key. Each page is one range of an index that begins with what the queryset holds fixed
    and goes on with the order."""

    def __init__(self, rows, *order):
        self.rows, self.order = rows, order
        self.names = [name.removeprefix("-") for name in order]

    def page(self, size, *, after=None, before=None):
        """The Page after, or before, the row with this primary key. The first one without either, if that row is not in
        the list any more, and where there is not a whole page before it."""
        mark = self.key_of(before)
        if mark and len(keys := self.take(size + 1, mark, backwards=True)) > size:
            return Page(keys[size - 1 :: -1], has_previous=True, has_next=True)
        mark = self.key_of(after)
        keys = self.take(size + 1, mark) if mark else []
        if not keys:
            mark, keys = None, self.take(size + 1)
        return Page(keys[:size], has_previous=mark is not None, has_next=len(keys) > size)

    def all_if_few(self, most):
        """All keys in their order, if there are so many at most; else None. One query, which sorts nothing."""
        keys = list(self.rows.order_by().values_list(*self.names)[: most + 1])
        if len(keys) > most:
            return None
        for place, name in reversed([*enumerate(self.order)]):
            keys.sort(key=itemgetter(place), reverse=name.startswith("-"))
        return keys

    def key_of(self, pk):
        """The key of a row of the list, or None."""
        return None if pk is None else self.rows.filter(pk=pk).values_list(*self.names).first()

    def take(self, count, mark=None, *, backwards=False):
        """The first so many keys; after a mark (a key) those that follow it, or that go before it, the nearest first.

        What follows (a, b, c) is (a, b, >c), then (a, >b, *), then (>a, *, *): each of these is one range of the index,
        which "or" in one query is to neither database."""
        order = list(map(opposite, self.order)) if backwards else self.order
        rows, keys = self.rows.order_by(*order), []
        for part in parts(order, mark):
            keys += rows.filter(**part).values_list(*self.names)[: count - len(keys)]
            if len(keys) == count:
                break
        return keys


def page_of(keys, size, *, after=None, before=None):
    """The same of a list of keys that is all there already, in its order."""
    places = {key[-1]: place for place, key in enumerate(keys)}
    start = places[before] - size if before in places else places.get(after, -1) + 1
    if not 0 <= start < len(keys):
        start = 0
    return Page(keys[start : start + size], has_previous=start > 0, has_next=start + size < len(keys))


def opposite(name):
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def parts(order, mark):
    """The conditions, as keyword arguments of `filter`, that one after the other hold what follows the mark."""
    if mark is None:
        yield {}
        return
    for last in reversed(range(len(order))):
        same = {name.removeprefix("-"): value for name, value in zip(order[:last], mark, strict=False)}
        name, beyond = order[last].removeprefix("-"), "lt" if order[last].startswith("-") else "gt"
        yield same | {f"{name}__{beyond}": mark[last]}


def row_number(text):
    """The primary key that a parameter of an address names; None if it names none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None
