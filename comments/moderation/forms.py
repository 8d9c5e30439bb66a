from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.validators import MaxLengthValidator
from django.utils import timezone

from comments.models.note import LONGEST_NOTE
from comments.moderation.decisions import DECISIONS
from comments.moves import Reason
from crpsinfo.fields import LONGEST_TEXT, PlainLine, PlainText

TYPED = ("reply", "note", "public_note", "reason", "reason_words", "place")
REASONS = [("", "—"), *Reason.choices]
LONGEST_PLACE = 200  # characters
CARRIES = {"publish": {"public_note"}, "note": {"public_note"}, "remove": {"reason", "reason_words"}} | {
    "hold": {"note"},
    "mask": {"place"},
    "reply": {"reply"},
}


class ReasonForm(ActionForm):
    """The bar above the list: the action, and the reason a writer reads when it is `remove`."""

    reason = forms.ChoiceField(choices=REASONS, required=False, label="Reason (when removing):")
    shown_at = forms.CharField(widget=forms.HiddenInput, initial=lambda: timezone.now().isoformat(), required=False)


class Places(forms.Field):
    """What to hide: ticked, and typed; all under the same name. Cleaned, a list of texts."""

    widget = forms.MultipleHiddenInput

    def clean(self, value):
        places = [place.strip() for place in value or [] if place.strip()]
        if any(len(place) > LONGEST_PLACE for place in places):
            raise forms.ValidationError(f"Hide at most {LONGEST_PLACE} characters in one piece.", code="long")
        return places


def lines(longest, label, rows):
    """A field of several lines. Not max_length: browsers cut what is pasted, without a word."""
    too_long = f"Please shorten it to {longest:,} characters at most."
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainText(required=False, validators=[MaxLengthValidator(longest, too_long)], label=label, widget=widget)


class DecisionForm(forms.Form):
    """What is posted about a comment: the button, and what was typed beside it."""

    action = forms.ChoiceField(
        choices=[(name, name) for name in DECISIONS], error_messages={"required": "Choose what to do."}
    )
    reason = forms.ChoiceField(choices=REASONS, required=False, label="Reason, which its writer reads")
    reason_words = PlainLine(max_length=300, required=False, label="In your own words, if you like")
    public_note = PlainLine(max_length=300, required=False, label="Note of the moderators, shown above the comment")
    note = lines(LONGEST_NOTE, "Note for the other moderators", 3)
    place = Places(required=False, label="What to hide")
    reply = lines(LONGEST_TEXT, "Reply as a moderator", 6)

    def clean(self):
        data = super().clean()
        action = data.get("action")
        self._wants(action, "remove", "reason", "Choose the reason that its writer will read.")
        self._wants(action, "reply", "reply", "Please write something.")
        self._wants(action, "mask", "place", "Tick or type what is to be hidden, just as it stands there.")
        for name in TYPED:
            if data.get(name) and name not in CARRIES.get(action, ()):
                message = f"“{self[name].label}” does not go with that button: use its own, or empty the field."
                self.add_error(name, forms.ValidationError(message, "unsent"))
        return data

    def typed(self, name):
        """What was typed or chosen there, as it came: one text, or several."""
        value = self[name].value() if self.is_bound else None
        return [text for text in (value if isinstance(value, list) else [value]) if text and text.strip()]

    def in_words(self, name):
        """The same as people read it."""
        words = dict(REASONS) if name == "reason" else {}
        return [words.get(text, text) for text in self.typed(name)]

    def _wants(self, action, decision, name, message):
        if action == decision and name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, forms.ValidationError(message, "missing"))
