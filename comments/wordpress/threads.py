"""Who answers whom, whatever the order in the file."""

from collections import defaultdict
from itertools import chain


def levels(parents, known):
    """`parents`: {number of a comment: number of what it answers, or 0}; `known`: numbers of those that are stored
    already. Returns ([numbers] of each level, parents before their replies; the numbers whose parent is not there,
    which begin a thread of their own)."""
    children, first, lost = defaultdict(list), [], set()
    for number, parent in parents.items():
        if parent in parents:
            children[parent].append(number)
        else:
            first.append(number)
            lost |= {number} if parent and parent not in known else set()
    placed = set(chain(*below(first, children)))
    for number in parents:
        if number not in placed:  # in a circle, which is cut here
            children[parents[number]].remove(number)
            first.append(number)
            lost.add(number)
            placed.update(*below([number], children))
    return list(below(first, children)), lost


def below(numbers, children):
    while numbers:
        yield numbers
        numbers = [child for number in numbers for child in children[number]]
