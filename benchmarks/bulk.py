"""Rows in bulk, past `save` and `bulk_create`, which would take hours for millions of them."""

import csv
import io
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice

from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

AT_ONCE = 20_000  # rows
CACHE = "PRAGMA cache_size = -200000"  # KB: what SQLite sorts and looks up stays in memory
# Indexes without those that belong to a constraint, which cannot be taken away for a while.
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s "
    "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
}


@contextmanager
def filling(*models):
    """While it runs, the tables of these models have no indexes, and nothing counts versions of the site. Afterwards
    all is there again, new rows get keys that are free, and PostgreSQL knows what the tables hold."""
    from crpsinfo.kept import triggers
    from crpsinfo.kept.models import SiteVersion

    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(CACHE)
        indexes = [index for table in tables for index in indexes_of(cursor, table)]
        triggers.drop(connection)
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, sql in indexes:
            cursor.execute(sql)
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
        SiteVersion.begin(connection.alias)
        if connection.vendor == "postgresql":  # which does so by itself; of SQLite, nothing in the site asks for it
            for table in tables:
                cursor.execute(f"VACUUM ANALYZE {table}")


def indexes_of(cursor, table):
    """[(name, the SQL that makes it)]"""
    cursor.execute(INDEXES[connection.vendor], [table])
    return cursor.fetchall()


def write(model, rows):
    """Add the rows, each {column: value}, all with the same columns; what they do not name is as in any new one."""
    rows = iter(rows)
    first = next(rows, None)
    if first:
        as_new = {name: value for name, value in defaults(model).items() if name not in first}
        rest = [*as_new.values()]
        lines = ([*row.values(), *rest] for row in chain([first], rows))
        write_lines(model, [*first, *as_new], lines)


def write_lines(model, columns, lines):
    """Add rows of which each is the values of these columns."""
    lines = iter(lines)
    while some := list(islice(lines, AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            add(cursor, model._meta.db_table, columns, some)


@lru_cache
def defaults(model):
    """{column: what stands in it in a new row}, without the key if the database gives that."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    now = timezone.now()
    values = {
        field: now if getattr(field, "auto_now", False) or field.default is timezone.now else field.get_default()
        for field in fields
    }
    ready = {field.column: field.get_db_prep_save(value, connection) for field, value in values.items()}
    return ready | ({"told": "{}"} if "told" in ready else {})


def add(cursor, table, columns, lines):
    """The quickest way of each database."""
    if connection.vendor == "postgresql":
        text = io.StringIO()
        csv.writer(text).writerows([["\\N" if value is None else value for value in line] for line in lines])
        text.seek(0)
        names = ", ".join(columns)
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", text)
    else:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", lines)  # noqa: S608


def stored(time):
    """A time as this database keeps it."""
    return connection.ops.adapt_datetimefield_value(time)


# --- What the search keeps of them -----------------------------------------------------------------


@lru_cache(maxsize=2**17)
def stems_of(piece):
    from crpsinfo.search.words import stems

    return stems(piece).strip()


def stemmed(pieces):
    """The stems of a text as they are indexed. By pieces, which end where words do, since most of them come again."""
    found = " ".join(filter(None, map(stems_of, pieces)))
    return f" {found} " if found else ""


@lru_cache(maxsize=2**17)
def known_in(piece):
    """[(word, initial, length)] of the words of a piece that typing errors are compared with."""
    from crpsinfo.search.index import known_words

    return [tuple(facts.values()) for facts in known_words(piece)]
