from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.urls import reverse

from crpsinfo.fields import DRAFT, PlainText

LONGEST_APPEAL = 2000  # characters


class AppealForm(forms.Form):
    """What the writer of a refused comment wants to tell the moderators; it may be nothing."""

    text = PlainText(
        required=False,
        max_length=LONGEST_APPEAL,
        label="What should the moderator know?",
        help_text="Only moderators read it.",
        error_messages={"max_length": f"Please shorten it to {LONGEST_APPEAL:,} characters at most."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data=None, *, comment):
        super().__init__(data)
        self.comment = comment

    @property
    def draft_place(self):
        return f"comment {self.comment.pk}, appeal"

    @property
    def helper(self):
        helper = FormHelper()
        helper.disable_csrf = True  # the key in the address protects it
        helper.form_action = reverse("appeal", args=[self.comment.receipt_key])
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout("text", DRAFT, HTML('{% include "comments/_help_shown.html" %}'))
        helper.add_input(Submit("", "Ask for a second look"))
        return helper
