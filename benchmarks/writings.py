"""Invented articles and readers' comments, as many as wanted, in a database that is ready for a site and has none:
`python -m benchmarks.writings ARTICLES COMMENTS`. The same numbers give the same texts in the same threads."""

import io
import random
import re
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice, permutations

import django
from django.core.management import call_command
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from benchmarks.bulk import AT_ONCE, filling, stemmed, stored, write, write_lines
from benchmarks.phrases import PHRASES

SEED = 2026
DAYS = 1080  # since the first comment
# What the articles are there for, by their slugs; all others share the rest of the comments.
LONG, SHORT, PAGE, THREAD = "long", "two-hundred", "one-page", "one-thread"
NAMED = (LONG, SHORT, PAGE, THREAD)
ROOTS, REPLIES = 50, 31  # threads of a page, and what is answered there: a third of all comments and a few
MODERATOR = "moderator"
# A word of nearly half of all comments, and one of three.
COMMON, RARE = "infusion", "hydrotherapy"
RARE_SENTENCE = f"For me it was {RARE}."
SENTENCES = [f"{first.capitalize()}, {second}." for first, second in permutations(PHRASES, 2)]
NAMES = ("Ada", "Ben", "Cora", "Dan", "Eve", "Finn", "Gwen", "Hugo", "Ida", "Jon", "Kate", "Leo", "Mia", "Ned")
BODY = "\n\n".join(f"## Part {part}\n\n{' '.join(SENTENCES[part * 20 : part * 20 + 20])}" for part in range(1, 8))
TOPICS = ("Infusions", "Physiotherapy", "Research", "Living with it", "Insurance", "Nerve blocks")
STATES = ["spam"] * 5 + ["removed"] * 2 + ["withdrawn"] + ["public"] * 92
VERDICTS = {"spam": "spam", "pending": ""}  # of the others: ham
KEPT = {"spam": 15, "removed": 30, "withdrawn": 7}  # days, as in COMMENT_RETENTION_DAYS
SENTENCE = re.compile(r"[^.]+\.")
FACTS_KEPT = 30  # days, likewise
NOT_PURGED = 30  # days since `purge` ran the last time
EVENT = ("comment_id", "at", "move", "actor", "by_id", "was", "reason", "revision")
FOUND = ("kind", "object_id", "within", "title", "body")
MOVES = {"public": "publish", "removed": "remove", "spam": "mark_spam", "withdrawn": "withdraw"}


def fill(articles, comments):
    """Make so many articles and comments, and a moderator."""
    from comments.models import Comment, CommentEvent
    from crpsinfo.models import SearchEntry

    moderator = make_moderator()
    slugs = [*NAMED, *(f"article-{number}" for number in range(len(NAMED) + 1, articles + 1))]
    keys = dict(zip(slugs, make_articles(slugs), strict=True))
    before = Comment.objects.aggregate(last=Max("pk"))["last"] or 0
    with filling(Comment, CommentEvent, SearchEntry):
        rows = invented(before, shares(articles, comments), keys, moderator)
        while some := list(islice(rows, AT_ONCE)):
            write(Comment, some)
            write_lines(CommentEvent, EVENT, (event for row in some for event in events_of(row, moderator)))
            write_lines(SearchEntry, FOUND, (found for row in some if (found := found_of(row))))


def make_moderator():
    """The key of a user who may decide about comments."""
    from django.contrib.auth.models import Group, User

    call_command("create_roles", stdout=io.StringIO())
    user = User.objects.create_user(MODERATOR, is_staff=True)
    user.groups.add(Group.objects.get(name="Moderator"))
    return user.pk


def make_articles(slugs):
    """Published articles at these addresses, one a day; returns their keys."""
    from articles.models import Article, Status, Topic
    from crpsinfo import search

    topics = [Topic(name=name, slug=slugify(name)) for name in TOPICS]
    Topic.objects.bulk_create(topics)
    now, pattern = timezone.now(), Article(body=BODY)
    pattern.derive()
    derived = {"body": BODY, "html": pattern.html, "toc": pattern.toc, "words": pattern.words}
    articles = Article.objects.bulk_create(
        Article(
            slug=slug,
            title=f"About {slug.replace('-', ' ')}",
            summary="What is known, and how well.",
            status=Status.PUBLISHED,
            published_at=now - timedelta(days=age),
            **derived,
        )
        for age, slug in enumerate(slugs)
    )
    of_topics = Article.topics.through.objects
    of_topics.bulk_create(of_topics.model(article=each, topic=topics[each.pk % len(topics)]) for each in articles)
    keys = [article.pk for article in articles]
    search.refresh("article", *keys)
    return keys


