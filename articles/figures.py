"""Pictures in a text: `![what it shows](/pictures/<key>-800x600.webp "caption")`, alone in its paragraph, is a figure.

Only our own pictures are shown. One from elsewhere, which would tell another site who reads here, becomes a link.
"""

import re
from html import escape

OURS = re.compile(r"/pictures/(?P<key>[0-9a-f]{16})-(?P<width>\d{1,5})x(?P<height>\d{1,5})\.webp")


def mark_figures(state):
    """Core rule: a paragraph that holds nothing but a picture of ours is a figure."""
    for opening, inline, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opening.type == "paragraph_open" and is_lone_picture(inline):
            opening.tag = closing.tag = "figure"
            opening.hidden = closing.hidden = False
            inline.children[0].meta["is_figure"] = True


def is_lone_picture(inline):
    children = [child for child in inline.children if child.type != "softbreak"]
    return len(children) == 1 and children[0].type == "image" and bool(OURS.fullmatch(children[0].attrs["src"]))


def picture(renderer, tokens, index, options, env):
    """An image token. The address says how large it is, so that the text does not jump when it arrives."""
    token = tokens[index]
    source, caption = token.attrs["src"], token.attrs.get("title", "")
    token.attrs["alt"] = renderer.renderInlineAsText(token.children, options, env)
    size = OURS.fullmatch(source)
    if not size:
        return linked(source, token.attrs["alt"])
    width, height = size["width"], size["height"]
    token.attrs = {"src": source, "alt": token.attrs["alt"], "width": width, "height": height, "loading": "lazy"}
    image = renderer.renderToken(tokens, index, options, env)
    return f"{image}<figcaption>{escape(caption)}</figcaption>" if caption and token.meta.get("is_figure") else image


def linked(source, alt):
    return f'<a href="{escape(source)}">{escape(alt or source)}</a>'


def pictures_in(tokens):
    """(address, description) of each picture in the tokens of a text."""
    inlines = [token for token in tokens if token.type == "inline"]
    images = [child for inline in inlines for child in inline.children if child.type == "image"]
    return [(image.attrs["src"], image.content.strip()) for image in images]
