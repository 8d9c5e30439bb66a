"""Texts as the words that are searched. Made here and nowhere else, so that both databases search the very same ones:
neither of them folds, stems or splits anything, but at spaces."""

import re
from functools import lru_cache
from itertools import groupby

from snowballstemmer.english_stemmer import EnglishStemmer  # the one in Python, whatever else is installed

from crpsinfo.folding import fold

LONGEST_WORD = 40  # characters; PostgreSQL takes at most 2,046 bytes
LONGEST_TEXT = 200_000  # characters of stems: an index entry of PostgreSQL takes 1 MB
# A dot ends a word ("pain.Then"), unless it stands after a single letter: "M.D." is found as md.
DOT = re.compile(r"(?<!\b\w)\.")
WITHIN = "\u00ad\u200c\u200d\u2060"  # soft hyphens and the like: a word with them is one word
HIDDEN = re.compile(f"[{WITHIN}]")
# Chinese characters and kana, with which no space stands between words: there, each character counts as a word.
UNSPACED = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
PARTS = re.compile(f"[{UNSPACED}]|[^{UNSPACED}]+")
IS_UNSPACED = re.compile(f"[{UNSPACED}]")


def terms(text):
    """What stands between two spaces or signs of a text, folded, as tuples of words: mostly one word each."""
    written = fold(DOT.sub(" ", HIDDEN.sub("", text))).split()
    return [tuple(part[:LONGEST_WORD] for part in PARTS.findall(word)) for word in written]


def words(text):
    """The words of a text, folded, in their order."""
    return [word for term in terms(text) for word in term]


def rejoined(term):
    """The words of a term as they are written: characters without spaces as one."""
    for is_unspaced, run in groupby(term, key=lambda word: bool(IS_UNSPACED.match(word))):
        run = list(run)
        yield from ["".join(run)] if is_unspaced else run


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
