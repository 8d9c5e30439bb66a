"""Thousands of entries written at once, in the way that is quick on each database.

`bulk_create(update_conflicts=True)` does the same, and takes several times as long: it asks each field how to save each
value. Here all are text, dates and a bool, which the drivers of both databases take as they are.
"""

import csv
import io

from django.db import connection

from directory.models import RegisterEntry

FIELDS = RegisterEntry._meta.concrete_fields
NAMES = [field.attname for field in FIELDS]
COLUMNS = ", ".join(f'"{field.column}"' for field in FIELDS)
TEXTS = ", ".join(f'"{field.column}"' for field in FIELDS if field.empty_strings_allowed)
TABLE, KEY = f'"{RegisterEntry._meta.db_table}"', f'"{RegisterEntry._meta.pk.column}"'
CHANGES = ", ".join(f'"{field.column}" = excluded."{field.column}"' for field in FIELDS if not field.primary_key)
ELSE_UPDATE = f"ON CONFLICT ({KEY}) DO UPDATE SET {CHANGES}"


def upsert(entries):
    """Insert the RegisterEntries, or write anew those that are there. No two may have one NPI. In a transaction."""
    rows = [[getattr(entry, name) for name in NAMES] for entry in entries]
    with connection.cursor() as cursor:
        (copy if connection.vendor == "postgresql" else insert)(cursor, rows)


def insert(cursor, rows):
    places = ", ".join(["%s"] * len(NAMES))
    cursor.executemany(f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ({places}) {ELSE_UPDATE}", rows)  # noqa: S608 - our names


def copy(cursor, rows):
    """By COPY, which knows of no conflicts, into a table that is gone with the transaction, and from there."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    file.seek(0)
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS register_copied (LIKE {TABLE}) ON COMMIT DROP")
    cursor.execute("TRUNCATE register_copied")
    # Nothing between two commas is NULL, but in the texts, where it is an empty one.
    cursor.copy_expert(f"COPY register_copied ({COLUMNS}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({TEXTS}))", file)
    found = f"SELECT {COLUMNS} FROM register_copied"  # noqa: S608 - our names
    cursor.execute(f"INSERT INTO {TABLE} ({COLUMNS}) {found} {ELSE_UPDATE}")
