"""From what somebody typed to what the page shows. Keeps nothing."""

from dataclasses import dataclass, field

from crpsinfo.search import spelling
from crpsinfo.search.kinds import Kind, kinds
from crpsinfo.search.models import MOST, SearchEntry
from crpsinfo.search.query import Query, read
from crpsinfo.search.snippets import marked, snippet

ON_A_PAGE = 10


@dataclass(frozen=True)
class Shown:
    """A hit as the page shows it, the words that were found marked."""

    title: str
    address: str
    snippet: str
    note: str
    rel: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind: the keys, best first."""

    kind: Kind
    pks: list
    is_more: bool  # than are counted

    @property
    def total(self):
        return f"more than {len(self.pks):,}" if self.is_more else f"{len(self.pks):,}"

    @property
    def has_more_pages(self):
        return len(self.pks) > ON_A_PAGE


@dataclass(frozen=True)
class Results:
    """What was found for the Query that was answered, and which words in it stand for other ones that were typed:
    [(typed, known)]."""

    query: Query
    groups: list = field(default_factory=list)
    corrected: list = field(default_factory=list)

    def __bool__(self):
        return any(group.pks for group in self.groups)

    def shown(self, group, pks=None):
        """[Shown] for these keys of a group: without those of the first page. What is gone meanwhile is left out."""
        pks = group.pks[:ON_A_PAGE] if pks is None else pks
        hits, stems = group.kind.hits(pks), self.query.stems
        in_titles = stems if group.kind.titled else frozenset()
        return [
            Shown(marked(hit.title, in_titles), hit.address, snippet(hit.text, stems), hit.note, hit.rel)
            for hit in (hits[pk] for pk in pks if pk in hits)
        ]


def find(typed, *, exact=False):
    """The Results for what somebody typed. When there are none, words that stand nowhere are taken for the nearest
    known ones, unless `exact`."""
    query = read(typed)
    results = Results(query, groups_of(query))
    if results or exact:
        return results
    instead = spelling.instead_of(query.words)
    corrected = query.with_words(instead)
    groups = groups_of(corrected) if instead else []
    return Results(corrected, groups, list(instead.items())) if any(group.pks for group in groups) else results


def groups_of(query):
    return [group_of(kind, SearchEntry.objects.matching(query, kind.name)) for kind in kinds().values()]


def group_of(kind, pks):
    return Group(kind, pks[:MOST], is_more=len(pks) > MOST)
