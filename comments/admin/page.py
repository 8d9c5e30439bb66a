from copy import copy

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comments.models import Comment
from comments.models.queryset import usernames
from comments.moderation.block import are_addresses_shown
from comments.moderation.card import page_card
from comments.moderation.forms import DecisionForm
from comments.moderation.timeline import timeline
from crpsinfo.desk.bar import undo_bar
from crpsinfo.desk.deciding import decide_all
from crpsinfo.desk.kinds import Seen, kinds
from crpsinfo.errors import keeps_what_was_posted
from crpsinfo.models import RuleKind

FORMER_VERSIONS = 10  # at most on a page


class OwnPage:
    """A comment's own page in the admin: its card, what happened to it, and all there is to know."""

    change_form_template = "admin/comments/comment/change_form.html"

    def get_urls(self):
        decide = require_http_methods(["GET", "HEAD", "POST"])(self.admin_site.admin_view(self.decide_view))
        reveal = require_http_methods(["GET", "HEAD", "POST"])(self.admin_site.admin_view(self.reveal_view))
        return [
            path("<int:pk>/decide/", keeps_what_was_posted(decide), name="comments_comment_decide"),
            path("<int:pk>/reveal/", reveal, name="comments_comment_reveal"),
            *super().get_urls(),
        ]

    def decide_view(self, request, pk):
        """POST carries out a decision and leads to the list. GET, as after signing in again, leads to the page."""
        comment = self.found(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(page_of(comment))
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.page_again(request, pk, form)
        kind, typed = kinds()["comment"], form.cleaned_data
        outcome = decide_all(kind, [comment.pk], typed, by=request.user, seen=Seen.of(request.POST))
        if outcome.left:
            return self.page_again(request, pk, form, outcome.left[comment.pk])
        stays = typed["action"] in ("reply", "mask", "note")
        return HttpResponseRedirect(page_of(comment) if stays else self.list_as_left(request), status=303)

    def reveal_view(self, request, pk):
        """POST puts on record that this moderator wants to see the writer's addresses, and leads to where they are: the
        page, or the form of a spam rule (`block`: a RuleKind)."""
        comment = self.found(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(page_of(comment))
        comment.reveal(by=request.user)
        kind = request.POST.get("block")
        if kind in (RuleKind.EMAIL, RuleKind.NETWORK) and request.user.has_perm("crpsinfo.add_rule"):
            query = {"kind": kind, "comment": comment.pk}
            return HttpResponseRedirect(reverse("admin:crpsinfo_rule_add", query=query), status=303)
        return HttpResponseRedirect(page_of(comment) + "#addresses", status=303)

    def found(self, request, pk):
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        return get_object_or_404(Comment, pk=pk)

    def page_again(self, request, pk, form, why=""):
        """The comment as it is now, with what was typed; `why`: what came between. Without it, the form says what is
        wrong."""
        reading = copy(request)
        reading.method = "GET"  # the admin builds a page for nothing else where nobody may change the row itself
        response = self.change_view(reading, str(pk), extra_context={"decision": form, "left": why})
        response.status_code = 409 if why else 400
        return response

    def act(self, request, comment):
        """Where the card is sent: to the desk, if it came from there and comes back, and else here."""
        if request.resolver_match.url_name == "desk-act":
            return request.path
        filters = self.get_preserved_filters(request)
        return reverse("admin:comments_comment_decide", args=[comment.pk]) + (f"?{filters}" if filters else "")

    def list_as_left(self, request):
        """The list's address, filtered as it was when the moderator opened the comment; without one, the desk's."""
        if not self.get_preserved_filters(request):
            return reverse("admin:desk")
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(filters, reverse("admin:comments_comment_changelist"))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        more = self.what_there_is(request, obj, context.get("decision"))
        return super().render_change_form(request, {**context, **more}, add, change, form_url, obj)

    def what_there_is(self, request, comment, decision):
        """What the page shows beside the fields. All of it belongs to the comment as it was read for this page."""
        appeal = getattr(comment, "appeal", None)
        return {
            "title": str(comment),
            "subtitle": None,
            "card": page_card(comment, request.user, decision, may_decide=self.has_moderate_permission(request)),
            "act": self.act(request, comment),
            "page": request.POST.get("page"),
            "next": request.POST.get("next"),
            "shown_at": timezone.now().isoformat(),
            "undo": undo_bar(request.user),
            "addresses": comment if are_addresses_shown(comment, request.user) else None,
            "closed_appeal": appeal if appeal and appeal.closed_at else None,
            "closed_reports": comment.reports.closed().prefetch_related(Prefetch("closed_by", usernames())),
            "former_texts": comment.former_texts.all()[:FORMER_VERSIONS],
            "timeline": timeline(comment),
        }


def page_of(comment):
    return reverse("admin:comments_comment_change", args=[comment.pk])
