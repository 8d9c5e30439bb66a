"""What somebody may have been looking for who followed an address that leads nowhere."""

import re

from crpsinfo.search.kinds import kinds
from crpsinfo.search.models import SearchEntry
from crpsinfo.search.query import COMMON, Query
from crpsinfo.search.words import words

LONGEST, SHORTEST_WORD, MOST_WORDS = 300, 3, 8  # characters, characters, words
MOST_CONSIDERED, MOST_OFFERED = 200, 3  # of each kind, in all
# Secret keys, what people who work here do, and files: nothing that anybody looks for.
NOTHING_THERE = re.compile(r"/(admin|comments|static|feeds|pictures|\.well-known)(/|$)")
# What addresses are made of, here and on other sites.
OF_ADDRESSES = COMMON | {
    *("amp", "articles", "asp", "aspx", "blog", "category", "cgi", "doctors", "feed", "htm", "html", "index", "page"),
    *("pages", "php", "post", "posts", "search", "tag", "tags", "topic", "topics", "www", "xml"),
}


def offered_for(path):
    """At most a few Hits for the words in a path; those first that the path begins like. Mostly two short queries."""
    query, found = words_of(path), []
    if query:
        for kind in sorted(kinds().values(), key=lambda kind: not path.startswith(f"/{kind.slug}/")):
            if kind.leads_lost and len(found) < MOST_OFFERED:
                found += best(kind, query)[: MOST_OFFERED - len(found)]
    return found


def words_of(path):
    """The Query for any of the words in a path."""
    if NOTHING_THERE.match(path):
        return Query()
    there = dict.fromkeys(words(path[:LONGEST]))
    telling = [word for word in there if len(word) >= SHORTEST_WORD and word not in OF_ADDRESSES and not word.isdigit()]
    return Query(tuple((word,) for word in telling[:MOST_WORDS]))


def best(kind, query):
    pks = SearchEntry.objects.matching(query, kind.name, any_term=True, most=MOST_CONSIDERED)[:MOST_OFFERED]
    hits = kind.hits(pks) if pks else {}
    return [hits[pk] for pk in pks if pk in hits]
