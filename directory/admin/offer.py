from django.contrib import admin
from django.db import transaction
from django.http import Http404

from crpsinfo.history import HistoryAdmin
from directory.admin import entered
from directory.admin.doctor_form import hide_unlistable
from directory.admin.lists import URLS, FoldedSearch
from directory.admin.told import ToldForm
from directory.models import Check, Doctor, Offer

FACTS = [("treatment", "for_crps"), ("setting", "course"), ("accepting_new", "driver_required")]
CHECKED = ["price_note", "payers_note", ("confirmed_on", "confirmed_how", "confirmed_by"), "source_url"]


class OfferInline(admin.StackedInline):
    model = Offer
    form = ToldForm
    show_change_link = True
    formfield_overrides = URLS
    fieldsets = [(None, {"fields": FACTS}), (None, {"fields": CHECKED})]

    def get_extra(self, request, obj=None, **kwargs):
        """A new practice begins with a treatment."""
        return 1 if obj is None else 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("treatment")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """With its choices read once, and not again for each row."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.choices = list(field.choices)
        return field


@admin.register(Offer)
class OfferAdmin(FoldedSearch, HistoryAdmin):
    """What is said about a treatment at a practice, with its history. New ones are added on the practice's page."""

    form = ToldForm
    list_display = ["treatment", "practice", "doctor", "for_crps", "accepting_new", "confirmed_on", "confirmed_how"]
    list_filter = ["treatment", "for_crps", "confirmed_how", "practice__state"]
    own_filters = ["treatment__id__exact", "for_crps__exact", "confirmed_how__exact", "practice__state__exact"]
    list_select_related = ["treatment", "practice__doctor"]
    search_fields = ["practice__search_text__contains"]
    search_help_text = "Clinic, city, or a doctor's name."
    show_full_result_count = False
    ordering = ["confirmed_on", "pk"]
    readonly_fields = ["practice"]
    fieldsets = [(None, {"fields": ["practice", *FACTS, *CHECKED]})]
    formfield_overrides = URLS

    @admin.display(description="doctor")
    def doctor(self, offer):
        return offer.practice.doctor

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        Check.objects.bulk_create(entered.checks_of_offer(obj, form.changed_data, by=request.user))

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An offer that was deleted is added anew on the page of its practice, if that is still there."""
        if self.get_object(request, object_id) is None:
            raise Http404("There is no such offer any more.")
        return super().history_form_view(request, object_id, version_id, extra_context)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        hide_unlistable(self, request, [obj.practice.doctor])

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            doctors = list(Doctor.objects.filter(practices__offers__in=queryset).distinct())
            super().delete_queryset(request, queryset)
            hide_unlistable(self, request, doctors)
