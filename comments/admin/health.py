from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from comments.figures import SHOWN, latest
from comments.spam_status import SpamStatus
from crpsinfo.models import CheckerState
from crpsinfo.readonly import ReadOnly

BASE, LONGEST_BAR = 140, 120  # pixels from the chart's top, where its bars stand; and their length at most
SLOT = 100 / SHOWN  # per cent of the chart's width, for one month
BARS = [("checked", 0.12), ("spam", 0.5)]  # (figure, where its bar begins, as a part of the slot)


@admin.register(CheckerState)
class CheckerStateAdmin(ReadOnly, admin.ModelAdmin):
    """One page: how the spam filter fares, and what its figures are."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="crpsinfo_checkerstate_changelist")]

    @method_decorator(require_safe)
    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        status = SpamStatus.now()
        context = {
            **self.admin_site.each_context(request),
            "title": "Spam filter",
            "status": status,
            "chart": chart(status.months),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/crpsinfo/checkerstate/change_list.html", context)


def chart(months):
    """What the bar chart shows of these SpamMonths: the `most` of a month, and a slot for each month of a year."""
    rows = {row.month: row for row in months}
    most = max((row.checked for row in months), default=0)
    year = enumerate(reversed(latest(SHOWN)))
    return {"most": most, "slots": [slot(place, month, rows.get(month), most) for place, month in year]}


def slot(place, month, row, most):
    """The `middle` of a month's place, in per cent of the width, and its bars: left end (per cent), top and length
    (pixels). `row` is its SpamMonth, or None."""
    bars = [bar(figure, place + begin, getattr(row, figure), most) for figure, begin in BARS if row]
    return {"month": month, "middle": round((place + 0.5) * SLOT, 2), "bars": bars}


def bar(figure, begin, number, most):
    """Whatever is not nothing can be seen."""
    length = max(2, round(LONGEST_BAR * number / most)) if number else 0
    return {"figure": figure, "left": round(begin * SLOT, 2), "top": BASE - length, "length": length}