def shares(articles, comments):
    """{slug: how many comments}: in all as many as wanted, but no fewer than the named articles have."""
    page = ROOTS + REPLIES
    named = {LONG: max(page, comments // 10), SHORT: 200, PAGE: page, THREAD: max(page, comments // 20)}
    others, rest = max(0, articles - len(NAMED)), max(0, comments - sum(named.values()))
    return named | {
        f"article-{len(NAMED) + 1 + place}": rest // others + (place < rest % others) for place in range(others)
    }


@dataclass
class Talk:
    """Under an article, as far as it is written: after 50 comments that open threads there are 31 replies to these, so
    that pages are alike. In `one` thread, all answer the first comment or one another."""

    article: int
    one: bool = False
    count: int = 0
    roots: list = field(default_factory=list)  # of the latest page
    last: tuple = ()  # (key, key of the first comment of its thread) of the latest reply

    def add(self, key):
        """(what the comment with this key answers, the first comment of its thread), None and None if it opens one"""
        place = self.count % (ROOTS + REPLIES)
        self.count += 1
        if self.count == 1 or not self.one and place < ROOTS:
            self.roots, self.last = [*self.roots, key] if place else [key], ()
            return None, None
        root = self.roots[place * 7 % len(self.roots)]
        parent, root = self.last if self.last and place % 3 == 2 else (root, root)
        self.last = key, root
        return parent, root


def invented(before, shares, keys, moderator):
    """Yields the comments in the order of time, as their columns; their keys come after `before`."""
    rng, now = random.Random(SEED), timezone.now()  # noqa: S311 - nothing secret
    talks = {slug: Talk(keys[slug], one=slug == THREAD) for slug in shares}
    order = [slug for slug, count in shares.items() for _ in range(count)]
    rng.shuffle(order)
    for number, slug in enumerate(order, 1):
        talk, age = talks[slug], timedelta(days=DAYS) * (1 - number / len(order))
        status = rng.choice(STATES)
        if slug in (SHORT, PAGE) or talk.count < ROOTS + REPLIES:  # so that all first pages are equally long
            status = "public"
        elif number % 2 and age.days < DAYS // 200:
            status = "pending"
        sentences = rng.sample(SENTENCES, 4)
        if slug == PAGE and talk.count < 3:
            sentences.append(RARE_SENTENCE)
        parent, root = talk.add(before + number)
        ids = {"id": before + number, "article_id": talk.article, "parent_id": parent, "root_id": root}
        yield ids | comment(number, status, sentences, now, age, moderator)


def comment(number, status, sentences, now, age, moderator):
    """The columns of a comment of that age, but for where it stands."""
    from comments.keys import new_key
    from comments.text import derived

    is_erased = status in KEPT and age.days >= KEPT[status] + NOT_PURGED
    text = "" if is_erased else f"{' '.join(sentences[:2])}\n\n{' '.join(sentences[2:])}"
    has_address, has_facts = number % 3 == 0 and not is_erased, age.days < FACTS_KEPT + NOT_PURGED and not is_erased
    at, later = stored(now - age), stored(now - 0.99 * age)
    is_decided, verdict = status in ("public", "removed"), VERDICTS.get(status, "ham")
    return {
        **({"text": "", "html": "", "text_mark": ""} if is_erased else {"text": text, **derived(text)}),
        "author_name": "" if is_erased else f"{NAMES[number % len(NAMES)]} {number % 997}",
        "email": f"reader-{number}@example.org" if has_address else "",
        "mail_key": new_key() if has_address else None,
        "receipt_key": new_key(),
        "created_at": at,
        "status": status,
        "status_at": at if status == "pending" else later,
        "decided_at": later if is_decided else None,
        "decided_by_id": moderator if is_decided else None,
        "reason": "off-topic" if status == "removed" else "",
        "ip": f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}" if has_facts else None,
        "user_agent": "Mozilla/5.0" if has_facts else "",
        "checked_at": at if verdict else None,
        "verdict": verdict,
        "erased_at": stored(now) if is_erased else None,
    }


def events_of(row, moderator):
    """What is on record of a comment, as lines of EVENT."""
    yield row["id"], row["created_at"], "post", "writer", None, "", "", 1
    if move := MOVES.get(row["status"]):
        who = {"removed": "moderator", "public": "moderator", "spam": "system"}.get(row["status"], "writer")
        yield row["id"], row["status_at"], move, who, row["decided_by_id"], "pending", row["reason"], 1


def found_of(row):
    """What the search keeps of it, as a line of FOUND; None if nobody finds it."""
    if row["status"] != "public":
        return None
    return "comment", row["id"], row["article_id"], "", stemmed(SENTENCE.findall(row["text"]))


if __name__ == "__main__":
    django.setup()
    fill(*map(int, sys.argv[1:]))
