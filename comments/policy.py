"""Which comments appear without a moderator having seen them."""

import re

from django.conf import settings
from django.utils.module_loading import import_string

from comments.details import has_dose, has_links, has_phone, has_price
from comments.models import CommentSettings, CrisisFlag
from crpsinfo.folding import fold, normal

AUTHORITY = re.compile(
    r"\b(admin\w*|moderators?|mods?|staff|editors?|crps ?info|drs?|doctors?|physicians?|nurses?|md|do|np|rn)\b"
)

CLAIM = re.compile(
    r"\b(i am|im|i work as|i was|as|speaking as) (an?|the|your|one of the) (\w+ ){0,3}"
    r"(admin\w*|moderators?|staff|editors?|dr|doctor|physician|anesthesiologist|surgeon|nurse|pharmacist|md|np|rn)\b"
)


def may_publish(comment, proposal=None):
    """Whether a comment that is no spam appears at once, under COMMENT_POLICY, unless something in it is for a person
    to judge first. The same of a `proposal`: what was changed is judged as an unknown writer's."""
    version, is_new = proposal or comment, proposal is None and comment.revision == 1
    writer = comment.writer if is_new else None
    policy, for_a_person = settings.COMMENT_POLICY, list(settings.PERSON_FIRST)
    if policy != "publish-ham":
        for_a_person += settings.PERSON_FIRST_UNLESS_HAM_IS_PUBLISHED
    if version.ruling or CrisisFlag.objects.filter(comment=comment).exists():
        return False
    trusted = policy == "publish-ham" or (policy == "trust-returning" and writer is not None and writer.is_trusted())
    if not trusted or CommentSettings.current().deserted:  # nobody would see what went wrong
        return False
    text = f"{version.text}\n{comment.website}"
    return not any(import_string(path)(version.author_name, text) for path in for_a_person)


def gives_details(name, text):
    """Links, phone numbers, prices and doses."""
    return any(found(f"{name}\n{text}") for found in (has_links, has_phone, has_price, has_dose))


def claims_authority(name, text):
    """Whether the writer claims to be staff, a doctor or a nurse: by the name, however it is written (Dr.House,
    DrHouse, dr_house), or in the text ("I'm a retired nurse")."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", normal("NFKC", name)).casefold()
    is_called = AUTHORITY.search(re.sub(r"[\W_]+", " ", re.sub(r"\b(\w)\.(?=\w\b)", r"\1", words)))
    return bool(is_called or CLAIM.search(fold(text)))
