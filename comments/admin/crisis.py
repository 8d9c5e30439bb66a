from django import forms
from django.contrib import admin
from django.db import models

from comments.models import CrisisList
from crpsinfo.history import HistoryAdmin


@admin.register(CrisisList)
class CrisisListAdmin(HistoryAdmin):
    """The phrases, with all their versions. There is one list of each kind, for good."""

    list_display = ["__str__", "version", "updated_at"]
    fields = ["kind", "version", "updated_at", "phrases"]
    readonly_fields = ["kind", "version", "updated_at"]
    history_list_display = ["version"]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 30, "class": "markdown"})}}

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
