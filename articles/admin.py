from django import forms
from django.contrib import admin, messages
from django.db import models
from django.utils import timezone

from articles.models import Article, Topic
from crpsinfo.filters import OwnFilters
from crpsinfo.history import HistoryAdmin


@admin.register(Topic)
class TopicAdmin(OwnFilters, admin.ModelAdmin):
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]


@admin.register(Article)
class ArticleAdmin(HistoryAdmin):
    list_display = ["title", "kind", "status", "published_at", "last_review", "next_review", "comments_open"]
    list_filter = ["kind", "status", "topics"]
    own_filters = ["kind__exact", "status__exact", "topics__id__exact", "topics__isnull"]
    search_fields = ["title", "summary", "body"]
    formfield_overrides = {
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 40, "class": "markdown"})},
    }
    readonly_fields = ["status", "published_at", "updated_at", "comments_switched_at"]
    actions = ["publish", "unpublish"]

    def get_readonly_fields(self, request, obj=None):
        """The address of what readers may have linked to stays."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj and obj.published_at else fields

    def save_model(self, request, obj, form, change):
        """Bringing an older version back brings its text back, not whether, when and where it was published, nor its
        open comments. Who opens or closes them by hand has the last word: their age closes them no more."""
        if change:
            now = Article.objects.select_for_update().get(pk=obj.pk)
            obj.status, obj.published_at = now.status, now.published_at
            obj.slug = now.slug if now.published_at else obj.slug
            if "comments_open" not in form.changed_data:
                obj.comments_open = now.comments_open
            by_hand = obj.comments_open != now.comments_open
            obj.comments_switched_at = timezone.now() if by_hand else now.comments_switched_at
        super().save_model(request, obj, form, change)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

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

    def has_publish_permission(self, request):
        return request.user.has_perm("articles.publish_article")
