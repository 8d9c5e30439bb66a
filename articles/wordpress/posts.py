"""Posts and pages of WordPress as articles."""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import slugify

from articles.models import CREDIT, Article, Format, ImportedPost, OldAddress, Status
from articles.models.article import PAGES, RESERVED
from articles.wordpress.numbers import Numbers
from articles.wordpress.records import Author, Site, Term
from articles.wordpress.text import Text, beginning, converted
from articles.wordpress.topics import is_storable, topics_of
from crpsinfo.typed import clean_line

KINDS = ("post", "page")
MOST_LISTED = 50_000  # authors, and categories and tags, that are kept in mind
LONGEST_SLUG, LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_CREDIT, LONGEST_SITE = 80, 120, 250, 120, 200
STATUS_WORDS = {"private": "it was private", "pending": "it waited for a review"}


TWICE = "with the number of another"


class LeftOut(Exception):
    """The post does not become an article. As text: why, in words that many posts may share."""


@dataclass
class Arrived:
    """What became of a post. `article` is None if an editor deleted it since it first came."""

    article: Article | None
    is_new: bool
    notes: list = field(default_factory=list)  # sentences
    text: Text | None = None  # of one that is new


class Posts:
    """Stores the posts of one file, which `learn` was told about in the order in which it comes."""

    def __init__(self):
        self.site, self.names, self.terms = "", {}, {}
        self.slugs = set()  # those given so far, which a dry run does not store
        self.came = Numbers()  # those of this file that came, or had come before

    def learn(self, record):
        """Take note of a Site, an Author or a Term."""
        if isinstance(record, Site):
            self.site = re.sub(r"^\w+://", "", record.address)[:LONGEST_SITE]  # the same over http and https
        elif isinstance(record, Author) and len(self.names) < MOST_LISTED:
            self.names[record.login] = record.name
        elif isinstance(record, Term) and len(self.terms) < MOST_LISTED:
            self.terms[record.kind, record.slug] = record

    def store(self, post):
        """The post as an Arrived, in the caller's transaction. Raises LeftOut, and whatever else is wrong with it."""
        refuse(post)
        if post.number in self.came:
            raise LeftOut(TWICE)
        known = ImportedPost.objects.filter(site=self.site, number=post.number).select_related("article").first()
        if known:
            return Arrived(known.article, is_new=False)
        arrived = self.article_of(post)
        ImportedPost.objects.create(site=self.site, number=post.number, article=arrived.article)
        arrived.article.topics.set(topics_of(post, self.terms))
        remember_addresses(post, arrived.article)
        return arrived

    def article_of(self, post):
        text = converted(post.content, post.link)
        title, slug = title_of(post, text), free_slug(post, self.slugs)
        self.slugs.add(slug)
        article = Article(
            title=title[:LONGEST_TITLE],
            slug=slug,
            summary=summary_of(post, text) or title[:LONGEST_TITLE],
            body=text.body,
            text_format=text.text_format,
            credit=clean_line(unescape(self.names.get(post.author, post.author)))[:LONGEST_CREDIT] or CREDIT,
            comments_open=post.comments_open,
        )
        article.status, article.published_at, article.publish_at = standing(post)
        article._change_reason = "came from WordPress"
        article.save()
        changed_at = post.modified_at or post.at
        if changed_at:
            Article.objects.filter(pk=article.pk).update(updated_at=changed_at)
        return Arrived(article, True, list(notes(post, article, title)), text)


def refuse(post):
    """Raises LeftOut for what is no article."""
    if post.kind == "attachment":
        raise LeftOut("files of the media library, which are not fetched")
    if post.kind not in KINDS:
        raise LeftOut(f"“{clean_line(post.kind)[:40]}”: no post or page")
    if post.status in ("trash", "auto-draft", "inherit"):
        raise LeftOut("in the trash" if post.status == "trash" else "never written")
    if not post.number:
        raise LeftOut("without a number")


def standing(post):
    """(status, published_at, publish_at)"""
    now = timezone.now()
    if post.has_password or post.status not in ("publish", "future"):
        was_published = post.status in ("publish", "private") and post.at and post.at <= now
        return Status.DRAFT, post.at if was_published else None, None
    if post.at and post.at > now:
        return Status.SCHEDULED, None, post.at
    return (Status.PUBLISHED, post.at or now, None) if post.status == "publish" else (Status.DRAFT, None, None)


def notes(post, article, title):
    """What an editor should know of how it came."""
    if post.has_password:
        yield "It had a password: it is a draft now."
    elif post.status == "future" and article.status == Status.DRAFT:
        yield "It is a draft: it was to appear at a time that has passed, and never did."
    elif post.status in STATUS_WORDS:
        yield f"It is a draft: {STATUS_WORDS[post.status]}."
    if len(title) > LONGEST_TITLE:
        yield f"Its title was cut to {LONGEST_TITLE} characters."
    if article.slug != unquote(post.slug) and post.slug:
        yield f"Its address is now {article.get_absolute_url()}."
    if article.text_format == Format.HTML:
        yield "It is kept as HTML: Markdown would not say all of it."


def title_of(post, text):
    return clean_line(unescape(strip_tags(post.title))) or beginning(text.plain, 60) or f"Untitled, {post.number}"


def summary_of(post, text):
    return beginning(clean_line(unescape(strip_tags(post.excerpt))) or text.plain, LONGEST_SUMMARY)


def free_slug(post, given):
    """Its own, cleaned; with a number if something else has that, or had it, or was `given` it just now."""
    wanted = slugify(unquote(post.slug)) or slugify(unescape(strip_tags(post.title))) or f"post-{post.number}"
    slug, number = wanted[:LONGEST_SLUG].strip("-_"), 1
    stem = slug or f"post-{post.number}"
    slug = stem
    while slug in given or is_taken(slug):
        number += 1
        slug = f"{stem[: LONGEST_SLUG - len(str(number)) - 1]}-{number}"
    return slug


def is_taken(slug):
    return (
        slug in (*RESERVED, *PAGES)
        or Article.objects.filter(slug=slug).exists()
        or OldAddress.objects.filter(path=f"/articles/{slug}").exists()
    )


def remember_addresses(post, article):
    """Under which the post could be found. An address that leads elsewhere already goes on doing so."""
    slug = unquote(post.slug) or article.slug
    paths = [path_of(post.link), f"/?p={post.number}", f"/{slug}"]
    if post.kind == "page":
        paths.append(f"/?page_id={post.number}")
    if post.at:
        paths.append(f"/{post.at:%Y/%m}/{slug}")
    rows = [
        OldAddress(path=path, article=article) for path in paths if path and is_storable(path) and not is_ours(path)
    ]
    OldAddress.objects.bulk_create(rows, ignore_conflicts=True)


def is_ours(path):
    """Whether a page of this site is there, so that nobody is led on from it."""
    for address in (path, f"{path}/"):
        try:
            found = resolve(address)
        except Resolver404:
            continue
        return found.url_name != "article" or Article.objects.filter(slug=found.kwargs["slug"]).exists()
    return False


def path_of(link):
    """The path of an address as it is looked up: "" for the home page, and for what is no address."""
    try:
        return unquote(urlsplit(link).path).rstrip("/")
    except ValueError:
        return ""
