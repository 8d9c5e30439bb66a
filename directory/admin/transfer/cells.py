"""How values stand in the cells of a CSV file, and how they are read."""

import re
from datetime import datetime

from import_export.widgets import Widget

CLEARED = "-"  # alone in a cell: nothing, or nobody knows. An empty cell leaves what is there
# What a spreadsheet would take for a formula and work out. A number is none.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")  # ISO, and what spreadsheets in the US make of it


def safe(text):
    """The text as a cell that no spreadsheet works out: an apostrophe before what might be a formula. `plain` takes it
    off again. (OWASP, "CSV Injection")"""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


def plain(cell):
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell[1:]) else cell


class Text(Widget):
    """`cleared` is what a cell with CLEARED in it means."""

    cleared = ""

    def __init__(self, **options):
        super().__init__()
        self.cleared = options.get("cleared", self.cleared)

    def clean(self, value, row=None, **kwargs):
        """The value that the cell stands for. Raises ValueError, in words for who wrote the file."""
        cell = value.strip()
        return self.cleared if cell == CLEARED else self.read(plain(cell))

    def render(self, value, obj=None, **kwargs):
        return safe(self.write(value)) if value not in (None, "") else ""

    def read(self, text):
        return text

    def write(self, value):
        return str(value)


class Number(Text):
    cleared = None

    def read(self, text):
        if not NUMBER.match(text):
            raise ValueError(f"“{text}” is no number.")
        return float(text)


class Key(Text):
    """The number of a row of ours."""

    cleared = None

    def read(self, text):
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise ValueError(f"“{text}” is no number of ours. Leave the cell empty for something new.")
        return int(text)


class Day(Text):
    cleared = None

    def read(self, text):
        for form in DAYS:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
        raise ValueError(f"“{text}” is no day. Write it like this: 2026-09-12")

    def write(self, value):
        return value.isoformat()


class YesNo(Text):
    """With `cleared` None: nobody knows."""

    cleared = None
    ANSWERS = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}

    def read(self, text):
        try:
            return self.ANSWERS[text.casefold()]
        except KeyError:
            raise ValueError(f"“{text}” is neither yes nor no.") from None

    def write(self, value):
        return "yes" if value else "no"


class Choice(Text):
    """One of these values, in capitals or small letters."""

    def __init__(self, values):
        super().__init__()
        self.values = {value.casefold(): value for value in values}

    def read(self, text):
        try:
            return self.values[text.casefold()]
        except KeyError:
            raise ValueError(f"“{text}” is not one of: {', '.join(self.values.values())}.") from None


class ZipText(Text):
    """Spreadsheets take the zeros away that a ZIP code begins with."""

    def read(self, text):
        return text.zfill(5) if text.isdecimal() and len(text) in (3, 4) else text
