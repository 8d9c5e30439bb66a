from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from comments.models import Writer
from crpsinfo.filters import OwnFilters


class AlertFilter(admin.SimpleListFilter):
    title = "alert"
    parameter_name = "alert"

    def lookups(self, request, model_admin):
        return [("open", "Often reported")]

    def queryset(self, request, queryset):
        return queryset.alerted() if self.value() == "open" else queryset


class WriterForm(forms.ModelForm):
    revoked = forms.BooleanField(
        required=False,
        show_hidden_initial=True,  # nobody gives trust back by saving a page that was opened before it was taken away
        label="Take trust away",
        help_text="Every comment of this writer waits for a moderator, whatever they wrote before.",
    )
    close_alert = forms.BooleanField(
        required=False, label="I have looked at this: close the alert", help_text="More reports raise a new one."
    )

    class Meta:
        model = Writer
        fields = ["unseen_a_day"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["revoked"] = self.instance.revoked_at is not None

    def clean(self):
        data, writer = super().clean(), self.instance
        if "revoked" in self.changed_data:
            writer.revoked_at = timezone.now() if data["revoked"] else None
        if data.get("close_alert"):
            writer.alerted_at = None
        return data


@admin.register(Writer)
class WriterAdmin(OwnFilters, admin.ModelAdmin):
    """Remembered writers: how their comments fared, and whether they are trusted. Who they are, nobody knows."""

    form = WriterForm
    list_display = ["__str__", "published", "removed", "spam", "alerted_at", "revoked_at", "seen_at"]
    list_filter = [AlertFilter]
    ordering = ["-seen_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = [
        *["published", "removed", "spam", "trusted", "written"],
        *["created_at", "seen_at", "alerted_at", "revoked_at"],
    ]
    fields = [*readonly_fields, "unseen_a_day", "revoked", "close_alert"]
    own_filters = [AlertFilter.parameter_name]

    def get_queryset(self, request):
        return super().get_queryset(request).with_standing()

    def save_model(self, request, obj, form, change):
        obj.save(update_fields=["unseen_a_day", "revoked_at", "alerted_at"])

    def get_fields(self, request, obj=None):
        closable = obj and obj.alerted_at
        return [name for name in self.fields if name != "close_alert" or closable]

    @admin.display(description="published by moderators")
    def published(self, writer):
        return writer.published

    @admin.display(description="removed")
    def removed(self, writer):
        return writer.removed

    @admin.display(description="spam")
    def spam(self, writer):
        return writer.spam

    @admin.display(description="trusted", boolean=True)
    def trusted(self, writer):
        return writer.is_trusted()

    @admin.display(description="comments")
    def written(self, writer):
        address = reverse("admin:comments_comment_changelist", query={"status": "all", "writer__id__exact": writer.pk})
        return format_html('<a href="{}">All comments of this writer</a>', address)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
