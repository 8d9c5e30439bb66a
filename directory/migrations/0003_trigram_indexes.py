"""On PostgreSQL, indexes that find a part of a name without reading every row. Nothing to do on SQLite."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

INDEXES = {"doctor_search_trigrams": "directory_doctor", "practice_search_trigrams": "directory_practice"}


class Trigrams(TrigramExtension):
    """Creates the extension if it is missing, and leaves it on the way back: others may use it."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, table in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin (search_text gin_trgm_ops)")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_treatments")]

    operations = [Trigrams(), migrations.RunPython(add, remove)]
