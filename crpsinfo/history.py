from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from simple_history.admin import SimpleHistoryAdmin

from crpsinfo.filters import OwnFilters


class HistoryAdmin(OwnFilters, SimpleHistoryAdmin):
    """History with revert, for those who may change the rows: others may look at old versions, and no more."""

    def history_view(self, request, object_id, extra_context=None):
        self.refuse_nonsense(object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        self.refuse_nonsense(object_id, version_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def delete_queryset(self, request, queryset):
        """One by one: each brings up to date what is kept beside it."""
        with transaction.atomic():
            for row in queryset:
                row.delete()

    def refuse_nonsense(self, *keys):
        """Raises Http404 for what cannot be the key of a row, or of a version."""
        try:
            for key in keys:
                self.model._meta.pk.to_python(unquote(key))
        except ValidationError:
            raise Http404("There is no such row.") from None
