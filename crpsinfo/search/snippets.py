"""The place in a text where the words that were looked for stand."""

import re
from unicodedata import normalize

from django.utils.html import format_html, format_html_join

from crpsinfo.search.words import stems_of_one

LENGTH, BEFORE = 240, 70  # characters: of a snippet, and in it before the first hit
WRITTEN = re.compile(r"\w+(?:['’‘`´.]\w+)*")  # a word as it is written
SPACES = re.compile(r"\s+")


def marked(text, stems):
    """The text as HTML, each word of one of these stems in <mark>."""
    pieces, place = [], 0
    for word in WRITTEN.finditer(text):
        if is_hit(word[0], stems):
            pieces.append((text[place : word.start()], format_html("<mark>{}</mark>", word[0])))
            place = word.end()
    return format_html_join("", "{}{}", [*pieces, (text[place:], "")])


def snippet(text, stems):
    """The part of the text around the first hit, its beginning if there is none: HTML, with the hits marked."""
    text = SPACES.sub(" ", normalize("NFC", text)).strip()
    first = next((word.start() for word in WRITTEN.finditer(text) if is_hit(word[0], stems)), 0)
    start = beginning(text, first)
    end = ending(text, start)
    return marked(f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}", stems)


def is_hit(written, stems):
    return not stems.isdisjoint(stems_of_one(written))


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
