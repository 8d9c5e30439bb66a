"""Plain functions that make what a test needs, with sensible values for what it does not care about."""

import io
from datetime import timedelta
from itertools import count

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone

from articles.models import Article, Kind, Status
from comments.models import Comment, Writer
from comments.moves import Status as CommentStatus

numbers = count(1)


def make_article(title="A plain article", *, published=True, **values):
    known = {"slug": f"article-{next(numbers)}", "summary": "What it is about.", "body": "## One\n\nSome words.\n"}
    known |= {"status": Status.PUBLISHED, "published_at": timezone.now()} if published else {}
    return Article.objects.create(title=title, **known | values)


def make_page(slug, **values):
    return make_article(slug=slug, kind=Kind.PAGE, **values)


def make_comment(article=None, *, status=CommentStatus.PUBLIC, parent=None, **values):
    """A stored comment in any state, without the events that would have led there."""
    values = {"author_name": "Ann", "text": "A few words.", "ip": "192.0.2.7", "user_agent": "Test"} | values
    root = parent and (parent.root or parent)
    article = article or (parent.article if parent else make_article())
    return Comment.objects.create(article=article, parent=parent, root=root, status=status, **values)


def make_user(role=None, **values):
    """A user of the admin, in the group Moderator or Editor if `role` names it."""
    user = User.objects.create_user(f"user-{next(numbers)}", is_staff=True, **values)
    if role and not Group.objects.filter(name=role).exists():  # as after a test that emptied the database
        call_command("create_roles", stdout=io.StringIO())
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_moderator():
    return make_user("Moderator")


def make_editor():
    return make_user("Editor")


def reply_fields(**values):
    """The fields of the reply form as a reader fills them in."""
    return {"name": "Ann", "text": "I had four infusions.", "email": "", "website": "", "parent": ""} | values


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def make_writer(approved=0, *, over_days=14, **values):
    """A remembered writer, with so many comments that a moderator approved, the first so many days before the last."""
    writer = Writer.objects.create(**values)
    moderator, last = make_user() if approved else None, days_ago(1)
    for number in range(approved):
        decided_at = last - timedelta(days=over_days * number / max(approved - 1, 1))
        make_comment(writer=writer, created_at=decided_at, decided_at=decided_at, decided_by=moderator)
    return writer
