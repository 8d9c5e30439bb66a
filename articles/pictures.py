"""Uploaded pictures, encoded anew: what is not picture (where it was taken, with which camera) does not come along."""

import struct
from hashlib import sha256
from io import BytesIO

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps

LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600  # pixels, after which it is made smaller
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 82
UNREADABLE = "This is no picture that we can read: use JPEG, PNG, GIF or WebP."


def encoded(file):
    """The fields of a Picture: `data` (WebP), `width`, `height` (pixels) and `key`. Raises ValidationError."""
    if file.size > LARGEST_FILE:
        raise ValidationError(f"Please make it smaller: {LARGEST_FILE // 1024 // 1024} MB at most.", code="too_large")
    image = opened(file)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    stored = BytesIO()
    image.save(stored, "WEBP", quality=QUALITY)
    data = stored.getvalue()
    return {"data": data, "width": image.width, "height": image.height, "key": sha256(data).hexdigest()[:16]}


def opened(file):
    """The first image of the file, upright, in colors that WebP has. Its size is looked at before it is unpacked."""
    try:
        image = Image.open(file, formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            message = f"Please make it smaller: {MOST_PIXELS // 1_000_000} million pixels at most."
            raise ValidationError(message, code="too_many_pixels")
        image.load()
        if image.mode.startswith("I"):  # 16 bits of gray, of which WebP has 8
            image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        return ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError) as trouble:
        raise ValidationError(UNREADABLE, code="unreadable") from trouble
