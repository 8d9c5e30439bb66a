from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.html import format_html, format_html_join

from crpsinfo.history import HistoryAdmin
from directory.admin import entered
from directory.admin.doctor_form import hide_unlistable
from directory.admin.duplicates import page_of
from directory.admin.lists import URLS, FoldedSearch
from directory.admin.offer import OfferInline
from directory.admin.told import ToldForm
from directory.freshness import short_date
from directory.models import Check, Doctor, Practice, ZipCode
from directory.states import STATES

PLACE = ("lat", "lon")


class PracticeForm(ToldForm):
    def clean(self):
        """A practice that moved to another ZIP code has not the place any more that it had."""
        data = super().clean()
        if "zip_code" in self.changed_data and not set(PLACE) & set(self.changed_data):
            data["lat"] = data["lon"] = None
        if data.get("zip_code") and data.get("lat") is None and ZipCode.objects.exists():
            trouble = zip_trouble(ZipCode.objects.filter(pk=data["zip_code"]).first(), data.get("state"))
            if trouble:
                self.add_error("zip_code", ValidationError(trouble, code="zip_and_state"))
        return data


def zip_trouble(code, state):
    """Why a practice in this state cannot have this ZipCode (None: we know of none); "" if it can. A wrong ZIP code
    would put it on the wrong place of the map."""
    if code is not None and code.state == state:
        return ""
    where = f"is in {STATES[code.state].name}" if code else "is unknown to us"
    return f"This ZIP code {where}. If it is right, give latitude and longitude."


class PracticeInline(admin.StackedInline):
    model = Practice
    form = PracticeForm
    show_change_link = True
    formfield_overrides = URLS
    readonly_fields = ["treatments"]
    fieldsets = [
        (None, {"fields": [("clinic_name", "website"), ("address", "address_2"), ("city", "state", "zip_code")]}),
        (None, {"fields": [("phone", "phone_ext"), PLACE, Practice.ACCESS]}),
        (None, {"fields": [("checked_on", "checked_how"), "treatments"]}),
    ]

    def get_extra(self, request, obj=None, **kwargs):
        """A new entry begins with a practice."""
        return 1 if obj is None else 0

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("offers__treatment")

    @admin.display(description="treatments")
    def treatments(self, practice):
        if not practice.pk:
            return "Save first; then the way to add treatments is shown."
        lines = [(f"{offer}: {offer.checked}",) for offer in practice.offers.all()]
        listed = format_html_join("", "<p>{}</p>", lines) or "None yet. "
        return format_html('{}<a href="{}#offers-group">Add or change treatments</a>', listed, page_of(practice))


@admin.register(Practice)
class PracticeAdmin(FoldedSearch, HistoryAdmin):
    form = PracticeForm
    inlines = [OfferInline]
    list_display = ["__str__", "doctor", "zip_code", "fresh_on", "age"]
    list_filter = ["state", "doctor__status", "age"]
    own_filters = ["state__exact", "doctor__status__exact", "age__exact"]
    list_select_related = ["doctor"]
    search_fields = ["search_text__contains", "zip_code"]
    search_help_text = "Clinic, city, ZIP code, or a doctor's name."
    show_full_result_count = False
    ordering = ["state", "sort_name", "pk"]
    autocomplete_fields = ["doctor"]
    readonly_fields = ["told_by_readers"]
    formfield_overrides = URLS

    @admin.display(description="a reader told us")
    def told_by_readers(self, practice):
        return what_readers_told(practice)

    def get_changeform_initial_data(self, request):
        """The doctor whom the address of the page names is filled in, if there is one."""
        initial = super().get_changeform_initial_data(request)
        try:
            Practice._meta.get_field("doctor").clean(initial.get("doctor"), None)
        except ValidationError:
            initial.pop("doctor", None)
        return initial

    # --- Saving ---------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        """A practice that goes to another doctor may leave the former one without any."""
        former = list(Doctor.objects.filter(practices=obj.pk).exclude(pk=obj.doctor_id)) if change else []
        super().save_model(request, obj, form, change)
        Check.objects.bulk_create(entered.checks_of_practice(obj, form.changed_data, by=request.user))
        hide_unlistable(self, request, former)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        entered.record(formset, entered.checks_of_offer, by=request.user)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        hide_unlistable(self, request, [form.instance.doctor])

    def response_post_save_add(self, request, obj):
        """Back to the doctor, if that is where the editor came from."""
        return self.back_to_doctor(request, obj) or super().response_post_save_add(request, obj)

    def back_to_doctor(self, request, practice):
        comes_from = request.GET.get("doctor") == str(practice.doctor_id)
        return HttpResponseRedirect(page_of(practice.doctor)) if comes_from else None

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An older version may bring the practice back to another doctor; related rows are not saved with it."""
        response = super().history_form_view(request, object_id, version_id, extra_context)
        if request.method == "POST":
            hide_unlistable(self, request, Doctor.objects.filter(practices=object_id))
        return response

    # --- Deleting -------------------------------------------------------------------------------

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        hide_unlistable(self, request, [obj.doctor])

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            doctors = list(Doctor.objects.filter(practices__in=queryset).distinct())
            super().delete_queryset(request, queryset)
            hide_unlistable(self, request, doctors)


def what_readers_told(row):
    """Which facts of a practice or an offer are a reader's word, and since when."""
    names = {name: row._meta.get_field(name).verbose_name for name in row.told if hasattr(row, name)}
    facts = [f"{words} ({short_date(row.told_on(name))})" for name, words in names.items()]
    return "; ".join(facts) or "Nothing that nobody has checked since."
