"""What readers say about a listing: that they called, what is wrong, or that they want to be taken off. Each form
builds an unsaved Report."""

from functools import partial

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.urls import reverse

from crpsinfo.fields import DRAFT, Radios
from directory.models import Outcome, Practice, Report, ReportKind
from directory.reports.choices import Answer, Speaks
from directory.reports.facts import PLACE_FIELDS, PRACTICE_FIELDS, label_of, now, plain
from directory.reports.fields import PlaceForm, SourceForm, choice, email, known, line, words

LONGEST_WORDS_OF_A_CALL = 500  # characters
NOTHING_NEW = "Please change what is wrong, or tell us in your own words what it is."


class ListingForm(forms.Form):
    """A form about a listing. `doctor` is one of `Doctor.objects.for_page()`."""

    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    of_kind = None
    button = "Send it"

    def __init__(self, data=None, *, doctor, **kwargs):
        kwargs["initial"] = {"kind": self.of_kind} | kwargs.get("initial", {})
        super().__init__(data, **kwargs)
        self.doctor = doctor

    @property
    def draft_place(self):
        return f"listing {self.doctor.pk}, {self.of_kind}"

    @property
    def order(self):
        """The names of the fields as the page shows them."""
        return [name for name in self.fields if name != "kind"]

    @property
    def helper(self):
        helper = FormHelper()
        helper.disable_csrf = True  # a token would make the page differ from reader to reader
        helper.form_action = reverse("listing-report", args=[self.doctor.home_state.slug, self.doctor.slug])
        helper.attrs = {"novalidate": ""}  # our own messages name all errors at once
        helper.layout = Layout("kind", *self.order, DRAFT)
        helper.add_input(Submit("", self.button))
        return helper

    def report(self):
        """What was sent, as an unsaved Report."""
        sent = {name: self.cleaned_data.get(name, "") for name in ("words", "name", "email", "relation", "source_url")}
        return Report(kind=self.of_kind, doctor=self.doctor, **sent, **self.facts())

    def facts(self):
        """The columns of the Report that only this form fills in."""
        return {}


class CalledForm(ListingForm):
    """I called, and heard this. Asks for no name and no address."""

    of_kind = ReportKind.CALLED
    outcome = choice("What did you hear?", Outcome.choices)
    practice = forms.ModelChoiceField(
        Practice.objects.none(),
        empty_label=None,
        label="Which place did you call?",
        error_messages={"required": "Please choose one.", "invalid_choice": "Please choose one of these."},
        widget=Radios,
    )
    words = words(
        "In your own words",
        "What else did they say? Please do not name other people, and write nothing about your own health.",
        LONGEST_WORDS_OF_A_CALL,
        rows=3,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = list(self.doctor.practices.all())
        self.fields["practice"].queryset = self.doctor.practices.all()
        if len(self.places) == 1:
            del self.fields["practice"]

    def facts(self):
        practice = self.cleaned_data.get("practice") or self.places[0]
        return {"outcome": self.cleaned_data["outcome"], "practice": practice}


class CorrectionForm(ListingForm, PlaceForm, SourceForm):
    """What a listing should say. It shows what it says now; what is changed is proposed."""

    of_kind = ReportKind.CORRECTION
    practice = forms.IntegerField(required=False, widget=forms.HiddenInput)
    clinic_name = line("Name of the clinic", 150)
    address = line("Address", 150)
    address_2 = line("Address, second line", 150)
    phone_ext = line("Extension", 10)
    words = words(
        "In your own words",
        "What is wrong, or anything that the fields above do not ask. Please write nothing about your own health.",
    )

    def __init__(self, data=None, *, doctor, practice):
        self.practice_row = practice
        self.offers = {f"offer_{offer.pk}": offer for offer in practice.offers.all()}
        super().__init__(data, doctor=doctor, initial={"practice": practice.pk, **as_shown(practice, self.offers)})
        for name in Practice.ACCESS:
            self.fields[name] = known(label_of(name))
        for name, offer in self.offers.items():
            self.fields[name] = known(f"{offer.treatment}: takes new patients")
        self.fields["city"].required = self.fields["zip_code"].required = True
        self.fields["relation"].required = False
        for name in self.asked:  # what the page showed: since then the listing may have changed
            self.fields[name].show_hidden_initial = True
            self.fields[name].hidden_widget = partial(forms.HiddenInput, attrs={"data-draft": ""})

    @property
    def draft_place(self):
        return f"{super().draft_place}, {self.practice_row.pk}"

    @property
    def asked(self):
        """The fields about the listing itself."""
        return [*PLACE_FIELDS, *self.offers, *Practice.ACCESS]

    @property
    def order(self):
        return ["practice", *self.asked, "words", "relation", "source_url"]

    def clean_phone_ext(self):
        typed = self.cleaned_data["phone_ext"]
        if typed and not (typed.isascii() and typed.isdecimal()):
            raise forms.ValidationError("Digits only.", code="digits")
        return typed

    def clean(self):
        data = super().clean()
        phone = data.get("phone")
        if phone and phone.extension:
            data["phone_ext"], phone.extension = phone.extension[:10], None
        if {"zip_code", "state"} & set(self.changed_data):
            self.check_place()
        if not self.errors and not self.proposed() and not data["words"]:
            raise forms.ValidationError(NOTHING_NEW, code="nothing_new")
        return data

    def proposed(self):
        """What was changed, and is something else than what the listing says by now: {field: value}"""
        changed = set(self.changed_data)
        if changed & {"phone", "phone_ext"}:
            changed |= {"phone", "phone_ext"}
        data = {name: plain(self.cleaned_data[name]) for name in self.asked if name in changed}
        news = {
            name: data[name] for name in PRACTICE_FIELDS if name in data and data[name] != now(self.practice_row, name)
        }
        offers = {
            str(offer.pk): {"accepting_new": data[name]}
            for name, offer in self.offers.items()
            if name in data and data[name] != offer.accepting_new
        }
        return news | ({"offers": offers} if offers else {})

    def facts(self):
        return {"practice": self.practice_row, "proposed": self.proposed()}


class RemovalForm(ListingForm):
    """A doctor or a clinic asks to be taken off the directory."""

    of_kind = ReportKind.REMOVAL
    button = "Send the request"
    relation = choice("Who are you?", Speaks.choices)
    name = line("Your name", 80, required=True, missing="Please give your name.", autocomplete="name")
    email = email("If you want an answer. Never shown.")
    phone = line("Your phone", 40, autocomplete="tel", help_text="If you want a call back. Never shown.")
    words = words(
        "In your own words", "Only if you like: nobody has to give a reason. Please write nothing about patients."
    )

    def facts(self):
        phone = self.cleaned_data["phone"]
        return {"proposed": {"phone": phone} if phone else {}}


def as_shown(practice, offers):
    """What the form shows of a listing, as the fields' initial values."""
    places = {name: getattr(practice, name) for name in PLACE_FIELDS}
    facts = {name: getattr(practice, name) for name in Practice.ACCESS}
    facts |= {name: offer.accepting_new for name, offer in offers.items()}
    return places | {name: answer(value) for name, value in facts.items()}


def answer(value):
    return "" if value is None else Answer.YES.value if value else Answer.NO.value
