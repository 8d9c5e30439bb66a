"""Pages in the memory of one process."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from threading import Lock

import brotli
from django.http import HttpResponse
from django.http.response import ResponseHeaders

# Levels: a little larger than the best, and made in a tenth of the time.
ENCODE = {"br": partial(brotli.compress, quality=5), "gzip": partial(gzip.compress, compresslevel=6, mtime=0)}
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress}
CODINGS = tuple(ENCODE)  # the best first
LOCKS = 64
MADE_ANEW = ("Content-Encoding", "Content-Length", "ETag")  # of the headers


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was at a version, in each coding that somebody has asked for: bytes and headers."""

    version: tuple
    mark: str  # the same for the same bytes, in every process
    headers: dict
    coded: dict

    @classmethod
    def of(cls, response, version, coding=CODINGS[0]):
        """What a view has answered."""
        body = response.content
        headers = {name: value for name, value in response.items() if name not in MADE_ANEW}
        return cls(version, sha256(body).hexdigest()[:32], headers, {}).with_coding(coding, body)

    def with_coding(self, coding, body=None):
        """The same page with one more coding; `body` is its bytes as they are, if they are at hand."""
        coded = ENCODE[coding](self.plain() if body is None else body)
        headers = ResponseHeaders(self.headers_of(coded, f"-{coding}") | {"Content-Encoding": coding})
        return replace(self, coded={**self.coded, coding: (coded, headers)})

    def plain(self):
        coding, (body, _) = next(iter(self.coded.items()))
        return DECODE[coding](body)

    def headers_of(self, body, suffix=""):
        return self.headers | {"ETag": f'"{self.mark}{suffix}"', "Content-Length": str(len(body))}

    def answer(self, coding):
        """The page as an answer in a coding that it has; "" for the bytes as they are. Those in a coding share their
        headers: nothing stands outside that would change them."""
        if not coding:
            body = self.plain()
            return HttpResponse(body, headers=self.headers_of(body))
        body, headers = self.coded[coding]
        response = HttpResponse(body)
        response.headers = headers
        return response

    def size(self, key):
        """About how many bytes of memory it takes below this key."""
        return 4096 + len(key[0]) + len(key[1]) + sum(len(body) for body, _ in self.coded.values())


class Store:
    """The pages that were asked for last, up to so many bytes."""

    def __init__(self, most):
        self.most, self.size = most, 0
        self.pages = OrderedDict()
        self.lock = Lock()
        self.locks = [Lock() for _ in range(LOCKS)]

    def get(self, key):
        with self.lock:
            page = self.pages.get(key)
            if page:
                self.pages.move_to_end(key)
            return page

    def put(self, key, page):
        with self.lock:
            self.drop(key)
            self.pages[key] = page
            self.size += page.size(key)
            while self.pages and self.size > self.most:
                self.drop(next(iter(self.pages)))

    def drop(self, key):
        page = self.pages.pop(key, None)
        self.size -= page.size(key) if page else 0

    def making(self, key):
        """A lock that one thread holds while it makes this page anew; the others wait for what it makes."""
        return self.locks[hash(key) % LOCKS]
