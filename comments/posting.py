"""A reader's post becomes a stored comment: once, within the limits, in one short transaction."""

import hashlib
import hmac
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments.models import Comment
from comments.remember import writer_of
from crpsinfo.client import client_address
from crpsinfo.limits import count, count_post, hit

SAME_AGAIN = timedelta(minutes=10)


def post(comment, request, *, remember=False, trapped=False):
    """Store a valid, unsaved comment and return it; or, for the same submission again within ten minutes (a double
    tap, a reload), the comment it became the first time: the private page of one that is public already is not for
    whoever repeats it. With `remember` it belongs to the Writer whom this device is
    known as from then on. `trapped`: a field was filled in that no person sees. Raises TooMany."""
    comment.ip = client_address(request)
    comment.user_agent = request.headers.get("User-Agent", "")[:400]
    comment.referrer = request.headers.get("Referer", "")[:400]
    with transaction.atomic():
        if posted_before := same_again(comment):
            return posted_before
        if remember:
            comment.writer = writer_of(request)
        count_text(request, comment.writer)
        comment.post(trapped=trapped)
    return comment


def count_text(request, writer):
    """Count a text of this reader, and of this Writer or None. Raises TooMany."""
    count_post(request, "comment")
    if writer:
        count(f"comment:writer {writer.pk}", settings.WRITER_LIMITS)


def same_again(comment):
    """The comment that the same reader just made with the same words, or None.

    The counter's row makes a second tap wait until the first is stored. Without a network address nobody is known to be
    the same reader, and a receipt is for its writer alone: words that others could read and copy lead to none."""
    if comment.ip is None:
        return None
    if hit(f"same:{digest(comment)}", int(time.time() + SAME_AGAIN.total_seconds())) == 1:
        return None
    before = Comment.objects.same_as(comment, timezone.now() - SAME_AGAIN).first()
    return before if before and (before.is_public or before.was_never_shown) else None


def digest(comment):
    facts = [comment.article_id, comment.parent_id, comment.author_name, comment.email, comment.website, comment.text]
    facts += [comment.ip, comment.user_agent]
    return hmac.new(settings.SECRET_KEY.encode(), repr(facts).encode(), hashlib.sha256).hexdigest()
