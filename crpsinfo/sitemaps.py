"""What search engines are told of: an index, and below it the parts of the site, in files of some thousands."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.shortcuts import render
from django.urls import reverse

from crpsinfo.caching import public_page

SITE = urlsplit(settings.SITE_URL)


class SiteMap(Sitemap):
    """A part whose addresses come from SITE_URL, whatever host the request named."""

    protocol = SITE.scheme
    limit = 10_000

    def get_domain(self, site=None):
        return SITE.netloc

    def get_latest_lastmod(self):
        """When anything in it changed last, for the index; None if that is not known. Asks the database for it."""
        return


class PageSitemap(SiteMap):
    """The pages that stand for themselves."""

    def items(self):
        return ["home", "articles", "doctors"]  # the others are articles of the kind "page"

    def location(self, name):
        return reverse(name)


@public_page
def index(request, sitemaps):
    """`sitemaps`: {section: SiteMap class}"""
    files = [file for section, part in sitemaps.items() for file in files_of(section, part())]
    return render(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


def files_of(section, part):
    """The entries of the index for one part; none while it is empty."""
    paginator = part.paginator
    if not paginator.count:
        return []
    changed_at = part.get_latest_lastmod()
    address = settings.SITE_URL + reverse("sitemap-section", args=[section])
    pages = ["", *(f"?p={number}" for number in range(2, paginator.num_pages + 1))]
    return [{"location": address + page, "last_mod": changed_at} for page in pages]


@public_page(parameters=["p"])
def section(request, sitemaps, section):
    response = sitemap(request, sitemaps, section)
    # The newest entry's time says nothing about one that was taken out: only the ETag tells whether it changed.
    del response.headers["Last-Modified"]
    return response
