"""What is done within a measured site's database: `python -m benchmarks.inside prepare`,
`discuss NUMBER`, or `count SINCE UNTIL`."""

import json
import sys
from datetime import datetime, timedelta

import django
from django.core.management import call_command
from django.utils import timezone

from benchmarks.phrases import text_of

SLUG = "measured"
BODY = "## What it is about\n\nSome words that nobody reads.\n"


def prepare():
    """Make an empty database ready: all tables, and one published article."""
    from articles.models import Article, Status

    call_command("migrate", verbosity=0)
    published = {"status": Status.PUBLISHED, "published_at": timezone.now()}
    Article.objects.create(slug=SLUG, title="Measured", summary="For comments.", body=BODY, **published)


def discuss(number):
    """Publish so many comments under a text of some 750 words. A third are replies, 31 of them to the first 50."""
    from articles.models import Article
    from comments.models import Comment

    article = Article.objects.get(slug=SLUG)
    article.body = "\n\n".join(f"## Part {part}\n\n{text_of(part)}\n\n{text_of(part + 50)}" for part in range(1, 7))
    article.save()
    replies = int(number) // 3
    roots = Comment.objects.bulk_create(comment(article, position) for position in range(int(number) - replies))
    answered = [roots[reply if reply < 31 else 50 + reply % (len(roots) - 50)] for reply in range(replies)]
    Comment.objects.bulk_create(
        comment(article, len(roots) + position, parent=root, root=root) for position, root in enumerate(answered)
    )


def comment(article, number, **facts):
    from comments.models import Comment
    from comments.moves import Status
    from comments.text import derived

    text, at = text_of(number), timezone.now() - timedelta(days=500) + timedelta(hours=number)
    facts |= {"text": text, **derived(text), "status": Status.PUBLIC, "status_at": at, "created_at": at}
    return Comment(article=article, author_name=f"Reader {number}", **facts)


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
    {"prepare": prepare, "discuss": discuss, "count": count}[sys.argv[1]](*sys.argv[2:])
