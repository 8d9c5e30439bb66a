from django.contrib import admin, messages
from simple_history.admin import SimpleHistoryAdmin

from articles.models import Article, Topic


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]


@admin.register(Article)
class ArticleAdmin(SimpleHistoryAdmin):
    list_display = ["title", "kind", "status", "published_at", "last_review", "next_review", "comments_open"]
    list_filter = ["kind", "status", "topics"]
    search_fields = ["title", "summary", "body"]
    filter_horizontal = ["topics"]
    readonly_fields = ["status", "published_at", "updated_at"]
    actions = ["publish", "unpublish"]

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
