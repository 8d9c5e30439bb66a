from django.db import migrations, models

from crpsinfo.kept.triggers import drop


def drop_triggers(apps, schema_editor):
    """They count in the table that changes. `migrate` makes them anew when it is done."""
    drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("crpsinfo", "0010_site_version")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField("siteversion", "texts", models.PositiveBigIntegerField(default=0), preserve_default=False),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
