"""Who may work in the admin, and where everybody else is led. First comes the password, then the second step."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from crpsinfo.caching import mark_private
from crpsinfo.errors import error_page, sent_fields
from crpsinfo.security import is_cross_site
from crpsinfo.signin.devices import has_phone

# Keys, marks, choices, dates: values that a form brings along. What people write has a blank or other signs in it.
MADE_BY_A_FORM = re.compile(r"[\w.:+-]*")
# Where people write: there, one word is enough.
TYPED = ("reply", "note", "public_note", "reason_words", "place", "text", "body", "summary", "title")
# Buttons, what was there before, where to go on, and what nobody else may see on the screen.
NOT_TYPED = re.compile(r"_.*|initial-.*|next|csrfmiddlewaretoken|username|(.*-)?code|.*password.*", re.IGNORECASE)


def is_staff(user):
    return user.is_active and user.is_staff


def is_through(user):
    """Whether the user has done the second step, or has none to do. Asks the database at most once in a request."""
    return user.is_verified() or not (settings.REQUIRE_2FA or has_phone(user))


def wanted(request):
    """The path on this site where somebody wants to go on; else that of the admin's first page."""
    path = request.POST.get("next", request.GET.get("next", ""))
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return reverse("admin:index")


def onward(request):
    """Lead somebody who is through to where they wanted to go."""
    return mark_private(HttpResponseRedirect(wanted(request)))


def next_step(request, then):
    """Lead somebody who is not through to what is missing, and `then` on to this path."""
    return mark_private(redirect_to_login(then, reverse(f"admin:{name_of_next_step(request.user)}")))


def name_of_next_step(user):
    if not is_staff(user):
        return "login"
    return "second-step" if has_phone(user) else "set-up-two-factor"


def turn_away(request):
    """The answer to somebody who asks for a page of the admin and is not through (any more). What they wrote, if they
    sent something, is shown to them, to be copied: it is nowhere else."""
    answer = next_step(request, then=page_of(request))
    return words_back(request, "signed_out", "This was not saved: you were signed out", answer.url) or answer


def without_token(request, reason=""):
    """Django's CSRF_FAILURE_VIEW. The token of a form does not fit any more when somebody signed in again in another
    tab, or the cookies are gone: what they wrote is not. It is shown if the browser says that a page of this site sent
    it: no other site puts its words on a page of ours."""
    says_whence = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    if not says_whence or is_cross_site(request):
        return error_page(request, 403)
    again = words_back(request, "too_old", "This was not saved: the page was too old", page_of(request))
    return again or error_page(request, 403)


def words_back(request, template, title, onward):
    """A page with what somebody wrote, to be copied, and the address to go on at; None if they wrote nothing."""
    words = [field for field in sent_fields(request) if is_typed(field)] if request.method == "POST" else []
    if not words:
        return None
    context = {**admin.site.each_context(request), "title": title, "words": words, "onward": onward}
    return mark_private(render(request, f"admin/signin/{template}.html", context, status=403))


def page_of(request):
    """The page that somebody asks for, with its query; of what they posted, the page that it was posted from."""
    came_from = request.headers.get("Referer", "")
    if request.method == "POST" and url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        parts = urlsplit(came_from)
        return parts._replace(scheme="", netloc="", fragment="").geturl()
    return request.get_full_path()


def is_typed(field):
    """Whether a posted value is what somebody wrote, as far as one can tell without the form."""
    if NOT_TYPED.fullmatch(field["name"]) or not field["value"].strip():
        return False
    if field["name"] in TYPED:
        return True
    return field["shape"] != "hidden" or not MADE_BY_A_FORM.fullmatch(field["value"])
