from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from comments.admin.filters import ArticleFilter, CheckedFilter, Queue, RulingFilter, StatusFilter
from comments.admin.page import OwnPage
from comments.models import Comment
from comments.moderation.attention import RULED, mark_of, why
from comments.moderation.card import distressing
from comments.moderation.forms import DecisionForm, ReasonForm
from comments.moves import Status
from crpsinfo.desk.bar import tell, tell_errors, undo_bar
from crpsinfo.desk.deciding import decide_all
from crpsinfo.desk.kinds import Seen, kinds
from crpsinfo.filters import OwnFilters
from crpsinfo.readonly import ReadOnly
from crpsinfo.spam.health import alarm


@admin.register(Comment)
class CommentAdmin(OwnPage, OwnFilters, ReadOnly, admin.ModelAdmin):
    """Comments are read here and moved by the verbs; nobody edits what somebody else wrote."""

    list_display = ["excerpt", "why_here", "author_name", "article", "status", "verdict", "created_at"]
    list_filter = [StatusFilter, RulingFilter, CheckedFilter, ("article", ArticleFilter)]
    list_select_related = []  # `for_moderators` brings what is shown; Django would join whole articles
    search_fields = ["author_name", "text"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["publish", "spam", "confirm_spam", "not_spam", "remove", "hold", "dismiss"]
    action_form = ReasonForm
    fields = readonly_fields = [
        "author_name", "staff", "website", "created_at", "edited_at", "status", "decided_at", "decided_by",
        "reason", "reason_words", "public_note", "held_at", "own_rules", "check_state",
    ]  # fmt: skip
    once = {"own_rules": "ruling"} | {
        name: name
        for name in [
            *["staff", "website", "edited_at", "decided_at", "decided_by"],
            *["reason", "reason_words", "public_note", "held_at"],
        ]
    }
    own_filters = [
        *[StatusFilter.parameter_name, RulingFilter.parameter_name, CheckedFilter.parameter_name],
        *["created_at__year", "created_at__month", "created_at__day", "article__id__exact", "writer__id__exact"],
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).for_moderators()

    def get_changelist(self, request, **kwargs):
        return Queue

    def changelist_view(self, request, extra_context=None):
        above = {"alarm": alarm(), "undo": undo_bar(request.user)}
        return super().changelist_view(request, {**(extra_context or {}), **above})

    def get_fields(self, request, obj=None):
        """Without those that say nothing yet."""
        return [name for name in self.fields if name not in self.once or getattr(obj, self.once[name], None)]

    def get_actions(self, request):
        """None on the list of all: a decision is about what a moderator sees as waiting, public, spam or removed."""
        return {} if request.GET.get(StatusFilter.parameter_name) == "all" else super().get_actions(request)

    # --- Columns and fields ---------------------------------------------------------------------

    def action_checkbox(self, obj):
        """With the mark of what the list shows of this comment."""
        seen = format_html('<input type="hidden" name="seen" value="{}">', mark_of(obj))
        return format_html("{}{}", super().action_checkbox(obj), seen)

    @admin.display(description="comment")
    def excerpt(self, comment):
        if comment.text and distressing(comment):
            return "May be distressing: open it to read it"
        return Truncator(comment.text).chars(140) or "(erased)"

    @admin.display(description="why", empty_value="Nothing to do")
    def why_here(self, comment):
        lines = format_html_join("", "<li>{}</li>", ((reason,) for reason in why(comment)))
        return format_html('<ul class="why">{}</ul>', lines) if lines else None

    @admin.display(description="our own rules")
    def own_rules(self, comment):
        return f"{RULED[comment.ruling]}: {comment.ruled_because}"

    @admin.display(description="spam check")
    def check_state(self, comment):
        if comment.checked_at:
            return f"{comment.get_verdict_display()}, {comment.checked_at:%Y-%m-%d %H:%M} UTC"
        if comment.due_at is None:
            return "Not checked"
        failed = f" Last attempt ({comment.attempts}): {comment.last_error}." if comment.last_error else ""
        return f"Not checked yet; due {comment.due_at:%Y-%m-%d %H:%M} UTC.{failed}"

    # --- Actions --------------------------------------------------------------------------------

    @admin.action(description="Publish", permissions=["moderate"])
    def publish(self, request, queryset):
        self._decide_all(request, queryset, "publish")

    @admin.action(description="Spam", permissions=["moderate"])
    def spam(self, request, queryset):
        self._decide_all(request, queryset, "spam")

    @admin.action(description="It is spam (what was drawn)", permissions=["moderate"])
    def confirm_spam(self, request, queryset):
        self._decide_all(request, queryset, "confirm_spam")

    @admin.action(description="Not spam: publish", permissions=["moderate"])
    def not_spam(self, request, queryset):
        self._decide_all(request, queryset.filter(status=Status.SPAM), "publish")

    @admin.action(description="Remove (with the reason chosen here)", permissions=["moderate"])
    def remove(self, request, queryset):
        self._decide_all(request, queryset, "remove")

    @admin.action(description="Hold for a second look", permissions=["moderate"])
    def hold(self, request, queryset):
        self._decide_all(request, queryset, "hold")

    @admin.action(description="Reports seen: it stays as it is", permissions=["moderate"])
    def dismiss(self, request, queryset):
        self._decide_all(request, queryset, "dismiss")

    def _decide_all(self, request, queryset, name):
        """The decision on each comment by itself. One that has left the list that the moderator saw is named, too."""
        form = DecisionForm({"action": name, "reason": request.POST.get("reason", "")})
        if not form.is_valid():
            tell_errors(request, form)
            return
        listed = set(queryset.values_list("pk", flat=True))
        ticked = [int(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)]
        kind, seen = kinds()["comment"], Seen.of(request.POST)
        outcome = decide_all(kind, [pk for pk in ticked if pk in listed], form.cleaned_data, by=request.user, seen=seen)
        outcome.left |= {pk: kind.now(pk, seen) for pk in ticked if pk not in listed}
        tell(request, kind, outcome)

    # --- Who may what ---------------------------------------------------------------------------

    def view_on_site(self, comment):
        return comment.get_absolute_url() if comment.is_public else None

    def has_moderate_permission(self, request):
        return request.user.has_perm("comments.moderate_comment")
