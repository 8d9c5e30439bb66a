from collections import Counter

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from crpsinfo.models import Rule

BATCH = 500


def purge(*, dry_run=False):
    """Erase everything whose time is over. Returns {what: how many rows}; with `dry_run` nothing is changed."""
    figures = Counter()
    for path in settings.RETENTION:
        figures.update(import_string(path)(dry_run=dry_run))
    return dict(figures)


def in_batches(rows, erase, dry_run):
    """Erase rows some hundred at a time, each batch in a short transaction; `erase` takes a queryset of them, after
    which they are no more among `rows`. Returns how many. They come in their own order, that of an index: by their
    keys, a database may read the whole table to find the few."""
    if dry_run:
        return rows.count()
    erased = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            erase(rows.filter(pk__in=keys))
        erased += len(keys)
    return erased


def delete(rows):
    rows.delete()


def purge_rules(*, dry_run=False):
    """Delete spam rules about people's addresses some time after they ended."""
    over = Rule.objects.personal_and_over(settings.RULE_RETENTION_DAYS)
    return {"spam rules deleted": in_batches(over, delete, dry_run)}
