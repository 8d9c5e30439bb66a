"""Why a person has to look at a comment, and what of it they have seen. The comments come from `for_moderators`."""

from collections import Counter

from django.utils.crypto import salted_hmac

from comments.models import CrisisKind, ReportReason
from comments.moves import Status

DANGERS = {CrisisKind.SELF_HARM: "suicide or self-harm", CrisisKind.EMERGENCY: "a medical emergency"}


def why(comment):
    """The reasons in plain words, what may be about a life first; [] if there is nothing to look at."""
    return [*danger(comment), *reported(comment), *asked_by_writer(comment), *waiting(comment)]


def danger(comment):
    if flag := getattr(comment, "crisis_flag", None):
        what = DANGERS[flag.kind]
        yield f"mentions {what}" if flag.lowered else f"may be in danger ({what})"


def reported(comment):
    reasons = Counter(ReportReason(report.reason) for report in comment.open_reports)
    if reasons.pop(ReportReason.WROTE_THIS, 0):
        yield "writer lost the link"
    if reasons:
        gravest_first = sorted(reasons, key=lambda reason: reason.rank)
        said = "; ".join(f"{reason.label}{times(reasons[reason])}" for reason in gravest_first)
        yield f"{reasons.total()} report{'s' if reasons.total() > 1 else ''}: {said}"


def times(count):
    return f" ({count} times)" if count > 1 else ""


def asked_by_writer(comment):
    if open_appeal(comment):
        yield "appeal"
    if open_proposal(comment):
        yield "new version"


def waiting(comment):
    if comment.status == Status.PENDING:
        yield "held for a second look" if comment.held_at else "waiting"


def open_appeal(comment):
    """The writer's appeal that nobody has answered yet, or None."""
    appeal = getattr(comment, "appeal", None)
    return appeal if appeal and appeal.closed_at is None else None


def open_proposal(comment):
    """The new version that waits for a person, or None."""
    return getattr(comment, "proposal", None) if comment.is_public else None


def mark_of(comment):
    """A mark that changes with everything a decision is about: state, text, new version, appeal, open reports. A page
    carries the marks of what it shows; a decision is carried out on what still has the mark. Nobody can make one up."""
    appeal, proposal = getattr(comment, "appeal", None), getattr(comment, "proposal", None)
    facts = [comment.pk, comment.status, comment.status_at.isoformat(), comment.revision, bool(comment.erased_at)]
    facts += [proposal and proposal.proposed_at.isoformat(), appeal and (appeal.pk, bool(appeal.closed_at))]
    facts += [(report.pk, report.reason, report.words) for report in comment.open_reports]
    return salted_hmac("comments.admin.seen", repr(facts), algorithm="sha256").hexdigest()[:32]
