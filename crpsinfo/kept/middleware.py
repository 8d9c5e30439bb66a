from functools import lru_cache

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.utils.cache import get_conditional_response

from crpsinfo.caching import kept_version
from crpsinfo.kept.models import SiteVersion
from crpsinfo.kept.store import KeptPage, Store

CODINGS = ("br", "gzip")  # the best first


class KeptPagesMiddleware:
    """Answers with kept pages, and keeps those that a view calls public. Stands outside of all that makes a page or has
    to do with one reader, and inside of what every answer goes through."""

    def __init__(self, get_response):
        if settings.KEPT_PAGES_BYTES <= 0:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.store = Store(settings.KEPT_PAGES_BYTES)

    def __call__(self, request):
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        key = (request.path_info, request.META.get("QUERY_STRING", ""))
        page = self.store.get(key)
        if page is None:
            return self.make(request, key)
        request.get_host()  # refuses a host that is not ours, as a page that is made would
        version = SiteVersion.current()
        if version is None:
            return self.get_response(request)
        if page.version != version:
            with self.store.making(key):
                page = self.store.get(key) or page
                if page.version != version:
                    return self.make(request, key)
        return answer(request, page)

    def make(self, request, key):
        """Have the page made, and keep it if its view says so."""
        request.is_to_be_kept = True
        response = self.get_response(request)
        version = kept_version(response)
        if version is None:
            return response
        page = KeptPage.of(response, version)
        self.store.put(key, page)
        return answer(request, page)


def answer(request, page):
    """The page, or that it has not changed, in the best coding that the reader takes."""
    response = page.answer(coding_for(request.META.get("HTTP_ACCEPT_ENCODING", "")))
    if "HTTP_IF_NONE_MATCH" not in request.META:
        return response
    return get_conditional_response(request, etag=response.headers["ETag"], response=response)


@lru_cache(maxsize=256)
def coding_for(accepted):
    """The best of our codings that an `Accept-Encoding` takes; "" for none."""
    takes = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        takes[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((coding for coding in CODINGS if takes.get(coding, takes.get("*", False))), "")
