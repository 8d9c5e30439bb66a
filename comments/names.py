"""Names that readers may not use: those of the people who run the site, and whatever looks like one."""

import re
from functools import lru_cache

from django.conf import settings

from comments.models.moderator import ModeratorProfile
from crpsinfo.folding import normal, skeleton

LONG = 8  # letters from which a word is refused inside others too: nobody is called "TheModeratorOfCRPS"
SPELLED_OUT = 5  # letters from which a word is refused in pieces: "a d m i n", while "Mo D." is a name
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # TheAdmin
SIGN = re.compile(r"[^\w\s]")
NUMBER = re.compile(r"\b\d+|\d+\b")  # at an end of a word: admin2


def is_reserved(name):
    """Whether the name is one of settings.RESERVED_NAMES or a moderator's pen name, holds one of the former as whole
    words, or looks like that in other letters, in pieces or with numbers."""
    shapes = {skeleton(spelling) for spelling in spellings(name)}
    if any(holds_reserved(shape) for shape in shapes):
        return True
    return not pen_names().isdisjoint(joined(shape) for shape in shapes)


def spellings(name):
    """The name as it can be read: its signs as letters ($taff) or as spaces (staff*), with and without numbers."""
    plain = HUMP.sub(" ", normal("NFKC", name))
    for spelling in (plain, SIGN.sub(" ", plain)):
        yield from (spelling, NUMBER.sub("", spelling))


def holds_reserved(shape):
    names, long_names = reserved(tuple(settings.RESERVED_NAMES))
    longest = max(map(len, names), default=0)
    return any(name in joined(shape) for name in long_names) or not names.isdisjoint(runs(shape.split(), longest))


@lru_cache(maxsize=4)
def reserved(names):
    """The skeletons of the names, each as one word, and those of the long single words among them."""
    long_names = [name for name in names if " " not in name and len(name) >= LONG]
    return frozenset(joined(skeleton(name)) for name in names), frozenset(joined(skeleton(name)) for name in long_names)


def runs(words, longest):
    """Each word, and the words that neighbours make when they are written as one, up to so many letters."""
    for start, word in enumerate(words):
        yield word
        for following in words[start + 1 :]:
            word += following
            if len(word) > longest:
                break
            if len(word) >= SPELLED_OUT:
                yield word


def pen_names():
    return {joined(skeleton(name)) for name in ModeratorProfile.objects.values_list("pen_name", flat=True)} - {""}


def joined(shape):
    return shape.replace(" ", "")
