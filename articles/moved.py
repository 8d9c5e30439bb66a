"""Old addresses lead to where their article or topic is now: of those with a former slug, with what stands below them;
and of the WordPress site that this one replaces."""

import re

from django.db import DatabaseError
from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve, reverse

from articles.models import Article, OldAddress, Topic
from articles.models.old_address import LONGEST_PATH
from crpsinfo.caching import public_page

HOME = ("/", "/index.php")  # where WordPress takes its parameters
OURS = "/articles/"
PARAMETERS = re.compile(r"(?:^|&)(p|page_id|cat|tag|feed|s)=([^&]*)")
ASKED = re.compile(r"(?:^|&)(?:p|page_id|cat)=[1-9][0-9]*(?:&|$)")  # for one post, page or category
NUMBER, NAME = re.compile(r"[1-9][0-9]{0,18}"), re.compile(r"[\w-]{1,100}")
OF_ONE = {"p": NUMBER, "page_id": NUMBER, "cat": NUMBER, "tag": NAME}  # the first that is given counts
FEED = re.compile(r"/(?:feed(?:/(?:rss2?|rdf|atom))?|rss2?)$")
# What WordPress puts behind an address for a part, or another form, of the same page.
PARTS = re.compile(r"/(?:comment-page-\d+|page/\d+|\d{1,3}|amp|trackback|embed)$")
OF_HOME = re.compile(r"/page/\d+")
BELOW = re.compile(rf"({OURS}[\w-]+)/(.+)", re.DOTALL)
FRONT = "/index.php"  # before an address, where the server could not rewrite it
FEEDS = {"/comments": "comment-feed", "": "article-feed"}


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
        path = request.path_info
        try:
            address = by_parameter(query) if path in HOME else by_path(path)
        except DatabaseError:  # the page that says 404 needs none
            return None
        if not address or address == path:
            return None
        return redirect(request, f"{address}?{query}" if query and path.startswith(OURS) else address)


@public_page
def redirect(request, address):
    return HttpResponsePermanentRedirect(address)


def by_parameter(query):
    """Where "/?p=12" and the like lead; empty if nowhere."""
    given = dict(reversed(PARAMETERS.findall(query)))  # of each the first
    for name, sound in OF_ONE.items():
        if sound.fullmatch(given.get(name, "")):
            path = f"/?{name}={given[name]}"
            return address_of(OldAddress.objects.leading(path), wants_feed="feed" in given)
    if "s" in given:
        return f"{reverse('search')}?q={given['s']}"
    if "feed" in given:
        return reverse("comment-feed" if given["feed"].startswith("comments") else "article-feed")
    return ""


def by_path(path):
    """Where a path leads; empty if nowhere. The whole counts first, for a slug may look like what is put behind one."""
    path = path.removeprefix(FRONT)
    below, whole = BELOW.fullmatch(path), path.rstrip("/")
    if not whole or len(path) > LONGEST_PATH or "\0" in path:
        return ""
    ways = list(ways_of(whole))
    known = OldAddress.objects.by_path([base for base, _ in ways] + ([below[1]] if below else []))
    if below and whole not in known and (address := address_below(known.get(below[1]), below[2])):
        return address
    for base, wants_feed in ways:
        if base in known:
            return address_of(known[base], wants_feed)
        if wants_feed and base in FEEDS:
            return reverse(FEEDS[base])
    return reverse("articles") if OF_HOME.fullmatch(whole) else ""


def ways_of(path):
    """(path, whether the feed is meant) of what an address may belong to: itself, and without what is put behind."""
    yield path, False
    base = FEED.sub("", path)
    wants_feed = base != path
    if wants_feed:
        yield base, True
    while (shorter := PARTS.sub("", base)) != base:
        base = shorter
        yield base, wants_feed


def address_of(old, wants_feed=False):
    """Where the article or topic of this OldAddress is now, or its feed; empty if readers may not see it, or if it is
    None."""
    if old is None or not is_shown(old.target):
        return ""
    if not wants_feed:
        return old.target.get_absolute_url()
    return reverse("article-comment-feed", args=[old.article.slug]) if old.article else reverse("article-feed")


def address_below(old, rest):
    """Where what stood below this OldAddress is now; empty if nothing can be there."""
    address = f"{address_of(old)}{rest}"
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


def is_shown(target):
    there = Topic.objects.in_use() if isinstance(target, Topic) else Article.objects.published()
    return there.filter(pk=target.pk).exists()
