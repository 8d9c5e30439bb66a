"""The spam seam: `get_checker().check(Submission(…))`. Only this package speaks to Akismet."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from crpsinfo.spam.base import Checker, KeyState, NotChecked, Refused, Result, Submission, Unavailable, Usage, Verdict

__all__ = [
    "Checker",
    "KeyState",
    "NotChecked",
    "Refused",
    "Result",
    "Submission",
    "Unavailable",
    "Usage",
    "Verdict",
    "get_checker",
]


def get_checker():
    """The process's one Checker, of the class that SPAM_CHECKER names; built anew when what it reads has changed."""
    return build(
        settings.SPAM_CHECKER,
        settings.AKISMET_API_KEY,
        settings.AKISMET_API_URL,
        settings.AKISMET_TIMEOUT,
        settings.SITE_URL,
        settings.PRODUCTION,
        settings.VERSION,
    )


@lru_cache(maxsize=1)
def build(path, *what_it_reads):
    return import_string(path)()
