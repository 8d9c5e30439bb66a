"""What the spam checker calls blatant spam is out of everybody's way. So that it is known how often that is wrong, a
few of those comments a day are drawn by lot and put before a moderator."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comments.models import Comment, Sample
from comments.moves import Status
from crpsinfo.spam import Verdict
from crpsinfo.spam.breaker import locked_state

EVERY = timedelta(days=1)
UNJUDGED_AT_MOST = 3  # days' worth; nobody is to be buried in spam


def draw():
    """Draw up to DISCARD_SAMPLE comments from what was discarded since the last drawing, each with the same chance.
    Nothing is drawn within a day of that, nor while much is not judged yet. The daily job. Returns how many it drew."""
    with transaction.atomic():
        locked_state()  # one drawing at a time, over all workers
        now, number = timezone.now(), settings.DISCARD_SAMPLE
        last = Sample.objects.aggregate(at=Max("drawn_at"))["at"]
        drawn_lately = last and now - last < EVERY
        if drawn_lately or Sample.objects.open().count() >= UNJUDGED_AT_MOST * number:
            return 0
        return len(Sample.objects.bulk_create(Sample(comment=one, drawn_at=now) for one in by_lot(last, number)))


def by_lot(since, number):
    """So many comments at random from those called blatant spam after a time (None: ever) that no person has looked at.
    Locked, so that nobody decides on one while it is drawn; what somebody is deciding on just now is left out."""
    discarded = Comment.objects.filter(verdict=Verdict.DISCARD, status=Status.SPAM, decided_at=None, erased_at=None)
    if since:
        discarded = discarded.filter(checked_at__gt=since)
    lots = discarded.filter(sample=None).only("pk").order_by("?")
    return lots.select_for_update(of=("self",), skip_locked=True)[:number]
