"""The picture that goes with a link to an article where people share it: the title, in our colors."""

from functools import lru_cache
from io import BytesIO
from textwrap import wrap

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 1200, 630  # pixels; what https://ogp.me readers show whole
MARGIN = 80
PAPER, INK, ACCENT = "#fbfaf6", "#20292c", "#0f5660"  # as in site.css
SIZES = (84, 72, 60, 50)  # of the title, in pixels; the largest that fits
LINE = "by and for people with CRPS"


@lru_cache(maxsize=64)
def drawn(title):
    """A PNG picture, as bytes."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 16), fill=ACCENT)
    font, lines = fitting(title)
    draw.multiline_text((MARGIN, MARGIN + 20), lines, font=font, fill=INK, spacing=font.size // 3)
    draw.text(
        (MARGIN, HEIGHT - MARGIN), f"{settings.SITE_NAME}  ·  {LINE}", font=drawn_with(34), fill=ACCENT, anchor="ls"
    )
    stored = BytesIO()
    image.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def fitting(title):
    """(font, the title in lines): the largest letters with which it fits; the smallest if none does."""
    for size in SIZES:
        font = drawn_with(size)
        lines = wrap(title, int((WIDTH - 2 * MARGIN) / font.getlength("n")))
        is_narrow = max(map(font.getlength, lines), default=0) <= WIDTH - 2 * MARGIN
        if is_narrow and len(lines) * size * 4 / 3 < HEIGHT - 3 * MARGIN:
            break
    return font, "\n".join(lines)


def drawn_with(size):
    """The font that Pillow brings along, in letters of so many pixels."""
    return ImageFont.load_default(size)
