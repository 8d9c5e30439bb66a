"""What readers type, as the fields of the forms: plain text, cleaned; and what keeps it until it is sent."""

from urllib.parse import urlsplit

from crispy_forms.layout import HTML
from django import forms

from crpsinfo.typed import clean, clean_line

LONGEST_TEXT = 10_000  # characters
TRAP = "subject"  # the name of a field that no person sees: only what fills in everything fills it in
TRAP_FIELD = HTML('{% include "includes/_trap.html" %}')  # in a form's layout

# In a form's layout, below its text. The form's `draft_place` tells its draft from others, and holds no secret.
DRAFT = HTML('{% include "includes/_draft.html" with place=form.draft_place bound=form.is_bound only %}')
DRAFT_FOR_DAYS = HTML(
    '{% include "includes/_draft.html" with place=form.draft_place bound=form.is_bound on_device=True only %}'
)


class WithTrap:
    """A form with the field that no person sees: TRAP_FIELD belongs in its layout."""

    @property
    def is_trapped(self):
        """Whether something filled it in."""
        return bool(self.data.get(TRAP))


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


class WebAddress(forms.URLField):
    """The address of a page that readers can be led to; https:// may be left out."""

    default_error_messages = {"invalid": "Please check this address; it should look like https://example.org."}

    def __init__(self, **kwargs):
        widget = forms.URLInput(attrs={"autocomplete": "url"})
        super().__init__(**{"assume_scheme": "https", "max_length": 200, "widget": widget} | kwargs)

    def widget_attrs(self, widget):
        """Without `maxlength`: see PlainText."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value):
        return super().to_python(clean_line(value) if value and len(value) <= LONGEST_TEXT else value)

    def clean(self, value):
        address = super().clean(value)
        parts = urlsplit(address)
        if address and (parts.scheme.lower() not in ("http", "https") or parts.username):
            raise forms.ValidationError("Please give an address that starts with https://.", code="scheme")
        return address


class LeadsToTheFirst:
    """Several buttons, the first of which a link to the field leads to."""

    def id_for_label(self, id_, index=None):
        return super().id_for_label(id_, "0" if index is None else index)


class Radios(LeadsToTheFirst, forms.RadioSelect):
    """One of several."""


class Ticks(LeadsToTheFirst, forms.CheckboxSelectMultiple):
    """Any of several."""
