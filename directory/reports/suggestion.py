"""The form with which readers suggest a doctor or a clinic."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.urls import reverse

from crpsinfo.fields import DRAFT, TRAP_FIELD, Ticks, WithTrap
from crpsinfo.folding import fold
from directory.models import Practice, Report, ReportKind, Status, Treatment
from directory.names import DEGREES, SUFFIXES, TITLES
from directory.reports.choices import Answer
from directory.reports.duplicates import Suggested, asked_not_to_be_listed, listed_like
from directory.reports.facts import plain
from directory.reports.fields import PlaceForm, SourceForm, choice, email, line, words

NOBODY = "Please give the name of the doctor, or of the clinic."
LISTED = "We list somebody of this name in this state: see above. If yours is somebody else, tick this box."
NO_NAME = "Please give the name: letters, not only a title or a degree."
LEAST_OF_A_NAME = 2  # letters
SPOKEN_OF = ("name", "clinic", "city", "state", "zip_code", "phone", "website")


class SuggestionForm(WithTrap, PlaceForm, SourceForm):
    name = line("Name of the doctor", 120, help_text="As far as you know it.")
    clinic = line("Name of the clinic or hospital", 150)
    treatments = forms.ModelMultipleChoiceField(
        Treatment.objects.all(),
        to_field_name="slug",
        required=False,
        label="What do they offer?",
        error_messages={"invalid_choice": "Please choose from the list."},
        widget=Ticks,
    )
    for_crps = choice("Do they offer it for CRPS?", [*Answer.choices, ("", "I do not know")], required=False)
    words = words("In your own words", "Anything that helps us to check. Please write nothing about your own health.")
    email = email("Only if you like, so that we can ask back. Never shown.")
    anyway = forms.BooleanField(required=False, label="It is somebody else: send it anyway")

    FIELDS = [
        *["name", "clinic", "city", "state", "zip_code", "phone", "website", "treatments", "for_crps"],
        *["relation", "source_url", "words", "email"],
    ]
    draft_place = "suggest a doctor"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.listed = []  # who seems to be meant, of those with a page

    @property
    def helper(self):
        helper = FormHelper()
        helper.disable_csrf = True  # a token would make the page differ from reader to reader
        helper.form_action = reverse("suggest-doctor")
        helper.attrs = {"novalidate": ""}  # our own messages name all errors at once
        asked = [*self.FIELDS, "anyway"] if self.listed else self.FIELDS
        helper.layout = Layout(*asked, DRAFT, TRAP_FIELD)
        helper.add_input(Submit("", "Send the suggestion"))
        return helper

    def clean_name(self):
        return naming(self.cleaned_data["name"])

    def clean_clinic(self):
        return naming(self.cleaned_data["clinic"])

    def clean(self):
        data = super().clean()
        if not {"name", "clinic"} & set(self.errors) and not (data["name"] or data["clinic"]):
            self.add_error("name", forms.ValidationError(NOBODY, code="nobody"))
        phone = data.get("phone")
        if phone and phone.extension:
            data["phone_ext"], phone.extension = phone.extension[:10], None
        self.check_place()
        self.look_for_listed()
        return data

    def look_for_listed(self):
        """Somebody of the same name in the same state, whom readers can find already."""
        seen = Practice.objects.exclude(doctor__status__in=[Status.HIDDEN, Status.REMOVED])
        [self.listed] = listed_like([Suggested.by(self.cleaned_data)], seen.prefetch_related("doctor__practices"))
        if self.listed and not self.cleaned_data.get("anyway"):
            self.add_error("anyway", forms.ValidationError(LISTED, code="listed"))

    def is_about_who_asked_not_to_be(self):
        """Whether it names somebody who asked not to be listed."""
        return asked_not_to_be_listed([Suggested.by(self.cleaned_data)])[0]

    def report(self):
        """What was sent, as an unsaved Report."""
        data = self.cleaned_data
        proposed = {name: plain(data[name]) for name in (*SPOKEN_OF, "for_crps") if data[name]}
        if treatments := [treatment.slug for treatment in data["treatments"]]:
            proposed["treatments"] = treatments
        if data.get("phone_ext"):
            proposed["phone_ext"] = data["phone_ext"]
        sent = {name: data[name] for name in ("words", "email", "relation", "source_url")}
        return Report(kind=ReportKind.SUGGESTION, proposed=proposed, **sent)


def naming(typed):
    """What somebody typed as a name. Raises ValidationError if nobody is called so."""
    words = [word for word in fold(typed).split() if word not in TITLES | DEGREES | SUFFIXES]
    if typed and sum(map(str.isalpha, "".join(words))) < LEAST_OF_A_NAME:
        raise forms.ValidationError(NO_NAME, code="no_name")
    return typed
