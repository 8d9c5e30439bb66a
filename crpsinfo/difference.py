"""Two texts as one, with what differs marked."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join

WORD = re.compile(r"\s*\S+")
OUT = '<del><span class="visually-hidden">[removed: </span>{}<span class="visually-hidden">] </span></del>'
IN = '<ins><span class="visually-hidden">[added: </span>{}<span class="visually-hidden">] </span></ins>'


def difference(old, new):
    """Both texts as one in HTML, word by word: what goes in <del>, what comes in <ins>, each also told in words to
    those who hear the page."""
    return format_html_join("", "{}", ((piece,) for piece in pieces(WORD.findall(old), WORD.findall(new))))


def pieces(old, new):
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if kind == "equal":
            yield come
        else:
            yield format_html(OUT, gone) if gone else ""
            yield format_html(IN, come) if come else ""
