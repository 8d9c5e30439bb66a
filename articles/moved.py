"""Old addresses lead to where their article or topic is now: of articles with a former slug, and of the WordPress site
that this one replaces."""

import re

from django.db import DatabaseError
from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse

from articles.models import Article, OldAddress
from crpsinfo.caching import public_page

HOME = ("/", "/index.php")  # where WordPress takes its parameters
LONGEST = 300  # characters of a path that may be an old address
PARAMETERS = re.compile(r"(?:^|&)(p|page_id|cat|tag|feed|s)=([^&]*)")
ASKED = re.compile(r"(?:^|&)(?:p|page_id|cat)=[1-9][0-9]*(?:&|$)")  # for one post, page or category
NUMBER, NAME = re.compile(r"[1-9][0-9]{0,18}"), re.compile(r"[\w-]{1,100}")
FEED = re.compile(r"/(?:feed(?:/(?:rss2?|rdf|atom))?|rss2?)$")
# What WordPress puts behind an address for a part, or another form, of the same page.
PARTS = re.compile(r"/(?:comment-page-\d+|page/\d+|\d{1,3}|amp|trackback|embed)$")
FRONT = "/index.php"  # before an address, where the server could not rewrite it
FEEDS = {"comments": "comment-feed", "": "article-feed"}


class MovedMiddleware:
    """Answers 301 where the answer would be 404 and the address is an old one, or the home page is asked for something
    by a parameter of WordPress; 404 if that is a number of nothing that is here. Leads to nothing but pages of ours
    that readers may see."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        query = request.META.get("QUERY_STRING", "")
        if request.path_info == "/" and query:
            return self.from_home(request, query)
        response = self.get_response(request)
        return (response.status_code == 404 and self.moved(request, query)) or response

    def from_home(self, request, query):
        try:
            address = by_parameter(query)
        except DatabaseError:  # nobody knows: the home page itself says so
            return self.get_response(request)
        if not address and ASKED.search(query):
            raise Http404
        return redirect(request, address) if address else self.get_response(request)

    def moved(self, request, query):
        """The redirect; None if nothing is known of the address."""
        try:
            address = by_parameter(query) if request.path_info in HOME else by_path(request.path_info)
        except DatabaseError:  # the page that says 404 needs none
            return None
        return redirect(request, address) if address and address != request.path_info else None


@public_page
def redirect(request, address):
    return HttpResponsePermanentRedirect(address)


def by_parameter(query):
    """Where "/?p=12" and the like lead; empty if nowhere."""
    found = PARAMETERS.search(query)
    if not found:
        return ""
    name, value = found.groups()
    if name == "s":
        return f"{reverse('search')}?q={value}"
    if name == "feed":
        return reverse("comment-feed" if value.startswith("comments") else "article-feed")
    is_sound = (NAME if name == "tag" else NUMBER).fullmatch(value)
    return address_of(f"/?{name}={value}") if is_sound else ""


def by_path(path):
    """Where a path leads; empty if nowhere."""
    path = path.removeprefix(FRONT).rstrip("/")
    if not path or len(path) > LONGEST or "\0" in path:
        return ""
    base = FEED.sub("", path)
    wants_feed, base = base != path, without_parts(base)
    if wants_feed and base.strip("/") in FEEDS:
        return reverse(FEEDS[base.strip("/")])
    if not base:
        return reverse("articles")
    return address_of(base, wants_feed)


def without_parts(path):
    while (shorter := PARTS.sub("", path)) != path:
        path = shorter
    return path


def address_of(path, wants_feed=False):
    """Where the article or topic of this OldAddress is now, or its feed."""
    old = OldAddress.objects.leading(path)
    if old is None or (old.article and not Article.objects.published().filter(pk=old.article_id).exists()):
        return ""
    if not wants_feed:
        return old.target.get_absolute_url()
    return reverse("article-comment-feed", args=[old.article.slug]) if old.article else reverse("article-feed")
