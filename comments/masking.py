"""Hiding a phone number or a name in what somebody wrote: pure functions of plain text."""

import re

MASK = "[hidden by a moderator]"
MASKED_NAME = "[name hidden]"


class NotThere(Exception):
    """Words that are to be hidden stand nowhere. Says so to whoever typed them."""

    def __init__(self, words):
        quoted = ", ".join(f"“{word}”" for word in words)
        super().__init__(f"These words are not in the text: {quoted}. Give them just as they stand there.")


def absent(text, places):
    """Those of the places that stand nowhere in the text; what is hidden already does not count."""
    rest = text.replace(MASK, "\n").replace(MASKED_NAME, "\n")
    return [place for place in places if place and not re.search(pattern([place]), rest, flags=re.IGNORECASE)]


def masked_text(text, places):
    """The text with a MASK wherever one of these places (whole words, in capitals or not) stands; one for those that
    overlap. What is a MASK already stays one."""
    return MASK.join(masked_part(part, places) for part in text.split(MASK))


def masked_part(part, places):
    for start, end in reversed(spans(part, places)):
        part = part[:start] + MASK + part[end:]
    return part


def spans(part, places):
    """[(start, end)] of what is to be hidden, those that overlap as one."""
    joined = []
    found = re.finditer(f"(?=({pattern(places)}))", part, flags=re.IGNORECASE) if any(places) else ()
    for match in found:
        start, end = match.span(1)
        if joined and start < joined[-1][1]:
            before = joined.pop()
            start, end = before[0], max(end, before[1])
        joined.append((start, end))
    return joined


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
