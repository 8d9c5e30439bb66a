"""Our own spam rules, which moderators add. Rules belong to the shared part; they are here because it takes comments to
show what one would have caught."""

from collections import Counter
from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError
from django.db.models import Case, F, Prefetch, Value, When, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from comments.admin import tries
from comments.models import Comment
from comments.models.queryset import danger, usernames
from comments.moderation.block import are_addresses_shown, prefilled
from comments.moderation.card import distressing
from comments.moves import Status
from comments.screening import caught_by
from crpsinfo.filters import OwnFilters
from crpsinfo.models import Rule, RuleKind
from crpsinfo.spam import rules

LATEST, SHOWN = 1000, 20  # comments that a rule is tried on, and those of them that are shown
SEEN = TimestampSigner(salt="comments.admin.rule")
SEEN_FOR = timedelta(hours=1)
OF_PERSONS = (RuleKind.EMAIL, RuleKind.NETWORK)
ABOUT = (
    "Before anything is saved you see which of the last 1,000 comments the rule would have caught. To undo a rule, end "
    "it: it does nothing from then on, and stays in the list. Whatever is tried with an e-mail address or a network is "
    "put on record with your name, because trying again and again could find out a writer's address."
)


def looks_for(rule):
    """What decides which texts a rule catches, and what becomes of them."""
    return [str(part) for part in (rule.kind, rule.value, rule.action)]


class Preview:
    """Which of the latest comments a rule would have caught. Worked out when the page is put together: the transaction
    of the post is over by then, and nobody who writes waits for it."""

    def __init__(self, rule):
        self.rule = rule
        self.mark = SEEN.sign_object(looks_for(rule))  # that just this was shown

    @cached_property
    def comments(self):
        """The latest that readers wrote."""
        columns = ["text", "author_name", "email", "website", "ip", "status", "decided_at", "created_at"]
        rows = Comment.objects.filter(erased_at=None, staff=None).only(*columns)
        return list(rows.order_by("-created_at", "-pk")[:LATEST])

    @cached_property
    def caught(self):
        """Of them, those that it would have caught; first what people published, then the newest."""
        return sorted(caught_by(self.rule, self.comments), key=lambda comment: not is_approved(comment))

    @cached_property
    def shown(self):
        """[(comment, why it may be distressing; or "")] of the first of them."""
        first = self.caught[:SHOWN]
        prefetch_related_objects(first, *danger())
        return [(comment, distressing(comment)) for comment in first]

    @property
    def hidden(self):
        """How many more there are."""
        return len(self.caught) - len(self.shown)

    @property
    def by_state(self):
        """For instance "3 public, 12 spam, 1 waiting"."""
        found = Counter(comment.status for comment in self.caught)
        return ", ".join(f"{found[state]} {state.label.lower()}" for state in Status if found[state])

    @property
    def approved(self):
        """How many of them people published."""
        return sum(is_approved(comment) for comment in self.caught)

    @property
    def of_known_network(self):
        """Of how many of the comments the network is still kept, if the rule asks for one; else None."""
        return sum(bool(comment.ip) for comment in self.comments) if self.rule.kind == RuleKind.NETWORK else None


def is_approved(comment):
    return comment.is_public and comment.decided_at is not None


