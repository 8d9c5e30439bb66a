"""What one process keeps in its memory."""

from collections import OrderedDict
from functools import lru_cache
from threading import Lock

from django.conf import settings

LOCKS = 64


class Store:
    """What was asked for last, up to so many bytes: pages, or parts of them, each of which tells its size."""

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


@lru_cache(maxsize=1)
def kept_pages():
    """The Store of this process; None if it shall keep no pages."""
    return Store(settings.KEPT_PAGES_BYTES) if settings.KEPT_PAGES_BYTES > 0 else None
