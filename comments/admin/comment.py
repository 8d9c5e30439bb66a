from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from comments.admin.attention import RULED, mark_of, why
from comments.admin.decisions import DECISIONS, decide
from comments.admin.filters import ArticleFilter, CheckedFilter, OwnFilters, Queue, RulingFilter, StatusFilter
from comments.admin.forms import ReasonForm
from comments.admin.page import OwnPage
from comments.models import Comment, CommentEvent, Writer
from comments.models.queryset import usernames
from comments.moves import Conflict, Reason, Status
from crpsinfo.readonly import ReadOnly
from crpsinfo.spam.health import alarm


class EventInline(ReadOnly, admin.TabularInline):
    model = CommentEvent
    fields = readonly_fields = ["at", "move", "reason", "was", "actor", "by", "revision"]
    extra = 0
    verbose_name_plural = "what happened to it"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(Prefetch("by", usernames()))


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
    inlines = [EventInline]
    fields = readonly_fields = [
        "why_here", "article_link", "parent_link", "author_name", "staff", "website", "shown_text", "created_at",
        "edited_at", "status", "decided_at", "decided_by", "reason", "held_at", "own_rules", "check_state",
    ]  # fmt: skip
    once = {"own_rules": "ruling"} | {
        name: name for name in ["staff", "website", "edited_at", "decided_at", "decided_by", "reason", "held_at"]
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
        above = {"alerted": Writer.objects.alerted(), "alarm": alarm()}
        return super().changelist_view(request, {**(extra_context or {}), **above})

    def get_fields(self, request, obj=None):
        """Without those that say nothing yet, so that the buttons stand close to the text."""
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
        return Truncator(comment.text).chars(140) or "(erased)"

    @admin.display(description="why", empty_value="Nothing to do")
    def why_here(self, comment):
        lines = format_html_join("", "<li>{}</li>", ((reason,) for reason in why(comment)))
        return format_html('<ul class="why">{}</ul>', lines) if lines else None

    @admin.display(description="text")
    def shown_text(self, comment):
        return format_html('<div class="comment-text" dir="auto">{}</div>', mark_safe(comment.html))  # noqa: S308 - escaped when saved

    @admin.display(description="article")
    def article_link(self, comment):
        return format_html('<a href="{}">{}</a>', comment.article.get_absolute_url(), comment.article)

    @admin.display(description="in reply to")
    def parent_link(self, comment):
        parent = comment.parent
        if parent is None:
            return "—"
        page = reverse("admin:comments_comment_change", args=[parent.pk])
        excerpt = Truncator(parent.text).chars(600) or "(erased)"
        words = '<a href="{}">{}</a> ({}): <span dir="auto">{}</span>'
        return format_html(words, page, parent.author_name or parent, parent.get_status_display().lower(), excerpt)

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
        reason = request.POST.get("reason")
        if reason not in Reason.values:
            self.message_user(
                request, "Nothing was removed: choose the reason that its writer will read.", messages.ERROR
            )
            return
        self._decide_all(request, queryset, "remove", reason=reason)

    @admin.action(description="Hold for a second look", permissions=["moderate"])
    def hold(self, request, queryset):
        self._decide_all(request, queryset, "hold")

    @admin.action(description="Reports seen: it stays as it is", permissions=["moderate"])
    def dismiss(self, request, queryset):
        self._decide_all(request, queryset, "dismiss")

    def _decide_all(self, request, queryset, name, **typed):
        """The decision on each comment by itself: one that somebody else changed or decided meanwhile stops none of the
        others. That one has left the list that the moderator saw, or it conflicts; either way it is named."""
        seen, done = set(request.POST.getlist("seen")), []
        for comment in queryset:
            try:
                decide(comment, name, by=request.user, seen=seen, typed=typed)
                done.append(comment.pk)
            except Conflict:
                continue
        if done:
            self.message_user(request, f"{len(done)} {DECISIONS[name].done}.", messages.SUCCESS)
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        left = Comment.objects.filter(pk__in=ticked).exclude(pk__in=done)
        if left:
            names = ", ".join(f"{comment.pk} ({comment.get_status_display().lower()})" for comment in left)
            self.message_user(request, f"Left as they are: {names}.", messages.WARNING)

    # --- Who may what ---------------------------------------------------------------------------

    def view_on_site(self, comment):
        return comment.get_absolute_url() if comment.is_public else None

    def has_moderate_permission(self, request):
        return request.user.has_perm("comments.moderate_comment")
