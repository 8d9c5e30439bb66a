"""What somebody looks for: words, and phrases in quotes. Any text can be read; none is an error."""

import re
from dataclasses import dataclass

from crpsinfo.search.words import rejoined, stem, terms, words

LONGEST, MOST_WORDS = 200, 20  # characters, words; what is beyond is left out
LONGEST_TYPED = 600  # characters: what a web server takes in an address, where most scripts take nine bytes each
QUOTES = re.compile("[“”„‟«»＂]")
# In so many texts that they say nothing of what is looked for. Looked for in phrases, or when there is nothing else.
COMMON = frozenset({
    *("a", "about", "an", "and", "are", "as", "at", "be", "but", "by", "can", "did", "do", "does", "for", "from"),
    *("had", "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or"),
    *("so", "that", "the", "their", "there", "this", "to", "was", "we", "what", "when", "where", "which", "who"),
    *("why", "will", "with", "you", "your"),
})  # fmt: skip


@dataclass(frozen=True)
class Query:
    """`terms`: tuples of folded words; those of more than one are phrases, with or without spaces between."""

    terms: tuple = ()

    def __bool__(self):
        return bool(self.terms)

    def __str__(self):
        written = [list(rejoined(term)) for term in self.terms]
        return " ".join(f'"{" ".join(term)}"' if len(term) > 1 else term[0] for term in written)

    @property
    def words(self):
        """Each of its words once, in their order."""
        return list(dict.fromkeys(word for term in self.terms for word in term))

    @property
    def stems(self):
        """The stems of all words, as they are written: what is marked where it was found."""
        return frozenset(stem(word) for term in self.terms for word in rejoined(term))

    @property
    def stemmed(self):
        """The terms as stems: what is looked for. Each once."""
        return list(dict.fromkeys(tuple(map(stem, term)) for term in self.terms))

    def with_words(self, instead):
        """The same with other words for some: {word: another}."""
        return Query(tuple(tuple(instead.get(word, word) for word in term) for term in self.terms))


def read(text):
    """The Query that somebody typed. A quote without a second one is no quote."""
    *parts, last = QUOTES.sub('"', text[:LONGEST]).split('"')
    if len(parts) % 2:
        parts[-1:] = [f"{parts[-1]} {last}"]
    else:
        parts.append(last)
    found = []
    for number, part in enumerate(parts):
        found += [tuple(words(part))] if number % 2 else terms(part)
    return Query(telling(up_to_the_limit(found)))


def is_cut(text):
    """Whether `read` leaves out what is beyond its limits."""
    return len(text) > LONGEST or len(words(text)) > MOST_WORDS


def up_to_the_limit(terms):
    left = MOST_WORDS
    for term in terms:
        if term[:left]:
            yield term[:left]
        left = max(0, left - len(term))


def telling(terms):
    """Without the common words, if there are others."""
    terms = tuple(terms)
    return tuple(term for term in terms if len(term) > 1 or term[0] not in COMMON) or terms
