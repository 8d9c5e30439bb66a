"""What can be found, named by the apps in `settings.SEARCH`."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Entry:
    """What can be found of a row, as it is written. `within`: the key of the object that it stands under, if any."""

    title: str
    body: str
    within: int | None = None


@dataclass(frozen=True)
class Hit:
    """What the page of results shows of a row. `text`: where to look for the words that were found."""

    title: str
    address: str
    text: str
    note: str = ""
    rel: str = ""


class Kind:
    """Something that people look for. A subclass for each; it keeps nothing between requests."""

    name = ""  # in the index: never changed
    slug = ""  # in addresses
    title = ""  # of the group of results
    titled = True  # whether what a Hit has as its title is searched, too
    within = ""  # name of the kind that its rows stand under, if any: a row is found only while that one is
    teaches = False  # whether its words are well spelled, so that a typing error is compared with them
    leads_lost = False  # whether it is offered to who followed an address that leads nowhere

    def rows(self):
        """The rows that can be found, with what `entry` needs."""
        raise NotImplementedError

    def entry(self, row):
        """The Entry of a row."""
        raise NotImplementedError

    def hits(self, pks):
        """{key: Hit} of those of these rows that readers may see now, in a number of queries that does not grow."""
        raise NotImplementedError

    def elsewhere(self, typed):
        """[(address, words)]: where else to look when nothing was found for what was typed."""
        return []


@cache
def kinds():
    """{name: Kind}, in the order of `settings.SEARCH`"""
    return {kind.name: kind for kind in (import_string(path)() for path in settings.SEARCH)}


def kind_called(slug):
    """The Kind with this slug, or None."""
    return next((kind for kind in kinds().values() if kind.slug == slug), None)
