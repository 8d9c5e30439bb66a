"""What comes of a call: what the editor fills in, and what that changes."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from directory.models import Check, CheckOf, CheckResult, Confirmed, Offer

DISPUTE = "dispute"
REASON = "Phone call"  # in the history
IN_A_ROW = 3  # calls that nobody answered: then it may be disputed
OF_PRACTICE = {  # what can come of a call to a practice, in the order of the buttons
    CheckResult.CONFIRMED: "Confirmed",
    CheckResult.NOT_TAKING: "Takes no new patients",
    CheckResult.CHANGED: "Something changed…",
    CheckResult.NO_ANSWER: "No answer",
    CheckResult.WRONG_NUMBER: "Wrong number",
}
ABOUT_OFFERS = (CheckResult.CONFIRMED, CheckResult.NOT_TAKING)
NEEDS_PUBLISHING = (CheckResult.STOPPED, DISPUTE)
OUTCOMES = [*OF_PRACTICE, *NEEDS_PUBLISHING]
NOT_OFFERED = "Their page says that they no longer offer treatment. If they offer it again, list them again first."
SAID = ("by", "result", "practice", "note", "facts")


class CallForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=[(name, name) for name in OUTCOMES], error_messages={"required": "Press one of the buttons."}
    )
    practice = forms.ModelChoiceField(None, required=False)
    place = forms.BooleanField(required=False)
    offers = forms.ModelMultipleChoiceField(None, required=False)
    note = forms.CharField(required=False, max_length=Check._meta.get_field("note").max_length)
    since = forms.DateField(required=False)
    source = forms.CharField(required=False, max_length=300)

    def __init__(self, data, *, doctor):
        super().__init__(data)
        self.doctor = doctor
        self.fields["practice"].queryset = doctor.practices.all()
        self.fields["offers"].queryset = offers_of(doctor)

    def clean(self):
        typed = super().clean()
        outcome, practice = typed.get("outcome"), typed.get("practice")
        if outcome in OF_PRACTICE and practice is None:
            raise ValidationError("Say which practice it is about.", code="no_practice")
        if any(offer.practice_id != practice.pk for offer in typed.get("offers", []) if practice):
            raise ValidationError("A treatment is not of this practice.", code="other_practice")
        if outcome in ABOUT_OFFERS and self.doctor.has_stopped:
            raise ValidationError(NOT_OFFERED, code="stopped")
        if outcome in ABOUT_OFFERS and not (typed.get("offers") or typed.get("place")):
            raise ValidationError("Tick what they said something about.", code="nothing_ticked")
        if outcome == CheckResult.NOT_TAKING and not typed.get("offers"):
            raise ValidationError("Tick the treatments for which they take nobody new.", code="nothing_ticked")
        if outcome == CheckResult.STOPPED:
            self.clean_stopped(typed)
        return typed

    def clean_stopped(self, typed):
        if not (typed.get("since") and typed.get("source")):
            raise ValidationError("Say since when they no longer offer it, and who said so.", code="not_dated")
        if typed["since"] > timezone.localdate():
            raise ValidationError("They cannot have stopped in the future.", code="future")


def offers_of(doctor):
    return Offer.objects.filter(practice__doctor=doctor).select_related("treatment")


@dataclass(frozen=True)
class Call:
    """A call to a doctor or clinic, what the editor typed about it, and who that was."""

    doctor: object
    typed: dict
    by: object

    @property
    def outcome(self):
        return self.typed["outcome"]

    @property
    def words(self):
        """What came of it, as an editor reads it."""
        return "disputed" if self.outcome == DISPUTE else CheckResult(self.outcome).label.lower()

    def carry_out(self):
        """Change what the outcome changes, and put it on record. In a transaction of the caller."""
        if self.outcome == CheckResult.STOPPED:
            self.doctor.stop(since=self.typed["since"], source=self.typed["source"])
        elif self.outcome == DISPUTE:
            self.doctor.dispute()
            return
        elif self.outcome in ABOUT_OFFERS:
            self.confirm()
        self.check().save()

    def confirm(self):
        """What is ticked was said on the phone today."""
        today, name = timezone.localdate(), self.by.get_username()[:80]
        for offer in self.typed["offers"]:
            if self.outcome == CheckResult.NOT_TAKING:
                offer.accepting_new = False
            offer.confirmed_on, offer.confirmed_how, offer.confirmed_by = today, Confirmed.PHONE, name
            offer.told_by_editor(offer.told)
            offer._change_reason = REASON
            offer.save()
        if self.typed["place"]:
            practice = self.typed["practice"]
            practice.checked_on, practice.checked_how = today, Confirmed.PHONE
            practice.told_by_editor(practice.told)
            practice._change_reason = REASON
            practice.save()

    def check(self):
        """What is put on record, unsaved."""
        return Check(
            doctor=self.doctor,
            practice=self.typed["practice"],
            what=CheckOf.PHONE,
            result=self.outcome,
            on=timezone.localdate(),
            by=self.by,
            note=self.typed["note"],
            facts=self.facts(),
        )

    def facts(self):
        """What was said, as JSON."""
        if self.outcome == CheckResult.STOPPED:
            return {"since": self.typed["since"].isoformat(), "source": self.typed["source"]}
        if self.outcome not in ABOUT_OFFERS:
            return {}
        return {"offers": [offer.treatment.slug for offer in self.typed["offers"]], "place": self.typed["place"]}

    def is_on_record(self, check):
        """Whether the Check says all that this call does."""
        ours = self.check()
        return all(getattr(check, name) == getattr(ours, name) for name in SAID)


def is_out_of_reach(practice):
    """Whether nobody answered the last IN_A_ROW calls to the practice."""
    last = practice.checks.filter(what=CheckOf.PHONE).values_list("result", flat=True)[:IN_A_ROW]
    return list(last) == [CheckResult.NO_ANSWER] * IN_A_ROW
