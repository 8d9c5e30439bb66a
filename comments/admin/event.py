from datetime import date, datetime, time, timedelta

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html

from comments.models import CommentEvent
from comments.models.queryset import usernames
from comments.moderation.decisions import DECISIONS
from comments.moderation.timeline import who, why
from comments.moves import RULES, Actor, Move, Status
from crpsinfo.filters import OwnFilters
from crpsinfo.readonly import ReadOnly

COUNTED = 10_000  # the list goes no further back: older ones are found by their day
DAY = timedelta(days=1)
LATELY = 7  # days, in the sum above the list if no day is chosen
STATES = dict(Status.choices)
DECIDED = {name: decision.move for name, decision in DECISIONS.items()}


class WhoFilter(admin.SimpleListFilter):
    """Opens on what moderators did; on everything, if it is about one comment."""

    title = "who"
    parameter_name = "who"
    MODERATORS, EVERYBODY = "moderators", "all"
    ACTORS = {"writer": Actor.WRITER, "reader": Actor.READER, "site": Actor.SYSTEM}

    def lookups(self, request, model_admin):
        """With those users who ever did something, each looked for by the index: there may be a million events."""
        did = CommentEvent.objects.filter(by=OuterRef("pk"))
        users = get_user_model().objects.filter(Exists(did)).order_by("username").values_list("pk", "username")
        others = [("writer", "Writers"), ("reader", "Readers"), ("site", "The site itself")]
        first = [(self.MODERATORS, "All moderators"), (self.EVERYBODY, "Everybody, and the site")]
        return [*first, *((str(key), name) for key, name in users), *others]

    def value(self):
        is_about_one = self.request.GET.get(CommentFilter.parameter_name)
        return super().value() or (self.EVERYBODY if is_about_one else self.MODERATORS)

    def words(self):
        return dict(self.lookup_choices).get(self.value(), "Nobody")

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen not in dict(self.lookup_choices):
            return queryset.none()
        if chosen == self.EVERYBODY:
            return queryset
        if chosen == self.MODERATORS or chosen in self.ACTORS:
            return queryset.filter(actor=self.ACTORS.get(chosen, Actor.MODERATOR))
        return queryset.filter(by=int(chosen))


class WhatFilter(admin.SimpleListFilter):
    title = "what"
    parameter_name = "what"

    def lookups(self, request, model_admin):
        return [(move.value, move.label.capitalize()) for move in Move]

    def queryset(self, request, queryset):
        return queryset.filter(move=self.value()) if self.value() else queryset


class DayFilter(admin.SimpleListFilter):
    """One day, as 2026-11-22 (UTC). What is no day has no events."""

    title = "day"
    parameter_name = "day"

    def lookups(self, request, model_admin):
        return [(timezone.localdate().isoformat(), "Today")]

    @cached_property
    def day(self):
        """The date; None if there is none, or it is none. Its neighbors are dates, too."""
        try:
            day = date.fromisoformat(self.value() or "")
        except ValueError:
            return None
        return day if 1 < day.year < 9999 else None

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return within(queryset, self.day, self.day + DAY) if self.day else queryset.none()


class CommentFilter(admin.SimpleListFilter):
    title = "comment"
    parameter_name = "comment"

    def lookups(self, request, model_admin):
        return [("", "Any")]

    def queryset(self, request, queryset):
        key = self.value()
        if not key:
            return queryset
        return queryset.filter(comment=int(key)) if key.isdecimal() and len(key) < 19 else queryset.none()


def within(events, first, end):
    """Those from the first day to the end, which is no part of it."""
    zone = timezone.get_current_timezone()
    start, stop = (datetime.combine(day, time(), zone) for day in (first, end))
    return events.filter(at__gte=start, at__lt=stop)


class NewestPages(Paginator):
    """Counts no further than COUNTED."""

    @cached_property
    def count(self):
        return self.object_list[:COUNTED].count()


