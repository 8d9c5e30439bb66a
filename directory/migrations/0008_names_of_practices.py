"""Puts the names of the doctor among what a practice is found by."""

from django.db import migrations

from crpsinfo.folding import fold


def fill(apps, schema_editor):
    practices = apps.get_model("directory", "Practice")
    for practice in practices.objects.select_related("doctor").iterator(chunk_size=1000):
        practice.search_text = fold(f"{practice.doctor.search_text} {practice.clinic_name} {practice.city}")
        practice.save(update_fields=["search_text"])


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_lists_from_indexes")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
