"""Finding phrases in what people type: whole words, however they are written. Knows nothing of what they mean."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from crpsinfo.folding import fold

SHORTEST, LONGEST = 3, 80  # letters that a phrase needs, and a starred word before its star; characters of a line
# Where a thought ends and the next begins. People in pain dictate, and type without stops: these words begin one too.
PAUSE = re.compile(
    r"[.!?…;:,()\n\r—–]+|\b(?=(?:i|and|but|because|cause|cuz|so|now|then|today|tonight)\b)", re.IGNORECASE
)
# What has no width, and apostrophes that Unicode calls letters or primes.
NOTHING = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\ufe0f\ufeff\u02bc\u02b9\u201b\u2032\uff07]")
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
LETTERS = re.compile(r"([^\W\d_])\1*")


@dataclass(frozen=True)
class Reading:
    """A text as phrases are looked for in it: one line of folded words, and where in it each of its clauses begins."""

    line: str
    starts: tuple

    def clauses(self, span):
        """The numbers of the clauses that a span of the line touches."""
        start, end = span
        return range(bisect_right(self.starts, start), bisect_right(self.starts, end - 1) + 1)


def read(text):
    line, starts = " ", []
    for piece in PAUSE.split(NOTHING.sub("", text)):
        if words := plain(piece):
            starts.append(len(line))
            line += f"{words} "
    return Reading(line, tuple(starts))


def find(phrases, reading):
    """Where the phrases (one a line, a word's `*` for any ending) stand in a Reading: spans (start, end) of its line.

    A phrase is found across the ends of lines and sentences. Where several begin at one word, the longest counts.
    """
    pattern = compiled(phrases)
    return [match.span(1) for match in pattern.finditer(reading.line)] if pattern else []


@lru_cache(maxsize=16)
def compiled(phrases):
    """The pattern of a list, or None of an empty one. Cached by the phrases themselves, so never out of date."""
    patterns = {expression(line) for line in phrases.splitlines()} - {""}
    longest_first = "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))
    return re.compile(f"(?<= )(?=({longest_first}) )") if patterns else None


def expression(line):
    """A phrase as a regular expression over the words of a Reading."""
    words = [(plain(word), ending(word)) for word in NOTHING.sub("", line).split()]
    return " ".join(doubling(word) + end for word, end in words if word)


def doubling(words):
    """The pattern of folded words in which a letter may be doubled: "dieee", "I want too"."""
    return LETTERS.sub(lambda run: run[0] if len(run[0]) > 1 else f"{run[0]}{run[0]}?", words)


def ending(word):
    """The pattern of what may follow a word of a phrase."""
    return r"\w*" if is_open(word) else ""


def trouble(line):
    """What is wrong with a line of a list, in words; None if nothing is."""
    if len(line) > LONGEST:
        return f"at most {LONGEST} characters, please."
    if letters(line) < SHORTEST:
        return f"at least {SHORTEST} letters, please."
    if "*" in re.sub(r"\*(?=\s|$)", "", line):
        return "* belongs at the end of a word."
    if any(is_open(word) and letters(word) < SHORTEST for word in line.split()):
        return f"a word with * needs at least {SHORTEST} letters before it."
    return None


def is_open(word):
    return word.endswith("*")


def letters(text):
    return sum(char.isalpha() for char in fold(text))


def plain(text):
    """The text folded, with a dot ending a word, and no letter more than twice in a row."""
    return shortened(fold(text.replace(".", " ")))


def shortened(words):
    return DRAWN_OUT.sub(r"\1\1", words)
