from django.urls import path

from crpsinfo.desk import preferences, views
from crpsinfo.errors import keeps_what_was_posted


def urls_of_desk(site):
    """The addresses of the desk, for an admin site. They go before the site's own."""
    inside = site.admin_view
    return [
        path("", inside(views.home), {"site": site}, name="index"),
        path("pages/", inside(site.index), name="pages"),
        path("settings/", inside(preferences.settings_page), {"site": site}, name="desk-settings"),
        path("queue/", inside(views.first_tab), name="desk"),
        path("queue/undo/", inside(views.undo), name="desk-undo"),
        path("queue/<slug:tab>/", inside(views.queue), {"site": site}, name="desk-tab"),
        path("queue/<slug:tab>/act/", keeps_what_was_posted(inside(views.act)), {"site": site}, name="desk-act"),
    ]
