"""Pages in the memory of one process."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

import brotli
from django.http import HttpResponse

BROTLI, GZIP = 5, 6  # levels: a little larger than the best, and made in a tenth of the time
LOCKS = 64
MADE_ANEW = ("Content-Encoding", "Content-Length", "ETag")  # of the headers


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was at a version: its headers, and its bytes by coding ("br", "gzip")."""

    version: tuple
    headers: dict
    mark: str  # the same for the same bytes, in every process
    bodies: dict

    @classmethod
    def of(cls, response, version):
        body = response.content
        if response.headers.get("Content-Encoding") == "gzip":  # for the reader who asked for it first
            body = gzip.decompress(body)
        bodies = {"br": brotli.compress(body, quality=BROTLI), "gzip": gzip.compress(body, GZIP, mtime=0)}
        headers = {name: value for name, value in response.items() if name not in MADE_ANEW}
        return cls(version, headers, sha256(body).hexdigest()[:32], bodies)

    def answer(self, coding):
        """The page as an answer to who takes this coding; "" for the bytes as they are."""
        body = self.bodies[coding] if coding else gzip.decompress(self.bodies["gzip"])
        response = HttpResponse(body, headers=self.headers)
        if coding:
            response.headers["Content-Encoding"] = coding
        response.headers["ETag"] = f'"{self.mark}{coding and "-"}{coding}"'
        response.headers["Content-Length"] = str(len(body))
        return response

    def size(self, key):
        """About how many bytes of memory it takes below this key."""
        return 2048 + sum(map(len, [*key, *self.bodies.values()]))


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
