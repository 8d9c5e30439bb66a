import re

from django import forms

from directory.models import Treatment, ZipCode
from directory.search import DEFAULT_MILES, RADII

ZIP = re.compile(r"(\d{5})(?:-?\d{4})?\Z", re.ASCII)


class FilterForm(forms.Form):
    """What narrows a list of practices."""

    treatment = forms.ModelChoiceField(
        Treatment.objects.all(),
        required=False,
        to_field_name="slug",
        empty_label="Any treatment",
        error_messages={"invalid_choice": "We have no such treatment. Choose one from the list."},
    )
    for_crps = forms.BooleanField(required=False, label="Only where it is said to be for CRPS")

    @classmethod
    def is_asked(cls, data):
        """Whether any field of the form is among the parameters."""
        return bool(cls.base_fields.keys() & data.keys())


class SearchForm(FilterForm):
    """The search box. Valid data holds `zip` as a ZipCode or None, and `miles` as a number or None for any distance."""

    zip = forms.CharField(
        required=False,
        max_length=20,
        label="ZIP code",
        help_text="Five digits. We do not store it.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    miles = forms.TypedChoiceField(
        required=False,
        label="Within",
        choices=[*((str(miles), f"{miles} miles") for miles in RADII), ("any", "any distance")],
        coerce=lambda value: None if value == "any" else int(value),
        initial=str(DEFAULT_MILES),
        error_messages={"invalid_choice": "Choose one of the distances in the list."},
    )
    name = forms.CharField(
        required=False,
        min_length=2,
        max_length=100,
        label="Name of a doctor or clinic",
        help_text="A part of it is enough.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = ["zip", "miles", "name", "treatment", "for_crps"]

    def __init__(self, data=None, **kwargs):
        if data is not None and not data.get("miles"):
            data = data.copy()
            data["miles"] = str(DEFAULT_MILES)
        super().__init__(data, **kwargs)

    def clean_zip(self):
        typed = self.cleaned_data["zip"]
        if not typed:
            return None
        match = ZIP.match(typed)
        if not match:
            raise forms.ValidationError("A ZIP code has five digits, such as 10001.", code="bad_zip")
        zip_code = ZipCode.objects.filter(pk=match[1]).first()
        if zip_code is None:
            message = "We do not know where this ZIP code is. Try one nearby, or choose your state below."
            raise forms.ValidationError(message, code="unknown_zip")
        return zip_code

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.get(field) for field in ("zip", "name", "treatment", "for_crps")):
            raise forms.ValidationError("Type a ZIP code or a name, or choose a treatment.", code="nothing_asked")
        return data
