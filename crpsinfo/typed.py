"""What readers type: plain text, without the characters that are none."""

import re
import unicodedata

# Characters that turn the direction of the text around them, and could make a page read as what it is not.
DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
# What no text is made of: control characters, halves of characters, private ones. (Not "Cn", the unassigned: tomorrow's
# emoji are among them.)
NO_TEXT = ("Cc", "Cs", "Co")
INVISIBLE = ("Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp")
BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that nobody can see
# Accents on accents: no language needs more than a few on one letter, and many grow over the lines around.
MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
TOWER = re.compile(f"([{MARKS}]{{4}})[{MARKS}]+")


def clean(text):
    """The text without characters that are none, with \\n line ends and at most one empty line between paragraphs.
    Empty if nothing in it can be seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(DIRECTION)
    text = "".join(char for char in text if char in "\n\t" or is_text(char))
    text = TOWER.sub(r"\1", "\n".join(line.rstrip(" \t") for line in text.split("\n")))
    return re.sub(r"\n{3,}", "\n\n", text).strip() if any(map(is_visible, text)) else ""


def is_text(char):
    is_noncharacter = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF  # no XML may hold them
    return unicodedata.category(char) not in NO_TEXT and not is_noncharacter


def is_visible(char):
    return unicodedata.category(char) not in INVISIBLE and char not in BLANK


def clean_line(text):
    """The same for a single line, such as a name."""
    return re.sub(r"\s+", " ", clean(text)).strip()
