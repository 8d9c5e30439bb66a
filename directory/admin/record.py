"""What is on record, and is read: nobody changes it here."""

from django.contrib import admin
from django.db.models import Prefetch
from django.utils.html import format_html, format_html_join

from crpsinfo.admin import usernames
from crpsinfo.filters import OwnFilters
from crpsinfo.readonly import ReadOnly
from directory.admin.lists import FoldedSearch
from directory.models import Check, NotListed, Report


class OnRecord(FoldedSearch, OwnFilters, ReadOnly, admin.ModelAdmin):
    list_select_related = []  # `get_queryset` brings what is shown; Django would join whole users
    show_full_result_count = False
    people = "by"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("doctor", Prefetch(self.people, usernames()))


@admin.register(Check)
class CheckAdmin(OnRecord):
    """What was looked at, when and by whom. Without a name: by an import."""

    list_display = ["on", "doctor", "what", "result", "who", "note"]
    list_filter = ["what", "result"]
    own_filters = ["what__exact", "result__exact", "doctor__id__exact"]
    search_fields = ["doctor__search_text__contains"]
    fields = readonly_fields = ["doctor", "practice", "what", "result", "on", "at", "who", "note", "what_was_said"]
    ordering = ["-pk"]

    @admin.display(description="by")
    def who(self, check):
        return check.by or "an import"

    @admin.display(description="facts", empty_value="–")
    def what_was_said(self, check):
        return pairs(check.facts)


@admin.register(NotListed)
class NotListedAdmin(OnRecord):
    """Who asked not to be listed: as hashes, so there is nothing to read but when. Lifted on the doctor's page."""

    list_display = ["on", "doctor", "by"]
    fields = readonly_fields = ["on", "doctor", "by"]


@admin.register(Report)
class ReportAdmin(OnRecord):
    """All reports about listings, also those that are closed. They are decided about at the desk."""

    list_display = ["created_at", "kind", "doctor", "outcome", "state", "closed_at"]
    list_filter = ["kind", "state", "outcome"]
    own_filters = ["kind__exact", "state__exact", "outcome__exact", "doctor__id__exact"]
    search_fields = ["doctor__search_text__contains"]
    ordering = ["-created_at", "-pk"]
    people = "closed_by"
    fields = readonly_fields = [
        *["created_at", "kind", "doctor", "practice", "outcome", "what_is_proposed", "words", "source_url"],
        *["name", "email", "relation", "verdict", "checked_at", "state", "closed_at", "closed_by"],
    ]

    @admin.display(description="proposed", empty_value="–")
    def what_is_proposed(self, report):
        return pairs(report.proposed)


def pairs(facts):
    """The names and values of a JSON object, a line each; None if it is empty."""
    lines = format_html_join("", "<li>{}: {}</li>", facts.items())
    return format_html('<ul class="why">{}</ul>', lines) if lines else None
