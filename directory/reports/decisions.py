"""What can be decided about a report."""

from collections.abc import Callable
from dataclasses import dataclass

from directory.models import ReportKind, ReportState, Status
from directory.reports import accepting, applying, removing
from directory.reports.difference import wanted


@dataclass(frozen=True)
class Decision:
    """`words` stand on its button, `done` afterward in what is said of it. `carry_out` gets the Report and the user,
    and returns the facts that taking it back needs; `take_back` gets the Report and these. `key` is its letter on the
    keyboard."""

    words: str
    done: str
    key: str
    is_possible: Callable
    carry_out: Callable
    take_back: Callable


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


DECISIONS = {
    "apply": Decision(
        "Apply: a reader told us",
        "applied",
        "a",
        lambda report: report.is_open and bool(wanted(report)) and not report.doctor.is_removed,
        decided(ReportState.APPLIED, lambda report, by: applying.apply(report)),
        lambda report, facts: applying.take_back(facts),
    ),
    "accept": Decision(
        "Make a hidden draft of it",
        "made a draft",
        "a",
        is_new,
        decided(ReportState.APPLIED, lambda report, by: accepting.accept(report)),
        accepting.take_back,
    ),
    "remove": Decision(
        "I called the published number, they confirmed it: remove",
        "taken off the directory",
        "r",
        is_request,
        decided(ReportState.APPLIED, removing.remove),
        lambda report, facts: removing.take_back(report.doctor, facts),
    ),
    "dispute": Decision(
        "Not verified yet: show it as disputed",
        "shown as disputed",
        "d",
        lambda report: is_request(report) and report.doctor.status in (Status.LISTED, Status.STOPPED),
        removing.dispute,
        lambda report, facts: removing.take_back(report.doctor, facts),
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
