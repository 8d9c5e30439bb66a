"""The register, brought up to date by what one file of the registry says."""

from collections import Counter
from enum import StrEnum

from directory.models import RegisterEntry
from directory.register.do_not_list import DoNotList
from directory.register.writing import upsert

DEACTIVATION = ["deactivated_on", "reactivated_on", "seen_on"]


class Fate(StrEnum):
    """What becomes of a provider's entry."""

    NEW = "new"
    UPDATED = "updated"
    DEACTIVATED = "deactivated"
    DROPPED = "no longer of pain medicine"
    ASKED = "left out as they asked"
    OUTDATED = "known from a later file"
    OTHER = "of no concern here"


class Register:
    """The table, to be brought up to date in a transaction. `fates` counts what became of the entries."""

    def __init__(self, on, ours):
        """`on`: the day of the file; `ours`: the NPIs of our listings, which are kept whatever they treat."""
        self.on, self.ours, self.do_not_list = on, ours, DoNotList()
        self.known = dict(RegisterEntry.objects.values_list("pk", "seen_on").iterator())
        self.fates = Counter()

    @property
    def kept(self):
        return self.fates.total() - self.fates[Fate.OTHER]

    def take(self, entries):
        """Write some hundred RegisterEntries of different NPIs, or delete what they stand for. A deactivated provider
        keeps the name that it had."""
        found = {fate: [] for fate in Fate}
        for entry in entries:
            entry.seen_on, entry.search_text = self.on, entry.searched()
            found[self.fate(entry)].append(entry)
        self.fates.update({fate: len(rows) for fate, rows in found.items()})
        upsert(found[Fate.NEW] + found[Fate.UPDATED])
        RegisterEntry.objects.bulk_update(found[Fate.DEACTIVATED], DEACTIVATION)
        if leaving := found[Fate.DROPPED] + found[Fate.ASKED]:
            RegisterEntry.objects.filter(pk__in=[entry.npi for entry in leaving]).delete()

    def fate(self, entry):
        seen_on, is_ours = self.known.get(entry.npi), entry.npi in self.ours
        if not (seen_on or is_ours or entry.taxonomies):
            return Fate.OTHER
        if seen_on and seen_on > self.on:
            return Fate.OUTDATED
        if self.do_not_list.covers(entry):
            return Fate.ASKED
        if not entry.name:
            return Fate.DEACTIVATED
        if not (is_ours or entry.taxonomies):
            return Fate.DROPPED
        return Fate.UPDATED if seen_on else Fate.NEW
