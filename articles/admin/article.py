from contextlib import contextmanager

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import Http404
from django.utils import timezone

from articles.admin.article_form import PUBLISH, SCHEDULE, UNPUBLISH, ArticleForm
from articles.admin.preview import Preview
from articles.models import Article, Correction, Kind
from articles.writing.reading_level import level_of
from crpsinfo.difference import difference
from crpsinfo.history import HistoryAdmin

VERBS = {
    PUBLISH: lambda article, typed: article.publish(),
    SCHEDULE: lambda article, typed: article.schedule(typed["publish_on"]),
    UNPUBLISH: lambda article, typed: article.unpublish(),
}
COMPARED = ("title", "summary", "body", "topics", "credit", "reviewed_by", "last_review", "next_review")


class CorrectionInline(admin.TabularInline):
    model = Correction
    extra = 0
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}


@admin.register(Article)
class ArticleAdmin(Preview, HistoryAdmin):
    form = ArticleForm
    object_history_form_template = "admin/articles/article/object_history_form.html"
    history_list_display = ["status"]
    inlines = [CorrectionInline]
    list_display = ["title", "kind", "status", "published_at", "last_review", "next_review", "comments_open"]
    list_filter = ["kind", "status", "topics"]
    own_filters = ["kind__exact", "status__exact", "topics__id__exact", "topics__isnull"]
    search_fields = ["title", "summary", "body"]
    formfield_overrides = {
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 40, "class": "markdown"})},
    }
    readonly_fields = [
        "text_format",
        "status",
        "published_at",
        "publish_at",
        "updated_at",
        "comments_switched_at",
        "reading",
    ]
    actions = ["publish", "unpublish"]
    fieldsets = [
        (None, {"fields": ["seen", "kind", "title", "slug", "summary", "text_format", "body", "reading"]}),
        (None, {"fields": ["topics", "credit", "reviewed_by", ("last_review", "next_review")]}),
        (None, {"fields": ["status", "decision", "publish_on", "publish_at", "published_at"]}),
        (None, {"fields": ["comments_open", "comments_switched_at", "updated_at"]}),
    ]

    @admin.display(description="length and grade")
    def reading(self, article):
        return str(level_of(article.html)) if article.pk else "Shown after saving, and in the preview."

    def view_on_site(self, article):
        """Where readers see it, if they do: the stored one, whatever the form says."""
        stored = Article.objects.published().filter(pk=article.pk).first()
        return stored and stored.get_absolute_url()

    # --- Who may what ---------------------------------------------------------------------------

    def has_publish_permission(self, request):
        return request.user.has_perm("articles.publish_article")

    def get_form(self, request, obj=None, **kwargs):
        """Without the permission, and beside an older version, no decision is offered, nor heard when posted."""
        form = super().get_form(request, obj, **kwargs)
        return type(form)(form.__name__, (form,), {"may_decide": self.may_decide(request)})

    def may_decide(self, request):
        return self.has_publish_permission(request) and not is_older_version(request)

    def get_readonly_fields(self, request, obj=None):
        """What an article is, stays. A page stays at its address, and an older version brings none back."""
        fields = list(super().get_readonly_fields(request, obj))
        if obj:
            fields.append("kind")
        if obj and (obj.kind == Kind.PAGE or is_older_version(request)):
            fields.append("slug")
        return fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    # --- Saving ---------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        """Bringing an older version back brings its text back, not whether, when and where it was published, nor its
        open comments. Who opens or closes them by hand has the last word: their age closes them no more."""
        slug = obj.slug
        with transaction.atomic():
            if change:
                now = Article.objects.select_for_update().get(pk=obj.pk)
                obj.status, obj.published_at, obj.publish_at = now.status, now.published_at, now.publish_at
                obj.slug = now.slug
                if "comments_open" not in form.changed_data:
                    obj.comments_open = now.comments_open
                by_hand = obj.comments_open != now.comments_open
                obj.comments_switched_at = timezone.now() if by_hand else now.comments_switched_at
                with without_history(now):  # the one row that follows has the topics, too
                    now.topics.set(form.cleaned_data["topics"])
            if change and "slug" in form.changed_data:
                with without_history(obj):  # the new address is on record together with all else
                    super().save_model(request, obj, form, change)
                obj.rename(slug)
            else:
                super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if decision := form.cleaned_data.get("decision"):
            VERBS[decision](form.instance, form.cleaned_data)

    # --- History --------------------------------------------------------------------------------

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """With what would change, word by word, if this version were brought back. What was deleted does not come
        back: its comments and addresses are gone."""
        if self.get_object(request, object_id) is None:
            raise Http404("There is no such article any more.")
        context = {"differences": self.differences(object_id, version_id)} | (extra_context or {})
        return super().history_form_view(request, object_id, version_id, context)

    def differences(self, object_id, version_id):
        """[(name of the field, the text as it is and as it was, as one)], of those that differ."""
        self.refuse_nonsense(object_id, version_id)
        now = Article.objects.filter(pk=object_id).first()
        then = Article.history.filter(id=object_id, history_id=version_id).first()
        pairs = [(name, in_words(now, name), in_words(then, name)) for name in COMPARED] if now and then else []
        label = Article._meta.get_field
        return [(label(name).verbose_name, difference(new, old)) for name, new, old in pairs if new != old]

    # --- Actions --------------------------------------------------------------------------------

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request, queryset):
        self._move_all(request, queryset, Article.publish, "published")

    @admin.action(description="Take back to draft", permissions=["publish"])
    def unpublish(self, request, queryset):
        self._move_all(request, queryset, Article.unpublish, "taken back to draft")

    def _move_all(self, request, queryset, verb, done):
        for article in queryset:
            verb(article)
        self.message_user(request, f"{len(queryset)} {done}.", messages.SUCCESS)


def in_words(article, name):
    """A field of an article, or of an older version of one."""
    value = getattr(article, name)
    if name == "topics":  # an older version has rows that lead to them
        names = (str(getattr(row, "topic", row)) for row in value.all())
        return ", ".join(sorted(names))
    return "" if value is None else str(value)


@contextmanager
def without_history(article):
    article.skip_history_when_saving = True
    try:
        yield
    finally:
        del article.skip_history_when_saving


def is_older_version(request):
    return request.resolver_match.url_name.endswith("simple_history")
