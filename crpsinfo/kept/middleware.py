from time import monotonic

from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.middleware.gzip import GZipMiddleware

from crpsinfo.caching import kept_version
from crpsinfo.kept.asked import coding_of, key_of
from crpsinfo.kept.models import SiteVersion
from crpsinfo.kept.page import CODINGS, KeptPage
from crpsinfo.kept.store import kept_pages

VERSION = "crpsinfo.version"  # of the WSGI environment: the site's, as soon as it was asked for


def ready_answer(environ):
    """The Answer to a request for a kept page, if it is at hand and as new as the site; else None. It is also None when
    the connection to the database has grown old: Django exchanges it at the beginning of a request."""
    store, key = kept_pages(), key_of(environ)
    page = store.get(key) if store and key else None
    if page is None or is_old(connections[DEFAULT_DB_ALIAS]):
        return None
    environ[VERSION], coding = SiteVersion.current(), coding_of(environ)
    if page.version != environ[VERSION] or coding not in page.coded:
        return None
    return page.answer(coding, environ.get("HTTP_IF_NONE_MATCH", ""))


def is_old(connection):
    return connection.close_at is not None and monotonic() >= connection.close_at


class KeptPagesMiddleware:
    """Answers with kept pages, and keeps those that a view calls public. Stands first: what it keeps is the whole
    answer, with all headers. So the key of a page has all that decides about it, here or on the way to its view."""

    def __init__(self, get_response):
        self.get_response, self.store = get_response, kept_pages()
        if self.store is None:
            raise MiddlewareNotUsed

    def __call__(self, request):
        key = key_of(request.META)
        if key is None:
            return self.get_response(request)
        page = self.store.get(key)
        if page is None:
            return self.make(request, key)
        version = request.META[VERSION] if VERSION in request.META else SiteVersion.current()
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
        page = KeptPage.of(response, version, coding_of(request.META) or CODINGS[0])
        self.store.put(key, page)
        return self.answer(request, key, page)

    def answer(self, request, key, page):
        """The page, or that it has not changed, in the best coding that the reader takes."""
        coding = coding_of(request.META)
        if coding not in page.coded:
            page = page.with_coding(coding)
            if coding:  # of the bytes as they are, few would have room
                self.store.put(key, page)
        status, headers, body = page.answer(coding, request.META.get("HTTP_IF_NONE_MATCH", ""))
        response = HttpResponse(body, status=int(status.partition(" ")[0]))
        response.headers = ResponseHeaders(headers)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is not kept. Kept pages are compressed once, by whoever keeps them."""

    def process_response(self, request, response):
        return response if kept_version(response) else super().process_response(request, response)
