from django.contrib import admin

from crpsinfo.filters import OwnFilters
from directory.admin.lists import URLS
from directory.models import StateBoard


@admin.register(StateBoard)
class StateBoardAdmin(OwnFilters, admin.ModelAdmin):
    """Readers see a board's address with its source and the day somebody opened it last."""

    list_display = ["state", "name", "url", "checked_on"]
    fields = ["state", "name", "url", "source", "checked_on"]
    formfield_overrides = URLS