class AuditList(ChangeList):
    """The list, with what was chosen, a sum of it, and the state that each event led to."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "What was done, and by whom"
        self.result_list = with_states(list(self.result_list))
        self.is_cut = self.result_count >= COUNTED
        self.chosen = {spec.parameter_name: spec for spec in self.filter_specs}
        self.day = self.chosen["day"].day

    def sums(self):
        """What the chosen people did on the chosen day, or lately: `moves`, [(Move, how many)] with the most first, and
        apart from them `reveals`, how often an address was shown."""
        rows, today = self.chosen["who"].queryset(None, self.root_queryset), timezone.localdate()
        first, end = (self.day, self.day + DAY) if self.day else (today - (LATELY - 1) * DAY, today + DAY)
        counts = within(rows, first, end).order_by().values_list("move").annotate(n=Count("pk"))
        moves = {Move(move): n for move, n in counts.order_by("-n", "move")}
        return {"reveals": moves.pop(Move.REVEAL, 0), "moves": list(moves.items())}

    def reveals(self):
        """The address of the list of those who had a writer's address shown."""
        return self.get_query_string({WhatFilter.parameter_name: Move.REVEAL})

    def day_before(self):
        return self.get_query_string({DayFilter.parameter_name: self.day - DAY})

    def day_after(self):
        return self.get_query_string({DayFilter.parameter_name: self.day + DAY})


@admin.register(CommentEvent)
class CommentEventAdmin(OwnFilters, ReadOnly, admin.ModelAdmin):
    """What was done to comments, by whom and when: to be read, by everybody the same, and changed by nobody."""

    list_display = ["when", "who", "what", "states", "why", "of_comment"]
    list_display_links = None
    list_filter = [WhoFilter, WhatFilter, DayFilter, CommentFilter]
    list_per_page = 50
    list_max_show_all = 50
    list_select_related = []  # users come without their passwords
    ordering = ["-at", "-pk"]
    paginator = NewestPages
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    actions = None
    fields = readonly_fields = ["when", "who", "what", "was", "why", "of_comment", "revision"]
    own_filters = [each.parameter_name for each in list_filter]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(Prefetch("by", usernames()))

    def get_changelist(self, request, **kwargs):
        return AuditList

    @admin.display(description="when (UTC)")
    def when(self, event):
        at = timezone.localtime(event.at)
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "DATETIME_FORMAT"))

    @admin.display(description="who")
    def who(self, event):
        return who(event)

    @admin.display(description="what")
    def what(self, event):
        label = event.get_move_display().capitalize()
        return format_html('<strong class="grave">{}</strong>', label) if event.move == Move.REVEAL else label

    @admin.display(description="before → after", empty_value="–")
    def states(self, event):
        return f"{STATES[event.was]} → {STATES[event.became]}" if event.was and event.became else None

    @admin.display(description="why", empty_value="–")
    def why(self, event):
        return why(event) or None

    @admin.display(description="comment")
    def of_comment(self, event):
        page = reverse("admin:comments_comment_change", args=[event.comment_id])
        return format_html('<a href="{}">Comment {}</a>', page, event.comment_id)


def with_states(events):
    """These events, each with the state that it led to as `became`; "" if it changed none. What was taken back is again
    what it was before, which one query looks up."""
    back = [event for event in events if event.move in (Move.UNDO, Move.RESTORE)]
    moves = CommentEvent.objects.filter(comment__in={event.comment_id for event in back}, move__in=[*RULES, Move.UNDO])
    moves = list(moves.order_by("-pk"))
    for event in events:
        state = RULES[event.move].target if event.move in RULES else None
        state = before(event, moves) if event in back else state
        event.became = "" if state == event.was else state or ""
    return events


def before(event, moves):
    """The state before what this event took back: the latest such move of the comment that was not taken back before;
    None if there was none."""
    undone = Move.WITHDRAW if event.move == Move.RESTORE else DECIDED.get(event.reason)
    taken_back = 0
    for move in moves:
        if move.comment_id != event.comment_id or move.pk >= event.pk:
            continue
        if move.move == Move.UNDO and DECIDED.get(move.reason) == undone:
            taken_back += 1
        elif move.move == undone and taken_back:
            taken_back -= 1
        elif move.move == undone:
            return move.was
    return None
