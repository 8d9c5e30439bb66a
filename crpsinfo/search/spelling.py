"""The known word that somebody may have meant. The database narrows them down, Python compares: so both databases lead
to the same word."""

from django.db.models import Count
from rapidfuzz.distance import OSA

from crpsinfo.search.index import SHORTEST_KNOWN
from crpsinfo.search.models import SearchEntry, SearchWord
from crpsinfo.search.words import stem

MOST_CANDIDATES = 20_000
ENDING = 3  # letters that a form of a word may have more than another


def instead_of(words):
    """{word: the nearest known one} of those that stand nowhere, if there is one."""
    near = {word: nearest(word) for word in words if not SearchEntry.objects.knows(word)}
    return {word: known for word, known in near.items() if known}


def nearest(word):
    """The known word that has the same letters but for one slip, in longer words two; of several the nearest, then the
    one that is in most texts. If there is none, the same for words without their endings: the opioids are near to one
    opiod. None if there is none."""
    if not word.isalpha():
        return None
    return among(word, candidates(word)) or among(stem(word), candidates(word, ENDING), form=stem)


def among(word, known, form=str):
    """The nearest of the known words, compared in this form."""
    slips = slips_in(word)
    near = [
        (distance, -uses, other)
        for other, uses in known
        if (distance := OSA.distance(word, form(other), score_cutoff=slips)) <= slips
    ]
    return min(near)[2] if near and len(word) >= SHORTEST_KNOWN else None


def slips_in(word):
    return 2 if len(word) > SHORTEST_KNOWN + 1 else 1


def candidates(word, ending=0):
    """[(known word, in how many entries)]: of about its length, beginning with its first letter, or its second if the
    two changed places; with so many letters more."""
    shortest, longest = len(word) - slips_in(word), len(word) + slips_in(word) + ending
    near = SearchWord.objects.filter(initial__in=set(word[:2]), length__range=(shortest, longest))
    return near.order_by("word").values_list("word").annotate(Count("pk"))[:MOST_CANDIDATES]
