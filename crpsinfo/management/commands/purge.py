from django.core.management.base import BaseCommand

from crpsinfo import retention


class Command(BaseCommand):
    help = "Erase what its retention time is over for. The worker does it daily. Example: manage.py purge --dry-run"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased, and erase nothing")

    def handle(self, *, dry_run, **options):
        figures = retention.purge(dry_run=dry_run)
        summary = ", ".join(f"{what}: {count}" for what, count in figures.items())
        self.stdout.write(f"{'Would be purged' if dry_run else 'Purged'}: {summary}.")
