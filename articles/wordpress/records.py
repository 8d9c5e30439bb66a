"""What a WordPress export holds, as values; and how they are read from its texts.

The format (WXR) is RSS 2.0 with elements of its own: see wp-admin/includes/export.php in WordPress.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LARGEST_NUMBER = 2**63 - 1
LONGEST_NAME = 200  # characters: WordPress has no longer ones, and thousands are kept in mind


@dataclass(frozen=True)
class Site:
    title: str
    address: str  # without a slash at its end


@dataclass(frozen=True)
class Author:
    login: str
    name: str  # as readers saw it


@dataclass(frozen=True)
class Term:
    """A category or a tag. `number` and `parent` (a slug) are known of those that the head of the file lists."""

    kind: str  # "category" or "tag"
    slug: str
    name: str
    number: int = 0
    parent: str = ""


@dataclass(frozen=True)
class Comment:
    number: int  # 0: none
    parent: int  # the number of what it answers, or 0
    name: str
    email: str
    website: str
    ip: str
    at: datetime | None
    text: str  # HTML
    approved: str  # "1", "0", "spam", "trash" or "post-trashed"
    kind: str  # "" or "comment"; "pingback", "trackback" and what plugins have
    is_cut: bool = False  # a text of it is missing, since it was far too long


@dataclass(frozen=True)
class Post:
    number: int  # 0: none
    kind: str  # "post", "page", "attachment" and many more
    title: str
    link: str
    author: str  # a login
    slug: str
    at: datetime | None
    modified_at: datetime | None
    status: str
    comments_open: bool
    has_password: bool
    content: str  # HTML, with shortcodes
    excerpt: str
    terms: tuple
    comments: tuple
    picture: int = 0  # the number of the attachment that stands above it, or 0
    parent: int = 0  # of an attachment: the number of the post that it was uploaded to, or 0
    file: str = ""  # of an attachment: its address


@dataclass(frozen=True)
class TooLong:
    """A post that was not read, because of its length."""

    number: int
    kind: str
    title: str
    why: str
    comments: int = 0  # how many it had


def site(texts):
    address = texts.get("wp:base_blog_url") or texts.get("link", "")
    return Site(named(texts, "title"), address.rstrip("/"))


def author(texts):
    login = named(texts, "wp:author_login")
    return Author(login, named(texts, "wp:author_display_name") or login)


def category(texts):
    slug, parent = named(texts, "wp:category_nicename"), named(texts, "wp:category_parent")
    return Term("category", slug, named(texts, "wp:cat_name"), number(texts.get("wp:term_id")), parent)


def tag(texts):
    return Term("tag", named(texts, "wp:tag_slug"), named(texts, "wp:tag_name"), number(texts.get("wp:term_id")))


def term(kind, slug, name):
    """One of a post's own."""
    return Term(kind, slug[:LONGEST_NAME], name[:LONGEST_NAME])


def named(texts, name):
    return texts.get(name, "")[:LONGEST_NAME]


def comment(texts, *, is_cut=False):
    said = {name.removeprefix("wp:comment_"): text for name, text in texts.items()}
    return Comment(
        number=number(said.get("id")),
        parent=number(said.get("parent")),
        name=said.get("author", ""),
        email=said.get("author_email", ""),
        website=said.get("author_url", ""),
        ip=said.get("author_IP", ""),
        at=moment(said.get("date_gmt"), said.get("date")),
        text=said.get("content", ""),
        approved=said.get("approved", ""),
        kind=said.get("type", ""),
        is_cut=is_cut,
    )


def post(texts, terms, comments):
    said = {name.removeprefix("wp:"): text for name, text in texts.items()}
    return Post(
        number=number(said.get("post_id")),
        kind=said.get("post_type", "post"),
        title=said.get("title", ""),
        link=said.get("link", ""),
        author=named(said, "dc:creator"),
        slug=named(said, "post_name"),
        at=moment(said.get("post_date_gmt"), said.get("post_date"), said.get("pubDate")),
        modified_at=moment(said.get("post_modified_gmt"), said.get("post_modified")),
        status=said.get("status", "publish"),
        comments_open=said.get("comment_status", "open") == "open",
        has_password=bool(said.get("post_password")),
        content=said.get("content:encoded", ""),
        excerpt=said.get("excerpt:encoded", ""),
        terms=tuple(dict.fromkeys(terms)),
        comments=tuple(comments),
        picture=number(said.get("_thumbnail_id")),
        parent=number(said.get("post_parent")),
        file=said.get("attachment_url", ""),
    )


def number(text):
    """A whole number above 0 that a database takes, or 0."""
    is_number = text and text.isascii() and text.isdigit() and len(text) <= 19
    return int(text) if is_number and int(text) <= LARGEST_NUMBER else 0


def moment(*texts):
    """The first of these that is a time, in UTC; None if none is. WordPress writes zeros where it knows of none."""
    return next(filter(None, map(time_of, texts)), None)


def time_of(text):
    try:
        found = parsedate_to_datetime(text) if text and "," in text else datetime.fromisoformat(text or "")
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
