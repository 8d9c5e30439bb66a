"""The pictures of a text: each is ours, and says what it shows."""

import re
from html import unescape

from articles.figures import OURS, pictures_in
from articles.markdown import parser
from articles.models import Picture

SHOWN = re.compile(r'<img src="(?P<source>[^"]*)"(?: alt="(?P<alt>[^"]*)")?')


def pictures_of_text(text):
    """[(address, description)] of a Markdown text."""
    return pictures_in(parser().parse(text, {}))


def pictures_of_html(html):
    """The same of cleaned HTML."""
    return [(unescape(match["source"]), unescape(match["alt"] or "").strip()) for match in SHOWN.finditer(html)]


def picture_troubles(found):
    """What is wrong with these pictures, in words."""
    keys = {match["key"] for source, _ in found if (match := OURS.fullmatch(source))}
    pictures = Picture.objects.filter(key__in=keys).only("key", "width", "height")
    known = {picture.get_absolute_url() for picture in pictures}
    return [trouble for source, alt in found if (trouble := trouble_of(source, alt, known))]


def trouble_of(source, alt, known):
    if not OURS.fullmatch(source):
        return f"{source}: only pictures that were added under Pictures can be shown."
    if source not in known:
        return f"{source}: there is no such picture, or not of that size."
    return "" if alt else f"{source}: say between the [ ] what it shows, for those who cannot see it."
