"""How long a comment waits for a person: from what moderators did lately."""

import math
from datetime import timedelta
from statistics import median

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dateformat import format as format_date

from comments.models import CommentEvent, CommentSettings
from comments.moves import Actor, Move, Status

LATELY = timedelta(days=30)
AT_MOST = 500  # decisions
DECISIONS = (Move.PUBLISH, Move.REMOVE, Move.MARK_SPAM)


def how_long():
    """(absence, usual): what to tell somebody whose comment waits for a person. `absence` is said instead of what is
    usual when nobody moderates (see `comments.absence`); each is empty if there is nothing to say. Two queries."""
    absence = absence_in_words(CommentSettings.current())
    return absence, "" if absence else usual_in_words(usual_wait())


def last_seen():
    """When a moderator last decided something, or None."""
    return (
        CommentEvent.objects.filter(actor=Actor.MODERATOR)
        .exclude(move=Move.REVEAL)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )


def usual_wait():
    """The median time from posting to the first decision of a moderator, over the latest decisions of LATELY on
    comments that had waited since they were posted; None without any."""
    earlier = CommentEvent.objects.filter(
        comment=OuterRef("comment"), pk__lt=OuterRef("pk"), move__in=[*DECISIONS, Move.HOLD, Move.HIDE]
    )
    first = CommentEvent.objects.filter(
        ~Exists(earlier),
        actor=Actor.MODERATOR,
        move__in=DECISIONS,
        was=Status.PENDING,
        at__gte=timezone.now() - LATELY,
    )
    times = first.order_by("-at").values_list("at", "comment__created_at")[:AT_MOST]
    return median([decided - posted for decided, posted in times] or [None])


def absence_in_words(switch):
    """A sentence or two if the CommentSettings say that nobody moderates; else empty."""
    if switch.unattended_since is None:
        return ""
    nobody = f"No moderator has been here since {format_date(switch.unattended_since, 'j M Y')}."
    return f"{nobody} Until one is, nothing new is published, and comments are closed." if switch.deserted else nobody


def usual_in_words(wait):
    """A sentence for a timedelta, rounded up: to hours within a day, to days beyond. Empty for None."""
    if wait is None:
        return ""
    hours = max(1, math.ceil(wait / timedelta(hours=1)))
    number, unit = (hours, "hour") if hours < 24 else (math.ceil(hours / 24), "day")
    if number == 1:
        return f"Usually within {'an' if unit == 'hour' else 'a'} {unit}."
    return f"Usually within {number} {unit}s."
