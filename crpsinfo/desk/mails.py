"""Mails to those who work here. What a mail says, and whether there is a reason for it at all, is worked out when it is
sent, from how things are then. No mail holds a text, a name, the title of an article or anything of the illness; its
link leads to the sign-in page, and changes nothing."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from crpsinfo import mail
from crpsinfo.desk.hours import after_quiet_hours, next_morning
from crpsinfo.desk.kinds import COUNTED, kinds, kinds_for, waiting_for
from crpsinfo.models import StaffMail, StaffMailKind, StaffSettings
from crpsinfo.work import RetryLater

SOON = (StaffMailKind.URGENT, StaffMailKind.REQUEST)  # do not wait for the morning
SOON_AFTER = timedelta(minutes=2)  # all of a bad moment makes one mail
BETWEEN = timedelta(hours=1)
OVERLAP = timedelta(minutes=1)  # what was being stored while the last mail was written is told in the next


@dataclass(frozen=True)
class Letter:
    """What to send, with the template of the StaffMail's kind."""

    subject: str
    context: dict = field(default_factory=dict)


def send(row):
    """Send a claimed StaffMail, if there is a reason for it still; the row is done then. Raises RetryLater when it
    could not be sent now. One that never can be, or was tried MAIL_ATTEMPTS times, is given up."""
    now = timezone.now()
    may_go_at = earliest(row, now)
    if may_go_at > now:  # quiet hours began, or the last mail went only just now
        row.finish(next_at=may_go_at)
        return
    letter = letter_of(row)
    if letter is None:
        row.finish()
        return
    try:
        mail.send(row.user.email, letter.subject, f"mail/staff_{row.kind}.txt", letter.context | links())
    except mail.NotSent as failure:
        if not failure.permanent and row.attempts < settings.MAIL_ATTEMPTS:
            raise RetryLater(failure.reason) from None
        give_up(row, failure.reason)
    else:
        StaffMail.objects.filter(pk=row.pk).update(sent_at=now, failed_at=None)  # also if it has fallen due again
        row.finish()


def give_up(row, reason):
    """Not due any more, with the reason; unless it has fallen due again meanwhile."""
    claimed = StaffMail.objects.filter(pk=row.pk, leased_until=row.leased_until)
    claimed.update(due_at=None, leased_until=None, last_error=reason, failed_at=timezone.now())


def links():
    """The addresses in every mail: where to sign in, and where to choose one's mails."""
    sign_in = f"{reverse('admin:login')}?{urlencode({'next': reverse('admin:index')})}"
    return {
        "sign_in_url": f"{settings.SITE_URL}{sign_in}",
        "settings_url": f"{settings.SITE_URL}{reverse('admin:desk-settings')}",
    }


# --- What there is to say -------------------------------------------------------------------------


def letter_of(row):
    """The Letter that a StaffMail asks for, or None if there is no reason for it, or not any more."""
    if not reachable().filter(pk=row.user_id).exists():
        return None
    letters = {
        StaffMailKind.DIGEST: digest,
        StaffMailKind.URGENT: urgent,
        StaffMailKind.REQUEST: request,
        StaffMailKind.OPERATOR: operator,
        StaffMailKind.REVIEW: review,
    }
    return letters[StaffMailKind(row.kind)](row)


def digest(row):
    """How much waits under each tab."""
    waiting = waiting_for(row.user) if StaffSettings.of(row.user).digest else []
    if not waiting:
        return None
    lines = [(tab.title, in_figures(count)) for tab, count in waiting]
    return Letter(f"{items_wait(waiting)} for you", {"lines": lines})


def urgent(row):
    """That somebody may be in danger, if that is news and still open."""
    if not StaffSettings.of(row.user).urgent_mail:
        return None
    count = sum(kind.urgent_since(untold_since(row)) for kind in kinds_for(row.user))
    return Letter("Please look soon", {"count": count}) if count else None


def request(row):
    """That somebody asks to be taken off, if that is news and has no answer."""
    if not StaffSettings.of(row.user).digest:
        return None
    count = sum(kind.requested_since(untold_since(row)) for kind in kinds_for(row.user))
    return Letter("A request waits for you", {"count": count}) if count else None


def untold_since(row):
    """What came before that was in the last mail of this kind; None: there was none."""
    return row.sent_at and row.sent_at - OVERLAP


def operator(row):
    """That nobody moderates, and what comes of it."""
    absence = absence_now()
    if absence is None or not row.user.is_superuser:
        return None
    waiting = items_wait(waiting_for(row.user))
    return Letter("Nobody decides about what waits", {"absence": absence, "waiting": waiting})


