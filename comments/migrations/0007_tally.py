import django.db.models.deletion
from django.db import migrations, models

from crpsinfo.kept.triggers import drop


def drop_triggers(apps, schema_editor):
    """Some count in the table that goes. `migrate` makes those that are wanted when it is done, and counts."""
    drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_count_words"), ("comments", "0006_imported_comments")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tally",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("comments", models.IntegerField()),
                ("threads", models.IntegerField()),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
