from django.contrib import admin

from crpsinfo.filters import OwnFilters
from directory.models import Treatment, ZipCode


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
