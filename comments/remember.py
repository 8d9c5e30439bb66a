"""Remembering a writer on a device, for those who asked for it: a signed cookie with a random key, and nothing else."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature
from django.utils import timezone

from comments.models import Writer

COOKIE = "writer"
PATH = "/"
SALT = "comments.remember"


def remembered(request):
    """The Writer whose cookie the request carries, or None."""
    try:
        key = request.get_signed_cookie(COOKIE, salt=SALT, max_age=cookie_age())
    except (KeyError, BadSignature):
        return None
    return Writer.objects.filter(key=key).first()


def writer_of(request):
    """Whoever posts now and asks to be remembered: as before, or from now on."""
    writer = remembered(request)
    if writer is None:
        return Writer.objects.create()
    writer.seen_at = timezone.now()
    writer.save(update_fields=["seen_at"])
    return writer


def remember(response, writer):
    response.set_signed_cookie(
        COOKIE,
        writer.key,
        salt=SALT,
        max_age=cookie_age(),
        path=PATH,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def forget(request, response):
    """The device is nobody's any more."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def cookie_age():
    """In seconds: as long as the writer's row is kept."""
    return int(timedelta(days=settings.COMMENT_RETENTION_DAYS["writer"]).total_seconds())
