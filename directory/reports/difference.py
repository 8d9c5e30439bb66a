"""A report as a difference against the listing: what it says now, and what it would say."""

from dataclasses import dataclass

from phonenumber_field.phonenumber import PhoneNumber

from directory.models import Outcome, ReportKind
from directory.reports.facts import OFFER_FIELDS, PRACTICE_FIELDS, label_of, now
from directory.states import STATES


@dataclass(frozen=True)
class Change:
    """One fact of a listing, in words: `old` as it is, `new` as a reader says it is."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Wanted:
    """What a report would change in a practice, {field: value}, and in its offers, {Offer: {field: value}}."""

    practice: dict
    offers: dict

    def __bool__(self):
        return bool(self.practice or self.offers)


NOTHING = Wanted({}, {})


def wanted(report):
    """The Wanted of a Report: what it proposes, and what is not so yet. Who heard that no new patients are taken
    proposes that. Of anything else that was heard an editor has to make sure first."""
    practice = report.practice
    if practice is None:
        return NOTHING
    if report.kind == ReportKind.CORRECTION:
        proposed = {name: report.proposed[name] for name in PRACTICE_FIELDS if name in report.proposed}
        of_offers = report.proposed.get("offers", {})
    elif report.kind == ReportKind.CALLED and report.outcome == Outcome.NOT_TAKING:
        proposed, of_offers = {}, {str(offer.pk): {"accepting_new": False} for offer in practice.offers.all()}
    else:
        return NOTHING
    offers = {offer: news(offer, of_offers.get(str(offer.pk), {}), OFFER_FIELDS) for offer in practice.offers.all()}
    return Wanted(
        news(practice, proposed, PRACTICE_FIELDS), {offer: values for offer, values in offers.items() if values}
    )


def news(row, values, known):
    """Those of the values that a row does not have yet."""
    return {name: value for name, value in values.items() if name in known and value != now(row, name)}


def changes(report):
    """The Changes that applying it would make."""
    change = wanted(report)
    of_place = [
        Change(label_of(name), value_in_words(name, now(report.practice, name)), value_in_words(name, value))
        for name, value in change.practice.items()
    ]
    of_offers = [
        Change(
            f"{offer.treatment}: {OFFER_FIELDS[name]}",
            value_in_words(name, getattr(offer, name)),
            value_in_words(name, value),
        )
        for offer, values in change.offers.items()
        for name, value in values.items()
    ]
    return of_place + of_offers


def value_in_words(name, value):
    """A value as people read it."""
    if value is True or value is False:
        return "yes" if value else "no"
    if name == "state":
        return STATES[value].name if value in STATES else value
    if name == "phone" and value:
        return PhoneNumber.from_string(value).as_national
    return value or ("not known" if value is None else "nothing")
