"""Who is signed in where. Only staff has sessions, so there are few; each is a row that does not name its user."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from crpsinfo.retention import delete, in_batches


def sessions_of(user):
    """The sessions in which the user gave the password, as a queryset."""
    living = Session.objects.filter(expire_date__gt=timezone.now())
    keys = [row.pk for row in living.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=keys)


def sign_out_everywhere(user):
    """End all sessions of the user. Returns how many."""
    return sessions_of(user).delete()[0]


def purge(*, dry_run=False):
    over = Session.objects.filter(expire_date__lt=timezone.now())
    return {"sessions that were over deleted": in_batches(over, delete, dry_run)}
