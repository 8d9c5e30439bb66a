from django.contrib import admin

from comments.models import Notification
from crpsinfo.filters import OwnFilters
from crpsinfo.readonly import ReadOnly


@admin.register(Notification)
class NotificationAdmin(OwnFilters, ReadOnly, admin.ModelAdmin):
    """What became of the mails; never to whom they go."""

    list_display = ["__str__", "due_at", "sent", "sent_at", "failed_at", "last_error"]
    list_filter = ["kind", ("failed_at", admin.EmptyFieldListFilter)]
    fields = readonly_fields = ["comment", "kind", "due_at", "attempts", "sent", "sent_at", "failed_at", "last_error"]
    ordering = ["-pk"]
    show_full_result_count = False
    own_filters = ["kind__exact", "failed_at__isempty"]
