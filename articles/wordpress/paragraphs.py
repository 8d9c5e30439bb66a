"""Paragraphs as WordPress makes them of a text: an empty line begins a new one, the end of a line is a line break."""

import re

from bs4 import NavigableString, Tag

CONTAINERS = ["article", "aside", "blockquote", "center", "div", "footer", "header", "main", "section"]
BLOCKS = {
    *CONTAINERS,
    *("address", "details", "dl", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre"),
    *("table", "ul"),
}
EMPTY_LINE = re.compile(r"\n[ \t\r]*\n\s*")
ADDRESS = re.compile(r"https?://[^\s<>\"']+")


def lay_out(soup, *, of_blocks):
    """Put what stands outside of any block into paragraphs, and mark the ends of lines in them. `of_blocks`: the text
    comes from the block editor, in whose own paragraphs the end of a line means nothing."""
    if not of_blocks:
        for paragraph in soup("p"):
            mark_ends_of_lines(soup, paragraph)
    for container in [soup, *soup(CONTAINERS)]:
        wrap(soup, container)
    for paragraph in soup("p"):
        link_bare_address(soup, paragraph)


def wrap(soup, container):
    """Rebuild the container: its blocks stay, all else is put into paragraphs."""
    children, run = list(container.children), []
    for child in children:
        child.extract()
    for child in children:
        if isinstance(child, Tag) and child.name in BLOCKS:
            end_run(soup, container, run)
            run = []
            container.append(child)
        else:
            run.append(child)
    end_run(soup, container, run)


def end_run(soup, container, run):
    for nodes in split(run):
        paragraph = soup.new_tag("p")
        for node in nodes:
            paragraph.append(node)
        mark_ends_of_lines(soup, paragraph)
        if paragraph.get_text(strip=True) or paragraph.find(True):
            container.append(paragraph)


def split(run):
    """The nodes as lists, a new one where a text has an empty line."""
    nodes = []
    for node in run:
        if not isinstance(node, NavigableString):
            nodes.append(node)
            continue
        first, *others = EMPTY_LINE.split(str(node))
        nodes.append(NavigableString(first))
        for text in others:
            yield nodes
            nodes = [NavigableString(text)]
    yield nodes


def mark_ends_of_lines(soup, paragraph):
    strip_ends(paragraph)
    for text in paragraph.find_all(string=lambda text: text and "\n" in text):
        if text.find_parent(["pre", "code"]):
            continue
        nodes = []
        *ended, last = re.split(r"\n\s*", str(text))
        for line in [*(line.rstrip(" \t\r") for line in ended), last]:
            nodes += [soup.new_tag("br"), NavigableString(line)]
        follows_break = getattr(text.previous_sibling, "name", "") == "br"
        text.replace_with(*(nodes[2 if follows_break and not nodes[1] else 1 :]))


def strip_ends(paragraph):
    """Without the white space at both ends of the paragraph."""
    if paragraph.contents and isinstance(paragraph.contents[0], NavigableString):
        paragraph.contents[0].replace_with(NavigableString(str(paragraph.contents[0]).lstrip()))
    if paragraph.contents and isinstance(paragraph.contents[-1], NavigableString):
        paragraph.contents[-1].replace_with(NavigableString(str(paragraph.contents[-1]).rstrip()))


def link_bare_address(soup, paragraph):
    """WordPress shows what is at an address that stands alone; here it becomes a link."""
    text = paragraph.get_text().strip()
    if not paragraph.find(True) and ADDRESS.fullmatch(text):
        link = soup.new_tag("a", href=text)
        link.string = text
        paragraph.clear()
        paragraph.append(link)
