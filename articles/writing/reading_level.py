"""How hard a text is to read: the grade of school in the United States in which it is read with ease, by the formula of
Flesch and Kincaid (1975). Nobody should need more than eight years of school for what we write."""

from dataclasses import dataclass
from functools import cache

from pyphen import Pyphen

from articles.markdown import sentences
from articles.models.article import WORDS_PER_MINUTE

GOAL = 8


@dataclass(frozen=True)
class ReadingLevel:
    """Of a text without its references and tables. `grade`: None without a sentence."""

    words: int
    grade: float | None

    @property
    def minutes(self):
        return max(1, round(self.words / WORDS_PER_MINUTE))

    def __str__(self):
        length = f"{self.words:,} words, about {self.minutes} minute{'s' if self.minutes > 1 else ''}"
        if self.grade is None:
            return length
        verdict = f"; our goal is {GOAL} or less" if self.grade > GOAL + 0.5 else ""
        return f"{length}. Reading grade {self.grade:.0f} (Flesch–Kincaid{verdict})"


def level_of(html):
    """The ReadingLevel of a rendered text."""
    read = sentences(html)
    words = [word for sentence in read for word in sentence]
    if not words:
        return ReadingLevel(0, None)
    syllables = sum(map(syllables_of, words))
    grade = 0.39 * len(words) / len(read) + 11.8 * syllables / len(words) - 15.59
    return ReadingLevel(len(words), max(0.0, grade))


@cache
def hyphenation():
    return Pyphen(lang="en_US")


def syllables_of(word):
    """About: as many as the word has places for a hyphen, and one."""
    return len(hyphenation().positions(word)) + 1
