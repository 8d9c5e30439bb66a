"""What is done within a measured site's database: `python -m benchmarks.inside prepare`, or `count SINCE UNTIL`."""

import json
import sys
from datetime import datetime

import django
from django.core.management import call_command
from django.utils import timezone

SLUG = "measured"
BODY = "## What it is about\n\nSome words that nobody reads.\n"


def prepare():
    """Make an empty database ready: all tables, and one published article."""
    from articles.models import Article, Status

    call_command("migrate", verbosity=0)
    published = {"status": Status.PUBLISHED, "published_at": timezone.now()}
    Article.objects.create(slug=SLUG, title="Measured", summary="For comments.", body=BODY, **published)


def count(since, until):
    """How many comments were stored between two moments, and how many of those had been checked at the second; written
    as JSON. Moments are texts in ISO 8601."""
    from comments.models import Comment

    since, until = datetime.fromisoformat(since), datetime.fromisoformat(until)
    stored = Comment.objects.filter(created_at__gte=since, created_at__lte=until)
    checked = stored.filter(checked_at__lte=until)
    json.dump({"stored": stored.count(), "checked": checked.count()}, sys.stdout)


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "count": count}[sys.argv[1]](*sys.argv[2:])
