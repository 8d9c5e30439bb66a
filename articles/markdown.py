"""Markdown to sanitised HTML and a table of contents. Used when an article is saved, never when it is read."""

import re
from dataclasses import dataclass
from functools import cache
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core.smartquotes import process_inlines
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from articles.figures import OURS, mark_figures, picture

RESERVED = {"references", "comments", "comments-title", "main", "reply"}  # places of the page around a text
CALLOUTS = {  # what readers see at its top
    "key-points": "Key points",
    "warning": "Take care",
    "emergency": "Emergency: call 911",
    "doctors": "Find a doctor",
}
MOST_QUOTES = 1000  # of one paragraph that become curly: for each, all before it are looked through
LISTS = ("effects",)  # `::: effects` around a list of single words: in columns, where there is room

TAGS = {
    *("a", "abbr", "aside", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "section", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
WITHOUT_ADDRESS = re.compile(r"<img(?![^>]* src=)[^>]*>")
HEADING = re.compile(  # one that ends before another begins: past that nothing is looked through a second time
    r"<h(?P<level>[1-4])\b[^<>]*>(?P<inner>[^<]*(?:<(?!/?h[1-4]\b)[^<]*)*)</h(?P=level)>", re.IGNORECASE
)
WORD = re.compile(r"\w+(?:['’-]\w+)*")
SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n")
UNREAD = re.compile(r'<section class="footnotes".*?</section>|<sup.*?</sup>|<table.*?</table>', re.DOTALL)
BLOCK_END = re.compile(r"</(?:p|li|h\d|dt|dd|figcaption)>")
ATTRIBUTES = {
    "*": {"id"},
    "a": {"href", "title", "aria-label", "role"},
    "abbr": {"title"},
    "aside": {"aria-labelledby"},
    "div": {"role", "tabindex", "aria-label"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "section": {"aria-labelledby"},
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
}
CLASSES = {
    "a": {"footnote-backref"},
    "aside": {"callout", *(f"callout-{name}" for name in CALLOUTS)},
    "div": {"scroll", *LISTS},
    "p": {"callout-title"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
}


@dataclass(frozen=True)
class Rendered:
    """`html` is safe to show as it is. `toc` lists the headings: [{"level": 2 or 3, "id": …, "title": …}]."""

    html: str
    toc: list


def render(text, text_format="markdown"):
    """Turn CommonMark with tables, footnotes and call-outs (`::: warning`) into a Rendered; or clean HTML.

    Headings of level 1 become level 2, since the title is the page's one heading of level 1. Footnotes become the
    numbered list "References", each with links back to where it is cited.
    """
    if text_format == "html":
        return kept(text)
    tokens = parser().parse(text, {})
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
    html = parser().renderer.render(tokens, parser().options, {})
    return Rendered(html=clean(html), toc=contents(tokens))


def kept(text):
    """HTML that is shown as it is, cleaned: its headings get anchors, those of level 1 become level 2."""
    toc, taken = [], {}

    def with_anchor(heading):
        level, inner = max(2, int(heading["level"])), heading["inner"]
        title = unescape(strip_tags(inner)).strip()
        name = free_anchor(title, taken, first=2)
        if level < 4:
            toc.append({"level": level, "id": name, "title": title})
        return f'<h{level} id="{name}">{inner}</h{level}>'

    return Rendered(html=clean(HEADING.sub(with_anchor, text)), toc=toc)


def clean(html):
    """The HTML without anything that could do harm."""
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
        attribute_filter=ours_alone,
    )
    return WITHOUT_ADDRESS.sub("", cleaned)


def ours_alone(tag, attribute, value):
    """Drops the address of a picture that another site would have to send."""
    return None if (tag, attribute) == ("img", "src") and not OURS.fullmatch(value) else value


def contents(tokens):
    """The table of contents: headings of level 2 and 3, and the references if there are any."""
    toc = [
        {"level": int(opening.tag[1]), "id": opening.attrs["id"], "title": plain_text(inline)}
        for opening, inline in zip(tokens, tokens[1:], strict=False)
        if opening.type == "heading_open" and opening.tag in ("h2", "h3")
    ]
    if any(token.type == "footnote_block_open" for token in tokens):
        toc.append({"level": 2, "id": "references", "title": "References"})
    return toc


def plain_text(inline):
    return "".join(child.content for child in inline.children if child.type in ("text", "code_inline"))


def sentences(html):
    """The words that a reader of a rendered text reads, sentence by sentence: without references and tables."""
    text = unescape(strip_tags(BLOCK_END.sub("\n", UNREAD.sub("", html))))
    return [words for part in SENTENCE_END.split(text) if (words := WORD.findall(part))]


def word_count(html):
    return sum(map(len, sentences(html)))


@cache
def parser():
    """The Markdown parser, built once in a process. No raw HTML: what looks like a tag is shown as text."""
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(
        ["table", "replacements", "smartquotes"]
    )
    markdown.core.ruler.at("smartquotes", curl_quotes)
    markdown.use(footnote_plugin, inline=False)
    for name, title in CALLOUTS.items():
        markdown.use(container_plugin, name, render=callout(name, title))
    for name in LISTS:
        markdown.use(container_plugin, name, render=in_columns(name))
    markdown.core.ruler.push("anchors", name_headings)
    markdown.core.ruler.push("figures", mark_figures)
    for token_type, rule in RULES.items():
        markdown.add_render_rule(token_type, rule)
    return markdown


def curl_quotes(state):
    """The rule for quotes, as it comes with the parser, but for paragraphs of little else."""
    for token in state.tokens:
        if token.type == "inline" and 0 < token.content.count('"') + token.content.count("'") <= MOST_QUOTES:
            process_inlines(token.children, state)


def anchor(title):
    """The id of a heading: never one that the page around the article uses itself."""
    slug = slugify(title) or "section"
    return (
        f"{slug}-section"
        if slug in RESERVED or slug.startswith(("ref-", "cite-", "comment-", "by-", "callout-"))
        else slug
    )


def free_anchor(title, taken, first=1):
    """The anchor, with a number if a heading before has it. `taken`: {anchor: the next number to try, of which `first`
    is the first}: so that many headings alike take no longer than others."""
    slug = name = anchor(title)
    while name in taken:
        name, taken[slug] = f"{slug}-{taken[slug]}", taken[slug] + 1
    taken[name] = first
    return name


def name_headings(state):
    """The rule that gives each heading its id."""
    taken = {}
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open" and opening.tag in ("h1", "h2", "h3", "h4"):
            opening.attrs["id"] = free_anchor(plain_text(inline), taken)


def callout(name, title):
    """The renderer of one kind of call-out: `::: warning`, or with a title of its own, `::: warning Before you drive`.
    Its title says in words what its colour says."""

    def render_callout(renderer, tokens, index, options, env):
        if tokens[index].nesting == -1:
            return "</aside>\n"
        words = tokens[index].info.strip().removeprefix(name).strip() or title
        env["callouts"] = number = env.get("callouts", 0) + 1
        label = f"callout-{number}"
        head = f'<p class="callout-title" id="{label}">{escapeHtml(words)}</p>'
        return f'<aside class="callout callout-{name}" aria-labelledby="{label}">\n{head}\n'

    return render_callout


def in_columns(name):
    """The renderer of one kind of list."""

    def render_list(renderer, tokens, index, options, env):
        return f'<div class="{name}">\n' if tokens[index].nesting == 1 else "</div>\n"

    return render_list


def footnote_reference(renderer, tokens, index, options, env):
    """`[3]`, linked to the reference. Later citations of the same reference get an id of their own."""
    meta = tokens[index].meta
    number, times = meta["id"] + 1, meta.get("subId", 0)
    anchor = f"cite-{number}-{times + 1}"
    link = f'<a href="#ref-{number}" id="{anchor}" aria-label="Reference {number}">[{number}]</a>'
    return f'<sup class="footnote-ref">{link}</sup>'


def footnote_back_link(renderer, tokens, index, options, env):
    meta = tokens[index].meta
    number, times = meta["id"] + 1, meta.get("subId", 0)
    label = f"Back to where reference {number} is cited" + (f" ({times + 1})" if times else "")
    return f' <a href="#cite-{number}-{times + 1}" class="footnote-backref" aria-label="{label}">↩</a>'


def footnote_item(renderer, tokens, index, options, env):
    return f'<li id="ref-{tokens[index].meta["id"] + 1}">'


def references_open(renderer, tokens, index, options, env):
    return '<section class="footnotes" aria-labelledby="references">\n<h2 id="references">References</h2>\n<ol>\n'


def table_open(renderer, tokens, index, options, env):
    return '<div class="scroll" role="group" tabindex="0" aria-label="Table">\n<table>\n'


def table_close(renderer, tokens, index, options, env):
    return "</table>\n</div>\n"


def column_heading(renderer, tokens, index, options, env):
    return '<th scope="col">'


RULES = {
    "footnote_ref": footnote_reference,
    "footnote_block_open": references_open,
    "footnote_open": footnote_item,
    "footnote_anchor": footnote_back_link,
    "table_open": table_open,
    "table_close": table_close,
    "th_open": column_heading,
    "image": picture,
}
