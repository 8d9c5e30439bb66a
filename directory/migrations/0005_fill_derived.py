"""Fills what the listings that are there have in the new columns."""

from django.db import migrations
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from crpsinfo.folding import fold


def fill(apps, schema_editor):
    today = timezone.localdate()
    doctors = apps.get_model("directory", "Doctor")
    doctors.objects.filter(status="stopped").update(stopped_since=F("status_on"), stopped_source="An editor")
    practices = apps.get_model("directory", "Practice")
    checked = Max("offers__confirmed_on", filter=~Q(offers__confirmed_how="reader"))
    for practice in practices.objects.select_related("doctor").annotate(checked=checked).iterator(chunk_size=1000):
        doctor = practice.doctor
        own = None if practice.checked_how == "reader" else practice.checked_on
        practice.sort_name = fold(
            doctor.organization or f"{doctor.last_name} {doctor.first_name} {doctor.middle_name}"
        )[:120]
        practice.fresh_on = practice.checked or own
        days = (today - practice.fresh_on).days if practice.fresh_on else 366
        practice.age = 0 if days <= 365 else 1 if days <= 730 else 2
        practice.save(update_fields=["sort_name", "fresh_on", "age"])
    listed = practices.objects.filter(is_listed=True, age__lt=2).order_by().values_list("state")
    counts = apps.get_model("directory", "StateCount")
    rows = [counts(state=state, listed=number) for state, number in listed.annotate(Count("pk"))]
    counts.objects.all().delete()  # there are some if it was undone and is done again
    counts.objects.bulk_create(rows)


def hide_removed(apps, schema_editor):
    """Before 0004 there is no such status, and who asked not to be listed stays out of sight."""
    apps.get_model("directory", "Doctor").objects.filter(status="removed").update(status="hidden")


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_trusted_listings")]

    operations = [migrations.RunPython(fill, hide_removed)]
