"""The queue of those to call, and the page to call from."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from crpsinfo.errors import keeps_what_was_posted
from crpsinfo.paging import one_page
from directory.admin.duplicates import links, page_of
from directory.admin.recheck import calls, page
from directory.admin.recheck.queue import to_call, with_reasons
from directory.admin.recheck.seen import mark_of, who_was_there
from directory.models import CheckResult, Doctor, Status
from directory.states import STATES

ON_A_PAGE = 20
SECOND_PRESS = timedelta(minutes=10)  # the same again within it is one press too many


class Rechecks:
    """For the admin of doctors."""

    def get_urls(self):
        queue = require_safe(self.admin_site.admin_view(self.rechecks_view))
        one = require_http_methods(["GET", "HEAD", "POST"])(self.admin_site.admin_view(self.recheck_view))
        return [
            path("recheck/", queue, name="directory_rechecks"),
            path("<int:pk>/recheck/", keeps_what_was_posted(one), name="directory_recheck"),
            *super().get_urls(),
        ]

    def rechecks_view(self, request):
        """Whom to call, the most urgent first; `state` narrows it to one state."""
        self.check_caller(request)
        state = state_in(request.GET)
        doctors = to_call(state and state.code).prefetch_related("practices")
        shown = one_page(doctors, request.GET.get("page"), ON_A_PAGE)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Listings to check by phone ({shown.paginator.count})",
            "opts": self.opts,
            "page": shown,
            "lines": with_reasons(list(shown)),
            "state": state,
            "states": STATES.values(),
        }
        return TemplateResponse(request, "admin/directory/recheck/queue.html", context)

    def recheck_view(self, request, pk):
        """What is known of a listing, and what to ask. POST puts on record what came of a call, and changes what that
        changes, unless somebody was there meanwhile."""
        self.check_caller(request)
        doctors = Doctor.objects.exclude(status=Status.REMOVED)  # who asked to be left alone is not called
        if request.method != "POST":
            return self.call_page(request, get_object_or_404(doctors, pk=pk))
        with transaction.atomic():
            doctor = get_object_or_404(doctors.select_for_update(), pk=pk)
            form = calls.CallForm(request.POST, doctor=doctor)
            if not form.is_valid():
                return self.call_page(request, doctor, form, status=400)
            call, is_as_seen = calls.Call(doctor, form.cleaned_data, request.user), is_as_shown(request, doctor)
            if not is_as_seen and not is_second_press(call):
                return self.call_page(request, doctor, form, left=who_was_there(doctor), status=409)
            self.check_caller(request, call.outcome)
            if is_as_seen:
                call.carry_out()
        self.tell(request, call)
        return HttpResponseRedirect(onward(request, call), status=303)

    def check_caller(self, request, outcome=None):
        """Raises PermissionDenied for somebody who may not do this."""
        is_allowed = outcome not in calls.NEEDS_PUBLISHING or self.has_publish_permission(request)
        if not (is_allowed and self.has_change_permission(request)):
            raise PermissionDenied

    def call_page(self, request, doctor, form=None, *, left="", status=200):
        context = {
            **self.admin_site.each_context(request),
            **page.about(doctor, form),
            "opts": self.opts,
            "left": left,
            "state": state_in(request.POST or request.GET),
            "may_publish": self.has_publish_permission(request),
        }
        return TemplateResponse(request, "admin/directory/recheck/page.html", context, status=status)

    def tell(self, request, call):
        """What was done, and what is left to do."""
        doctor, practice = call.doctor, call.typed["practice"]
        messages.success(request, format_html("{}: {}. On record.", links([doctor]), call.words))
        if call.outcome == CheckResult.WRONG_NUMBER:
            words = format_html("Look for the right number, and enter it here: {}.", links([practice]))
            messages.warning(request, words)
        if call.outcome == CheckResult.NO_ANSWER and doctor.is_listed and calls.is_out_of_reach(practice):
            again = reverse("admin:directory_recheck", args=[doctor.pk])
            words = 'Nobody answered {} times in a row. <a href="{}">Mark the listing as disputed?</a>'
            messages.warning(request, format_html(words, calls.IN_A_ROW, again))
        if call.outcome == CheckResult.CONFIRMED and not doctor.is_listed:
            messages.warning(request, f"It is still not in the lists: {doctor.get_status_display()}.")


def state_in(parameters):
    """The State that a page was narrowed to, or None."""
    return STATES.get(parameters.get("state"))


def is_as_shown(request, doctor):
    return request.POST.get("seen") == mark_of(doctor)


def is_second_press(call):
    """Whether this is what the same person put on record a moment ago, as by a second press of the button."""
    last = call.doctor.checks.order_by("-pk").first()
    return bool(last) and timezone.now() - last.at < SECOND_PRESS and call.is_on_record(last)


def onward(request, call):
    """To the practice's form, if something has to be changed there; else to the next one to call."""
    if call.outcome == CheckResult.CHANGED:
        return page_of(call.typed["practice"])
    state = state_in(request.POST)
    return reverse("admin:directory_rechecks", query={"state": state.code} if state else None)
