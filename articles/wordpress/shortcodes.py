"""Shortcodes: what WordPress and its plugins put into a text in square brackets, to be replaced when it is shown."""

import re
from typing import NamedTuple

from articles.wordpress.counts import Counts
from articles.wordpress.records import number

TAG = re.compile(
    r"(?P<open>\[?)\[(?P<end>/?)(?P<name>[A-Za-z][\w-]{0,49})(?P<more>(?:[\s/=][^\[\]]{0,2000})?)\](?P<close>\]?)"
)
OF_WORDPRESS = {"caption", "wp_caption", "gallery", "embed", "audio", "video", "playlist"}
FIGURE = {("caption", ""): "<figure>", ("caption", "/"): "</figure>"}
BARE = {("embed", ""): "\n\n", ("embed", "/"): "\n\n"}  # an address in a line of its own becomes a link
INSTEAD = FIGURE | {("wp_caption", end): tag for (_, end), tag in FIGURE.items()} | BARE
FROM_ELSEWHERE = {  # of which the address is all that can be kept: it becomes a link
    *("dailymotion", "facebook", "googlemaps", "instagram", "soundcloud", "spotify", "tiktok", "tweet", "twitter"),
    *("vimeo", "wpvideo", "youtube"),
}
MEDIA = {"audio", "video"}  # their files, too
ADDRESS = re.compile(r"(poster=[\"']?)?(https?://[^\s\"'\]&]+)")
GALLERIES = {"gallery", "playlist"}  # show files of the media library by their numbers
NUMBERED = re.compile(r"\b(ids|include|id)\s?=\s?[\"']?(\d[\d, ]*)")
ALONE = re.compile(r"^[^\S\n]*\[([A-Za-z][\w-]{0,49})\][^\S\n]*$", re.MULTILINE)


class Without(NamedTuple):
    """A text without its shortcodes."""

    html: str
    dropped: Counts  # those whose meaning is lost: {"[gallery]": 1}
    files: list  # addresses of what they played
    shown: list  # numbers of attachments
    galleries: list  # numbers of the posts whose attachments they showed, 0: of this one


def without_shortcodes(html):
    """The HTML as a Without. What stands between two shortcodes is kept. [sic] and the like are none: one has
    attributes, an end, or a line of its own."""
    ended = {match["name"] for match in TAG.finditer(html) if match["end"]}
    known = OF_WORDPRESS | FROM_ELSEWHERE | ended | set(ALONE.findall(html))
    dropped, files, shown, galleries = Counts(), [], [], []

    def replaced(match):
        name, end = match["name"], match["end"]
        if match["open"] and match["close"]:  # [[so]] WordPress shows one as it is written
            return match[0][1:-1]
        if name not in known and "=" not in match["more"]:
            return match[0]
        if not end and (name, end) not in INSTEAD:
            dropped[f"[{name}]"] += 1
        if name in GALLERIES and not end:
            shown.extend(numbers := numbers_in(match["more"], "ids", "include"))
            galleries.extend([] if numbers else numbers_in(match["more"], "id") or [0])
        addresses = addresses_in(match["more"]) if name in FROM_ELSEWHERE | MEDIA else []
        files.extend(addresses if name in MEDIA else [])
        instead = f"\n\n{addresses[0]}\n\n" if addresses else INSTEAD.get((name, end), "")
        return match["open"] + instead + match["close"]

    return Without(TAG.sub(replaced, html), dropped, files, shown, galleries)


def addresses_in(attributes):
    """The addresses, that of a picture which stands for a film last."""
    return [address for _, address in sorted(ADDRESS.findall(attributes), key=lambda found: found[0] != "")]


def numbers_in(attributes, *names):
    """The numbers that these attributes have."""
    said = [part for name, text in NUMBERED.findall(attributes) if name in names for part in text.split(",")]
    return list(filter(None, (number(part.strip()) for part in said)))
