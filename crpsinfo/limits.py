"""How often one reader may post. The counters are rows, so they are exact over all processes and machines."""

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from crpsinfo.client import reader_key
from crpsinfo.models import Counter, ReaderSecret
from crpsinfo.retention import delete, in_batches

# Both databases know this form of upsert; the row's lock makes the count exact.
HIT = """
INSERT INTO crpsinfo_counter (key, n, expires_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET n = crpsinfo_counter.n + 1 RETURNING n
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
    (how many, in how many seconds)."""
    now = int(time.time())
    for limit, seconds in limits:
        window = now // seconds
        if hit(f"{key}:{seconds}:{window}", (window + 1) * seconds) > limit:
            raise TooMany((window + 1) * seconds - now)


def hit(key, expires):
    """Add one to the counter and return its new value. `expires` is in seconds since 1970."""
    expires_at = connection.ops.adapt_datetimefield_value(datetime.fromtimestamp(expires, UTC))
    with connection.cursor() as cursor:
        cursor.execute(HIT, [key, expires_at])
        return cursor.fetchone()[0]


def purge(*, dry_run=False):
    """Delete the counters of windows that are over for a day, and the secrets whose time is over."""
    over = Counter.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1))
    secrets = ReaderSecret.objects.expired()
    return {
        "post counters deleted": in_batches(over, delete, dry_run),
        "reader secrets deleted": in_batches(secrets, delete, dry_run),
    }
