from datetime import date

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest


class OwnFilters:
    """For an admin class: its list can be narrowed by the lookups in `own_filters`, and by nothing else. Asking for a
    prefix again and again would spell out an address or a key, and a year without end would be an error of ours."""

    own_filters = ()

    def changelist_view(self, request, extra_context=None):
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isdecimal() and len(key) < 19 for key in ticked):
            raise BadRequest("What is ticked is not in the list.")
        if self.date_hierarchy:
            parts = [request.GET.get(f"{self.date_hierarchy}__{part}", "1") for part in ("year", "month", "day")]
            check_date(*parts)
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup, value, request):
        return lookup in self.own_filters


def check_date(year, month, day):
    """Raises BadRequest if these texts are no date of the calendar."""
    try:
        date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise BadRequest("There is no such day.") from None
