"""A WordPress export (WXR 1.0 to 1.2) of any size, read in constant memory: no more than one post at a time.

A file is somebody else's: document types are refused, and with them all entities; what is too long is not kept.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from articles.wordpress import records
from articles.wordpress.decoding import Unreadable

LONGEST_TEXT = 10_000_000  # characters of one text of a post
LONGEST_OF_HEAD = 1000  # of a text about the site, an author or a category, many of which are kept
LONGEST_OF_PARTS = {"wp:comment": 200_000, "wp:postmeta": 200}  # of one text in these parts of a post
LONGEST_POST = 40_000_000  # of a post and its comments, each element counted as OF_AN_ELEMENT more
LONGEST_TOKEN = 1_000_000  # bytes of a tag or a comment in the XML, which the parser keeps until its end
DEEPEST = 100  # elements within each other
OF_AN_ELEMENT = 150  # characters
LONGEST_NOTED = 200  # characters of what is still read of a post that is too long
NO_EXPORT = "This is not a WordPress export (Tools → Export → All content makes one)."

FIELDS = {
    "channel": {"title", "link", "wp:base_blog_url"},
    "wp:author": {"wp:author_login", "wp:author_display_name"},
    "wp:category": {"wp:term_id", "wp:category_nicename", "wp:category_parent", "wp:cat_name"},
    "wp:tag": {"wp:term_id", "wp:tag_slug", "wp:tag_name"},
    "item": {
        *("title", "link", "pubDate", "dc:creator", "category", "content:encoded", "excerpt:encoded", "wp:post_id"),
        *("wp:post_date", "wp:post_date_gmt", "wp:post_modified", "wp:post_modified_gmt", "wp:comment_status"),
        *("wp:post_name", "wp:status", "wp:post_type", "wp:post_password", "wp:post_parent", "wp:attachment_url"),
    },
    "wp:comment": {
        *("wp:comment_id", "wp:comment_author", "wp:comment_author_email", "wp:comment_author_url"),
        *("wp:comment_author_IP", "wp:comment_date", "wp:comment_date_gmt", "wp:comment_content"),
        *("wp:comment_approved", "wp:comment_type", "wp:comment_parent"),
    },
    "wp:postmeta": {"wp:meta_key", "wp:meta_value"},
}
WITHIN = {"channel": "rss", "wp:comment": "item", "wp:postmeta": "item"}  # the others are in the channel
NOTED = {"title", "wp:post_id", "wp:post_type"}
THUMBNAIL = "_thumbnail_id"  # what WordPress calls the number of a post's picture
MADE = {
    "wp:author": records.author,
    "wp:category": records.category,
    "wp:tag": records.tag,
}
DOMAINS = {"category": "category", "post_tag": "tag", "tag": "tag"}  # the last one in WXR 1.0


@dataclass
class Open:
    """An element that is being read, and the texts in it so far."""

    name: str
    texts: dict = field(default_factory=dict)
    terms: list = field(default_factory=list)
    comments: list = field(default_factory=list)
    comment_count: int = 0  # also of those that are not kept
    size: int = 0
    too_long: str = ""


def read(pieces):
    """Yields a Site, and Authors, Terms, and Posts with their Comments as they come; a TooLong for a post that is not
    read. `pieces`: texts, which make up the file. Raises Unreadable, when all before it was given."""
    reader, fed = Reader(), 0
    for piece in pieces:
        data = piece.encode()
        fed += len(data)
        yield from reader.feed(data)
        if fed - max(reader.parser.CurrentByteIndex, 0) > LONGEST_TOKEN:
            raise Unreadable(f"It has a tag or a comment of more than {LONGEST_TOKEN:,} bytes.")
    yield from reader.feed(b"", is_last=True)
    if not reader.has_channel:
        raise Unreadable(NO_EXPORT)


class Reader:
    """Makes records of XML that is fed to it."""

    def __init__(self):
        self.parser = expat.ParserCreate("utf-8")  # whatever the file declares: it is decoded already
        self.parser.buffer_text, self.parser.buffer_size = True, 64 * 1024
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler = self.characters
        self.path, self.open, self.made = [], [], []
        self.has_channel = self.has_site = False
        self.text, self.domain, self.text_size = None, None, 0  # of the field that is being read

    def feed(self, data, is_last=False):
        """The records that end in this data. Raises Unreadable, after them."""
        error = None
        try:
            self.parser.Parse(data, is_last)
        except expat.ExpatError as broken:
            what = expat.ErrorString(broken.code)
            error = Unreadable(f"It is no XML from line {broken.lineno:,} on ({what}): it may be cut off or damaged.")
        except Unreadable as refused:
            error = refused
        made, self.made = self.made, []
        yield from made
        if error:
            raise error

    def refuse(self, *declared):
        raise Unreadable("It declares a document type, as no WordPress export does: entities are refused here.")

    def start(self, name, attributes):
        parent = self.path[-1] if self.path else None
        if parent is None and name != "rss":
            raise Unreadable(NO_EXPORT)
        if len(self.path) >= DEEPEST:
            raise Unreadable(f"It has elements more than {DEEPEST} deep.")
        self.path.append(name)
        if self.open:
            self.add_to_size(OF_AN_ELEMENT)
        if name in FIELDS and parent == WITHIN.get(name, "channel") and len(self.path) <= 4:
            self.begin(name)
        elif self.open and parent == self.open[-1].name and name in self.wanted():
            self.text, self.text_size = [], 0
            self.domain = DOMAINS.get(attributes.get("domain")), attributes.get("nicename", "")

    def wanted(self):
        return NOTED if self.post and self.post.too_long else FIELDS[self.open[-1].name]

    def begin(self, name):
        if name == "item" and not self.has_site:
            self.has_site = True
            self.made.append(records.site(self.open[0].texts))
        self.has_channel |= name == "channel"
        self.open.append(Open(name))

    def characters(self, data):
        if self.text is None:
            return
        self.text_size += len(data)
        if self.text_size <= self.longest:
            self.text.append(data)
            self.add_to_size(len(data))
        elif self.open[-1].name in LONGEST_OF_PARTS:
            self.text, self.open[-1].too_long = None, "a text"
        else:
            self.drop(f"a text of more than {LONGEST_TEXT:,} characters")

    @property
    def post(self):
        """The Open item, or None."""
        return self.open[1] if len(self.open) > 1 and self.open[1].name == "item" else None

    @property
    def longest(self):
        if not self.post:
            return LONGEST_OF_HEAD
        return LONGEST_NOTED if self.post.too_long else LONGEST_OF_PARTS.get(self.open[-1].name, LONGEST_TEXT)

    def add_to_size(self, size):
        if self.post:
            self.post.size += size
            if self.post.size > LONGEST_POST and not self.post.too_long:
                self.drop(f"more than {LONGEST_POST:,} characters with its comments")

    def drop(self, why):
        """Forget what was read of the post, or of what else is far too long."""
        self.text = None
        if self.post:
            self.post.too_long = self.post.too_long or why
            self.post.comments.clear()
            self.post.terms.clear()
            self.post.texts = {name: self.post.texts[name][:LONGEST_NOTED] for name in NOTED & self.post.texts.keys()}
            for record in self.open[2:]:
                record.texts.clear()

    def end(self, name):
        self.path.pop()
        if self.open and self.text is not None and self.path[-1] == self.open[-1].name:
            self.keep(name, "".join(self.text).strip())
            self.text = None
        elif self.open and self.open[-1].name == name and len(self.path) == len(self.open):
            self.finish(self.open.pop())

    def keep(self, name, text):
        kind, slug = self.domain
        if name != "category":
            self.open[-1].texts.setdefault(name, text)
        elif kind and slug:  # WXR 1.0 lists each a second time, without
            self.open[-1].terms.append(records.term(kind, slug, text))

    def finish(self, record):
        if record.name == "item":
            self.made.append(post_of(record))
        elif record.name in MADE:
            self.made.append(MADE[record.name](record.texts))
        elif record.name == "wp:comment":
            self.post.comment_count += 1
            if not self.post.too_long:
                self.post.comments.append(records.comment(record.texts, is_cut=bool(record.too_long)))
        elif record.name == "wp:postmeta" and record.texts.get("wp:meta_key") == THUMBNAIL:
            self.post.texts.setdefault(THUMBNAIL, record.texts.get("wp:meta_value", ""))


def post_of(record):
    post = records.post(record.texts, record.terms, record.comments)
    if record.too_long:
        return records.TooLong(post.number, post.kind, post.title, record.too_long, record.comment_count)
    return post