class RuleForm(forms.ModelForm):
    ends_at = forms.DateTimeField(
        required=False,
        label="Ends",
        help_text="In UTC. Empty: it holds for good; but a network that you add without an end ends after 30 days, "
        "since other people get the address. To end a rule at once, tick it in the list and choose “End now”.",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    class Meta:
        model = Rule
        fields = ["kind", "value", "action", "note", "ends_at"]
        help_texts = {
            "value": "One word or phrase (whole words; * at the end of a word stands for any ending; capitals, accents "
            "and look-alike letters do not matter); one e-mail address, or a domain for all its addresses; one domain "
            "that is linked to; or one network, such as 192.0.2.0/24 or a single address.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = looks_for(self.instance) if self.instance.pk else None
        self.was_active = bool(self.instance.pk) and self.instance.is_active

    def is_valid(self):
        """Nothing is saved before its moderator has seen what it would have caught."""
        return super().is_valid() and self.was_seen

    @property
    def was_seen(self):
        """Whether it catches what it caught before, or no more, or just this was shown a while ago."""
        now = looks_for(self.instance)
        is_new = now != self.stored or (self.instance.is_active and not self.was_active)
        try:
            return not is_new or SEEN.unsign_object(self.data.get("seen", ""), max_age=SEEN_FOR) == now
        except BadSignature:
            return False

    @property
    def is_for_preview(self):
        """Whether it can be saved once it was seen."""
        return self.is_bound and not self.errors and not self.was_seen

    def clean(self):
        data = super().clean()
        kind, value = data.get("kind"), data.get("value")
        if kind and value and not rules.trouble(kind, value):
            same = Rule.objects.filter(kind=kind, value=rules.normalised(kind, value)).exclude(pk=self.instance.pk)
            if there := same.first():
                self.add_error("value", forms.ValidationError(already(there), code="unique"))
        return data

    def clean_ends_at(self):
        end = self.cleaned_data["ends_at"]
        if end and end <= timezone.now() and not self.instance.pk:
            raise forms.ValidationError("This is over already.", code="over")
        return end


def already(rule):
    """That this rule is there, with the way to it."""
    page = reverse("admin:crpsinfo_rule_change", args=[rule.pk])
    state = "" if rule.is_active else ", which has ended. Give it a new end there"
    return format_html('There is this rule already: <a href="{}">{}</a>{}.', page, rule, state)


class EndedFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("active", "Active"), ("ended", "Ended")]

    def queryset(self, request, queryset):
        if self.value() == "active":
            return queryset.active()
        return queryset.filter(ends_at__lte=timezone.now()) if self.value() == "ended" else queryset


@admin.register(Rule)
class RuleAdmin(OwnFilters, admin.ModelAdmin):
    form = RuleForm
    list_display = ["sought", "kind", "does", "caught", "last_caught", "end", "added"]
    list_filter = ["kind", "action", EndedFilter]
    search_fields = ["words", "note"]  # letter by letter, a search would spell out somebody's address
    ordering = ["kind", "value", "pk"]
    list_per_page = 100
    show_full_result_count = False
    actions = ["end_now"]
    readonly_fields = ["caught", "last_caught_at", "added", "created_at"]
    own_filters = ["kind__exact", "action__exact", EndedFilter.parameter_name]

    def get_queryset(self, request):
        words = Case(When(kind__in=OF_PERSONS, then=Value("")), default=F("value"))
        return super().get_queryset(request).alias(words=words).prefetch_related(Prefetch("added_by", usernames()))

    def get_fieldsets(self, request, obj=None):
        fields = [*RuleForm.Meta.fields, *(self.readonly_fields if obj else [])]
        return [(None, {"fields": fields, "description": ABOUT})]

    # --- Columns and fields ---------------------------------------------------------------------

    def action_checkbox(self, obj):
        """Its label names the rule."""
        return super().action_checkbox(unnamed(obj))

    @admin.display(description="what to look for", ordering="value")
    def sought(self, rule):
        """Without anybody's address: that is on the rule's own page, and it is on record who looks."""
        return unnamed(rule).value

    @admin.display(description="action", ordering="action")
    def does(self, rule):
        return rule.get_action_display().partition(":")[0]

    @admin.display(description="last", ordering="last_caught_at")
    def last_caught(self, rule):
        return f"{rule.last_caught_at:%-d %b %Y}" if rule.last_caught_at else "—"

    @admin.display(description="ends", ordering="ends_at")
    def end(self, rule):
        return f"{'' if rule.is_active else 'Ended '}{rule.ends_at:%-d %b %Y}" if rule.ends_at else "—"

    @admin.display(description="added by")
    def added(self, rule):
        return rule.added_by or "came with the site"

    # --- Filled in --------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request):
        """From a comment's block menu. What is about its writer only while this moderator may see it, on record."""
        initial = {name: request.GET[name] for name in ("kind", "value") if name in request.GET}
        key = request.GET.get("comment", "")
        comment = Comment.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
        if comment and are_addresses_shown(comment, request.user):
            initial["value"] = prefilled(initial.get("kind"), comment)
        return initial

    # --- Saving ---------------------------------------------------------------------------------

    def changeform_view(self, request, *args, **kwargs):
        """Whoever adds the same rule at the same moment is told that it is there."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        if form.is_for_preview:
            context |= {"preview": Preview(form.instance), "title": "Not saved yet: what this rule would have caught"}
            context["show_save"] = False  # there is another button, which says what it does
            if form.instance.kind in OF_PERSONS:
                tries.put_on_record(tries.TRIED, form.instance, by=request.user)
        elif form.instance.pk and form.stored[0] in OF_PERSONS:
            tries.put_on_record(tries.LOOKED_AT, form.instance, by=request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.added_by = request.user
            obj.save()
            return
        fields = [*RuleForm.Meta.fields]  # not `caught`: it goes on counting meanwhile
        if form.stored[:2] != looks_for(obj)[:2]:  # what it caught before was something else
            obj.caught, obj.last_caught_at = 0, None
            fields += ["caught", "last_caught_at"]
        obj.save(update_fields=fields)

    @admin.action(description="End now", permissions=["change"])
    def end_now(self, request, queryset):
        active = list(queryset.active())
        queryset.filter(pk__in=[rule.pk for rule in active]).update(ends_at=timezone.now())
        for rule in active:
            self.log_change(request, rule, "Ended.")
        self.message_user(request, f"{len(active)} ended.", messages.SUCCESS)

    # --- The admin's record, which is kept for good: without anybody's address --------------------

    def history_view(self, request, object_id, extra_context=None):
        if rule := self.get_object(request, unquote(object_id)):
            extra_context = {"object": unnamed(rule), "title": f"Change history: {unnamed(rule)}"}
        return super().history_view(request, object_id, extra_context)

    def log_addition(self, request, obj, message):
        return super().log_addition(request, unnamed(obj), message)

    def log_change(self, request, obj, message):
        return super().log_change(request, unnamed(obj), message)

    def log_deletions(self, request, queryset):
        return super().log_deletions(request, [unnamed(rule) for rule in queryset])


def unnamed(rule):
    """The same rule, without the address that it may be about."""
    return Rule(pk=rule.pk, kind=rule.kind, value=f"rule {rule.pk}") if rule.kind in OF_PERSONS else rule
