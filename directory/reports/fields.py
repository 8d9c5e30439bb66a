"""The fields that the forms about listings share: words, places, telephone numbers, yes or no."""

import re

from django import forms
from django.core.validators import MaxLengthValidator
from phonenumber_field.formfields import PhoneNumberField

from crpsinfo.fields import PlainLine, PlainText, Radios, WebAddress
from directory.models import ZipCode
from directory.models.report import LONGEST_WORDS
from directory.reports.choices import Answer, Knows
from directory.states import CHOICES, STATES

ZIP = re.compile(r"(\d{5})(?:[- ]?\d{4})?\Z", re.ASCII)
BAD_PHONE = "Please check this number; it should look like (212) 555-0147."


def words(label, help_text, longest=LONGEST_WORDS, rows=5):
    """A text of several lines. Not max_length: browsers cut what is pasted, without a word."""
    too_long = MaxLengthValidator(longest, f"Please shorten it to {longest:,} characters at most.")
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainText(required=False, validators=[too_long], label=label, help_text=help_text, widget=widget)


def line(label, longest, *, required=False, missing="Please fill this in.", autocomplete="", help_text=""):
    too_long = f"Please shorten it to {longest} characters at most."
    return PlainLine(
        max_length=longest,
        required=required,
        label=label,
        help_text=help_text,
        error_messages={"required": missing, "max_length": too_long},
        widget=forms.TextInput(attrs={"autocomplete": autocomplete or "off"}),
    )


def choice(label, choices, *, required=True, help_text=""):
    missing = "Please choose one."
    return forms.ChoiceField(
        choices=choices,
        required=required,
        label=label,
        help_text=help_text,
        error_messages={"required": missing, "invalid_choice": missing},
        widget=Radios,
    )


def known(label, unknown="Not known"):
    """Yes, no, or nobody knows; cleaned: True, False or None."""
    return forms.TypedChoiceField(
        choices=[("", unknown), *Answer.choices],
        coerce=lambda value: value == Answer.YES,
        empty_value=None,
        required=False,
        label=label,
        error_messages={"invalid_choice": "Please choose one."},
    )


def email(help_text):
    field = forms.EmailField(
        required=False,
        label="E-mail",
        help_text=help_text,
        error_messages={"invalid": "Please check this address; it should look like name@example.org."},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    del field.widget.attrs["maxlength"]  # browsers would cut what is pasted, without a word
    return field


class PlaceForm(forms.Form):
    """Where somebody sees patients, and how to reach them."""

    city = line("City", 100)
    state = forms.ChoiceField(
        choices=[("", "Choose…"), *CHOICES],
        label="State",
        error_messages={"required": "Please choose the state.", "invalid_choice": "Please choose a state of the list."},
    )
    zip_code = line("ZIP code", 20, help_text="Five digits.")
    phone = PhoneNumberField(
        region="US", required=False, label="Phone", error_messages={"invalid": BAD_PHONE}, max_length=40
    )
    website = WebAddress(required=False, label="Website", widget=forms.URLInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs = {"autocomplete": "off", "data-draft": ""}
        self.fields["zip_code"].widget.attrs["inputmode"] = "numeric"

    def clean_zip_code(self):
        typed = self.cleaned_data["zip_code"]
        match = ZIP.match(typed)
        if typed and not match:
            raise forms.ValidationError("A ZIP code has five digits, such as 10001.", code="bad_zip")
        return match[1] if match else ""

    def check_place(self):
        """A wrong ZIP code would put the listing on the wrong place of the map."""
        data = self.cleaned_data
        if not (data.get("zip_code") and data.get("state")) or not ZipCode.objects.exists():
            return
        code = ZipCode.objects.filter(pk=data["zip_code"]).first()
        if code is None:
            self.add_error("zip_code", forms.ValidationError("We do not know this ZIP code.", code="unknown_zip"))
        elif code.state != data["state"]:
            message = f"This ZIP code is in {STATES[code.state].name}. Please check it, and the state."
            self.add_error("zip_code", forms.ValidationError(message, code="zip_and_state"))


class SourceForm(forms.Form):
    """How somebody knows what they tell us."""

    relation = choice("How do you know?", Knows.choices)
    source_url = WebAddress(
        required=False,
        label="Is it on a web page? Its address",
        help_text="It helps us to check what you tell us.",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
