from django import forms
from django.contrib import admin

from comments.forms.comment import LONGEST_NAME
from comments.models import ModeratorProfile
from comments.models.moderator import NAMELESS
from comments.names import joined
from crpsinfo.fields import PlainLine
from crpsinfo.filters import OwnFilters
from crpsinfo.folding import skeleton


class ProfileForm(forms.ModelForm):
    pen_name = PlainLine(
        max_length=LONGEST_NAME,
        label="Pen name",
        help_text="What readers see above what you write as a moderator, with the mark “Moderator”. Nobody else can "
        "write under it, or under one that looks like it. It need not be your own name.",
    )

    class Meta:
        model = ModeratorProfile
        fields = ["user", "pen_name"]

    def clean_pen_name(self):
        name = self.cleaned_data["pen_name"]
        shape = joined(skeleton(name))
        if not shape:
            raise forms.ValidationError("Please use letters: signs alone could be imitated.", code="no_letters")
        others = ModeratorProfile.objects.exclude(pk=self.instance.pk).values_list("pen_name", flat=True)
        if shape in {joined(skeleton(other)) for other in [*others, NAMELESS]}:
            raise forms.ValidationError("This is, or looks like, the name of another moderator.", code="taken")
        return name


@admin.register(ModeratorProfile)
class ModeratorProfileAdmin(OwnFilters, admin.ModelAdmin):
    """Everybody chooses their own pen name; superusers see to all."""

    form = ProfileForm
    list_display = ["pen_name", "user"]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user=request.user)

    def get_fields(self, request, obj=None):
        return ["user", "pen_name"] if request.user.is_superuser else ["pen_name"]

    def save_model(self, request, obj, form, change):
        if not request.user.is_superuser:
            obj.user = request.user
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request):
        """One profile each."""
        may_more = request.user.is_superuser or not ModeratorProfile.objects.filter(user=request.user).exists()
        return may_more and super().has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False
