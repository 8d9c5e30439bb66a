from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

SITE = urlsplit(settings.SITE_URL)


class SiteMap(Sitemap):
    """A sitemap whose addresses come from SITE_URL, whatever host the request named."""

    protocol = SITE.scheme
    limit = 10_000

    def get_domain(self, site=None):
        return SITE.netloc


class HomeSitemap(SiteMap):
    def items(self):
        return ["home", "articles", "doctors", "contact"]

    def location(self, name):
        return reverse(name)
