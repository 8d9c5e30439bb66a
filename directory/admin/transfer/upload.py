"""The file between its preview and its storing: kept for an hour in a session of its own, which every web process on
every machine can read, and which the daily `purge` deletes."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings

KEPT_FOR = timedelta(hours=1)
NAME = "listings"


def store(key=None):
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def keep(text, user):
    """Keep the text for this user. Returns the key to it."""
    session = store()
    session[NAME] = {"text": text, "by": user.pk}
    session.set_expiry(KEPT_FOR)
    session.create()
    return session.session_key


def kept(key, user):
    """The text that this user kept under the key; None if there is none any more."""
    found = store(key).get(NAME) if key else None
    return found["text"] if found and found["by"] == user.pk else None


def forget(key):
    store(key).delete()
