from django.contrib import admin

from comments.models import CommentSettings
from crpsinfo.filters import OwnFilters


@admin.register(CommentSettings)
class CommentSettingsAdmin(OwnFilters, admin.ModelAdmin):
    """The switches for all comments: one row, made when it is first used."""

    list_display = ["__str__", "note", "close_after_days"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not CommentSettings.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        """A form that was opened before there was a row changes the row that there is now."""
        if request.method == "POST" and CommentSettings.objects.exists():
            return self.change_view(request, "1", form_url, extra_context)
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        """What the form asks, and no more: the other columns are written by `comments.absence`."""
        CommentSettings.objects.get_or_create(pk=1)
        obj.pk = 1
        obj.save(update_fields=form.fields)
