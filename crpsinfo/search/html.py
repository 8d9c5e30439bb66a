"""The text in a piece of HTML that this site made."""

from html.parser import HTMLParser

INLINE = {"a", "abbr", "b", "code", "del", "em", "i", "mark", "small", "span", "strong", "sub", "sup"}
HEADINGS = {"h2", "h3", "h4"}  # else the next words would go on where they end
LEFT_OUT = {"footnote-ref", "footnote-backref"}  # classes: the numbers and arrows of references


class Text(HTMLParser):
    """Collects the text. Between two blocks stands a space; within a word nothing does."""

    def __init__(self):
        super().__init__()
        self.pieces, self.left_out = [], []

    def handle_starttag(self, tag, attrs):
        if self.left_out or LEFT_OUT & set((dict(attrs).get("class") or "").split()):
            self.left_out.append(tag)
        elif tag not in INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag):
        if tag in self.left_out:
            while self.left_out.pop() != tag:  # those that nobody closed
                pass
        elif tag not in INLINE:
            self.pieces.append(" – " if tag in HEADINGS else " ")

    def handle_data(self, data):
        if not self.left_out:
            self.pieces.append(data)


def text_of(html):
    """The text of sanitised HTML, as one line."""
    parser = Text()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.pieces).split())
