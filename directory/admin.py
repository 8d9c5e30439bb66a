from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html_join
from simple_history.admin import SimpleHistoryAdmin

from directory.models import Doctor, NotListable, Offer, Practice, Status, Treatment, ZipCode

# What an editor can decide about a doctor, and the verb for each.
DECISIONS = {
    Status.LISTED: ("List: readers find it", Doctor.publish),
    Status.HIDDEN: ("Hide: no page", Doctor.hide),
    Status.STOPPED: ("No longer offers treatment: the page says so", Doctor.stop),
    Status.DISPUTED: ("Disputed: out of the lists until it is settled", Doctor.dispute),
}
URLS = {models.URLField: {"assume_scheme": "https"}}


class DoctorForm(forms.ModelForm):
    decision = forms.ChoiceField(
        required=False,
        label="Change the status",
        choices=[("", "Leave it as it is"), *((status, words) for status, (words, verb) in DECISIONS.items())],
    )

    class Meta:
        model = Doctor
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name them

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if slug and not self.instance.may_have_slug(slug):
            raise ValidationError("This address leads, or led, to another doctor.", code="taken")
        return slug or self.instance.slug

    def _post_clean(self):
        """What is missing can be told only when the model has the form's values."""
        super()._post_clean()
        status = self.cleaned_data.get("decision") or stored(self.instance).status
        missing = self.instance.missing_for_listing() if status == Status.LISTED else []
        if missing:
            message = f"A listed doctor needs {'; '.join(missing)}. Until then it stays hidden."
            self.add_error("decision", ValidationError(message, code="not_listable"))


def stored(doctor):
    """The doctor as the database has it; as it is, if it is new. A form may hold an older version from the history."""
    return Doctor.objects.filter(pk=doctor.pk).first() or doctor


class PracticeForm(forms.ModelForm):
    def clean(self):
        """A practice that moved to another ZIP code has no longer the place it had."""
        data = super().clean()
        if "zip_code" in self.changed_data and not {"lat", "lon"} & set(self.changed_data):
            data["lat"] = data["lon"] = None
        return data


class PracticeInline(admin.StackedInline):
    model = Practice
    form = PracticeForm
    extra = 0
    show_change_link = True
    formfield_overrides = URLS
    readonly_fields = ["treatments"]
    fieldsets = [
        (None, {"fields": [("clinic_name", "website"), ("address", "address_2"), ("city", "state", "zip_code")]}),
        (None, {"fields": [("phone", "phone_ext"), ("lat", "lon"), Practice.ACCESS, "treatments"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("offers__treatment")

    @admin.display(description="treatments (change them on the practice's own page)")
    def treatments(self, practice):
        lines = [(f"{offer}: {offer.checked}",) for offer in practice.offers.all()] if practice.pk else []
        return format_html_join("", "<p>{}</p>", lines) or "None yet."


@admin.register(Doctor)
class DoctorAdmin(SimpleHistoryAdmin):
    form = DoctorForm
    inlines = [PracticeInline]
    list_display = ["name", "status", "where", "licence_checked_on", "is_example"]
    list_filter = ["status", "practices__state", "is_example"]
    search_fields = ["search_text", "practices__search_text"]
    ordering = ["last_name", "first_name", "pk"]
    actions = ["list_doctors", "hide_doctors", "stop_doctors", "dispute_doctors"]
    readonly_fields = ["status", "status_on", "missing", "is_example"]
    fieldsets = [
        (None, {"fields": ["status", "status_on", "missing", "decision"]}),
        (
            "Name",
            {"fields": [("first_name", "middle_name"), ("last_name", "suffix"), "credentials", "other_names", "slug"]},
        ),
        ("What is known", {"fields": ["specialty", "npi", "source", ("licence_checked_on", "licence_checked_how")]}),
        ("In person", {"fields": ["physician_supervised", "is_example"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("practices")

    @admin.display(description="where")
    def where(self, doctor):
        return "; ".join(f"{practice.city}, {practice.state}" for practice in doctor.practices.all())

    @admin.display(description="missing for listing")
    def missing(self, doctor):
        return "; ".join(doctor.missing_for_listing()) or "Nothing."

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm("directory.publish_doctor")

    def get_form(self, request, obj=None, **kwargs):
        """Without the permission the decision is not offered, and what is posted for it not heard."""
        form = super().get_form(request, obj, **kwargs)
        form.base_fields["decision"].disabled = not self.has_publish_permission(request)
        return form

    def save_model(self, request, obj, form, change):
        """Status and address change through their verbs only, also when an older version is brought back."""
        now, slug = stored(obj), obj.slug
        if change:
            obj.status, obj.status_on, obj.slug = now.status, now.status_on, now.slug
        super().save_model(request, obj, form, change)
        if change and slug != now.slug:
            obj.rename(slug)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if decision := form.cleaned_data.get("decision"):
            decide(self, request, [form.instance], decision)

    @admin.action(description="List the chosen doctors", permissions=["publish"])
    def list_doctors(self, request, queryset):
        decide(self, request, queryset, Status.LISTED)

    @admin.action(description="Hide the chosen doctors", permissions=["publish"])
    def hide_doctors(self, request, queryset):
        decide(self, request, queryset, Status.HIDDEN)

    @admin.action(description="The chosen doctors no longer offer treatment", permissions=["publish"])
    def stop_doctors(self, request, queryset):
        decide(self, request, queryset, Status.STOPPED)

    @admin.action(description="The chosen entries are disputed", permissions=["publish"])
    def dispute_doctors(self, request, queryset):
        decide(self, request, queryset, Status.DISPUTED)


def decide(model_admin, request, doctors, status):
    """Carry out a decision, and tell the editor which doctors could not be listed and why."""
    verb, done = DECISIONS[status][1], 0
    for doctor in doctors:
        try:
            verb(doctor)
            done += 1
        except NotListable as refusal:
            model_admin.message_user(request, f"{doctor}: {refusal}", messages.ERROR)
    if done:
        model_admin.message_user(request, f"{Status(status).label.capitalize()}: {done}.", messages.SUCCESS)


class OfferInline(admin.StackedInline):
    model = Offer
    extra = 0
    formfield_overrides = URLS
    fieldsets = [
        (None, {"fields": [("treatment", "for_crps"), ("setting", "course"), ("accepting_new", "driver_required")]}),
        (
            None,
            {"fields": ["price_note", "payers_note", ("confirmed_on", "confirmed_how", "confirmed_by"), "source_url"]},
        ),
    ]


@admin.register(Practice)
class PracticeAdmin(SimpleHistoryAdmin):
    form = PracticeForm
    inlines = [OfferInline]
    list_display = ["__str__", "doctor", "zip_code"]
    list_filter = ["state", "doctor__status"]
    list_select_related = ["doctor"]
    search_fields = ["search_text", "doctor__search_text", "zip_code"]
    autocomplete_fields = ["doctor"]
    formfield_overrides = URLS


@admin.register(Treatment)
class TreatmentAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "order"]


@admin.register(ZipCode)
class ZipCodeAdmin(admin.ModelAdmin):
    list_display = ["zip", "city", "state"]
    list_filter = ["state"]
    search_fields = ["zip", "city"]
    show_full_result_count = False
