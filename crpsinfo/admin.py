from django.contrib import admin, messages

from crpsinfo.models import ContactMessage
from crpsinfo.readonly import ReadOnly

admin.site.site_header = "CRPS Info: moderation and editing"
admin.site.site_title = "CRPS Info"
admin.site.index_title = "What to do"


class ClosedFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("open", "Open"), ("closed", "Closed")]

    def queryset(self, request, queryset):
        choices = {"open": queryset.open, "closed": queryset.closed}
        return choices.get(self.value(), queryset.all)()


@admin.register(ContactMessage)
class ContactMessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["created_at", "name", "excerpt", "closed_at"]
    list_filter = [ClosedFilter]
    fields = readonly_fields = ["created_at", "name", "email", "text", "closed_at"]
    actions = ["close"]

    @admin.display(description="message")
    def excerpt(self, message):
        return message.text[:120]

    @admin.action(description="Close: answered, or nothing to answer", permissions=["close"])
    def close(self, request, queryset):
        for message in queryset:
            message.close()
        self.message_user(request, f"{len(queryset)} closed.", messages.SUCCESS)

    def has_close_permission(self, request):
        return request.user.has_perm("crpsinfo.close_contactmessage")
