"""Which comments appear without a moderator having seen them."""

import re
import unicodedata

from django.conf import settings
from django.utils.module_loading import import_string

AUTHORITY = re.compile(
    r"\b(admin\w*|moderators?|mods?|staff|editors?|crps ?info|drs?|doctors?|physicians?|nurses?|md|do|np|rn)\b"
)


def may_publish(comment):
    """Whether a comment that is no spam appears at once. Under `publish-ham` it does, unless something in it is for a
    person to judge first (PERSON_FIRST in the settings)."""
    if settings.COMMENT_POLICY != "publish-ham":
        return False
    return not any(import_string(path)(comment.author_name, comment.text) for path in settings.PERSON_FIRST)


def claims_authority(name, text):
    """Whether the name sounds like staff, a doctor or a nurse, however it is written: Dr.House, DrHouse, dr_house."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name)).casefold()
    return bool(AUTHORITY.search(re.sub(r"[\W_]+", " ", re.sub(r"\b(\w)\.(?=\w\b)", r"\1", words))))
