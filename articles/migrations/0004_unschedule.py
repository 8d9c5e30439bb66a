"""Takes what is scheduled back to draft when the schedule is given up: what was before knows no such status."""

from django.db import migrations


def unschedule(apps, schema_editor):
    apps.get_model("articles", "Article").objects.filter(status="scheduled").update(status="draft", publish_at=None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_publishing")]

    operations = [migrations.RunPython(migrations.RunPython.noop, unschedule)]
