"""Hiding a phone number or a name in what somebody wrote: pure functions."""

import re

MASK = "[hidden by a moderator]"
MASKED_NAME = "[name hidden]"


def masked_text(text, places):
    """The text with a MASK wherever one of these places (whole words, in capitals or not) stands; of two that
    overlap, the longer. What is a MASK already stays one."""
    return re.sub(pattern([MASK, *places]), MASK, text, flags=re.IGNORECASE)


def masked_name(name, places):
    """The name as it is, or what stands for it if one of the places is in it."""
    found = any(places) and re.search(pattern(places), name, flags=re.IGNORECASE)
    return MASKED_NAME if found else name


def pattern(places):
    """Finds each of these as whole words, the longest first."""
    longest_first = sorted(filter(None, places), key=len, reverse=True)
    return "|".join(whole(place) for place in longest_first)


def whole(place):
    before = r"(?<!\w)" if place[0].isalnum() else ""
    after = r"(?!\w)" if place[-1].isalnum() else ""
    return f"{before}{re.escape(place)}{after}"
