"""Why a person has to look at a comment, and what of it they have seen. The comments come from `for_moderators`."""

from collections import Counter

from django.utils.crypto import salted_hmac

from comments.models import CrisisKind, ReportReason
from comments.moves import Status
from crpsinfo.models import RuleAction

DANGERS = {CrisisKind.SELF_HARM: "suicide or self-harm", CrisisKind.EMERGENCY: "a medical emergency"}
RULED = {RuleAction.HOLD: "held", RuleAction.SPAM: "called spam"}


def why(comment):
    """The reasons in plain words, what may be about a life first; [] if there is nothing to look at."""
    return [*danger(comment), *reported(comment), *asked_by_writer(comment), *waiting(comment), *drawn(comment)]


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
    if proposal := open_proposal(comment):
        yield f"new version{ruled(proposal)}"


def waiting(comment):
    if comment.status == Status.PENDING:
        yield f"{'held for a second look' if comment.held_at else 'waiting'}{ruled(comment)}"


def ruled(version):
    """What our own rules said of a comment or a new version, and why; empty if nothing."""
    return f": {RULED[version.ruling]} by our own rules ({version.ruled_because})" if version.ruling else ""


def drawn(comment):
    if open_sample(comment):
        yield "drawn from the blatant spam: is it spam?"


def open_appeal(comment):
    """The writer's appeal that nobody has answered yet, or None."""
    appeal = getattr(comment, "appeal", None)
    return appeal if appeal and appeal.closed_at is None else None


def open_proposal(comment):
    """The new version that waits for a person, or None."""
    return getattr(comment, "proposal", None) if comment.is_public else None


def open_sample(comment):
    """The Sample, if it is spam that was drawn for a person to judge and nobody has, or None."""
    sample = getattr(comment, "sample", None)
    return sample if sample and sample.closed_at is None and comment.status == Status.SPAM else None


def mark_of(comment):
    """A mark that changes with everything a decision is about: state, text, new version, appeal, open reports, whether
    it was drawn to be judged. A page carries the marks of what it shows; a decision is carried out on what still has
    the mark. Nobody can make one up."""
    appeal, proposal, sample = (getattr(comment, name, None) for name in ("appeal", "proposal", "sample"))
    facts = [comment.pk, comment.status, comment.status_at.isoformat(), comment.revision, bool(comment.erased_at)]
    facts += [comment.public_note, comment.decided_at and comment.decided_at.isoformat()]
    facts += [proposal and proposal.proposed_at.isoformat(), appeal and (appeal.pk, bool(appeal.closed_at))]
    facts += [sample and (sample.pk, bool(sample.closed_at))]
    facts += [
        (report.pk, report.reason, report.words, report.created_at.isoformat()) for report in comment.open_reports
    ]
    return salted_hmac("comments.admin.seen", repr(facts), algorithm="sha256").hexdigest()[:32]
