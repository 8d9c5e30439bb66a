from functools import lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response

from crpsinfo.caching import kept_version
from crpsinfo.kept.models import SiteVersion
from crpsinfo.kept.store import CODINGS, KeptPage, Store


class KeptPagesMiddleware:
    """Answers with kept pages, and keeps those that a view calls public. Stands first: what it keeps is the whole
    answer, with all headers. So the key of a page has all that decides about it, here or on the way to its view; only
    the host is not in it, since each that is ours gets the same."""

    def __init__(self, get_response):
        if settings.KEPT_PAGES_BYTES <= 0:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.store = Store(settings.KEPT_PAGES_BYTES)

    def __call__(self, request):
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        key = (request.path_info, request.META.get("QUERY_STRING", ""), request.is_secure())
        page = self.store.get(key)
        if page is None:
            return self.make(request, key)
        version = SiteVersion.current() if is_for_us(request) else None
        if version is None:
            return self.get_response(request)
        if page.version != version:
            with self.store.making(key):
                page = self.store.get(key) or page
                if page.version != version:
                    return self.make(request, key, version)
        return self.answer(request, key, page)

    def make(self, request, key, version=None):
        """Have the page made, and keep it if its view says so. `version`: the site's, if it was asked for already."""
        request.is_to_be_kept, request.site_version = True, version
        response = self.get_response(request)
        version = kept_version(response)
        if version is None:
            return response
        page = KeptPage.of(response, version, coding_of(request) or CODINGS[0])
        self.store.put(key, page)
        return self.answer(request, key, page)

    def answer(self, request, key, page):
        """The page, or that it has not changed, in the best coding that the reader takes."""
        coding = coding_of(request)
        if coding and coding not in page.coded:
            page = page.with_coding(coding)
            self.store.put(key, page)
        response = page.answer(coding)
        if "HTTP_IF_NONE_MATCH" not in request.META:
            return response
        return get_conditional_response(request, etag=response.headers["ETag"], response=response)


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is not kept. Kept pages are compressed once, by whoever keeps them."""

    def process_response(self, request, response):
        return response if kept_version(response) else super().process_response(request, response)


def is_for_us(request):
    """Whether it asks one of our hosts. What does not is refused further in."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def coding_of(request):
    return coding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=256)
def coding_for(accepted):
    """The best of our codings that an `Accept-Encoding` takes; "" for none."""
    takes = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        takes[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((coding for coding in CODINGS if takes.get(coding, takes.get("*", False))), "")
