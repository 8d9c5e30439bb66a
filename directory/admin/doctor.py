from django.contrib import admin, messages
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from crpsinfo.history import HistoryAdmin
from directory.admin import duplicates, entered
from directory.admin.because import what_to_do
from directory.admin.doctor_form import DoctorForm, decide, hide_unlistable
from directory.admin.lists import AgeFilter, FoldedSearch
from directory.admin.practice import PracticeInline
from directory.admin.recheck import Rechecks
from directory.admin.register import Prefilled
from directory.admin.transfer import Transfer
from directory.models import Check, CheckOf, Doctor, Status


@admin.register(Doctor)
class DoctorAdmin(Rechecks, Transfer, Prefilled, FoldedSearch, HistoryAdmin):
    form = DoctorForm
    inlines = [PracticeInline]
    list_display = ["name", "kind", "status", "where", "last_check", "licence_checked_on", "is_example"]
    list_filter = ["status", "hidden_because", "kind", "practices__state", AgeFilter, "is_example"]
    own_filters = [
        *["status__exact", "hidden_because__exact", "kind__exact", "practices__state__exact"],
        *[AgeFilter.parameter_name, "is_example__exact"],
    ]
    search_fields = ["search_text__contains", "practices__search_text__contains"]
    search_help_text = "Name, other name, NPI, clinic or city."
    show_full_result_count = False
    ordering = ["last_name", "organization", "first_name", "pk"]
    actions = ["list_doctors", "hide_doctors", "dispute_doctors"]
    readonly_fields = ["status", "status_on", "because", "missing", "on_record", "is_example"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *["status", "status_on", "because", "missing", "decision"],
                    ("stopped_since", "stopped_source"),
                ]
            },
        ),
        (
            "Name",
            {
                "fields": [
                    *["kind", "organization", ("first_name", "middle_name"), ("last_name", "suffix")],
                    *["credentials", "other_names", "slug"],
                ]
            },
        ),
        ("What is known", {"fields": ["specialty", "npi", "source", ("licence_checked_on", "licence_checked_how")]}),
        ("In person", {"fields": ["physician_supervised", "supervision_checked_on", "is_example"]}),
        ("On record", {"fields": ["on_record"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("practices")

    # --- Columns and fields ---------------------------------------------------------------------

    @admin.display(description="where")
    def where(self, doctor):
        return "; ".join(f"{practice.city}, {practice.state}" for practice in doctor.practices.all())

    @admin.display(description="last check", empty_value="never")
    def last_check(self, doctor):
        return max((practice.fresh_on for practice in doctor.practices.all() if practice.fresh_on), default=None)

    @admin.display(description="hidden because", empty_value="–")
    def because(self, doctor):
        return what_to_do(doctor) or None

    @admin.display(description="missing for listing")
    def missing(self, doctor):
        return "; ".join(doctor.missing_for_listing()) or "Nothing."

    @admin.display(description="last checks")
    def on_record(self, doctor):
        latest = doctor.latest_checks() if doctor.pk else {}
        lines = [(latest[what],) for what in CheckOf if what in latest]
        return format_html_join("", "<p>{}</p>", lines) or "None yet."

    # --- Who may what ---------------------------------------------------------------------------

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm("directory.publish_doctor")

    def get_form(self, request, obj=None, **kwargs):
        """Without the permission, and beside an older version, the decision is not offered, nor heard when posted."""
        form = super().get_form(request, obj, **kwargs)
        is_older_version = request.resolver_match.url_name.endswith("simple_history")
        may_decide = self.has_publish_permission(request) and not is_older_version
        return type(form)(form.__name__, (form,), {"may_decide": may_decide})

    # --- Saving ---------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        """Status and address change through their verbs only, also when an older version is brought back."""
        slug = obj.slug
        with transaction.atomic():
            if change:
                now = Doctor.objects.select_for_update().get(pk=obj.pk)
                obj.status, obj.status_on, obj.hidden_because = now.status, now.status_on, now.hidden_because
                obj.slug = now.slug
            super().save_model(request, obj, form, change)
            if change and slug != now.slug:
                obj.rename(slug)
            Check.objects.bulk_create(entered.checks_of_doctor(obj, form.changed_data, by=request.user))

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        entered.record(formset, entered.checks_of_practice, by=request.user)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        doctor = form.instance
        if decision := form.cleaned_data.get("decision"):
            decide(self, request, [doctor], decision, form.cleaned_data)
        hide_unlistable(self, request, [doctor])
        duplicates.warn(self, request, doctor)
        self.lead_on(request, doctor)

    def lead_on(self, request, doctor):
        """The way to the practices that have no treatment yet."""
        for practice in doctor.practices.filter(offers=None):
            page = reverse("admin:directory_practice_change", args=[practice.pk])
            words = format_html('Next: <a href="{}#offers-group">add a treatment at {}</a>.', page, practice)
            self.message_user(request, words, messages.INFO)

    # --- Actions --------------------------------------------------------------------------------

    def decide_unless_hidden(self, request, queryset, status):
        """What a file hid is shown again on its own page alone, where the editor reads why."""
        decide(self, request, queryset.filter(hidden_because=""), status)
        if hidden := queryset.exclude(hidden_because=""):
            words = "Still hidden, until you have read why, and decided on its own page: {}."
            self.message_user(request, format_html(words, duplicates.links(hidden)), messages.WARNING)

    @admin.action(description="List the chosen doctors", permissions=["publish"])
    def list_doctors(self, request, queryset):
        self.decide_unless_hidden(request, queryset, Status.LISTED)

    @admin.action(description="Hide the chosen doctors", permissions=["publish"])
    def hide_doctors(self, request, queryset):
        decide(self, request, queryset, Status.HIDDEN)

    @admin.action(description="The chosen entries are disputed", permissions=["publish"])
    def dispute_doctors(self, request, queryset):
        self.decide_unless_hidden(request, queryset, Status.DISPUTED)
