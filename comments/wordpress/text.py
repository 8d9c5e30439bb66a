"""A comment as WordPress keeps it, which is HTML and untrusted, as the plain text that ours are."""

from html import unescape
from html.parser import HTMLParser

import nh3

from crpsinfo.typed import clean

BLOCKS = {"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
UNDERSTOOD = {*BLOCKS, "a", "br", "li"}


def plain(html):
    """The text, cleaned; empty if nothing in it can be seen. An empty line is between paragraphs, an address that a
    link has hidden stands behind its words."""
    if "<" not in html:
        return clean(unescape(html))
    reader = Reader()
    safe = nh3.clean(html, tags=UNDERSTOOD, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None)
    reader.feed(safe)
    reader.close()
    return clean("".join(reader.pieces))


class Reader(HTMLParser):
    """Reads HTML that was sanitised."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces, self.links = [], []

    def handle_starttag(self, tag, attributes):
        if tag == "br":
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in BLOCKS:
            self.pieces.append("\n\n")
        elif tag == "a":
            self.links.append((dict(attributes).get("href") or "", len(self.pieces)))

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.pieces.append("\n\n")
        elif tag == "a" and self.links:
            address, start = self.links.pop()
            words = "".join(self.pieces[start:]).strip()
            if address.startswith(("http://", "https://")) and address.rstrip("/") != words.rstrip("/"):
                self.pieces.append(f" ({address})" if words else address)

    def handle_data(self, data):
        if self.pieces and self.pieces[-1] == "\n":  # WordPress writes both: a break, and the end of the line
            data = data.removeprefix("\n")
        self.pieces.append(data)
