"""What a reader sends becomes a Report: one for each reader, kind and listing (or place of it), in one short
transaction."""

from django.db import transaction
from django.utils import timezone

from crpsinfo.client import client_address, reader_key
from crpsinfo.limits import count_post
from crpsinfo.models import Rule, RuleAction
from directory.models import Report, ReportState
from directory.models.report import Decided
from directory.reports.checking import as_submitted


def send(request, report):
    """Store an unsaved Report, or add it to this reader's open one about the same. Raises TooMany, and Decided if
    somebody has decided about that one lately."""
    with transaction.atomic():
        count_post(request, "listing-report")  # the counter's row makes a second tap wait until the first is stored
        report.reader = reader_key(request)
        try:
            Report.objects.send(report)
            return
        except Decided as decided:
            refusal = decided
    raise refusal  # out here, so that the counter stays


def send_suggestion(request, form):
    """The same for a valid SuggestionForm; our own spam rules judge it first. Returns whether it was taken: nothing is
    stored about somebody who asked not to be listed."""
    report = form.report()
    report.ip, report.user_agent = client_address(request), request.headers.get("User-Agent", "")[:400]
    if form.is_about_who_asked_not_to_be():
        count_post(request, "listing-report")
        return False
    if form.is_trapped or is_spam_to_our_rules(report):
        report.state, report.closed_at = ReportState.SPAM, timezone.now()
    send(request, report)
    return True


def is_spam_to_our_rules(report):
    """Whether a rule of the moderators calls it spam. Rules that match are counted."""
    return any(rule.action == RuleAction.SPAM for rule in Rule.objects.catching(as_submitted(report)))
