"""Texts as the words that are searched. Made here and nowhere else, so that both databases search the very same ones:
neither of them folds, stems or splits anything, but at spaces."""

import re
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer  # the one in Python, whatever else is installed

from crpsinfo.folding import fold

LONGEST_WORD = 40  # characters; PostgreSQL takes at most 2,046 bytes
LONGEST_TEXT = 200_000  # characters of stems: an index entry of PostgreSQL takes 1 MB
# A dot ends a word ("pain.Then"), unless it stands after a single letter: "M.D." is found as md.
DOT = re.compile(r"(?<!\b\w)\.")


def words(text):
    """The words of a text, folded, in their order."""
    return [word[:LONGEST_WORD] for word in fold(DOT.sub(" ", text)).split()]


@lru_cache(maxsize=2**16)
def stem(word):
    """What a folded word has in common with its other forms: "infusion" for "infusions"."""
    return EnglishStemmer().stemWord(word)  # one each time: it keeps the word, and threads share this module


def stems(text):
    """The stems of a text as they are indexed: with one space between them and one at each end, so that " a b " stands
    in it where the phrase "a b" does. Empty for a text without words."""
    line = " ".join(stem(word) for word in words(text))
    if len(line) > LONGEST_TEXT:
        line = line[:LONGEST_TEXT].rpartition(" ")[0]
    return f" {line} " if line else ""


@lru_cache(maxsize=2**14)
def stems_of_one(written):
    """The stems in a word as it is written: mostly one."""
    return frozenset(map(stem, words(written)))
