"""The pictures of a text: each is ours, and says what it shows."""

from articles.figures import OURS, pictures_in
from articles.markdown import parser
from articles.models import Picture


def picture_troubles(text):
    """What is wrong with the pictures of a Markdown text, in words."""
    found = pictures_in(parser().parse(text, {}))
    keys = {match["key"] for source, _ in found if (match := OURS.fullmatch(source))}
    known = set(Picture.objects.filter(key__in=keys).values_list("key", flat=True))
    return [trouble for source, alt in found if (trouble := trouble_of(source, alt, known))]


def trouble_of(source, alt, known):
    match = OURS.fullmatch(source)
    if not match:
        return f"{source}: only pictures that were added under Pictures can be shown."
    if match["key"] not in known:
        return f"{source}: there is no such picture."
    return "" if alt else f"{source}: say between the [ ] what it shows, for those who cannot see it."