def review(row):
    """That articles are due for review: their app knows which."""
    return import_string(settings.REVIEW_LETTER)() if StaffSettings.of(row.user).digest else None


def absence_now():
    """The Absence of moderators that began first, or None."""
    absences = [absence for kind in kinds().values() if (absence := kind.absence())]
    return min(absences, key=lambda absence: absence.since, default=None)


def items_wait(waiting):
    """In words, of what `waiting_for` gives: "3 items wait"."""
    total = sum(count for _, count in waiting)
    if any(count > COUNTED for _, count in waiting):
        return f"More than {COUNTED} items wait"
    return "1 item waits" if total == 1 else f"{total} items wait"


def in_figures(count):
    return f"more than {COUNTED}" if count > COUNTED else str(count)


# --- When they fall due -----------------------------------------------------------------------------


def reachable():
    """Those who work here and can be written to."""
    return get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")


def schedule():
    """The hourly job: whoever can decide about something is told each morning what waits; the operators, too, while
    nobody moderates."""
    is_unattended = absence_now() is not None
    for user in reachable().order_by("pk"):
        schedule_for(user, is_unattended=is_unattended)


def schedule_for(user, *, is_unattended=False):
    """Have the daily mails fall due that there is a reason for."""
    chosen = StaffSettings.of(user)
    if chosen.digest and kinds_for(user):
        have_in_the_morning(user, StaffMailKind.DIGEST, chosen.time_zone)
    if is_unattended and user.is_superuser:
        have_in_the_morning(user, StaffMailKind.OPERATOR, chosen.time_zone)


def have_in_the_morning(user, kind, zone):
    """Once a day; one that is on its way, or was put off, is left alone."""
    if not settings.MAIL_CONFIGURED:
        return
    row, _ = StaffMail.objects.get_or_create(user=user, kind=kind)
    now = timezone.now()
    idle = Q(due_at=None) | Q(due_at__gt=now, attempts=0, leased_until=None)
    StaffMail.objects.filter(idle, pk=row.pk).update(due_at=next_morning(zone, now, row.sent_at), attempts=0)


def call_for_help():
    """Somebody may be in danger: a mail falls due to those who asked for that, in the transaction that stores it."""
    if not settings.MAIL_CONFIGURED:
        return
    asked = StaffSettings.objects.filter(urgent_mail=True, user__in=reachable())
    for user in asked.order_by("user").values_list("user", flat=True):  # always in this order: nobody waits in a circle
        have_soon(user, StaffMailKind.URGENT)


def tell_of_request(permission):
    """Somebody asks to be taken off: a mail falls due to those who may decide about that and want mails, in the
    transaction that stores it."""
    if not settings.MAIL_CONFIGURED:
        return
    for user in who_may(permission):
        have_soon(user.pk, StaffMailKind.REQUEST)


def tell_in_the_morning(permission, kind):
    """A mail of this kind falls due to those who may do something about it and want mails."""
    for user in who_may(permission):
        have_in_the_morning(user, kind, StaffSettings.of(user).time_zone)


def who_may(permission):
    """Those with the permission who want mails, always in the same order: nobody waits in a circle."""
    model = "django.contrib.auth.backends.ModelBackend"  # the one that knows the permissions
    may = get_user_model().objects.with_perm(permission, backend=model)
    return reachable().filter(pk__in=may.values("pk")).exclude(staff_settings__digest=False).order_by("pk")


@transaction.atomic
def have_soon(user, kind):
    """Under the row's lock: a worker who is about to claim it then sees all that this transaction has done."""
    row, _ = StaffMail.objects.select_for_update().get_or_create(user_id=user, kind=kind)
    if row.due_at and not (row.leased_until or row.attempts):
        return  # that mail will tell of this, too
    row.make_due(earliest(row, timezone.now() + SOON_AFTER))
    row.save(update_fields=["due_at", "leased_until", "attempts", "last_error"])


def earliest(row, at):
    """When a mail that is ready at a time may be sent: one that does not wait for the morning, not too soon after the
    last, nor in the quiet hours."""
    if row.kind not in SOON:
        return at
    chosen = StaffSettings.of(row.user)
    at = max(at, row.sent_at + BETWEEN) if row.sent_at else at
    return after_quiet_hours(at, chosen.quiet_from, chosen.quiet_until, chosen.time_zone)


def reschedule(user):
    """After somebody changed when they want to be written to. `send` sees to it that no mail is early."""
    waiting = StaffMail.objects.filter(user=user, kind__in=SOON, attempts=0)
    waiting.filter(due_at__gt=timezone.now()).update(due_at=timezone.now())
    if user.email:
        schedule_for(user)
