"""What WordPress knows of a comment as the row that we keep."""

import ipaddress
from datetime import timedelta
from html import unescape

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from comments.models import Comment
from comments.moves import Status
from comments.text import derived
from crpsinfo.fields import WebAddress
from crpsinfo.typed import clean_line

STATES = {"1": Status.PUBLIC, "approve": Status.PUBLIC, "approved": Status.PUBLIC, "spam": Status.SPAM}
# What moderators threw away there is as if removed here: replies keep their place, and its text is erased in time.
STATES |= {"trash": Status.REMOVED, "post-trashed": Status.REMOVED}
LONGEST_NAME, LONGEST_EMAIL = 60, 254
NOBODY = "Anonymous"  # as WordPress calls whoever gave no name
WEBSITE = WebAddress(required=False)


def row(comment, text, article):
    """The Comment, not stored and without its place in the thread. `text`: what it says, as plain text. Nothing of it
    falls due: it is not checked, and nobody is mailed."""
    now = timezone.now()
    is_dated = has_date(comment)
    status = STATES.get(comment.approved, Status.PENDING)
    return Comment(
        article=article,
        author_name=clean_line(unescape(comment.name))[:LONGEST_NAME].strip() or NOBODY,
        email=email_of(comment.email),
        website=website_of(comment.website),
        text=text,
        created_at=comment.at if is_dated else article.published_at or now,
        status=status,
        status_at=now,  # retention, and how long it waits for us, count from here
        held_at=now if status == Status.PENDING else None,  # for a person: nothing else decides about it
        ip=ip_of(comment.ip, comment.at, now) if is_dated else None,  # else nobody knows how long to keep it
        mail_key=None,
        **derived(text),
    )


def has_date(comment):
    """Whether it says when it was written: not at all, or some time to come, is no date."""
    return comment.at is not None and comment.at <= timezone.now()


def email_of(text):
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= LONGEST_EMAIL else ""


def website_of(text):
    if not text:
        return ""
    try:
        return WEBSITE.clean(unescape(text))
    except ValidationError:
        return ""


def ip_of(text, at, now):
    """The address of the sender, while we would keep it."""
    if at < now - timedelta(days=settings.COMMENT_RETENTION_DAYS["submission"]):
        return None
    try:
        return str(ipaddress.ip_address(text.strip())) if "%" not in text else None
    except ValueError:
        return None
