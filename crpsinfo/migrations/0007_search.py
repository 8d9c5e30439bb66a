import django.db.models.deletion
from django.db import migrations, models

# PostgreSQL: a column that follows from the stems by itself. They are split at spaces, so that no parser of the server
# changes them.
POSTGRESQL = [
    """
    ALTER TABLE crpsinfo_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        array_to_tsvector(string_to_array(btrim(title), ' ') || string_to_array(btrim(body), ' '))
    ) STORED
    """,
    "CREATE INDEX search_entry_vector ON crpsinfo_searchentry USING gin (vector)",
]
POSTGRESQL_BACK = [
    "DROP INDEX search_entry_vector",
    "ALTER TABLE crpsinfo_searchentry DROP COLUMN vector",
]

# SQLite: an index beside the table, which triggers keep. The tokenizer `ascii` splits at spaces, the only characters of
# a line that are no letters or digits to it, and leaves whatever is not ASCII as it is.
TAKE_OUT = "INSERT INTO crpsinfo_searchindex(crpsinfo_searchindex, rowid, kind, title, body) VALUES ('delete', old.id, old.kind, old.title, old.body);"
PUT_IN = "INSERT INTO crpsinfo_searchindex(rowid, kind, title, body) VALUES (new.id, new.kind, new.title, new.body);"
SQLITE = [
    "CREATE VIRTUAL TABLE crpsinfo_searchindex USING fts5(kind, title, body, content='crpsinfo_searchentry', content_rowid='id', tokenize='ascii')",
    f"CREATE TRIGGER search_entry_added AFTER INSERT ON crpsinfo_searchentry BEGIN {PUT_IN} END",
    f"CREATE TRIGGER search_entry_deleted AFTER DELETE ON crpsinfo_searchentry BEGIN {TAKE_OUT} END",
    f"CREATE TRIGGER search_entry_changed AFTER UPDATE ON crpsinfo_searchentry BEGIN {TAKE_OUT} {PUT_IN} END",
    "INSERT INTO crpsinfo_searchindex(crpsinfo_searchindex) VALUES ('rebuild')",
]
SQLITE_BACK = [
    "DROP TRIGGER search_entry_changed",
    "DROP TRIGGER search_entry_deleted",
    "DROP TRIGGER search_entry_added",
    "DROP TABLE crpsinfo_searchindex",
]


def run(schema_editor, postgresql, sqlite):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def add_index(apps, schema_editor):
    run(schema_editor, POSTGRESQL, SQLITE)


def remove_index(apps, schema_editor):
    run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("crpsinfo", "0006_staff_mail_request")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("object_id", models.BigIntegerField()),
                ("within", models.BigIntegerField(null=True)),
                ("title", models.TextField()),
                ("body", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "-id"], name="search_entry_newest")],
                "constraints": [models.UniqueConstraint(fields=("kind", "object_id"), name="search_entry_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
                ("initial", models.CharField(max_length=1)),
                ("length", models.PositiveSmallIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="crpsinfo.searchentry",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["initial", "length", "word"], name="search_word_near")],
                "constraints": [models.UniqueConstraint(fields=("entry", "word"), name="search_word_once")],
            },
        ),
        migrations.RunPython(add_index, remove_index),
    ]
