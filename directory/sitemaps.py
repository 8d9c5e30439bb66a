from django.core.paginator import Paginator
from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse

from crpsinfo.sitemaps import SiteMap
from directory.models import Doctor, Practice, StateCount
from directory.states import STATES


class StateSitemap(SiteMap):
    """The states whose list holds something, by name."""

    def items(self):
        here = Practice.objects.in_default_list().real().in_state(OuterRef("state")).order_by("-updated_at")
        counts = StateCount.objects.annotate(changed_at=Subquery(here.values("updated_at")[:1]))
        changed = dict(counts.values_list("state", "changed_at"))
        return [(state, changed[state.code]) for state in STATES.values() if changed.get(state.code)]

    def location(self, item):
        return reverse("state", args=[item[0].slug])

    def lastmod(self, item):
        return item[1]

    def get_latest_lastmod(self):
        return max((changed_at for _, changed_at in self.items()), default=None)


class DoctorSitemap(SiteMap):
    """Whoever is listed and has a practice: without one there is no page."""

    def items(self):
        return listed().order_by("pk")

    @property
    def paginator(self):
        return Files(self.items(), self.limit)

    def location(self, item):
        return reverse("doctor", args=[STATES[item.home].slug, item.slug])

    def lastmod(self, item):
        return item.changed_at

    def get_latest_lastmod(self):
        return listed().aggregate(at=Max("updated_at"))["at"]


class Files(Paginator):
    """Counts and skips keys alone. All else is asked of the doctors of one file: `slug`, `home` (the state of the first
    practice) and `changed_at` of each."""

    def page(self, number):
        page = super().page(number)
        keys = list(page.object_list.values_list("pk", flat=True))
        page.object_list = described(keys[0], keys[-1]) if keys else []
        return page


def described(first, last):
    """What a file says of those with these keys, and all between them."""
    home = Practice.objects.filter(doctor=OuterRef("pk")).order_by("pk").values("state")[:1]
    there = listed().filter(pk__range=(first, last)).with_changed_at().annotate(home=Subquery(home))
    return there.filter(home__isnull=False).order_by("pk").values_list("slug", "home", "changed_at", named=True)


def listed():
    return Doctor.objects.listed().real()
