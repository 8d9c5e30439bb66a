"""Fills for the listings that are there whether their page says why they are in no list."""

from django.db import migrations


def fill(apps, schema_editor):
    doctors = apps.get_model("directory", "Doctor").objects.filter(status__in=["stopped", "disputed"])
    apps.get_model("directory", "Practice").objects.filter(doctor__in=doctors).update(is_off_the_lists=True)


class Migration(migrations.Migration):
    dependencies = [("directory", "0011_off_the_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
