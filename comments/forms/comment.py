from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.conf import settings
from django.urls import reverse

from comments.models import Comment
from comments.names import is_reserved
from crpsinfo.fields import DRAFT_FOR_DAYS, LONGEST_TEXT, PlainLine, PlainText, WebAddress, WithTrap

LONGEST_NAME = 60  # characters


class CommentForm(WithTrap, forms.ModelForm):
    """The reply form under an article: validates and builds the comment, and stores nothing."""

    text = PlainText(
        max_length=LONGEST_TEXT,
        label="Your comment",
        help_text="Plain text; an empty line starts a new paragraph.",
        error_messages={
            "required": "Please write something.",
            "max_length": f"Please shorten it to {LONGEST_TEXT:,} characters at most.",
        },
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    name = PlainLine(
        max_length=LONGEST_NAME,
        label="Name",
        help_text="Shown with your comment. A nickname is best.",
        error_messages={
            "required": "Please give a name. A nickname is fine.",
            "max_length": f"Please shorten it to {LONGEST_NAME} characters at most.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label="E-mail",
        help_text="Never shown; you can leave it out.",
        error_messages={"invalid": "Please check this address; it should look like name@example.org."},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = WebAddress(required=False, label="Website", help_text="Linked from your name.")
    remember = forms.BooleanField(
        required=False,
        label="Remember me on this device",
        help_text="Sets a cookie with a random number, so that moderators can see your comments as one writer's. Your "
        "browser fills in name, e-mail and website next time.",
    )
    parent = forms.ModelChoiceField(
        Comment.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": "The comment you answer is not here any more. You can post this as a new comment."
        },
    )

    field_order = ["text", "name", "email", "website", "remember"]  # as the page shows them

    class Meta:
        model = Comment
        fields = ["text", "email", "website", "parent"]

    def __init__(self, *args, article, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.article = article
        if settings.MAIL_CONFIGURED:
            self.fields["email"].help_text = (
                "Never shown. With it we can mail you when your comment is published or answered, "
                "once you have confirmed it."
            )
        if self.data.get("parent"):  # a form that answers nothing has none to look for
            self.fields["parent"].queryset = Comment.objects.public().filter(article=article)
        for field in self.fields.values():  # browsers would cut what is pasted, without a word
            field.widget.attrs.pop("maxlength", None)

    @property
    def draft_place(self):
        return f"{self.instance.article.get_absolute_url()}#{self['parent'].value() or ''}"

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_id = "reply-form"
        helper.disable_csrf = True  # a token would make the page differ from reader to reader
        helper.form_action = reverse("post-comment", args=[self.instance.article.slug])
        helper.attrs = {"novalidate": ""}  # our own messages name all errors at once
        helper.layout = Layout(
            "text",
            DRAFT_FOR_DAYS,
            "name",
            "email",
            "website",
            "remember",
            "parent",
            HTML('{% include "comments/_posting.html" %}'),
        )
        return helper

    def clean_name(self):
        name = self.cleaned_data["name"]
        if is_reserved(name):
            message = "This name is kept for the people who run this site. Please choose another."
            raise forms.ValidationError(message, code="reserved")
        return name

    def clean(self):
        self.instance.author_name = self.cleaned_data.get("name", "")
        if "parent" in self.errors:  # posted as it stands, the next try is a comment of its own
            self.data = self.data.copy()
            self.data["parent"] = ""
        return super().clean()
