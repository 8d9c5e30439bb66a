"""The place in a text where the words that were looked for stand."""

import re
from unicodedata import normalize

from django.utils.html import format_html, format_html_join

from crpsinfo.folding import fold
from crpsinfo.search.words import IS_UNSPACED, UNSPACED, WITHIN, stems_of_one

LENGTH, BEFORE = 240, 70  # characters: of a snippet, and in it before the first hit
# A word as it is written, or words without spaces.
WRITTEN = re.compile(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+(?:['’‘`´.{WITHIN}][^\W{UNSPACED}]+)*")
SPACES = re.compile(r"\s+")


def marked(text, stems):
    """The text as HTML, each word of one of these stems in <mark>."""
    pieces, place = [], 0
    for start, end in hits(text, stems):
        pieces.append((text[place:start], format_html("<mark>{}</mark>", text[start:end])))
        place = end
    return format_html_join("", "{}{}", [*pieces, (text[place:], "")])


def snippet(text, stems):
    """The part of the text around the first hit, its beginning if there is none: HTML, with the hits marked."""
    text = SPACES.sub(" ", normalize("NFC", text)).strip()
    first = next((start for start, _ in hits(text, stems)), 0)
    start = beginning(text, first)
    end = ending(text, start)
    return marked(f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}", stems)


def hits(text, stems):
    """Yields (start, end) of each word that has one of the stems."""
    for word in WRITTEN.finditer(text):
        if IS_UNSPACED.match(word[0]):
            yield from hits_without_spaces(word, stems)
        elif not stems.isdisjoint(stems_of_one(word[0])):
            yield word.span()


def hits_without_spaces(run, stems):
    folded = fold(run[0])
    if len(folded) == len(run[0]):  # else nobody knows which is which
        wanted = "|".join(sorted((word for word in stems if IS_UNSPACED.match(word)), key=len, reverse=True))
        for hit in re.finditer(wanted, folded) if wanted else []:
            yield run.start() + hit.start(), run.start() + hit.end()


def beginning(text, first):
    """Where the word begins with which a snippet begins."""
    if first <= BEFORE:
        return 0
    space = text.find(" ", first - BEFORE, first)
    return first if space < 0 else space + 1


def ending(text, start):
    if len(text) - start <= LENGTH:
        return len(text)
    space = text.rfind(" ", start + BEFORE, start + LENGTH)
    return start + LENGTH if space < 0 else space
