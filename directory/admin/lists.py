"""How the lists of the directory are searched and narrowed."""

from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef

from crpsinfo.folding import fold
from directory.freshness import Age
from directory.models import Practice
from directory.states import CHOICES

URLS = {models.URLField: {"assume_scheme": "https"}}


class FoldedSearch:
    """For an admin class that searches folded columns: capitals and accents of what is typed do not matter."""

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term))


class AgeFilter(admin.SimpleListFilter):
    """Doctors and clinics by how long ago one of their practices was checked."""

    title = "last check"
    parameter_name = "age"

    def lookups(self, request, model_admin):
        return [(str(age.value), age.label.capitalize()) for age in Age]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(Exists(Practice.objects.filter(doctor=OuterRef("pk"), age=int(self.value()))))


class StateFilter(admin.SimpleListFilter):
    """By state, of a table whose column allows more than we know."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return CHOICES

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() else queryset


class InForceFilter(admin.SimpleListFilter):
    """Providers by whether their NPI is in force."""

    title = "NPI"
    parameter_name = "npi"

    def lookups(self, request, model_admin):
        return [("active", "Active"), ("deactivated", "Deactivated")]

    def queryset(self, request, queryset):
        active = queryset.model.objects.active()
        if self.value() == "active":
            return queryset.filter(pk__in=active.values("pk"))
        return queryset.exclude(pk__in=active.values("pk")) if self.value() == "deactivated" else queryset
