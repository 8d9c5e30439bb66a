from django.contrib import admin

from comments.models import CommentSettings


@admin.register(CommentSettings)
class CommentSettingsAdmin(admin.ModelAdmin):
    """The switches for all comments: one row, made when it is first used."""

    list_display = ["__str__", "note", "close_after_days"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not CommentSettings.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.pk = 1
        super().save_model(request, obj, form, change)
