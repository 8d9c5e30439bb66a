"""What readers type, as the fields of the forms: plain text, cleaned."""

from django import forms

from comments.text import clean, clean_line

LONGEST_TEXT = 10_000  # characters
LONGEST_NAME = 60


class PlainText(forms.CharField):
    """What a reader types, without the characters that are no text. What is far too long anyway is left as it is."""

    clean_up = staticmethod(clean)

    def to_python(self, value):
        text = super().to_python(value)
        return self.clean_up(text) if len(text) <= 2 * LONGEST_TEXT else text


class PlainLine(PlainText):
    clean_up = staticmethod(clean_line)
