from django.db import migrations, models

from crpsinfo.kept.triggers import drop


def drop_triggers(apps, schema_editor):
    """They name the table that goes. `migrate` makes them, and the one row, when it is done."""
    drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("crpsinfo", "0009_contact_rules")]

    operations = [
        migrations.CreateModel(
            name="SiteVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="site_version_once")],
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
