"""Times of day, by the clocks where somebody lives."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)


def next_at(clock, zone, after):
    """The first moment after `after` at which clocks in a zone (its IANA name) show this time; in UTC. Where they are
    put forward over it, as much later."""
    today = after.astimezone(ZoneInfo(zone)).date()
    for days, fold in ((0, 0), (0, 1), (1, 0), (1, 1)):  # fold: clocks that are put back show a time twice
        day = today + timedelta(days=days)
        moment = datetime.combine(day, clock.replace(fold=fold), ZoneInfo(zone)).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("Each day has every time once at least.")


def next_morning(zone, after, last=None):
    """The next morning, but not of the day of `last`."""
    morning = next_at(MORNING, zone, after)
    here = ZoneInfo(zone)
    if last and morning.astimezone(here).date() <= last.astimezone(here).date():
        return next_at(MORNING, zone, morning)
    return morning


def after_quiet_hours(at, quiet_from, quiet_until, zone):
    """The moment itself; or the end of the quiet hours, if it lies within. They may go on over midnight. None: there
    are none."""
    if quiet_from is None or quiet_until is None:
        return at
    clock = at.astimezone(ZoneInfo(zone)).time()
    if quiet_from <= quiet_until:
        is_quiet = quiet_from <= clock < quiet_until
    else:
        is_quiet = clock >= quiet_from or clock < quiet_until
    return next_at(quiet_until, zone, at) if is_quiet else at
