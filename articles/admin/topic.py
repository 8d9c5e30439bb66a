from django.contrib import admin

from articles.models import Topic
from crpsinfo.filters import OwnFilters


@admin.register(Topic)
class TopicAdmin(OwnFilters, admin.ModelAdmin):
    search_fields = ["name"]

    def get_readonly_fields(self, request, obj=None):
        """Readers may have linked to its page: the address stays."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["name"]}
