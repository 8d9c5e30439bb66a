"""Comments in the order and depth in which a page shows them. Pure functions: no database."""

from collections import defaultdict
from typing import Any, NamedTuple

DEEPEST_SHOWN = 4


class Entry(NamedTuple):
    """One line of a thread: `level` is 1 for what opens it, `depth` the same but at most 4; `parent` is what it
    answers, which may stand on an earlier page. On the last line of a thread that is not shown whole, `replies` is how
    many it has."""

    comment: Any
    level: int
    parent: Any = None
    parent_is_here: bool = True
    replies: int = 0

    @property
    def depth(self):
        return min(self.level, DEEPEST_SHOWN)

    @property
    def root_pk(self):
        return self.comment.root_id or self.comment.pk


def in_order(comments):
    """Flatten comments (each with pk, parent_id, root_id, parent, is_public) into Entries, each after what it answers,
    in the order given otherwise; what answers none of them, under its thread's first comment. A reply
    that is not public stays, as a placeholder, only where something public hangs on it."""
    by_pk = {comment.pk: comment for comment in comments}
    children, roots = defaultdict(list), []
    for comment in comments:
        if comment.parent_id in by_pk:
            children[comment.parent_id].append(comment)
        elif comment.parent_id is None:
            roots.append(comment)
        else:  # its parent stands on an earlier page
            children[comment.root_id].append(comment)
    needed = with_public_below(by_pk) | {root.pk for root in roots}
    entries, stack = [], [(root, 1) for root in reversed(roots)]
    while stack:  # no recursion: a thread may be thousands deep
        comment, level = stack.pop()
        if comment.pk in needed:
            parent = by_pk.get(comment.parent_id) or comment.parent
            is_here = comment.parent_id in by_pk
            entries.append(Entry(comment, level, parent, is_here))
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
