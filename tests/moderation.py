"""What moderators do in the admin, over HTTP, with what its pages show them."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from comments.models import Report, ReportReason

LIST = reverse("admin:comments_comment_changelist")


def page_of(comment):
    return reverse("admin:comments_comment_change", args=[comment.pk])


def decide_address(comment):
    return reverse("admin:comments_comment_decide", args=[comment.pk])


def marks_in(page):
    """What a page says it shows: one mark for each comment."""
    return re.findall(r'name="seen" value="(\w+)"', page)


def marks_of(client, address):
    return marks_in(client.get(address).text)


def tick(client, action, *comments, shown=None, seen=None, **fields):
    """Tick comments in the list of what is `shown` (by default, with the first one's status) and do something to them;
    `seen`: as the list was shown before."""
    address = f"{LIST}?status={shown or comments[0].status}"
    fields = shown_lately() | fields | {"action": action, "_selected_action": [comment.pk for comment in comments]}
    return client.post(address, fields | {"seen": marks_of(client, address) if seen is None else seen}, follow=True)


def press(client, action, comment, seen=None, **fields):
    """Press a button on a comment's own page, as it is or (`seen`) was shown."""
    seen = marks_of(client, page_of(comment)) if seen is None else seen
    fields = shown_lately() | fields | {"action": action, "seen": seen}
    return client.post(decide_address(comment), fields, follow=True)


def shown_lately():
    """What the form of a page says that was opened some minutes ago."""
    return {"shown_at": (timezone.now() - timedelta(minutes=5)).isoformat()}


def report(comment, reason=ReportReason.UNKIND, *, reader="reader-1", words=""):
    return Report.objects.add(comment, reader=reader, reason=reason, words=words)
