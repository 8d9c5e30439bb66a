"""What the commands that read a federal file have in common."""

from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crpsinfo.progress import Progress
from directory.freshness import short_date
from directory.models import CheckResult
from directory.register.reading import Unreadable


def day(typed):
    """The date that somebody typed. Raises ArgumentTypeError, which says what one looks like."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ArgumentTypeError(f"“{typed}” is no day. Write it like 2026-11-08.") from None


class FileCommand(BaseCommand):
    """`read(file, on=, dry_run=, progress=, **options)` does it and returns a summary, which `in_words` tells."""

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--date", type=day, metavar="YYYY-MM-DD", help=self.date_help)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, file, date, dry_run, **options):
        if date and date > timezone.localdate():
            raise CommandError(f"{short_date(date)} is still to come.")
        progress = Progress(self.stderr)
        try:
            summary = self.read(file, on=date, dry_run=dry_run, progress=progress, **options)
        except Unreadable as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        finally:
            progress.end()
        self.stdout.write(f"{'Would have read' if dry_run else 'Read'} {' '.join(self.in_words(summary))}")


def checks_in_words(checks):
    """Listings: Active: 12, Deactivated: 1; 1 hidden until an editor decides; …"""
    results = ", ".join(f"{CheckResult(result).label}: {count:,}" for result, count in sorted(checks.results.items()))
    before = f"{checks.known:,} results known already, {checks.outdated:,} from a later file."
    return f"Listings: {results or 'no news'}; {checks.hidden:,} hidden until an editor decides; {before}"
