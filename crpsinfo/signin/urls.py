from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from crpsinfo.signin import views

form_page = require_http_methods(["GET", "HEAD", "POST"])


def urls_of(site):
    """The addresses of signing in, for an admin site. Those before `two-factor/` are for people who are not through."""
    inside = site.admin_view
    return [
        path("logout/", require_POST(site.logout), name="logout"),
        path("second-step/", form_page(views.second_step), name="second-step"),
        path("two-factor/begin/", require_POST(views.begin), name="begin-two-factor"),
        path("two-factor/set-up/", form_page(views.set_up), name="set-up-two-factor"),
        path("two-factor/", require_http_methods(["GET", "HEAD"])(inside(views.two_factor)), name="two-factor"),
        path("two-factor/recovery-codes/", form_page(inside(views.recovery_codes)), name="recovery-codes"),
        path("two-factor/new-codes/", require_POST(inside(views.new_codes)), name="new-codes"),
        path("two-factor/off/", require_POST(inside(views.switch_off)), name="two-factor-off"),
        path("sessions/end/", require_POST(inside(views.end_sessions)), name="end-sessions"),
    ]
