"""Puts each form of the name of who asked not to be listed on the list, as far as the doctor's row is there: of the
others there are but hashes."""

from django.db import migrations

from directory.models.not_listed import hashed
from directory.names import forms_of


def fill(apps, schema_editor):
    rows = apps.get_model("directory", "NotListed").objects
    for row in list(rows.filter(doctor__isnull=False).select_related("doctor")):
        states = set(row.doctor.practices.values_list("state", flat=True))
        for name_hash in {hashed(form, state) for form in forms_of(row.doctor) for state in states}:
            rows.get_or_create(
                doctor=row.doctor,
                npi_hash=row.npi_hash,
                name_hash=name_hash,
                defaults={"on": row.on, "by_id": row.by_id},
            )


class Migration(migrations.Migration):
    dependencies = [("directory", "0009_namesakes")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
