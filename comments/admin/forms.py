from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.validators import MaxLengthValidator

from comments.admin.decisions import DECISIONS
from comments.forms.fields import LONGEST_TEXT, PlainText
from comments.moves import Reason

REASONS = [("", "—"), *Reason.choices]


class ReasonForm(ActionForm):
    """The bar above the list: the action, and the reason a writer reads when it is `remove`."""

    reason = forms.ChoiceField(choices=REASONS, required=False, label="Reason (when removing):")


class DecisionForm(forms.Form):
    """What is posted from a comment's own page: the button, and what was typed beside it."""

    action = forms.ChoiceField(choices=[(name, name) for name in DECISIONS])
    reason = forms.ChoiceField(choices=REASONS, required=False, label="Reason, when removing:")
    reply = PlainText(
        required=False,
        # Not max_length: browsers cut what is pasted, without a word.
        validators=[MaxLengthValidator(LONGEST_TEXT, f"Please shorten it to {LONGEST_TEXT:,} characters at most.")],
        label="Reply as a moderator",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self):
        data = super().clean()
        action, reason, reply = (data.get(name) for name in self.fields)
        if action == "remove" and not reason and "reason" not in self.errors:
            self.add_error("reason", forms.ValidationError("Choose the reason that its writer will read.", "missing"))
        if action == "reply" and not reply and "reply" not in self.errors:
            self.add_error("reply", forms.ValidationError("Please write something.", "missing"))
        if action != "reply" and reply:
            message = "Nothing is done yet: you have written a reply. Publish it first, or empty the field."
            self.add_error("reply", forms.ValidationError(message, "unsent"))
        return data
