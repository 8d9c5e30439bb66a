from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.core.exceptions import BadRequest
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from comments.models import Comment, CommentEvent, CommentSettings
from comments.moves import RULES, Conflict, Move, Reason, Status
from crpsinfo.readonly import ReadOnly


class ReasonForm(ActionForm):
    """The bar above the list: the action, and the reason a writer reads when it is `remove`."""

    reason = forms.ChoiceField(choices=[("", "—"), *Reason.choices], required=False, label="Reason (when removing):")


class EventInline(ReadOnly, admin.TabularInline):
    model = CommentEvent
    fields = readonly_fields = ["at", "move", "reason", "was", "actor", "by", "revision"]
    extra = 0
    verbose_name_plural = "what happened to it"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


class StatusFilter(admin.SimpleListFilter):
    """Opens on what waits for a person."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [*Status.choices, ("all", "All")]

    def choices(self, changelist):
        chosen = self.value() or Status.PENDING
        for value, words in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": value == chosen, "query_string": query, "display": words}

    def queryset(self, request, queryset):
        chosen = self.value() or Status.PENDING
        return queryset if chosen == "all" else queryset.filter(status=chosen)


class CheckedFilter(admin.SimpleListFilter):
    title = "spam check"
    parameter_name = "checked"

    def lookups(self, request, model_admin):
        return [("no", "Not checked yet"), ("ham", "Not spam"), ("spam", "Spam"), ("discard", "Blatant spam")]

    def queryset(self, request, queryset):
        if self.value() == "no":
            return queryset.filter(checked_at=None)
        return queryset.filter(verdict=self.value()) if self.value() else queryset


@admin.register(Comment)
class CommentAdmin(ReadOnly, admin.ModelAdmin):
    """Comments are read here and moved by the verbs; nobody edits what somebody else wrote."""

    list_display = ["excerpt", "author_name", "article", "status", "verdict", "created_at"]
    list_filter = [StatusFilter, CheckedFilter, ("article", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["article"]
    search_fields = ["author_name", "text"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["publish", "spam", "not_spam", "remove", "hold"]
    action_form = ReasonForm
    inlines = [EventInline]
    fields = readonly_fields = [
        "article_link", "parent_link", "author_name", "website", "shown_text", "created_at",
        "status", "decided_at", "decided_by", "reason", "held_at", "check_state",
    ]  # fmt: skip
    change_form_template = "admin/comments/comment/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("article", "parent", "decided_by")

    def changelist_view(self, request, extra_context=None):
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isdecimal() and len(key) < 19 for key in ticked):
            raise BadRequest("What is ticked is no comment.")
        return super().changelist_view(request, extra_context)

    def get_fields(self, request, obj=None):
        """Without those that say nothing yet, so that the buttons stand close to the text."""
        once = ("website", "decided_at", "decided_by", "reason", "held_at")
        return [name for name in self.fields if name not in once or getattr(obj, name, None)]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        comment = self.get_object(request, object_id)
        moves = self.possible_moves(comment) if comment and self.has_moderate_permission(request) else []
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "moves": moves, "reasons": Reason}
        )

    def get_actions(self, request):
        """None on the list of all: a decision is about what a moderator sees as waiting, public, spam or removed, and
        not about what somebody else has made of it meanwhile."""
        return {} if request.GET.get(StatusFilter.parameter_name) == "all" else super().get_actions(request)

    def possible_moves(self, comment):
        """The actions that make sense for this comment: [(name of the action, its words)]."""
        if comment.erased_at:
            return []
        names = {
            "publish": (Move.PUBLISH, "Publish"),
            "hold": (Move.HOLD, "Hold for a second look"),
            "spam": (Move.MARK_SPAM, "Spam"),
            "remove": (Move.REMOVE, "Remove"),
        }
        return [(name, words) for name, (move, words) in names.items() if comment.status in RULES[move].sources]

    # --- Columns and fields ---------------------------------------------------------------------

    @admin.display(description="comment")
    def excerpt(self, comment):
        return Truncator(comment.text).chars(140) or "(erased)"

    @admin.display(description="text")
    def shown_text(self, comment):
        return format_html('<div class="comment-text" dir="auto">{}</div>', mark_safe(comment.html))  # noqa: S308 - escaped when saved

    @admin.display(description="article")
    def article_link(self, comment):
        return format_html('<a href="{}">{}</a>', comment.article.get_absolute_url(), comment.article)

    @admin.display(description="in reply to")
    def parent_link(self, comment):
        if comment.parent is None:
            return "—"
        excerpt = Truncator(comment.parent.text).chars(300)
        return format_html("<strong>{}</strong>: {}", comment.parent.author_name, excerpt)

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
        self._move_all(request, queryset, "published", lambda comment: comment.publish(by=request.user))

    @admin.action(description="Spam", permissions=["moderate"])
    def spam(self, request, queryset):
        self._move_all(request, queryset, "marked as spam", lambda comment: comment.mark_spam(by=request.user))

    @admin.action(description="Not spam: publish", permissions=["moderate"])
    def not_spam(self, request, queryset):
        self.publish(request, queryset.filter(status=Status.SPAM))

    @admin.action(description="Remove (with the reason chosen here)", permissions=["moderate"])
    def remove(self, request, queryset):
        reason = request.POST.get("reason")
        if reason not in Reason.values:
            self.message_user(
                request, "Nothing was removed: choose the reason that its writer will read.", messages.ERROR
            )
            return
        self._move_all(request, queryset, "removed", lambda comment: comment.remove(by=request.user, reason=reason))

    @admin.action(description="Hold for a second look", permissions=["moderate"])
    def hold(self, request, queryset):
        self._move_all(request, queryset, "held", lambda comment: comment.hold(by=request.user))

    def _move_all(self, request, queryset, done, verb):
        """The verb for each comment by itself: one that somebody else decided meanwhile stops none of the others. That
        one is not in the list any more that the moderator saw, or its verb conflicts; either way it is named."""
        moved = []
        seen = request.POST.get("seen")  # from a comment's own page: when it came to be as the moderator saw it
        for comment in queryset:
            if seen and seen != comment.status_at.isoformat():
                continue
            try:
                verb(comment)
                moved.append(comment.pk)
            except Conflict:
                continue
        if moved:
            self.message_user(request, f"{len(moved)} {done}.", messages.SUCCESS)
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        left = Comment.objects.filter(pk__in=ticked).exclude(pk__in=moved)
        if left:
            names = ", ".join(f"{comment.pk} ({comment.get_status_display().lower()})" for comment in left)
            self.message_user(request, f"Left as they are: {names}.", messages.WARNING)

    # --- Who may what ---------------------------------------------------------------------------

    def lookup_allowed(self, lookup, value, request):
        """What the filters of the list need, and nothing else: asking for a prefix again and again would spell out an
        address or a receipt's key."""
        own = (StatusFilter.parameter_name, CheckedFilter.parameter_name)
        return lookup in own or lookup.startswith(("created_at__", "article__id__"))

    def view_on_site(self, comment):
        return comment.get_absolute_url() if comment.is_public else None

    def has_moderate_permission(self, request):
        return request.user.has_perm("comments.moderate_comment")


@admin.register(CommentSettings)
class CommentSettingsAdmin(admin.ModelAdmin):
    """The switch for all comments: one row, made when it is first used."""

    list_display = ["__str__", "note"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not CommentSettings.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.pk = 1
        super().save_model(request, obj, form, change)
