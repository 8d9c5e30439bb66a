from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.validators import MaxLengthValidator

from comments.models import ReportReason
from comments.models.report import LONGEST_WORDS
from crpsinfo.fields import DRAFT, PlainText, Radios

# As readers look for theirs: what cannot wait, what is in the comment, who they are themselves.
ORDER = [
    ReportReason.DANGER,
    ReportReason.UNKIND,
    ReportReason.DRUGS,
    ReportReason.PERSONAL,
    ReportReason.ACCUSES,
    ReportReason.PRETENDS,
    ReportReason.SELLING,
    ReportReason.WROTE_THIS,
    ReportReason.OTHER,
]


class ReportForm(forms.Form):
    """What a reader finds wrong with a comment. Asks for no name and no address."""

    reason = forms.ChoiceField(
        choices=[(reason.value, reason.label) for reason in ORDER],
        label="What is it?",
        error_messages={"required": "Please choose what it is.", "invalid_choice": "Please choose what it is."},
        widget=Radios,
    )
    words = PlainText(
        required=False,
        # Not max_length: browsers cut what is pasted, without a word.
        validators=[MaxLengthValidator(LONGEST_WORDS, f"Please shorten it to {LONGEST_WORDS:,} characters at most.")],
        label="In your own words",
        help_text="Only moderators read this. If you wrote the comment yourself: a moderator hides it first. Tell us "
        "here how we can know that it is yours, for instance when you sent it and what else you wrote here.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data=None, *, comment):
        super().__init__(data)
        self.comment = comment

    @property
    def draft_place(self):
        return f"comment {self.comment.pk}, report"

    @property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout("reason", "words", DRAFT)
        helper.disable_csrf = True  # a token would make the page differ from reader to reader
        helper.attrs = {"novalidate": ""}  # our own messages name all errors at once
        helper.add_input(Submit("", "Send the report"))
        return helper
