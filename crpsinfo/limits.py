"""How often one reader may post. The counters are rows, so they are exact over all processes and machines."""

import time
from datetime import UTC, datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from crpsinfo.client import reader_key
from crpsinfo.models import Counter, ReaderSecret
from crpsinfo.retention import delete, in_batches
from crpsinfo.sql import rows

# Both databases know this form of upsert; the rows' locks make the counts exact.
HIT = """
INSERT INTO crpsinfo_counter (key, n, expires_at) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET n = crpsinfo_counter.n + 1 RETURNING key, n
"""


class TooMany(Exception):
    """The reader posted too often. `retry_after` is in seconds, `wait` the same in words; as text it is what to tell
    somebody who sent a form."""

    def __init__(self, retry_after):
        hours, minutes = round(retry_after / 3600), max(1, round(retry_after / 60))
        self.wait = f"{hours} hours" if hours > 1 else f"{minutes} min."
        super().__init__(f"That was a lot in a short time. What you wrote is still here: send it again in {self.wait}")
        self.retry_after = retry_after

    def refuse(self, form, page):
        """The answer to a form that came too often: what `page(status=429)` shows, with the form that says so."""
        form.add_error(None, str(self))
        return self.answer(page(status=429))

    def answer(self, response):
        """The same for a response: it says when to come again."""
        response.headers["Retry-After"] = str(self.retry_after)
        return response


def count_post(request, what):
    """Count a post of this reader; raise TooMany beyond one of POST_LIMITS."""
    count(f"{what}:{reader_key(request)}", settings.POST_LIMITS)


def count(key, limits):
    """Count what happens under this key in fixed windows of time; raise TooMany beyond one of the limits, which are
    (how many, in how many seconds). What is refused by one counts in none of those after it."""
    now = int(time.time())
    windows = [(f"{key}:{seconds}:{now // seconds}", (now // seconds + 1) * seconds) for _, seconds in limits]
    counts = hits(dict(windows))
    for place, ((limit, _), (window, end)) in enumerate(zip(limits, windows, strict=True), start=1):
        if counts[window] > limit:
            take_back(window for window, _ in windows[place:])
            raise TooMany(end - now)


def hit(key, expires):
    """Add one to the counter and return its new value. `expires` is in seconds since 1970."""
    return hits({key: expires})[key]


def hits(counters):
    """The same for several, {key: expires}, in one statement. In the order of their keys: two who count at one time
    lock the rows in the same order, and none waits for the other for ever."""
    if not counters:
        return {}
    new = [(key, datetime.fromtimestamp(expires, UTC)) for key, expires in sorted(counters.items())]
    return dict(rows(HIT.format(rows=", ".join(["(%s, 1, %s)"] * len(new))), *chain.from_iterable(new)))


def take_back(keys):
    """Subtract one from each of these counters: one by one, so that none is locked while another is waited for."""
    for key in keys:
        Counter.objects.filter(pk=key).update(n=F("n") - 1)


def purge(*, dry_run=False):
    """Delete the counters of windows that are over for a day, and the secrets whose time is over."""
    over = Counter.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1))
    secrets = ReaderSecret.objects.expired()
    return {
        "post counters deleted": in_batches(over, delete, dry_run),
        "reader secrets deleted": in_batches(secrets, delete, dry_run),
    }
