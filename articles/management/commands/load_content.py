from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from articles import content


class Command(BaseCommand):
    help = (
        "Bring the articles and pages that come with the project into the database. What an editor has changed since "
        "is left alone and named. Example: manage.py load_content --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *, dry_run, **options):
        figures = Counter()
        try:
            with transaction.atomic():
                for text in content.texts():
                    outcome = content.load(text)
                    figures[outcome] += 1
                    if outcome == "edited":
                        self.stdout.write(f"Left alone, since an editor changed it: {text.slug}")
                transaction.set_rollback(dry_run)
        except ValueError as error:
            raise CommandError(str(error)) from error
        summary = ", ".join(f"{figures[name]} {name}" for name in ("created", "updated", "unchanged", "edited"))
        self.stdout.write(f"{'Would be' if dry_run else 'Texts'}: {summary}.")
