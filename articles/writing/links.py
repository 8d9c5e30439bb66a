"""Links within the site, tried as a reader would."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from articles.markdown import RESERVED
from articles.models import Article, OldAddress

HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
ID = re.compile(r'\sid="([^"]*)"')
SITE = urlsplit(settings.SITE_URL)
NOWHERE = "there is no such page"


@dataclass(frozen=True)
class DeadLink:
    """`address` as it stands in the text, and in words what is wrong with it."""

    address: str
    trouble: str

    def __str__(self):
        return f"{self.address}: {self.trouble}"


def dead_links(html, own_path="/"):
    """The DeadLinks of a rendered text that stands, or will stand, at `own_path`. Other sites are not asked."""
    visit = Visits({own_path: ("", RESERVED | set(ID.findall(html)))})
    addresses = dict.fromkeys(map(unescape, HREF.findall(html)))
    return [DeadLink(address, trouble) for address in addresses if (trouble := visit(address, own_path))]


class Visits:
    """Remembers each page that it visits. `pages`: {path: (what is wrong with it, the places on it)}, to begin with."""

    def __init__(self, pages):
        self.pages = pages

    def __call__(self, address, own_path):
        """What is wrong with this address on a page of ours, in words; "" if nothing is."""
        try:
            parts = urlsplit(urljoin(settings.SITE_URL + own_path, address))
        except ValueError:
            return "this is no address"
        if parts.netloc.lower() != SITE.netloc:
            return ""
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        if path not in self.pages:
            self.pages[path] = visited(path)
        trouble, places = self.pages[path]
        return trouble or missing(parts.fragment, places)


def missing(place, places):
    is_there = not place or places is None or place in places
    return "" if is_there else f"there is no place called #{place} on that page"


def visited(path):
    """(what is wrong with the page at this path, "" if nothing is; the places on it, None if they are not known)"""
    try:
        answer = answer_of(path)
    except PermissionDenied:
        return "readers may not see it", None
    except (Http404, Resolver404):
        return gone(urlsplit(path).path), None
    if answer.status_code >= 400:
        return NOWHERE, None
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return "", set(ID.findall(answer.content.decode())) if is_page else None


def gone(path):
    """What is wrong where there is no page; "" where readers are led on, as from a former address or without the last
    slash."""
    if not path.endswith("/"):
        return visited(f"{path}/")[0]
    moved = OldAddress.objects.leading(path.rstrip("/"))
    article = (
        moved.article if moved else Article.objects.filter(slug=path.removeprefix("/articles/").strip("/")).first()
    )
    if article and not Article.objects.published().filter(pk=article.pk).exists():
        return f"“{article}” is not published"
    return "" if moved else NOWHERE


def answer_of(path):
    """What a reader who asks for the path gets. Raises Http404, Resolver404 or PermissionDenied."""
    parts = urlsplit(path)
    view, args, kwargs = resolve(parts.path)
    if parts.path.startswith("/admin/") or "key" in kwargs:  # the secret address of somebody's page
        raise PermissionDenied
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", parts.path, parts.path
    request.GET = QueryDict(parts.query)
    request.META |= {"SERVER_NAME": SITE.hostname, "SERVER_PORT": str(SITE.port or 80), "REMOTE_ADDR": "127.0.0.1"}
    answer = view(request, *args, **kwargs)
    return answer.render() if hasattr(answer, "render") else answer
