"""The text of a comment as HTML, and a mark by which it is known again."""

import re

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.html import escape
from django.utils.safestring import mark_safe

from crpsinfo.folding import fold

# An address as people type it; the punctuation that ends a sentence is not part of it.
ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}…]", re.IGNORECASE)
LONGEST_SHOWN_ADDRESS = 60  # characters


def derived(text):
    """What is stored beside a cleaned text, because it comes from it: {column: value}."""
    return {"html": to_html(text), "text_mark": mark_of(text)}


def mark_of(text):
    """A mark by which the same text is known again, however it is written and laid out; empty of a short one, which
    several people may well write. The text cannot be read from it."""
    letters = fold(text).replace(" ", "")
    if len(letters) < settings.SAME_TEXT_LETTERS:
        return ""
    return salted_hmac("comments.text.mark", letters, algorithm="sha256").hexdigest()[:32]


def to_html(text):
    """Cleaned text as HTML: paragraphs, line breaks, and addresses as links that search engines give no weight."""
    paragraphs = re.split(r"\n\n+", text)
    html = "\n".join(f"<p>{linked(paragraph)}</p>" for paragraph in paragraphs if paragraph.strip())
    return mark_safe(html)  # noqa: S308 - every piece was escaped


def linked(paragraph):
    pieces, end = [], 0
    for match in ADDRESS.finditer(paragraph):
        pieces += [escape(paragraph[end : match.start()]), link(match[0])]
        end = match.end()
    pieces.append(escape(paragraph[end:]))
    return "".join(pieces).replace("\n", "<br>\n")


def link(address):
    shown = address if len(address) <= LONGEST_SHOWN_ADDRESS else f"{address[: LONGEST_SHOWN_ADDRESS - 1]}…"
    return f'<a href="{escape(address)}" rel="ugc nofollow noopener">{escape(shown)}</a>'
