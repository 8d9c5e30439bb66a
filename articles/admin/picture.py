from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from articles.models import Picture
from articles.pictures import encoded
from crpsinfo.filters import OwnFilters


class UploadForm(forms.ModelForm):
    """A new picture: the file, and what it shows."""

    file = forms.FileField(
        label="File",
        help_text="JPEG, PNG, GIF or WebP, 10 MB at most. It is encoded anew, without the data of the camera.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
    )

    class Meta:
        model = Picture
        fields = ["file", "alt", "caption", "source"]

    def clean_file(self):
        fields = encoded(self.cleaned_data["file"])
        if there := Picture.objects.filter(key=fields["key"]).first():
            raise ValidationError(f"This picture is here already: “{there}”.", code="unique")
        for name, value in fields.items():
            setattr(self.instance, name, value)
        return self.cleaned_data["file"]


@admin.register(Picture)
class PictureAdmin(OwnFilters, admin.ModelAdmin):
    list_display = ["alt", "size", "added_at", "added_by"]
    list_select_related = ["added_by"]
    search_fields = ["alt", "caption", "source"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("data")

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(request, obj, **({} if obj else {"form": UploadForm}), **kwargs)

    def get_fields(self, request, obj=None):
        fields = ["alt", "caption", "source"]
        return ["shown", "markdown", *fields, "size", "added_at", "added_by"] if obj else ["file", *fields]

    def get_readonly_fields(self, request, obj=None):
        return ["shown", "markdown", "size", "added_at", "added_by"] if obj else []

    def save_model(self, request, obj, form, change):
        if not change:
            obj.added_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description="picture")
    def shown(self, picture):
        return format_html('<img class="picture" src="{}" alt="{}">', picture.get_absolute_url(), picture.alt)

    @admin.display(description="write this in a text")
    def markdown(self, picture):
        return format_html("<code>{}</code>", picture.markdown)

    @admin.display(description="size")
    def size(self, picture):
        return f"{picture.width} × {picture.height} pixels"
