"""What an editor saw of a listing, so that two of them do not decide over each other."""

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format


def mark_of(doctor):
    """A mark that changes with everything that a call is about: the listing, what is on record about it, and what
    readers reported. Nobody can make one up."""
    facts = (
        [(type(row).__name__, row.pk, row.updated_at) for row in rows_of(doctor)],
        (doctor.status, doctor.hidden_because),
        doctor.checks.order_by("-pk").values_list("pk", flat=True).first(),
        list(doctor.reports.open().values_list("pk", "revision")),
    )
    return salted_hmac("directory.admin.recheck", repr(facts), algorithm="sha256").hexdigest()[:32]


def who_was_there(doctor):
    """Who changed the listing last, or put something on record about it: a sentence."""
    changes = [row.history.first() for row in rows_of(doctor)]
    news = [(change.history_date, change.history_user, "changed") for change in changes if change]
    check = doctor.checks.order_by("-pk").first()
    if check:
        news.append((check.at, check.by, f"put on record “{check.get_result_display()}” about"))
    at, who, did = max(news, key=lambda one: one[0])
    when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return f"{who or 'The site itself'} {did} this listing on {when} UTC."


def rows_of(doctor):
    """The doctor, the practices, and their offers, as they are stored now."""
    practices = list(doctor.practices.prefetch_related("offers"))
    return [doctor, *practices, *(offer for practice in practices for offer in practice.offers.all())]
