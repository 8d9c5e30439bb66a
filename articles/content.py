"""The texts that come with the project: Markdown files with a head in TOML, which `load_content` stores."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from articles.models import Article, Kind, Topic

FOLDER = Path(__file__).parent / "content"
FENCE = "+++\n"
FIELDS = ("title", "summary", "body", "last_review", "next_review", "comments_open")


@dataclass(frozen=True)
class Text:
    """One file: what its article should be."""

    kind: str
    slug: str
    values: dict  # by the names in FIELDS
    topics: list


def texts(folder=FOLDER):
    """Every text in `folder`/articles and `folder`/pages, in order of name."""
    for kind, name in ((Kind.ARTICLE, "articles"), (Kind.PAGE, "pages")):
        for path in sorted((folder / name).glob("*.md")):
            yield parse(path.read_text(encoding="utf-8"), kind, path.stem)


def parse(text, kind, slug):
    """Read one file's text. Raises ValueError that names the file when its head cannot be read."""
    try:
        _, head, body = text.split(FENCE, 2)
        head = tomllib.loads(head)
        values = {name: head[name] for name in ("title", "summary")}
    except (ValueError, KeyError) as error:
        message = f"{slug}.md: its head is not TOML between +++ lines with title and summary ({error})"
        raise ValueError(message) from error
    values |= {name: head.get(name) for name in ("last_review", "next_review")}
    values |= {"body": body.strip(), "comments_open": kind == Kind.ARTICLE}
    return Text(kind, slug, values, sorted(head.get("topics", [])))


def load(text):
    """Bring one text into the database. Returns "created", "updated", "unchanged", or "edited": a row that an editor
    has changed since is left alone."""
    with transaction.atomic():
        article = Article.objects.select_for_update().filter(slug=text.slug).first()
        wanted = fingerprint(text.values, text.topics)
        if article is None:
            outcome, article = "created", Article(kind=text.kind, slug=text.slug)
        elif (current := fingerprint_of(article)) == wanted:
            Article.objects.filter(pk=article.pk).update(loaded_hash=wanted)  # an editor may have written the same
            return "unchanged"
        elif article.loaded_hash != current:
            return "edited"
        else:
            outcome = "updated"
        for name, value in text.values.items():
            if outcome == "created" or name != "comments_open":  # whether they are still open is not the file's to say
                setattr(article, name, value)
        article.loaded_hash = wanted
        article.save()
        article.topics.set(topic_named(name) for name in text.topics)
        if outcome == "created":
            article.publish()
    return outcome


def topic_named(name):
    return Topic.objects.known_as(slugify(name), name) or Topic.objects.create(slug=slugify(name), name=name)


def fingerprint_of(article):
    values = {name: getattr(article, name) for name in FIELDS}
    values["comments_open"] = article.kind == Kind.ARTICLE  # as the file has it: closing them is no edit of the text
    return fingerprint(values, sorted(article.topics.values_list("name", flat=True)))


def fingerprint(values, topics):
    """A hash that changes when anything that a file sets is changed."""
    content = json.dumps([{name: values[name] for name in FIELDS}, topics], default=str, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
