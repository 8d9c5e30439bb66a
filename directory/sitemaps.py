from django.db.models import Max
from django.urls import reverse

from crpsinfo.sitemaps import SiteMap
from directory.models import Doctor, Practice
from directory.states import STATES


class StateSitemap(SiteMap):
    """The states whose list holds something, by name."""

    def items(self):
        listings = Practice.objects.in_default_list().real().order_by()
        changed = dict(listings.values_list("state").annotate(Max("updated_at")))
        return [(state, changed[state.code]) for state in STATES.values() if state.code in changed]

    def location(self, item):
        return reverse("state", args=[item[0].slug])

    def lastmod(self, item):
        return item[1]

    def get_latest_lastmod(self):
        return max((changed_at for _, changed_at in self.items()), default=None)


class DoctorSitemap(SiteMap):
    def items(self):
        return Doctor.objects.listed().real().placed().with_changed_at().prefetch_related("practices").order_by("pk")

    def lastmod(self, doctor):
        return doctor.changed_at

    def get_latest_lastmod(self):
        return Doctor.objects.listed().real().aggregate(at=Max("updated_at"))["at"]
