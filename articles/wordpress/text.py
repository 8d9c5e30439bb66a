"""The text of a WordPress post as ours: Markdown, or sanitised HTML where Markdown would lose something."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup, NavigableString

from articles.models import Format
from articles.wordpress.counts import Counts
from articles.wordpress.paragraphs import lay_out
from articles.wordpress.shortcodes import without_shortcodes
from articles.wordpress.writing import html_of, markdown_of

MEDIA = ["iframe", "video", "audio", "embed"]  # what a page would load from elsewhere becomes a link
SAME = {"b": "strong", "i": "em", "strike": "del", "s": "del", "kbd": "code", "samp": "code", "tt": "code"}
UNWRAPPED = [
    *("article", "aside", "center", "details", "footer", "header", "main", "section", "summary", "span", "font", "u"),
    *("ins", "mark", "small", "big", "cite", "q", "var", "time", "address", "tfoot"),
]
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
UNDERSTOOD = {
    *MEDIA, *SAME, *UNWRAPPED, *HEADINGS, "source", "a", "abbr", "blockquote", "br", "caption", "code", "dd", "del",
    "div", "dl", "dt", "em", "figcaption", "figure", "hr", "img", "li", "ol", "p", "pre", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"id"},
    "a": {"href"},
    "abbr": {"title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    **{name: {"src", "title"} for name in [*MEDIA, "source"]},
}
NEVER_SHOWN = {"script", "style", "template", "object", "applet", "select", "textarea", "button", "title", "noframes"}
DROPPED = re.compile(
    rf"<({'|'.join(sorted(NEVER_SHOWN))}|form|input|svg|math)\b|\s(on[a-z]{{3,20}})\s*=\s*[\"']|(javascript|vbscript):",
    re.I,
)
NOSCRIPT = re.compile(r"</?noscript\b[^<>]*>", re.I)  # what is in it would be taken for text, tags and all
LIBRARY = "/wp-content/uploads/"
# What else names a file: a frame of an old kind, the picture that stands for a film, and the head of a block.
NAMED_FILE = re.compile(r"(?:\s(?:data|poster)=|\"url\":)[\"']?([^\s\"'<>]+)", re.I)
IN_AN_ADDRESS = re.compile(r"[\s()<>\"\\`*\[\]]")  # what would end it in Markdown, or begin something
SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*\s")
LONGEST = 1_000_000  # characters
BARE_ADDRESS = re.compile(r"https?://\S+")
MOST_PARTS = 10_000  # tags and lines
LONG_BLANK = re.compile(r"\s{300,}")  # which no text needs, and which takes long to convert
DEEPEST = 100  # elements within each other
TAG = re.compile(r"<(/?)([a-z]\w*)")
WITHOUT_END = {"br", "embed", "hr", "img", "source"}


class TooMuch(Exception):
    """A text that would take too long to convert. As text: what it has."""


@dataclass(frozen=True)
class Text:
    body: str
    text_format: str
    plain: str  # its paragraphs as plain text
    dropped: Counts  # what of it did not come: {"script": 2, "[gallery]": 1}
    files: list  # addresses of the images that it shows, and of what else it has from the media library
    shown: list  # numbers of attachments that it shows
    galleries: list  # numbers of posts all of whose attachments it shows, 0: its own


def converted(html, base):
    """The Text of a post's content. `base`: the address that its relative links belong to. Raises TooMuch."""
    refuse_length(html)
    without = without_shortcodes(html)
    html, dropped = without.html, without.dropped
    refuse_length(html)  # shortcodes have become tags and lines
    dropped.update(next(filter(None, found.groups())).lower() for found in DROPPED.finditer(html))
    safe = nh3.clean(
        NOSCRIPT.sub("", html),
        tags=UNDERSTOOD,
        clean_content_tags=NEVER_SHOWN,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    refuse_depth(safe)
    refuse_length(safe)  # references have become characters
    soup = BeautifulSoup(f"{safe}\n", "html.parser")  # what is one line may be taken for the address of a file
    files = list(dict.fromkeys([*without.files, *files_of(soup, base), *files_named(html, base)]))
    images_to_links(soup, base)
    media_to_links(soup, base, dropped)
    lay_out(soup, of_blocks="<!-- wp:" in html)
    tidy(soup, base)
    plain = BARE_ADDRESS.sub("", " ".join(map(words_of, paragraphs_of(soup)[:20]))).strip()
    markdown = markdown_of(soup)
    told = plain, dropped, files, without.shown, without.galleries
    return Text(html_of(soup), Format.HTML, *told) if markdown is None else Text(markdown, Format.MARKDOWN, *told)


def refuse_length(html):
    """Raises TooMuch."""
    if len(html) > LONGEST:
        raise TooMuch(f"a text of more than {LONGEST:,} characters")
    if html.count("<") + html.count("\n") > MOST_PARTS:
        raise TooMuch(f"more than {MOST_PARTS:,} tags and lines")


def refuse_depth(html):
    """Raises TooMuch. In this HTML each tag has its end."""
    depth = 0
    for end, name in TAG.findall(html):
        if name not in WITHOUT_END:
            depth += -1 if end else 1
        if depth > DEEPEST:
            raise TooMuch(f"elements more than {DEEPEST} deep")


def files_of(soup, base):
    """What is gone when the old site is: the addresses of images, and of what else is in the media library."""
    for tag in soup(["a", "img", "source", *MEDIA]):
        address = web_address(tag.get("href") or tag.get("src") or "", base)
        if address and (tag.name == "img" or LIBRARY in urlsplit(address).path):
            yield address


def files_named(html, base):
    """Those of the media library that stand where nothing is kept of."""
    for named in NAMED_FILE.findall(html):
        address = web_address(unescape(named.replace("\\/", "/")), base)
        if LIBRARY in urlsplit(address).path:
            yield address


def images_to_links(soup, base):
    """Our pages load nothing from elsewhere: a link to the image, with the words for those who cannot see it."""
    for image in soup("img"):
        address = web_address(image.get("src", ""), base)
        words = " ".join(image.get("alt", "").split()) or name_of(address)
        link = image.find_parent("a")
        if link or not address:
            image.replace_with(words if link else image.get("alt", ""))
        else:
            image.replace_with(link_to(soup, address, words))
    caption_figures(soup)


def caption_figures(soup):
    """A figure is a paragraph with the links, and one in italics with the caption."""
    for figure in soup("figure"):
        if figure.find(["table", "blockquote", "ul", "ol", "pre", "dl"]):
            figure.name = "div"
        else:
            figure.name = "p"
            for inner in figure(["p", "div", "figure"]):
                inner.unwrap()
            for text in [text for text in figure.contents if isinstance(text, str)]:
                text.replace_with(f" {' '.join(text.split())} " if text.strip() else " ")
    for caption in soup("figcaption"):
        caption.name = "em"
        for emphasis in caption(["em", "i"]):
            emphasis.unwrap()
        caption.insert_before(" ")


def media_to_links(soup, base, dropped):
    for media in soup(MEDIA):
        dropped[media.name] += 1
        source = media if media.get("src") else media.find("source") or media
        address = web_address(source.get("src", ""), base)
        if address and not media.find_parent("a"):
            words = " ".join(media.get("title", "").split()) or address
            paragraph = soup.new_tag("p")
            paragraph.append(link_to(soup, address, words))
            media.replace_with(paragraph if media.parent is soup else paragraph.contents[0])
        else:
            media.decompose()


def link_to(soup, address, words):
    link = soup.new_tag("a", href=address)
    link.string = words
    return link


def web_address(address, base):
    """The whole address of something on the web; empty if it is none."""
    try:
        whole = urljoin(base, address.strip()) if address.strip() else ""
        return whole if urlsplit(whole).scheme in ("http", "https") and urlsplit(whole).hostname else ""
    except ValueError:
        return ""


def paragraphs_of(soup):
    """The elements that hold running text, and not one another."""
    return [tag for tag in soup(["p", "li"]) if not tag.find(["p", "li"])]


def words_of(tag):
    said = (" " if part.name == "br" else part if isinstance(part, str) else "" for part in tag.descendants)
    return " ".join("".join(said).split())


def name_of(address):
    return unquote(PurePosixPath(urlsplit(address).path).name) or "image"


def tidy(soup, base):
    """The elements that our articles have, and none of the others."""
    tidy_links(soup, base)
    for tag in soup(list(SAME)):
        tag.name = SAME[tag.name]
    for tag in soup(UNWRAPPED):
        tag.unwrap()
    tidy_cells(soup)
    for tag in soup(["strong", "em", "code", "a"]):
        is_heading = tag.name == "strong" and tag.find_parent(HEADINGS)
        if is_heading or tag.find_parent(tag.name) or not (tag.get_text(strip=True) or tag.get("id")):
            tag.unwrap()
    for tag in soup(["p", *HEADINGS]):
        if not tag.get_text(strip=True):
            tag.decompose()
    shift_headings(soup)
    soup.smooth()
    for text in soup.find_all(string=LONG_BLANK):
        text.replace_with(NavigableString(LONG_BLANK.sub(lambda blank: "\n" if "\n" in blank[0] else " ", text)))


def tidy_cells(soup):
    """Without what says nothing: cells over one column, and a paragraph around all that a cell has."""
    for cell in soup(["td", "th"]):
        for name in ("colspan", "rowspan"):
            if cell.get(name) in ("1", ""):
                del cell[name]
        blocks = cell(["p", "div"])
        if len(blocks) == 1 and cell.get_text(strip=True) == blocks[0].get_text(strip=True):
            blocks[0].unwrap()


def tidy_links(soup, base):
    """Whole addresses; links within the text lead to where they did, unless that is not there."""
    targets = {link["href"][1:] for link in soup("a", href=re.compile("^#."))}
    for tag in soup(id=True):
        if tag["id"] in targets:
            tag["id"] = f"wp-{tag['id']}"  # none that the page around it has
        else:
            del tag["id"]
    here = {tag["id"] for tag in soup(id=True)}
    for link in soup("a"):
        address = link.get("href", "").strip()
        if address.startswith("#"):
            address = f"#wp-{address[1:]}" if f"wp-{address[1:]}" in here else ""
        elif not address.lower().startswith(("mailto:", "tel:")):
            address = web_address(address, base)
        if address:
            link["href"] = IN_AN_ADDRESS.sub(
                lambda found: f"%{ord(found[0]):02X}" if ord(found[0]) < 128 else "", address
            )
        elif link.get("id"):
            del link["href"]
        else:
            link.unwrap()


def shift_headings(soup):
    """The highest becomes level 2, below the title; there is none below level 4."""
    headings = soup(HEADINGS)
    highest = min((int(heading.name[1]) for heading in headings), default=2)
    for heading in headings:
        heading.name = f"h{min(int(heading.name[1]) - highest + 2, 4)}"


def beginning(text, longest):
    """The first sentences of a plain text, as far as they fit; or its first words."""
    if len(text) <= longest:
        return text
    ends = [match.start() + 1 for match in SENTENCE_END.finditer(text[: longest + 1])]
    return text[: ends[-1]] if ends else f"{text[: longest - 1].rsplit(' ', 1)[0]}…"
