"""Shortcodes: what WordPress and its plugins put into a text in square brackets, to be replaced when it is shown."""

import re
from collections import Counter

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
ADDRESS = re.compile(r"https?://[^\s\"'\]&]+")
ALONE = re.compile(r"^[^\S\n]*\[([A-Za-z][\w-]{0,49})\][^\S\n]*$", re.MULTILINE)


def without_shortcodes(html):
    """(the HTML without shortcodes, Counter of the names of those whose meaning is lost). What stands between two of
    them is kept. [sic] and the like are none: a shortcode has attributes, an end, or a line of its own."""
    ended = {match["name"] for match in TAG.finditer(html) if match["end"]}
    known, dropped = OF_WORDPRESS | FROM_ELSEWHERE | ended | set(ALONE.findall(html)), Counter()

    def replaced(match):
        name, end = match["name"], match["end"]
        if match["open"] and match["close"]:  # [[so]] WordPress shows one as it is written
            return match[0][1:-1]
        if name not in known and "=" not in match["more"]:
            return match[0]
        if (name, end) not in INSTEAD:
            dropped[name] += not end
        address = ADDRESS.search(match["more"]) if name in FROM_ELSEWHERE else None
        instead = f"\n\n{address[0]}\n\n" if address else INSTEAD.get((name, end), "")
        return match["open"] + instead + match["close"]

    return TAG.sub(replaced, html), dropped
