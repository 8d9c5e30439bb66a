"""The form of a doctor or clinic, and what an editor can decide with it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from directory.admin.duplicates import links, listed_as
from directory.models import Doctor, NotListable, NotListed, Status

LIFT = "lift"
APART, TOGETHER = "apart", "together"
STOPPED = ("stopped_since", "stopped_source")
# The decision: what it is called, and the verb that carries it out, given the form's values and who decides.
DECISIONS = {
    Status.LISTED: ("List: readers find it", lambda doctor, typed, by: doctor.publish()),
    Status.HIDDEN: ("Hide: no page", lambda doctor, typed, by: doctor.hide()),
    Status.STOPPED: (
        "No longer offers treatment: the page says so (give date and source below)",
        lambda doctor, typed, by: doctor.stop(since=typed["stopped_since"], source=typed["stopped_source"]),
    ),
    Status.DISPUTED: ("Disputed: out of the lists until it is settled", lambda doctor, typed, by: doctor.dispute()),
    Status.REMOVED: (
        "Removed at their request: no page, and nobody enters them again unknowingly",
        lambda doctor, typed, by: doctor.remove_on_request(by=by),
    ),
    LIFT: ("Lift the removal: hidden, and can be listed again", lambda doctor, typed, by: doctor.lift_removal()),
    APART: (
        "Somebody else of the same name asked not to be listed: this one can be listed",
        lambda doctor, typed, by: doctor.tell_apart(),
    ),
    TOGETHER: (
        "It may be the one who asked not to be listed after all",
        lambda doctor, typed, by: doctor.tell_apart(False),
    ),
}


def offered(doctor):
    """The names of what can be decided about the doctor as it is stored."""
    if doctor.is_removed:
        return [LIFT]
    requests = NotListed.objects
    only_if = {
        LIFT: bool(doctor.pk) and requests.lifted_with(doctor).exists(),
        APART: bool(doctor.pk) and requests.of_the_name(doctor).exists(),
        TOGETHER: doctor.is_namesake,
    }
    return [name for name in DECISIONS if only_if.get(name, True)]


class DoctorForm(forms.ModelForm):
    may_decide = False  # whether the user may change the status: each request has a class of its own
    decision = forms.ChoiceField(required=False, label="Change the status")

    class Meta:
        model = Doctor
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name them

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(name, DECISIONS[name][0]) for name in offered(stored(self.instance))]
        self.fields["decision"].disabled = not self.may_decide
        self.fields["decision"].choices = [("", "Leave it as it is"), *choices]

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if slug and not self.instance.may_have_slug(slug):
            raise ValidationError("This address leads, or led, to another doctor.", code="taken")
        return slug or self.instance.slug

    def clean_npi(self):
        npi = self.cleaned_data["npi"]
        there = listed_as(npi)
        if there and there.pk != self.instance.pk:
            words = format_html("This NPI is in the directory already: {}.", links([there]))
            raise ValidationError(words, code="unique")
        return npi

    def _post_clean(self):
        """What is missing can be told only when the model has the form's values."""
        super()._post_clean()
        now = stored(self.instance)
        self.instance.is_namesake = now.is_namesake  # decided by a verb: no older version brings it back
        status = self.cleaned_data.get("decision") or now.status
        if status == Status.STOPPED:
            for name in [name for name in STOPPED if not self.cleaned_data.get(name) and name not in self.errors]:
                self.add_error(name, ValidationError("Say since when, and who says so.", code="not_dated"))
        missing = self.instance.missing_for_listing() if status == Status.LISTED else []
        if missing:
            message = f"A listed doctor needs {'; '.join(missing)}. Until then it stays hidden."
            self.add_error("decision", ValidationError(message, code="not_listable"))


def stored(doctor):
    """The doctor as the database has it; as it is, if it is new. A form may hold an older version from the history."""
    return Doctor.objects.filter(pk=doctor.pk).first() or doctor


def decide(model_admin, request, doctors, name, typed=None):
    """Carry out a decision, and tell the editor which doctors could not be listed, and why."""
    verb, done = DECISIONS[name][1], []
    for doctor in doctors:
        try:
            if name in offered(doctor):
                verb(doctor, typed, request.user)
                done.append(doctor)
            else:
                message = f"{doctor} was removed at their request. Lift the removal on its page first."
                model_admin.message_user(request, message, messages.ERROR)
        except NotListable as refusal:
            model_admin.message_user(request, f"{doctor}: {refusal}", messages.ERROR)
    if done:
        status = done[0].get_status_display()
        model_admin.message_user(request, f"{status.capitalize()}: {len(done)}.", messages.SUCCESS)


def hide_unlistable(model_admin, request, doctors):
    """Hide those of the doctors who are listed and to whom a change left less than that needs; tell the editor."""
    for doctor in doctors:
        if missing := doctor.hide_unless_listable():
            message = f"{doctor} is hidden now. {NotListable(missing)} Add it, then list the doctor again."
            model_admin.message_user(request, message, messages.WARNING)
