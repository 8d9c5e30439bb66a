from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import Exists, OuterRef, Q

from articles.models import Article
from comments.models import Comment, Proposal
from comments.moves import Status
from crpsinfo.models import RuleAction
from crpsinfo.spam import Verdict

ATTENTION, BLATANT = "attention", "blatant"


class StatusFilter(admin.SimpleListFilter):
    """Opens on what needs a person, the most urgent first. Blatant spam stands apart from the spam."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        states = dict(Status.choices)
        order = [Status.PENDING, Status.PUBLIC, Status.SPAM, BLATANT, Status.REMOVED, Status.WITHDRAWN]
        named = [(state, states.get(state, "Blatant spam")) for state in order]
        return [(ATTENTION, "Needs a person"), *named, ("all", "All")]

    def choices(self, changelist):
        _, *choices = super().choices(changelist)  # the first is Django's own "All"
        choices[0]["selected"] = self.value() in (None, ATTENTION)
        return choices

    def queryset(self, request, queryset):
        chosen = self.value() or ATTENTION
        if chosen == ATTENTION:
            return queryset.for_a_person(request.user).by_urgency()
        if chosen in (Status.SPAM, BLATANT):
            spam, blatant = queryset.filter(status=Status.SPAM), Q(verdict=Verdict.DISCARD)
            return spam.filter(blatant if chosen == BLATANT else ~blatant)
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


class RulingFilter(admin.SimpleListFilter):
    """What our own rules caught: the comment, or the new version of it that waits."""

    title = "our own rules"
    parameter_name = "ruling"

    def lookups(self, request, model_admin):
        return [(RuleAction.HOLD, "Held"), (RuleAction.SPAM, "Called spam")]

    def queryset(self, request, queryset):
        if self.value() not in RuleAction.values:
            return queryset
        versions = Proposal.objects.on_public().filter(ruling=self.value()).values("comment")
        return queryset.filter(Q(ruling=self.value()) | Q(pk__in=versions))


class ArticleFilter(admin.RelatedFieldListFilter):
    """The articles that have comments. Django's own would read all comments to find them."""

    def field_choices(self, field, request, model_admin):
        of_article = Comment.objects.filter(article=OuterRef("pk"))
        articles = Article.objects.alias(asked=Exists(of_article)).filter(asked=True).order_by("title")
        return list(articles.values_list("pk", "title"))


class Queue(ChangeList):
    """A list that keeps the order of urgency where a filter brought it in, unless a moderator sorts by a column."""

    def get_ordering(self, request, queryset):
        order = queryset.query.order_by
        if "urgency" in order and ORDER_VAR not in self.params:
            return list(order)
        return super().get_ordering(request, queryset)
