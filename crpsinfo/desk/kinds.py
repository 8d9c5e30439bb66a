"""What arrives at the desk, named by the apps in `settings.DESK`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

FOLDED_FROM = 1200  # characters of a text on a card
COUNTED = 1000  # a tab counts no further
LONGEST_SHOWN = timedelta(days=1)  # since then is told what happened, however long a page was open


@dataclass(frozen=True)
class Tab:
    """One list of the desk. `rows` gives a user's queryset, in the order in which it is to be worked through; with
    `waits`, somebody has to do something about what is in it."""

    slug: str
    title: str
    rows: Callable[..., QuerySet]
    waits: bool = False

    def count(self, user):
        """How many there are, or COUNTED + 1 if there are more: one query, and a short one."""
        return self.rows(user).order_by()[: COUNTED + 1].count()


@dataclass(frozen=True)
class Seen:
    """What a page showed: the marks of its items, and when it was made."""

    marks: frozenset
    at: datetime

    @classmethod
    def of(cls, posted):
        """From what a form of that page posted."""
        now = timezone.now()
        try:
            at = datetime.fromisoformat(posted.get("shown_at", ""))
            is_likely = now - LONGEST_SHOWN < at <= now
        except (ValueError, TypeError):  # no time, or none of a time zone
            is_likely = False
        return cls(frozenset(posted.getlist("seen")), at if is_likely else now - LONGEST_SHOWN)


@dataclass(frozen=True)
class Absence:
    """Nobody who should decide has been here `since` then. At `ends_at` it has consequences: `has_ended` if they are in
    force."""

    since: datetime
    ends_at: datetime
    has_ended: bool


class Left(Exception):
    """Nothing was done about an item: it is not as the page showed it. `why` says so to whoever tried: what it is now,
    and who did what since, and when."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


class Kind:
    """Something that people decide about. A subclass for each; it keeps nothing between requests."""

    name = ""  # in undo steps: never changed
    permission = ""  # who may decide
    tabs = ()  # of Tab
    template = ""  # shows one card; it gets what `cards` gives for it
    above = ""  # template of what stands above the cards, if anything; it gets `around`
    keys = ()  # (letter, words) of the shortcuts
    bulk = ()  # (name, words) of what can be decided about several at once
    bulk_fields = ""  # template of the fields beside it, if it has any

    def may(self, user):
        return user.has_perm(self.permission)

    def cards(self, rows, user):
        """What the template shows of each of these rows: a list of dicts, with `pk` and `mark` (of what is shown) at
        least, in a number of queries that does not grow with the rows."""
        raise NotImplementedError

    def around(self, user):
        """What else the page of the desk shows, as context."""
        return {}

    def form(self, data):
        """A form for what was posted. Cleaned, it has the decision's name as `action`, and whatever it needs."""
        raise NotImplementedError

    def decide(self, pk, typed, *, by, seen):
        """Carry out what is `typed` (what the form cleaned) on an item as it was `seen` (a Seen). Returns the facts
        that `undo` needs, as JSON. Raises Left, and changes nothing, if it is not as it was seen."""
        raise NotImplementedError

    def undo(self, step, *, by):
        """Put the item back as it was before the UndoStep. Raises Left, and changes nothing, if somebody decided or
        changed something since."""
        raise NotImplementedError

    def done(self, name):
        """What was done by the decision of that name, as a participle: "published"."""
        raise NotImplementedError

    def called(self, pks):
        """How people speak of these items: {12: "comment 12, by Ann"}."""
        raise NotImplementedError

    def urgent_since(self, time):
        """How many items are about somebody who may be in danger now, and still need a person: those of which that was
        found after a time, or (None) all."""
        return 0

    def requested_since(self, time):
        """How many people ask for something that should not wait for the next morning, and have no answer: since a
        time, or (None) all."""
        return 0

    def leads_to(self, pk, typed, user):
        """The address where this user goes on after what is `typed` was carried out on one item; "" if that is the
        next card."""
        return ""

    def waiting_since(self):
        """When that began to wait for a person which has waited longest; None if nothing does."""

    def last_decided(self):
        """When a person last decided about one of these, or None."""

    def absence(self):
        """The Absence of those who should decide, if there is one."""

    def page(self, pk):
        """The address of the item's own page."""
        raise NotImplementedError

    def page_again(self, request, pk, form, why):
        """The item's own page, with what was typed: after a form with errors, or because `why` nothing was done. None
        if there is no such page."""


@cache
def kinds():
    """{name: Kind}, in the order of `settings.DESK`"""
    return {kind.name: kind for kind in (import_string(path)() for path in settings.DESK)}


def kinds_for(user):
    return [kind for kind in kinds().values() if kind.may(user)]


def find_tab(slug):
    """(Kind, Tab) for the slug of a tab; KeyError if there is none."""
    return {tab.slug: (kind, tab) for kind in kinds().values() for tab in kind.tabs}[slug]


def waiting_for(user):
    """(Tab, how many wait) for each tab of work that this user may do and that is not empty."""
    tabs = [tab for kind in kinds_for(user) for tab in kind.tabs if tab.waits]
    return [(tab, count) for tab in tabs if (count := tab.count(user))]
