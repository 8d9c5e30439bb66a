from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed


class SiteFeed(Feed):
    """An Atom feed whose addresses come from SITE_URL, whatever host the request named. A subclass gives `path`, the
    address of the page that it belongs to, and `feed_path`, its own; both without the host."""

    feed_type = Atom1Feed
    author_name = settings.SITE_NAME

    def link(self, obj):
        return f"{settings.SITE_URL}{self.path(obj)}"

    def feed_url(self, obj):
        return f"{settings.SITE_URL}{self.feed_path(obj)}"

    def feed_guid(self, obj):
        return self.feed_url(obj)

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        # The newest entry's time says nothing about one that was taken out: only the ETag tells whether it changed.
        del response.headers["Last-Modified"]
        return response

    def item_link(self, item):
        return f"{settings.SITE_URL}{item.get_absolute_url()}"
