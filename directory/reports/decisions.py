"""What can be decided about a report."""

from collections.abc import Callable
from dataclasses import dataclass

from directory.models import ReportKind, ReportState
from directory.reports import accepting, applying, removing
from directory.reports.difference import wanted

CHANGE, PUBLISH = "directory.change_doctor", "directory.publish_doctor"


@dataclass(frozen=True)
class Decision:
    """`words` stand on its button, `done` afterward in what is said of it. `carry_out` gets the Report and the user,
    and returns the facts that taking it back needs; `take_back` gets the Report and these. `key` is its letter on the
    keyboard. `permission`: what a user has to have for it, and for taking it back, beside that to decide about
    reports."""

    words: str
    done: str
    key: str
    is_possible: Callable
    carry_out: Callable
    take_back: Callable
    permission: str = ""

    def may(self, user):
        return not self.permission or user.has_perm(self.permission)


def decided(state, carry_out=lambda report, by: {}):
    """Carry it out, and the report is done with, in this state."""

    def inner(report, by):
        facts = carry_out(report, by)
        report.close(state, by=by)
        return facts

    return inner


def nothing_more(report, facts):
    """Beside the state of the report there is nothing to take back."""


def is_open(report):
    return report.is_open


def is_request(report):
    return report.is_open and report.kind == ReportKind.REMOVAL and not report.doctor.is_removed


def is_new(report):
    return report.is_open and report.kind == ReportKind.SUGGESTION and not report.doctor_id


def reopen(report, by):
    report.reopen()
    return {}


def apply(report, by):
    """What may not be listed any more after it is hidden."""
    facts = applying.apply(report)
    return facts | removing.hide_unless_listable(report)


def take_back_applied(report, facts):
    applying.take_back(facts)
    if "was" in facts:
        removing.take_back(report.doctor, facts)


DECISIONS = {
    "apply": Decision(
        "Apply: a reader told us",
        "applied",
        "a",
        lambda report: report.is_open and bool(wanted(report)) and not report.doctor.is_removed,
        decided(ReportState.APPLIED, apply),
        take_back_applied,
        CHANGE,
    ),
    "accept": Decision(
        "Make a hidden draft of it",
        "made a draft",
        "a",
        is_new,
        decided(ReportState.APPLIED, lambda report, by: accepting.accept(report)),
        accepting.take_back,
        CHANGE,
    ),
    "remove": Decision(
        "I called the published number, they confirmed it: remove",
        "taken off the directory",
        "r",
        is_request,
        decided(ReportState.APPLIED, removing.remove),
        lambda report, facts: removing.take_back(report.doctor, facts),
        PUBLISH,
    ),
    "dispute": Decision(
        "Not verified yet: show it as disputed",
        "shown as disputed",
        "d",
        lambda report: is_request(report) and report.doctor.is_listed,  # who stopped, the page goes on saying so
        removing.dispute,
        lambda report, facts: removing.take_back(report.doctor, facts),
        PUBLISH,
    ),
    "close": Decision("Close: nothing to change", "closed", "c", is_open, decided(ReportState.CLOSED), nothing_more),
    "spam": Decision("Spam", "marked as spam", "s", is_open, decided(ReportState.SPAM), nothing_more),
    "not_spam": Decision(
        "Not spam: back to the queue",
        "put back in the queue",
        "n",
        lambda report: report.state == ReportState.SPAM,
        reopen,
        nothing_more,
    ),
}


def possible(report):
    """{name: Decision} of what can be decided about a report as it is."""
    return {name: decision for name, decision in DECISIONS.items() if decision.is_possible(report)}
