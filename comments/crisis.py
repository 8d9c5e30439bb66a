"""Whether a text says that somebody may be in danger: by the moderators' own lists, on this machine, told to nobody."""

from collections import defaultdict
from dataclasses import dataclass

from comments.models.crisis import ALARMS, CrisisKind, CrisisList
from crpsinfo.phrases import find, read


@dataclass(frozen=True)
class Hit:
    """What a text was found to speak of: a kind of alarm, by which version of its list. `lowered`: it speaks of the
    past, of what is not so, or in a figure of speech. That makes it less urgent, and help is shown all the same."""

    kind: str
    list_version: int
    lowered: bool


def hit(text):
    """Whether its writer should see that help exists."""
    return look(text) is not None


def look(text):
    """The Hit in a text, or None. One query; the lists are read each time, so that a change counts at once."""
    rows = CrisisList.objects.values_list("kind", "phrases", "version", named=True)
    return judge(text, {row.kind: row for row in rows})


def judge(text, lists):
    """The same by these lists, {kind: list}; one that is missing or empty finds nothing. Thoughts of self-harm outrank
    an emergency; one place that is not lowered is enough to make the whole urgent."""
    reading = read(text)
    places = {kind: find(lists[kind].phrases, reading) for kind in ALARMS if kind in lists}
    found = [kind for kind in ALARMS if places.get(kind)]
    if not found:
        return None
    weak = by_clause(find(lists[CrisisKind.LOWERING].phrases, reading), reading) if CrisisKind.LOWERING in lists else {}
    lowered = all(is_lowered(place, weak, reading) for kind in found for place in places[kind])
    return Hit(found[0].value, lists[found[0]].version, lowered)


def by_clause(spans, reading):
    """{number of a clause: the spans that touch it}"""
    touching = defaultdict(list)
    for span in spans:
        for clause in reading.clauses(span):
            touching[clause].append(span)
    return touching


def is_lowered(place, weak, reading):
    """Whether each clause of the place has something that lowers it. What only repeats a part of the place does not:
    "don't" is no denial in "I don't want to live"."""
    return all(any(says_more(span, place) for span in weak.get(clause, [])) for clause in reading.clauses(place))


def says_more(span, place):
    """Whether a lowering span is no mere part of the place."""
    return span == place or not (place[0] <= span[0] and span[1] <= place[1])
