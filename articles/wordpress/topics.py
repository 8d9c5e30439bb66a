"""Categories and tags of WordPress as topics."""

from html import unescape
from urllib.parse import unquote

from django.utils.text import slugify

from articles.models import OldAddress, Topic
from articles.models.old_address import LONGEST_PATH
from crpsinfo.typed import clean_line

LONGEST = 60  # characters of a topic's name and slug
NO_TOPIC = "uncategorized"  # what WordPress puts posts into that have none
DEEPEST = 10  # categories within each other


def topics_of(post, listed):
    """The Topics of a post. `listed`: {(kind, slug): Term} of those in the head of the file."""
    topics = {}
    for term in post.terms:
        term = listed.get((term.kind, term.slug), term)
        if unquote(term.slug) != NO_TOPIC and (topic := topic_of(term)):
            topics[topic.pk] = topic
            remember_addresses(topic, term, listed)
    return list(topics.values())


def topic_of(term):
    """The topic with that slug or name; a new one if there is none. None for a term without a name."""
    name = clean_line(unescape(term.name))[:LONGEST].strip() or clean_line(unquote(term.slug))[:LONGEST].strip()
    slug = (slugify(unquote(term.slug)) or slugify(name))[:LONGEST].strip("-") or f"topic-{term.number}"
    if not name:
        return None
    return Topic.objects.known_as(slug, name) or Topic.objects.create(name=name, slug=slug)


def remember_addresses(topic, term, listed):
    slug = unquote(term.slug)
    paths = [f"/tag/{slug}", f"/?tag={slug}"] if term.kind == "tag" else [f"/category/{slug}", above(term, listed)]
    if term.kind == "category" and term.number:
        paths.append(f"/?cat={term.number}")
    rows = [OldAddress(path=path, topic=topic) for path in paths if is_storable(path)]
    OldAddress.objects.bulk_create(rows, ignore_conflicts=True)


def is_storable(path):
    return len(path) <= LONGEST_PATH and "\0" not in path


def above(term, listed):
    """The path of a category, with those that it is in."""
    slugs = [unquote(term.slug)]
    while term.parent and len(slugs) < DEEPEST:
        slugs.insert(0, unquote(term.parent))
        term = listed.get(("category", term.parent), term)
        if slugs[0] != unquote(term.slug):
            break
    return f"/category/{'/'.join(slugs)}"
