"""HTML that was cleaned and put in order, as Markdown; and whether Markdown says all of it."""

import re
from collections import Counter

import nh3
from bs4 import BeautifulSoup
from markdownify import BACKSLASH, MarkdownConverter

from articles.markdown import ATTRIBUTES, CLASSES, TAGS, render

# What means something else in Markdown wherever it stands, or at the beginning of a line.
SPECIAL = re.compile(r"[\\`*\[\]<]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
AT_START = re.compile(r"^([ \t]*)(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|>|[-=~:|]{2})", re.MULTILINE)
NUMBER_AT_START = re.compile(r"^([ \t]*\d{1,9})(?=[.)](?:\s|$))", re.MULTILINE)
BEYOND = ["sub", "sup", "dl", "del", "abbr"]  # what only HTML says
BLOCKS_OF_A_CELL = ["br", "ul", "ol", "pre", "table", "blockquote", "h2", "h3", "h4", "hr", "figure", "p", "div"]
COMPARED = ("a", "blockquote", "code", "em", "h2", "h3", "h4", "hr", "li", "pre", "strong", "td", "th", "tr")
BLANK_LINES = re.compile(r"\A[ \n]*\n")
LONGEST = 500_000  # characters
MOST_ITEMS = 2000  # of lists


class Writer(MarkdownConverter):
    """Escapes what needs it, and no more: people go on writing in what comes out."""

    def convert_pre(self, element, text, parent_tags):
        return super().convert_pre(element, BLANK_LINES.sub("", text.rstrip(" \n")), parent_tags)

    def escape(self, text, parent_tags):
        text = SPECIAL.sub(r"\\\g<0>", text)
        text = NUMBER_AT_START.sub(r"\1\\", AT_START.sub(r"\1\\", text))
        return text.replace("|", r"\|") if parent_tags & {"td", "th"} else text


def markdown_of(soup):
    """The Markdown, or None if that would not say all that the HTML does: it is rendered, and both are compared."""
    if is_beyond_markdown(soup):
        return None
    options = {"heading_style": "atx", "bullets": "-", "newline_style": BACKSLASH, "table_infer_header": False}
    options["strip_pre"] = None  # it is done above, in less time
    text = Writer(**options).convert_soup(soup).strip()
    lines = re.sub(r"\n{3,}", "\n\n", text).split("\n")
    text = "\n".join(line.rstrip(" \t") for line in lines) + "\n" if text else ""
    rendered = BeautifulSoup(f"{render(text).html}\n", "html.parser")
    return text if said_by(rendered) == said_by(soup) else None


def is_beyond_markdown(soup):
    items, size = len(soup("li")), sum(map(len, soup.strings))
    return bool(
        soup(BEYOND)
        or soup(id=True)  # the target of a link within the text
        or items > MOST_ITEMS
        or size > LONGEST
        or any("```" in block.get_text() for block in soup("pre"))
        or any(is_beyond_a_table(table) for table in soup("table"))
    )


def is_beyond_a_table(table):
    """Markdown has plain tables only, with a row of headings, and on their own."""
    rows = table("tr")
    return bool(
        not rows
        or table.find_parent(["li", "table", "blockquote"])
        or table.find(["td", "th"], colspan=True)
        or table.find(["td", "th"], rowspan=True)
        or table.find("caption")
        or not all(cell.name == "th" for cell in rows[0](["td", "th"]))
        or any(row.find("th") for row in rows[1:])
        or len({len(row(["td", "th"])) for row in rows}) != 1
        or any(cell.find(BLOCKS_OF_A_CELL) for cell in table(["td", "th"]))
    )


def said_by(soup):
    """(its letters and figures, how many there are of each element)"""
    letters = "".join(char for char in soup.get_text() if char.isalnum())
    return letters, Counter(tag.name for tag in soup(COMPARED) if not (tag.name == "code" and tag.find_parent("pre")))


def html_of(soup):
    """The HTML that is kept: sanitised, tables in a box of their own that can be scrolled."""
    for table in soup("table"):
        if not table.find_parent("table"):
            table.wrap(
                soup.new_tag("div", attrs={"class": "scroll", "role": "group", "tabindex": "0", "aria-label": "Table"})
            )
    return nh3.clean(str(soup), tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES, link_rel=None)
