from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction

from articles.models import OldAddress, Topic
from articles.models.topic import path_of
from crpsinfo.filters import OwnFilters


class TopicForm(forms.ModelForm):
    class Meta:
        model = Topic
        fields = ["name", "slug", "description"]
        help_texts = {"slug": "The last part of its address. The old address leads to the new one."}

    def clean_slug(self):
        """An address that led to another topic stays that one's."""
        slug = self.cleaned_data["slug"]
        if OldAddress.objects.exclude(topic=self.instance.pk or 0).filter(path=path_of(slug)).exists():
            raise ValidationError("This address leads to another topic, which had it before.", code="taken")
        return slug


@admin.register(Topic)
class TopicAdmin(OwnFilters, admin.ModelAdmin):
    form = TopicForm
    search_fields = ["name"]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["name"]}

    def save_model(self, request, obj, form, change):
        """Readers may have linked to its page: a changed address leads on."""
        slug = obj.slug
        with transaction.atomic():
            if change:
                obj.slug = Topic.objects.select_for_update().get(pk=obj.pk).slug
            super().save_model(request, obj, form, change)
            if change and "slug" in form.changed_data:
                obj.rename(slug)
