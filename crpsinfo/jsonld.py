"""What a page says, again for machines: https://schema.org in JSON-LD. Only what the page shows."""

import json

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

# The same characters that Django's json_script escapes: then nothing in the data can end the element.
ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&"}


def script(*things):
    """A data block for the page. It is no script: the Content-Security-Policy has nothing against it."""
    text = json.dumps({"@context": "https://schema.org", "@graph": things}, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


def breadcrumbs(*crumbs):
    """`crumbs` are (name, path) from the top."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": settings.SITE_URL + path}
        for position, (name, path) in enumerate(crumbs, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
