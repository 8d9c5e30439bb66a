"""What readers type: plain text, cleaned, and as HTML."""

import re
import unicodedata

from django.utils.html import escape
from django.utils.safestring import mark_safe

# An address as people type it; the punctuation that ends a sentence is not part of it.
ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}…]", re.IGNORECASE)
# Characters that turn the direction of the text around them, and could make a page read as what it is not.
DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
LONGEST_SHOWN_ADDRESS = 60  # characters


def clean(text):
    """The text without control characters, with \\n line ends and at most one empty line between paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(DIRECTION)
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Co"))
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def clean_line(text):
    """The same for a single line, such as a name."""
    return re.sub(r"\s+", " ", clean(text)).strip()


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
