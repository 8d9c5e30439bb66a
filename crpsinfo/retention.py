from collections import Counter

from django.conf import settings
from django.utils.module_loading import import_string


def purge(*, dry_run=False):
    """Erase everything whose time is over. Returns {what: how many rows}; with `dry_run` nothing is changed."""
    figures = Counter()
    for path in settings.RETENTION:
        figures.update(import_string(path)(dry_run=dry_run))
    return dict(figures)
