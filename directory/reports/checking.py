"""The worker's job with suggestions of doctors: to have what they say in public checked for spam."""

from django.conf import settings
from django.urls import reverse

from crpsinfo.spam import Submission, get_checker
from crpsinfo.spam.breaker import ask, needs_checker
from directory.models import ReportKind, Treatment

PUBLIC = ("name", "clinic", "city", "state", "zip_code", "phone", "website")  # what a listing would say


@needs_checker
def check(report):
    """Check a claimed Report. Raises RetryLater when the checker cannot say. A person looks at it in any case; spam
    only goes out of their way."""
    is_asked = report.kind == ReportKind.SUGGESTION and report.is_open and not report.checked_at
    if not (is_asked and report.ip and get_checker().configured):
        report.finish()
        return
    result = ask(get_checker().check, as_submitted(report))
    report.record_verdict(result)


def as_submitted(report):
    """What a suggestion says in public, and nothing about whoever sent it but the network address and the browser."""
    said = report.proposed
    lines = [said.get(name, "") for name in PUBLIC] + [treatment.name for treatment in treatments_of(report)]
    return Submission(
        kind="contact-form",
        text="\n".join(filter(None, [*lines, report.words])),
        ip=report.ip or "",
        user_agent=report.user_agent,
        permalink=f"{settings.SITE_URL}{reverse('suggest-doctor')}",
        author=said.get("name") or said.get("clinic", ""),
        url=said.get("website", ""),
        posted_at=report.created_at,
    )


def treatments_of(report):
    """The Treatments that a suggestion names."""
    return Treatment.objects.filter(slug__in=report.proposed.get("treatments", []))
