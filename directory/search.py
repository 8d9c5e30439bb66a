"""The search over all states: by place, by state, by name, by what is offered, or by several of them."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from directory.keyset import Keyset, Page, page_of
from directory.models import Offer, Practice, Treatment, ZipCode
from directory.nearby import BY_DISTANCE, Nearby

RADII = (25, 50, 100, 250, 500)  # miles
DEFAULT_MILES = 50
MOST_COUNTED = 1000
MOST_OFF_THE_LISTS = 10  # on a page of what was found
ENOUGH = 3  # as many as are shown where nothing is near enough
NEAREST = 6  # as many as a state without a listing shows from elsewhere
BY_NAME = ("age", "sort_name", "pk")


@dataclass(frozen=True)
class Wish:
    """What a listing has to fit."""

    treatment: Treatment | None = None
    for_crps: bool = False
    accepting: bool = False
    step_free: bool = False
    name: str = ""

    @property
    def is_narrowed(self):
        """Whether more is asked of a listing than its name."""
        return bool(self.treatment or self.for_crps or self.accepting or self.step_free)

    @property
    def practices(self):
        """The listed practices that fit. Who has not been checked for two years is found by name only."""
        listed = Practice.objects.listed() if self.name else Practice.objects.in_default_list()
        found = listed.offering(self.treatment, for_crps=self.for_crps, accepting=self.accepting)
        found = found.step_free() if self.step_free else found
        return found.named(self.name) if self.name else found


@dataclass(frozen=True)
class Total:
    """How many there are, or that there are more than that."""

    number: int = 0
    is_more: bool = False

    def __str__(self):
        return f"more than {self.number:,}" if self.is_more else f"{self.number:,}"


@dataclass(frozen=True)
class Found:
    """A page of what was found, and how much there is in all. `loosened` says what was let go because nothing fits:
    "miles", or then "wishes", too."""

    page: Page = field(default_factory=lambda: Page([]))
    practices: list = field(default_factory=list)  # of the page, for cards, with their `miles` from the place
    total: Total = Total()
    loosened: str = ""


def find_near(wish, point, miles, size, **place):
    """A page of what fits within `miles` of the Point (None: at any distance); if nothing does, the nearest that does.
    `place`: where the page begins (see `Keyset.page`)."""
    around = Nearby(wish.practices, point, miles)
    keys = around.all_if_few(MOST_COUNTED)
    if keys == []:
        return nearest_instead(wish, point, beyond=miles)
    if keys:
        page, total = page_of(keys, size, **place), Total(len(keys))
    else:
        page, total = around.page(size, **place), MANY
    return Found(page, cards(page.pks, point), total)


def find_by_name(wish, state, size, **place):
    """A page of what fits in the State (None: in any), by name; if nothing does in a state, the nearest elsewhere."""
    listed = Keyset(wish.practices.in_state(state.code) if state else wish.practices, *BY_NAME)
    # To look for a rare name in the order of all names would take longer than to find all who have it.
    keys = listed.all_if_few(MOST_COUNTED) if wish.name else None
    if keys is None:
        page = listed.page(size, **place)
        total = MANY if wish.name else count(listed.rows)
    else:
        page, total = page_of(keys, size, **place), Total(len(keys))
    if page.keys:
        return Found(page, cards(page.pks), total)
    middle = state and ZipCode.objects.middle_of(state.code)
    return nearest_instead(wish, middle) if middle else Found()


def off_the_lists(wish, state, point=None, miles=None):
    """Those of the name asked for who no longer offer treatment, or are disputed: anywhere, in the State, or, with a
    Point in it, within `miles` there and in its neighbours; MOST_OFF_THE_LISTS of them, and one more if there are more.
    Of no name, nobody."""
    if not wish.name:
        return []
    found = Practice.objects.off_the_lists().named(wish.name)
    if point:  # the states are for the index: of those in no list there is none over places
        found = found.in_states([state.code, *state.neighbour_codes.split()]).near(point, miles)
    else:
        found = (found.in_state(state.code) if state else found).order_by("sort_name", "pk")
    return list(found.for_cards()[: MOST_OFF_THE_LISTS + 1])


def nearest_instead(wish, point, beyond=None):
    """The nearest that fit, whatever the state; if nothing does anywhere, the nearest whatever is offered there."""
    if practices := nearest(wish.practices, point, ENOUGH, beyond=beyond or 1, is_rare=bool(wish.name)):
        return Found(practices=practices, loosened="miles")
    of_the_name = Wish(name=wish.name).practices
    if wish.is_narrowed and (practices := nearest(of_the_name, point, ENOUGH, is_rare=bool(wish.name))):
        return Found(practices=practices, loosened="wishes")
    return Found()


def nearest(practices, point, number, *, miles=None, beyond=1, is_rare=False):
    """So many of the practices, the nearest to the Point, with their `miles`; what was checked lately first. None that
    is farther than `miles`. `beyond`: miles within which there is none; `is_rare`: better looked for everywhere at
    once."""
    around = Nearby(practices, point, miles, order=BY_DISTANCE, first=beyond)
    keys = around.all_if_few(MOST_COUNTED) if is_rare else None
    keys = around.take(number) if keys is None else keys
    return sorted(cards([pk for _, pk in keys[:number]], point), key=lambda practice: practice.age)


def nearest_to(state, practices):
    """Some of the practices outside the State: the nearest to its middle, with their `miles`; those of its neighbours
    while no ZIP codes are loaded, which tell where its middle is."""
    elsewhere, middle = practices.outside_state(state.code), ZipCode.objects.middle_of(state.code)
    if middle:
        return nearest(elsewhere, middle, NEAREST)
    return list(elsewhere.in_states(state.neighbour_codes.split()).by_place().for_cards()[:NEAREST])


def alternatives_to(doctor):
    """The nearest others to a doctor who stopped, with their `miles`: first who offers any of the same and can be
    reached, then, if these are too few, who offers anything."""
    practices = list(doctor.practices.all())
    point = next((practice.point for practice in practices if practice.point), None)
    if point is None:
        return []
    others = Practice.objects.in_default_list().exclude(doctor=doctor.pk)
    same = Offer.objects.filter(treatment__offers__practice__in=practices, practice=OuterRef("pk"))
    found = nearest(others.filter(Exists(same)), point, ENOUGH, miles=RADII[-1])
    if len(found) < ENOUGH:
        rest = others.exclude(pk__in=[practice.pk for practice in found])
        found += nearest(rest, point, ENOUGH - len(found))
    return found


def cards(pks, point=None):
    """The practices with these keys, in this order, with all that a card shows; with their `miles` from a Point."""
    there = {practice.pk: practice for practice in Practice.objects.filter(pk__in=pks).for_cards()}
    practices = [there[pk] for pk in pks if pk in there]
    for practice in practices:
        practice.miles = point.miles_to(practice.point) if point else None
    return practices


def count(practices):
    """The Total of the practices, counted so far only that it costs little."""
    number = practices.order_by()[: MOST_COUNTED + 1].count()
    return MANY if number > MOST_COUNTED else Total(number)


def found_by_name_only(state):
    """The Total of the listings in the State that nobody has checked for two years, and that are in no list."""
    return count(Practice.objects.found_by_name_only().in_state(state.code))


MANY = Total(MOST_COUNTED, is_more=True)
