from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.html import format_html_join

from crpsinfo.filters import OwnFilters
from crpsinfo.history import HistoryAdmin
from directory.models import Doctor, NotListable, Offer, Practice, Status, Treatment, ZipCode
from directory.states import STATES

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
        """A practice that moved to another ZIP code has not the place any more that it had."""
        data = super().clean()
        if "zip_code" in self.changed_data and not {"lat", "lon"} & set(self.changed_data):
            data["lat"] = data["lon"] = None
        if data.get("zip_code") and data.get("lat") is None and ZipCode.objects.exists():
            self.check_zip(ZipCode.objects.filter(pk=data["zip_code"]).first(), data.get("state"))
        return data

    def check_zip(self, code, state):
        """A wrong ZIP code would put the practice on the wrong place of the map."""
        if code is None or code.state != state:
            where = f"is in {STATES[code.state].name}" if code else "is unknown to us"
            message = f"This ZIP code {where}. If it is right, give latitude and longitude."
            self.add_error("zip_code", forms.ValidationError(message, code="zip_and_state"))


class PracticeInline(admin.StackedInline):
    model = Practice
    form = PracticeForm
    extra = 0
    show_change_link = True
    formfield_overrides = URLS
    readonly_fields = ["treatments"]
    fieldsets = [
        (None, {"fields": [("clinic_name", "website"), ("address", "address_2"), ("city", "state", "zip_code")]}),
        (None, {"fields": [("phone", "phone_ext"), ("lat", "lon"), Practice.ACCESS]}),
        (None, {"fields": [("checked_on", "checked_how"), "treatments"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("offers__treatment")

    @admin.display(description="treatments (change them on the practice's own page)")
    def treatments(self, practice):
        lines = [(f"{offer}: {offer.checked}",) for offer in practice.offers.all()] if practice.pk else []
        return format_html_join("", "<p>{}</p>", lines) or "None yet."


@admin.register(Doctor)
class DoctorAdmin(HistoryAdmin):
    form = DoctorForm
    inlines = [PracticeInline]
    list_display = ["name", "status", "where", "licence_checked_on", "is_example"]
    list_filter = ["status", "practices__state", "is_example"]
    own_filters = ["status__exact", "practices__state__exact", "is_example__exact"]
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
        ("In person", {"fields": ["physician_supervised", "supervision_checked_on", "is_example"]}),
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
        """Without the permission, and beside an older version, the decision is not offered, nor heard when posted."""
        form = super().get_form(request, obj, **kwargs)
        is_older_version = request.resolver_match.url_name.endswith("simple_history")
        form.base_fields["decision"].disabled = is_older_version or not self.has_publish_permission(request)
        return form

    def save_model(self, request, obj, form, change):
        """Status and address change through their verbs only, also when an older version is brought back."""
        slug = obj.slug
        with transaction.atomic():
            if change:
                now = Doctor.objects.select_for_update().get(pk=obj.pk)
                obj.status, obj.status_on, obj.slug = now.status, now.status_on, now.slug
            super().save_model(request, obj, form, change)
            if change and slug != now.slug:
                obj.rename(slug)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if decision := form.cleaned_data.get("decision"):
            decide(self, request, [form.instance], decision)
        hide_unlistable(self, request, [form.instance])

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


def hide_unlistable(model_admin, request, doctors):
    """Hide those of the doctors who are listed and to whom a change left less than that needs; tell the editor."""
    for doctor in doctors:
        if missing := doctor.hide_unless_listable():
            message = f"{doctor} is hidden now. {NotListable(missing)} Add it, then list the doctor again."
            model_admin.message_user(request, message, messages.WARNING)


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

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("treatment")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """With its choices read once, and not again for each row."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.choices = list(field.choices)
        return field


@admin.register(Practice)
class PracticeAdmin(HistoryAdmin):
    form = PracticeForm
    inlines = [OfferInline]
    list_display = ["__str__", "doctor", "zip_code"]
    list_filter = ["state", "doctor__status"]
    own_filters = ["state__exact", "doctor__status__exact"]
    list_select_related = ["doctor"]
    search_fields = ["search_text", "doctor__search_text", "zip_code"]
    autocomplete_fields = ["doctor"]
    formfield_overrides = URLS

    def get_changeform_initial_data(self, request):
        """The doctor whom the address of the page names is filled in, if there is one."""
        initial = super().get_changeform_initial_data(request)
        try:
            Practice._meta.get_field("doctor").clean(initial.get("doctor"), None)
        except ValidationError:
            initial.pop("doctor", None)
        return initial

    def save_model(self, request, obj, form, change):
        """A practice that goes to another doctor may leave the former one without any."""
        former = list(Doctor.objects.filter(practices=obj.pk).exclude(pk=obj.doctor_id)) if change else []
        super().save_model(request, obj, form, change)
        hide_unlistable(self, request, former)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        hide_unlistable(self, request, [form.instance.doctor])

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An older version may bring the practice back to another doctor; related rows are not saved with it."""
        response = super().history_form_view(request, object_id, version_id, extra_context)
        if request.method == "POST":
            hide_unlistable(self, request, Doctor.objects.filter(practices=object_id))
        return response

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        hide_unlistable(self, request, [obj.doctor])

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            doctors = list(Doctor.objects.filter(practices__in=queryset).distinct())
            super().delete_queryset(request, queryset)
            hide_unlistable(self, request, doctors)


@admin.register(Treatment)
class TreatmentAdmin(OwnFilters, admin.ModelAdmin):
    list_display = ["name", "slug", "order"]


@admin.register(ZipCode)
class ZipCodeAdmin(OwnFilters, admin.ModelAdmin):
    list_display = ["zip", "city", "state"]
    list_filter = ["state"]
    own_filters = ["state__exact"]
    search_fields = ["zip", "city"]
    show_full_result_count = False
