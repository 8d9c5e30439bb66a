"""Comments in the order and depth in which a page shows them. Pure functions: no database."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

DEEPEST_SHOWN = 4


@dataclass(frozen=True)
class Entry:
    """One line of a thread. `depth` is 1 for the comment that opens it and at most 4; `parent` is what it answers."""

    comment: Any
    depth: int
    parent: Any = None


def in_order(comments):
    """Flatten comments (each with pk, parent_id, is_public) into Entries, each after what it answers, in the order
    given otherwise. One that is not public stays, as a placeholder, only where something public hangs on it."""
    by_pk = {comment.pk: comment for comment in comments}
    children, roots = defaultdict(list), []
    for comment in comments:
        if comment.parent_id in by_pk:
            children[comment.parent_id].append(comment)
        elif comment.parent_id is None:
            roots.append(comment)
    needed = with_public_below(by_pk)
    entries, stack = [], [(root, 1) for root in reversed(roots)]
    while stack:  # no recursion: a thread may be thousands deep
        comment, level = stack.pop()
        if comment.pk in needed:
            entries.append(Entry(comment, min(level, DEEPEST_SHOWN), by_pk.get(comment.parent_id)))
            stack += [(child, level + 1) for child in reversed(children[comment.pk])]
    return entries


def with_public_below(by_pk):
    """The keys of the comments that are public or have something public under them."""
    needed = set()
    for comment in by_pk.values():
        if comment.is_public:
            while comment is not None and comment.pk not in needed:
                needed.add(comment.pk)
                comment = by_pk.get(comment.parent_id)
    return needed
