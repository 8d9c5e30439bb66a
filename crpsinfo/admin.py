from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import PROTECT, Prefetch
from django.utils.html import format_html

from crpsinfo.filters import OwnFilters
from crpsinfo.models import ContactMessage, StaffMail
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
class ContactMessageAdmin(OwnFilters, ReadOnly, admin.ModelAdmin):
    """All messages, also those that are closed. They are closed at the desk."""

    list_display = ["created_at", "name", "excerpt", "listing", "closed_at", "who_closed"]
    list_filter = [ClosedFilter]
    own_filters = [ClosedFilter.parameter_name]
    fields = readonly_fields = ["created_at", "name", "email", "listing", "text", "closed_at", "who_closed"]

    def get_queryset(self, request):
        """With the names of those who closed them, and nothing else about them."""
        return super().get_queryset(request).prefetch_related(Prefetch("closed_by", usernames()))

    @admin.display(description="message")
    def excerpt(self, message):
        return message.text[:120]

    @admin.display(description="about the listing", empty_value="–")
    def listing(self, message):
        return format_html('<a href="{0}">{0}</a>', message.about) if message.about else None

    @admin.display(description="closed by", empty_value="–")
    def who_closed(self, message):
        return message.closed_by


@admin.register(StaffMail)
class StaffMailAdmin(OwnFilters, ReadOnly, admin.ModelAdmin):
    """What became of the mails to those who work here. No role has the permission: it is for superusers."""

    list_display = ["user", "kind", "due_at", "sent_at", "failed_at", "last_error"]
    list_select_related = []  # `get_queryset` brings the names; Django would join whole users
    list_filter = ["kind", ("failed_at", admin.EmptyFieldListFilter)]
    fields = readonly_fields = ["user", "kind", "due_at", "attempts", "sent_at", "failed_at", "last_error"]
    ordering = ["-pk"]
    own_filters = ["kind__exact", "failed_at__isempty"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(Prefetch("user", usernames()))


def usernames():
    """The users, without passwords and addresses."""
    return get_user_model().objects.only("username")


admin.site.unregister([User, Group])


@admin.register(Group)
class OwnGroupAdmin(OwnFilters, GroupAdmin):
    """Django's, which can be narrowed by nothing."""


@admin.register(User)
class OwnUserAdmin(OwnFilters, UserAdmin):
    """Whoever did something that is on record stays. Said without reading it all: that may be years of work."""

    own_filters = ["is_staff__exact", "is_superuser__exact", "is_active__exact", "groups__id__exact", "groups__isnull"]

    def get_deleted_objects(self, objs, request):
        kept = [refusal for user in objs if (refusal := why_kept(user))]
        return ([], {}, set(), kept) if kept else super().get_deleted_objects(objs, request)


def why_kept(user):
    """Why this user cannot be deleted; "" if they can."""
    keepers = [field for field in User._meta.get_fields(include_hidden=True) if holds_on(field, user)]
    kinds = sorted({str(field.related_model._meta.verbose_name_plural) for field in keepers})
    words = "What {} did is on record and stays ({}). To keep somebody out, untick “Active” on their page."
    return words.format(user, ", ".join(kinds)) if kinds else ""


def holds_on(field, user):
    """Whether rows that point here with this relation keep the user from being deleted."""
    if getattr(field, "on_delete", None) is not PROTECT or not field.auto_created:
        return False
    return field.related_model._base_manager.filter(**{field.field.name: user}).exists()
