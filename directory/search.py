"""The search over all states: by place, by name, by treatment, or by several of them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from directory.models import Practice, ZipCode

RADII = (25, 50, 100, 250, 500)  # miles
DEFAULT_MILES = 50
ENOUGH = 3  # as many as a search that had to widen should find
NEAREST = 6  # as many as a state without a listing shows from elsewhere


@dataclass(frozen=True)
class Found:
    """The practices in the order to show, and the distance they lie within (None: any)."""

    practices: QuerySet
    miles: int | None = None
    is_widened: bool = False


def find(*, point=None, miles=DEFAULT_MILES, name="", treatment=None, for_crps=False):
    """The listed practices that fit: near the Point, or by state and city without one.

    When nothing lies within `miles` (None: any distance), the distance grows until enough does.
    """
    practices = Practice.objects.listed().offering(treatment, for_crps=for_crps)
    if name:
        practices = practices.named(name)
    if point is None:
        return Found(practices.by_place())
    reach = reach_from(practices, point, miles)
    return Found(practices.near(point, reach), reach, is_widened=reach != miles)


def reach_from(practices, point, miles):
    """`miles`, if anything lies within; else the next radius within which there is enough; else None."""
    if miles is None or practices.near(point, miles).exists():
        return miles
    wider = (radius for radius in RADII if radius > miles)
    return next((radius for radius in wider if practices.near(point, radius).count() >= ENOUGH), None)


def nearest_to(state, practices):
    """Some of the practices outside the State: the nearest to its middle, with their `miles`; those of its neighbours
    while no ZIP codes are loaded, which tell where its middle is."""
    elsewhere, middle = practices.outside_state(state.code).for_cards(), ZipCode.objects.middle_of(state.code)
    if middle is None:
        return elsewhere.in_states(state.neighbour_codes.split()).by_place()[:NEAREST]
    return with_miles(elsewhere.near(middle)[:NEAREST], middle)


def with_miles(practices, point):
    """The practices as a list, each with its exact distance from the Point as `miles`."""
    practices = list(practices)
    for practice in practices:
        practice.miles = point.miles_to(practice.point)
    return practices
