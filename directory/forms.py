import re

from django import forms
from django.utils.text import slugify

from crpsinfo.folding import fold
from directory.models import Treatment, ZipCode
from directory.search import DEFAULT_MILES, RADII, Wish
from directory.states import BY_SLUG, STATES

LEAST_OF_A_NAME = 2  # characters
ZIP = re.compile(r"(\d{5})(?:-?\d{4})?\Z", re.ASCII)
# Of the armed forces and embassies abroad (APO, FPO, DPO), as the zipcodes package has them.
MILITARY = re.compile(r"340|09|96[2-6]")


def state_called(text):
    """The State with this name, code or address, however it is written; None if there is none."""
    return BY_SLUG.get(slugify(text)) or STATES.get(text.strip().upper())


class FilterForm(forms.Form):
    """What narrows a list of practices."""

    treatment = forms.ModelChoiceField(
        Treatment.objects.all(),
        required=False,
        to_field_name="slug",
        empty_label="Any treatment",
        error_messages={"invalid_choice": "We have no such treatment. Choose one from the list."},
    )
    for_crps = forms.BooleanField(required=False, label="Said to be for CRPS")
    accepting = forms.BooleanField(required=False, label="Takes new patients")
    step_free = forms.BooleanField(required=False, label="Step-free from street to chair")

    WISHES = ("treatment", "for_crps", "accepting", "step_free")

    @classmethod
    def is_asked(cls, data):
        """Whether any field of the form is among the parameters."""
        return bool(cls.base_fields.keys() & data.keys())

    @property
    def wish(self):
        """The Wish that the valid fields make."""
        return Wish(**{name: value for name, value in self.cleaned_data.items() if name in (*self.WISHES, "name")})

    @property
    def parameters(self):
        """What was asked for, as [(name, value)] of an address: only fields of the form, and only those filled in."""
        asked = [(name, self.data.get(name)) for name in self.fields]
        return [(name, value) for name, value in asked if value and self.cleaned_data.get(name, "") not in ("", False)]

    @property
    def checkboxes(self):
        return [self[name] for name in self.WISHES[1:]]


class SearchForm(FilterForm):
    """The search box. Valid data holds `state` as a State or None, `zip` as a ZipCode or None, and `miles` as a number
    or None for any distance."""

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
        help_text="Of the ZIP code, in a straight line.",
        choices=[*((str(miles), f"{miles} miles") for miles in RADII), ("any", "any distance")],
        coerce=lambda value: None if value == "any" else int(value),
        initial=str(DEFAULT_MILES),
        error_messages={"invalid_choice": "Choose one of the distances in the list."},
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Any state"), *((state.slug, state.name) for state in STATES.values())],
        help_text="With a ZIP code, the ZIP code decides.",
        error_messages={"invalid_choice": "We know no such state. Choose one from the list."},
    )
    name = forms.CharField(
        required=False,
        min_length=LEAST_OF_A_NAME,
        max_length=100,
        label="Name of a doctor or clinic",
        help_text="A part of it is enough.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = ["zip", "miles", "state", "name", "treatment", "for_crps", "accepting", "step_free"]

    def __init__(self, data=None, **kwargs):
        if data is not None:
            data = data.copy()
            data["miles"] = data.get("miles") or str(DEFAULT_MILES)
            if state := state_called(data.get("state", "")):
                data["state"] = state.slug
        super().__init__(data, **kwargs)

    @property
    def parameters(self):
        return [(name, value) for name, value in super().parameters if name != "miles" or self.cleaned_data["zip"]]

    @property
    def is_only_a_state(self):
        """Whether the valid form asks for a state and nothing else."""
        return [name for name, _ in self.parameters] == ["state"]

    def clean_state(self):
        return BY_SLUG.get(self.cleaned_data["state"])

    def clean_zip(self):
        typed = self.cleaned_data["zip"]
        if not typed:
            return None
        match = ZIP.match(typed)
        if not match:
            raise forms.ValidationError("A ZIP code has five digits, such as 10001.", code="bad_zip")
        zip_code = ZipCode.objects.filter(pk=match[1]).first()
        if zip_code is None and MILITARY.match(match[1]):
            message = "This is a military address abroad, which has no place in a state. Choose a state instead."
            raise forms.ValidationError(message, code="military_zip")
        if zip_code is None:
            message = "We do not know where this ZIP code is. Try one nearby, or choose a state."
            raise forms.ValidationError(message, code="unknown_zip")
        return zip_code

    def clean_name(self):
        """Without letters or digits a name would be found in every listing."""
        typed = self.cleaned_data["name"]
        if typed and len(fold(typed)) < LEAST_OF_A_NAME:
            message = f"Type at least {LEAST_OF_A_NAME} letters or digits of the name."
            raise forms.ValidationError(message, code="too_little")
        return typed

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.get(name) for name in ("zip", "state", "name", *self.WISHES)):
            message = "Type a ZIP code or a name, or choose a state or a treatment."
            raise forms.ValidationError(message, code="nothing_asked")
        return data
