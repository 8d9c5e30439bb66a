from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from directory import demo, zip_data
from directory.models import ZipCode


class Command(BaseCommand):
    help = (
        "Load invented listings, each marked as an example, to try the directory on a developer's machine. Loads the "
        "ZIP codes first if there are none. Example: manage.py load_demo, and later: manage.py load_demo --remove"
    )

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="delete the examples, and nothing else")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, remove, dry_run, **options):
        would = "Would have " if dry_run else ""
        if remove:
            self.stdout.write(f"{would}removed: {demo.remove(dry_run=dry_run)} example doctors.".capitalize())
            return
        if settings.PRODUCTION:
            raise CommandError("Invented doctors have no place on a public site: SITE_URL starts with https://.")
        if not dry_run and not ZipCode.objects.exists():
            zip_data.load()
        added, there = demo.load(dry_run=dry_run)
        self.stdout.write(f"{would}added: {added} example doctors; {there} were there.".capitalize())
