from copy import copy

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from comments.admin.attention import mark_of, open_appeal, open_proposal
from comments.admin.decisions import DECISIONS, decide
from comments.admin.difference import difference
from comments.admin.forms import DecisionForm
from comments.models import ModeratorProfile
from comments.models.queryset import usernames
from comments.moves import Conflict
from crpsinfo.errors import keeps_what_was_posted

FORMER_VERSIONS = 10  # at most on a page
CHANGED = "Nothing was done: it changed after you opened it. Here is how it is now; what you typed is still here."


class OwnPage:
    """A comment's own page in the admin: what there is to know about it, and a button for each decision."""

    change_form_template = "admin/comments/comment/change_form.html"

    def get_urls(self):
        view = require_http_methods(["GET", "HEAD", "POST"])(self.admin_site.admin_view(self.decide_view))
        return [
            path("<int:pk>/decide/", keeps_what_was_posted(view), name="comments_comment_decide"),
            *super().get_urls(),
        ]

    def decide_view(self, request, pk):
        """POST carries out a decision and leads to the list. GET, as after signing in again, leads to the page."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        comment = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST":
            return HttpResponseRedirect(page_of(comment))
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.page_again(request, comment, form, 400)
        name = form.cleaned_data["action"]
        try:
            decide(comment, name, by=request.user, seen=request.POST.getlist("seen"), typed=form.cleaned_data)
        except Conflict:
            self.message_user(request, CHANGED, messages.WARNING)
            return self.page_again(request, comment, form, 409)
        self.message_user(request, f"1 {DECISIONS[name].done}.", messages.SUCCESS)
        return HttpResponseRedirect(page_of(comment) if name == "reply" else self.list_as_left(request), status=303)

    def page_again(self, request, comment, form, status):
        """The comment as it is now, with what was typed."""
        reading = copy(request)
        reading.method = "GET"  # the admin builds a page for nothing else where nobody may change the row itself
        response = self.change_view(reading, str(comment.pk), extra_context={"decision": form})
        response.status_code = status
        return response

    def list_as_left(self, request):
        """The list's address, filtered as it was when the moderator opened the comment."""
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(filters, reverse("admin:comments_comment_changelist"))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        more = self.what_there_is(request, obj)
        return super().render_change_form(request, {**more, **context}, add, change, form_url, obj)

    def what_there_is(self, request, comment):
        """What the page shows beside the fields. All of it belongs to the comment as it was read for this page."""
        may_decide = self.has_moderate_permission(request)
        possible = {name: one for name, one in DECISIONS.items() if may_decide and one.is_possible(comment)}
        return {
            "seen": mark_of(comment),
            "decision": DecisionForm(),
            "possible": possible,
            "moves": {name: one for name, one in possible.items() if one.concerns is None},
            "pen_name": ModeratorProfile.name_of(request.user),
            "appeal": getattr(comment, "appeal", None),
            "appeal_is_open": open_appeal(comment),
            "reports": comment.reports.prefetch_related(Prefetch("closed_by", usernames())),
            "former_texts": comment.former_texts.all()[:FORMER_VERSIONS],
            "writer": comment.writer,
            "standing": comment.writer and comment.writer.standing(),
            **new_version(comment),
        }


def page_of(comment):
    return reverse("admin:comments_comment_change", args=[comment.pk])


def new_version(comment):
    proposal = open_proposal(comment)
    if proposal is None:
        return {}
    return {
        "proposal": proposal,
        "new_name": difference(comment.author_name, proposal.author_name),
        "new_text": difference(comment.text, proposal.text),
    }
