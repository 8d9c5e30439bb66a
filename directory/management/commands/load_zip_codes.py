from django.core.management.base import BaseCommand

from directory.zip_data import load


class Command(BaseCommand):
    help = (
        "Load the places of the ZIP codes, which the search by distance needs. Safe to run again, for instance after "
        "an update of the zipcodes package. Example: manage.py load_zip_codes --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, dry_run, **options):
        done = load(dry_run=dry_run)
        self.stdout.write(
            f"{'Would load' if dry_run else 'Loaded'} ZIP codes: {done.new} new, {done.changed} changed, "
            f"{done.unchanged} unchanged, {done.left_out} left out without a place; {done.placed} practices placed."
        )
