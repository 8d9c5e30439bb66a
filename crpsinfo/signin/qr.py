import base64

import qrcode
from qrcode.image.svg import SvgPathFillImage


def picture(text):
    """A QR code of the text, dark on white, as the address of an image that needs no request."""
    svg = qrcode.make(text, image_factory=SvgPathFillImage).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def secret_in_groups(key):
    """The secret as people type it into their app: RFC 4648 base32, in groups of four."""
    letters = base64.b32encode(key).decode()
    return [letters[start : start + 4] for start in range(0, len(letters), 4)]
