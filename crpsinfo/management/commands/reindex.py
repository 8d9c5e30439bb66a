from collections import Counter

from django.core.management.base import BaseCommand

from crpsinfo.search.index import reindex
from crpsinfo.search.kinds import kinds


class Command(BaseCommand):
    help = (
        "Bring what the search finds in line with the articles, doctors and comments as they are stored; the site may "
        "run meanwhile. Needed once for what was there before there was a search, and after rows came in around the "
        "site's own code. Example: manage.py reindex --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, dry_run, **options):
        figures = sum((reindex(name, dry_run=dry_run) for name in kinds()), Counter())
        would = "would have been " if dry_run else ""
        added, changed, removed = (figures[name] for name in ("added", "changed", "removed"))
        self.stdout.write(f"Search: {added} entries {would}added, {changed} changed, {removed} removed.")
