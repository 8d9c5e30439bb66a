"""Links within the site, tried as a reader would."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urldefrag, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from articles.markdown import RESERVED
from articles.models import Article, OldAddress

HREF = re.compile(r'<a href="([^"]*)"')
ID = re.compile(r' id="([^"]*)"')
ADMIN = "admin"


@dataclass(frozen=True)
class DeadLink:
    """`address` as it stands in the text, and in words what is wrong with it."""

    address: str
    trouble: str

    def __str__(self):
        return f"{self.address}: {self.trouble}"


def dead_links(html, own_path=""):
    """The DeadLinks of a rendered text that stands, or will stand, at `own_path`. Other sites are not asked."""
    own_anchors, found, pages = RESERVED | set(ID.findall(html)), [], {}
    for address in dict.fromkeys(map(unescape, HREF.findall(html))):
        path, anchor = urldefrag(address.removeprefix(settings.SITE_URL))
        if path in ("", own_path):
            trouble = missing(anchor, own_anchors)
        elif is_ours(path):
            trouble, anchors = pages.setdefault(path, visited(path))
            trouble = trouble or missing(anchor, anchors)
        else:
            continue
        if trouble:
            found.append(DeadLink(address, trouble))
    return found


def is_ours(path):
    return path.startswith("/") and not path.startswith("//")


def missing(anchor, anchors):
    return f"there is no place called #{anchor} on that page" if anchor and anchor not in anchors else ""


def visited(path):
    """(what is wrong with the page at this path, "" if nothing is; the ids on it)"""
    if moved := OldAddress.objects.leading(urlsplit(path).path.rstrip("/")):
        return f"it has moved to {moved.target.get_absolute_url()}", set()
    try:
        answer = answer_of(path)
    except (Http404, Resolver404):
        return unpublished(path) or "there is no such page", set()
    except PermissionDenied:
        return "readers may not see it", set()
    if answer.status_code >= 400:
        return "there is no such page", set()
    text = answer.content.decode() if answer.headers.get("Content-Type", "").startswith("text/html") else ""
    return "", set(ID.findall(text))


def answer_of(path):
    """What a reader who asks for the path gets. Raises Http404, Resolver404 or PermissionDenied."""
    parts = urlsplit(path)
    view, args, kwargs = resolve(parts.path)
    if parts.path.startswith(f"/{ADMIN}/"):
        raise PermissionDenied
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", parts.path, parts.path
    request.GET = QueryDict(parts.query)
    site = urlsplit(settings.SITE_URL)
    request.META |= {"SERVER_NAME": site.hostname, "SERVER_PORT": str(site.port or 80), "REMOTE_ADDR": "127.0.0.1"}
    answer = view(request, *args, **kwargs)
    return answer.render() if hasattr(answer, "render") else answer


def unpublished(path):
    """In words, if it is an article that readers do not see."""
    slug = path.removeprefix("/articles/").strip("/")
    article = Article.objects.filter(slug=slug).first()
    return f"“{article}” is not published" if article else ""
