from functools import update_wrapper

from django.contrib import admin

from crpsinfo.signin.forms import PasswordForm
from crpsinfo.signin.gate import is_staff, is_through, next_step, onward, turn_away, wanted


class CrpsAdminSite(admin.AdminSite):
    """The admin, behind a password and a second step. See gate.py."""

    login_form = PasswordForm

    def has_permission(self, request):
        return is_staff(request.user) and is_through(request.user)

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        def inner(request, *args, **kwargs):
            answer = guarded if self.has_permission(request) else turn_away_from
            return answer(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def login(self, request, extra_context=None):
        """Who gave the password already is led on: links in mails come here, with `next`."""
        if request.method == "POST" or not is_staff(request.user):
            return super().login(request, extra_context)
        return onward(request) if is_through(request.user) else next_step(request, then=wanted(request))

    def get_urls(self):
        from crpsinfo.desk.urls import urls_of_desk
        from crpsinfo.signin.urls import urls_of

        return [*urls_of(self), *urls_of_desk(self), *super().get_urls()]


def turn_away_from(request, *args, **kwargs):
    return turn_away(request)
