from django.core.management.base import BaseCommand

from articles.models import Article
from articles.models.article import DERIVED


class Command(BaseCommand):
    help = "Make the HTML of all articles anew, after a change of the renderer. Example: manage.py rerender --dry-run"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, dry_run, **options):
        changed = 0
        for article in Article.objects.iterator(chunk_size=100):
            before = [getattr(article, name) for name in DERIVED]
            article.derive()
            values = {name: getattr(article, name) for name in DERIVED}
            if before == [*values.values()]:
                continue
            changed += 1
            if not dry_run:  # no history row: no editor changed anything
                Article.objects.filter(pk=article.pk, body=article.body).update(**values)
        self.stdout.write(f"{'Would change' if dry_run else 'Changed'}: {changed} articles.")
