from django.db import connections, models

from crpsinfo.search import engines
from crpsinfo.search.ranking import best_first
from crpsinfo.search.words import LONGEST_WORD, stem

MOST = 1000  # hits of a kind: beyond, it is "more than"


class SearchEntryManager(models.Manager):
    def matching(self, query, kind, *, any_term=False, most=MOST + 1):
        """The keys of the objects of this kind (its name) in which all that the Query asks for stands, with `any_term`
        at least one of it: best first. At most so many, of the newest entries. `within`: see SearchEntry."""
        from crpsinfo.search.kinds import kinds

        if not query:
            return []
        within = kinds()[kind].within
        terms = query.stemmed
        sql = engines.hits(self.vendor, terms, kind, within=within, most=most, any_term=any_term)
        return best_first(terms, self.rows(*sql))

    def knows(self, word):
        """Whether a folded word, in any form, stands anywhere."""
        return bool(self.rows(*engines.knows(self.vendor, stem(word))))

    @property
    def vendor(self):
        return connections[self.db].vendor

    def rows(self, sql, parameters):
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()


class SearchEntry(models.Model):
    """What can be found of one object: its words as stems (see `crpsinfo.search.words`), with a space at each end.

    The database keeps its own index of it, by a generated column or by triggers: a migration that changes this table on
    SQLite makes the triggers of `0007_search` anew.
    """

    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    within = models.BigIntegerField(null=True)  # found only while this object of the kind's `within` is
    title = models.TextField()
    body = models.TextField()

    objects = SearchEntryManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [models.Index(fields=["kind", "-id"], name="search_entry_newest")]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class SearchWord(models.Model):
    """A word of an entry as it is written: what a typing error is compared with."""

    entry = models.ForeignKey(SearchEntry, models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=LONGEST_WORD)
    initial = models.CharField(max_length=1)
    length = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "word"], name="search_word_once")]
        indexes = [models.Index(fields=["initial", "length", "word"], name="search_word_near")]

    def __str__(self):
        return self.word
