from django.core.management.base import BaseCommand

from articles.markdown import render
from articles.models import Article


class Command(BaseCommand):
    help = "Make the HTML of all articles anew, after a change of the renderer. Example: manage.py rerender --dry-run"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, dry_run, **options):
        changed = 0
        for article in Article.objects.iterator(chunk_size=100):
            rendered = render(article.body, article.text_format)
            if (rendered.html, rendered.toc) == (article.html, article.toc):
                continue
            changed += 1
            if not dry_run:  # no history row: no editor changed anything
                Article.objects.filter(pk=article.pk, body=article.body).update(html=rendered.html, toc=rendered.toc)
        self.stdout.write(f"{'Would change' if dry_run else 'Changed'}: {changed} articles.")
