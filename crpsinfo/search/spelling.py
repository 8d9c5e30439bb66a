"""The known word that somebody may have meant. The database narrows them down, Python compares: so both databases lead
to the same word."""

from django.db.models import Count
from rapidfuzz.distance import OSA

from crpsinfo.search.index import SHORTEST_KNOWN
from crpsinfo.search.models import SearchWord

MOST_CANDIDATES = 20_000


def nearest(word):
    """The known word that has the same letters but for one slip, in longer words two; of several the nearest, then the
    one that is in most texts. None if there is none."""
    slips = 2 if len(word) > SHORTEST_KNOWN + 1 else 1
    if len(word) < SHORTEST_KNOWN or not word.isalpha():
        return None
    near = [
        (distance, -uses, known)
        for known, uses in candidates(word, slips)
        if (distance := OSA.distance(word, known, score_cutoff=slips)) <= slips
    ]
    return min(near)[2] if near else None


def candidates(word, slips):
    """[(known word, in how many entries)]: of about its length, beginning with its first letter, or its second if the
    two changed places."""
    near = SearchWord.objects.filter(initial__in=set(word[:2]), length__range=(len(word) - slips, len(word) + slips))
    return near.order_by("word").values_list("word").annotate(Count("pk"))[:MOST_CANDIDATES]
