"""The federal registry of providers, for looking up and for prefilling a listing. None of it is shown to readers."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from crpsinfo.filters import OwnFilters
from crpsinfo.readonly import ReadOnly
from directory.admin.duplicates import links, listed_as
from directory.admin.lists import FoldedSearch, InForceFilter, StateFilter
from directory.freshness import short_date
from directory.models import Kind, NotListed, RegisterEntry

NAMES = ("first_name", "middle_name", "last_name")
PLACE = ("address", "address_2", "city")


@admin.register(RegisterEntry)
class RegisterEntryAdmin(FoldedSearch, OwnFilters, ReadOnly, admin.ModelAdmin):
    list_display = ["name", "npi", "city", "state", "primary_taxonomy", "is_in_force", "updated_on"]
    list_filter = [StateFilter, InForceFilter]
    own_filters = [StateFilter.parameter_name, InForceFilter.parameter_name]
    search_fields = ["search_text__contains"]
    search_help_text = "Name, other name, city or NPI."
    show_full_result_count = False
    ordering = ["npi"]
    fields = readonly_fields = [
        *["npi", "is_organization", "organization", "other_name", "last_name", "first_name", "middle_name", "suffix"],
        *["credentials", "address", "address_2", "city", "state", "zip_code", "phone", "taxonomies"],
        *["primary_taxonomy", "enumerated_on", "updated_on", "deactivated_on", "reactivated_on", "seen_on"],
    ]

    @admin.display(description="NPI in force", boolean=True)
    def is_in_force(self, entry):
        return entry.is_active

    def get_urls(self):
        enter = require_safe(self.admin_site.admin_view(self.enter_view))
        return [
            path("<path:object_id>/enter/", enter, name="directory_registerentry_enter"),
            *super().get_urls(),
        ]

    def enter_view(self, request, object_id):
        """Leads to the form of a new listing, filled in; or says why there can be none."""
        if not request.user.has_perm("directory.add_doctor") or not self.has_view_permission(request):
            raise PermissionDenied
        entry = get_object_or_404(RegisterEntry, pk=object_id)
        if why := refusal(entry):
            messages.error(request, why)
            return HttpResponseRedirect(reverse("admin:directory_registerentry_change", args=[entry.pk]))
        return HttpResponseRedirect(reverse("admin:directory_doctor_add", query={"register": entry.pk}))


class Prefilled:
    """For the admin of doctors: a new entry with what the registry says, if the page's address names an NPI."""

    def get_changeform_initial_data(self, request):
        entry = entry_for(request)
        return of_doctor(entry) if entry else super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        entry = entry_for(request) if obj.pk is None else None
        return kwargs | {"initial": [of_practice(entry)]} if entry else kwargs


def entry_for(request):
    """The RegisterEntry that a new listing is to be filled in from, or None. What is posted is taken as it is: a
    practice that was left as it was filled in would count as empty."""
    npi = request.GET.get("register") if request.method == "GET" else None
    entry = RegisterEntry.objects.filter(pk=npi).first() if npi else None
    return entry if entry and not refusal(entry) else None


def refusal(entry):
    """Why the provider cannot be entered as a listing; "" if nothing stands in the way."""
    if there := listed_as(entry.npi):
        return format_html("This provider is in the directory already: {}.", links([there]))
    if NotListed.objects.covers(npi=entry.npi, forms=entry.forms, states=[entry.state]):
        return "This provider, or somebody of the same name in the same state, asked not to be listed."
    return ""


def of_doctor(entry):
    """What a doctor's form is filled in with. The specialty is left to the editor: what the registry says is a code
    that the provider chose."""
    names = {"organization": spoken(entry.organization)} if entry.is_organization else spoken_all(entry, NAMES)
    return names | {
        "kind": Kind.CLINIC if entry.is_organization else Kind.PERSON,
        "suffix": "" if entry.is_organization else entry.suffix,
        "credentials": "" if entry.is_organization else entry.credentials,
        "other_names": spoken(entry.other_name),
        "npi": entry.npi,
        "source": f"NPI registry, file of {short_date(entry.seen_on)}: as the provider said it",
    }


def of_practice(entry):
    facts = {name: getattr(entry, name) for name in ("state", "zip_code", "phone")}
    return facts | spoken_all(entry, PLACE)


def spoken_all(entry, names):
    return {name: spoken(getattr(entry, name)) for name in names}


def spoken(text):
    """The text with capitals as people write them, if it has nothing but capitals."""
    return " ".join(word.capitalize() for word in text.split()) if text.isupper() else text
