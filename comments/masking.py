"""Hiding a phone number or a name in what somebody wrote: pure functions."""

import re

MASK = "[hidden by a moderator]"
MASKED_NAME = "[name hidden]"


def masked_text(text, places):
    """The text with a MASK wherever one of these places (exact words) stands; of two that overlap, the longer. What is
    a MASK already stays one."""
    longest_first = sorted({MASK, *filter(None, places)}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MASK, text)


def masked_name(name, places):
    """The name as it is, or what stands for it if one of the places is in it."""
    return MASKED_NAME if any(place and place in name for place in places) else name
