"""What readers type, as the fields of the forms: plain text, cleaned; and what keeps it until it is sent."""

from crispy_forms.layout import HTML
from django import forms

from comments.text import clean, clean_line

LONGEST_TEXT = 10_000  # characters
LONGEST_NAME = 60

# In a form's layout, below its text. The form's `draft_place` tells its draft from others, and holds no secret.
DRAFT = HTML('{% include "includes/_draft.html" with place=form.draft_place bound=form.is_bound only %}')
DRAFT_FOR_DAYS = HTML(
    '{% include "includes/_draft.html" with place=form.draft_place bound=form.is_bound on_device=True only %}'
)


class PlainText(forms.CharField):
    """What a reader types, without the characters that are no text. What is far too long anyway is left as it is."""

    clean_up = staticmethod(clean)

    def widget_attrs(self, widget):
        """Without `maxlength`: browsers would cut what is pasted, without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value):
        text = super().to_python(value)
        return self.clean_up(text) if len(text) <= 2 * LONGEST_TEXT else text


class PlainLine(PlainText):
    clean_up = staticmethod(clean_line)
