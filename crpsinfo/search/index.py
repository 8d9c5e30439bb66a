"""Keeping the index: what stands in it follows from the rows as they are stored."""

from collections import Counter

from django.db import connection, transaction

from crpsinfo.search.kinds import kinds
from crpsinfo.search.models import SearchEntry, SearchWord
from crpsinfo.search.words import LONGEST_WORD, stems, words

BATCH = 500
SHORTEST_KNOWN = 4  # letters


def refresh(name, *pks, dry_run=False):
    """Make the index say of these rows of a kind what can be found of them now: nothing if they are gone or hidden.

    Called after a change, in its transaction. Returns a Counter of "added", "changed" and "removed" entries.
    """
    keys, figures = sorted(set(pks)), Counter()
    with transaction.atomic():
        for start in range(0, len(keys), BATCH):
            figures += refresh_some(kinds()[name], keys[start : start + BATCH], dry_run)
    return figures


def refresh_some(kind, pks, dry_run):
    lock(kind.rows().model, pks)
    wanted = {row.pk: entry_of(kind, row) for row in kind.rows().filter(pk__in=pks).order_by("pk")}
    stored = {entry.object_id: entry for entry in SearchEntry.objects.filter(kind=kind.name, object_id__in=pks)}
    gone = [entry.pk for key, entry in stored.items() if key not in wanted]
    new = [entry for key, entry in wanted.items() if key not in stored]
    changed = [overwritten(stored[key], entry) for key, entry in wanted.items() if key in stored]
    changed = [entry for entry in changed if entry]
    if not dry_run:
        write(kind, gone, new, changed)
    return Counter(added=len(new), changed=len(changed), removed=len(gone))


def lock(model, pks):
    """Who changes one of these rows meanwhile has the last word. Also of those that cannot be found now: one that comes
    back would lose its entry again. SQLite has one writer at a time."""
    if connection.features.has_select_for_update:
        len(model._base_manager.filter(pk__in=pks).order_by("pk").select_for_update().values_list("pk"))


def write(kind, gone, new, changed):
    if gone:
        SearchEntry.objects.filter(pk__in=gone).delete()
    SearchEntry.objects.bulk_create(new)
    SearchEntry.objects.bulk_update(changed, ["title", "body", "within"], batch_size=100)
    if kind.teaches and (new or changed):
        SearchWord.objects.filter(entry__in=changed).delete()
        known = [SearchWord(entry=entry, **facts) for entry in new + changed for facts in entry.known]
        SearchWord.objects.bulk_create(known, batch_size=1000)


def entry_of(kind, row):
    """The SearchEntry that a row should have; with `known`, the facts of its words."""
    said = kind.entry(row)
    entry = SearchEntry(
        kind=kind.name, object_id=row.pk, within=said.within, title=stems(said.title), body=stems(said.body)
    )
    entry.known = known_words(f"{said.title}\n{said.body}") if kind.teaches else []
    return entry


def known_words(text):
    """The facts of the words that a typing error is compared with: SearchWord's columns."""
    there = sorted(word for word in set(words(text)) if SHORTEST_KNOWN <= len(word) < LONGEST_WORD and word.isalpha())
    return [{"word": word, "initial": word[0], "length": len(word)} for word in there]


def overwritten(stored, wanted):
    """The stored entry with what it should say; None if it does already."""
    facts = ("title", "body", "within")
    if all(getattr(stored, name) == getattr(wanted, name) for name in facts):
        return None
    for name in facts:
        setattr(stored, name, getattr(wanted, name))
    stored.known = wanted.known
    return stored


def reindex(name, *, dry_run=False):
    """Bring the entries of a kind in line with its rows, some hundred at a time, while the site runs. Returns a Counter
    like `refresh`."""
    figures, model = Counter(), kinds()[name].rows().model
    for pks in in_batches(model._base_manager.order_by("pk"), "pk"):  # all, since to leave any out costs a sort
        figures += refresh(name, *pks, dry_run=dry_run)
    for pks in in_batches(SearchEntry.objects.filter(kind=name).order_by("object_id"), "object_id"):
        there = set(kinds()[name].rows().filter(pk__in=pks).values_list("pk", flat=True))
        if lost := [pk for pk in pks if pk not in there]:
            figures += refresh(name, *lost, dry_run=dry_run)
    return figures


def in_batches(rows, key):
    """Lists of keys of the rows, which are in the order of that key."""
    keys = list(rows.values_list(key, flat=True)[:BATCH])
    while keys:
        yield keys
        keys = list(rows.filter(**{f"{key}__gt": keys[-1]}).values_list(key, flat=True)[:BATCH])
