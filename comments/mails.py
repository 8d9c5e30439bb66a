"""The worker's third job with comments: mails to their writers. What a mail says, and whether there is a reason for it
at all, is worked out when it is sent, from how things are then. No mail holds a text, a name, an article's title or
address, or the receipt's key."""

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Kind, Notification
from comments.models.notification import BETWEEN_REPLIES, DECIDED, passed_the_check
from comments.moves import Actor, Move, Status
from crpsinfo import mail
from crpsinfo.limits import hit
from crpsinfo.models import Counter
from crpsinfo.work import RetryLater

DAY = int(timedelta(days=1).total_seconds())


@dataclass(frozen=True)
class Letter:
    """What to send, with the template of the Notification's kind. `announced`: keys of the replies that it tells of."""

    subject: str
    context: dict = field(default_factory=dict)
    announced: tuple = ()


def send(row):
    """Send a claimed Notification's mail, if there is a reason for it still; the row is done then. Raises RetryLater
    when the mail could not be sent now. One that never can be, or was tried MAIL_ATTEMPTS times, is given up."""
    if row.kind == Kind.REPLY and row.sent_at and timezone.now() < row.sent_at + BETWEEN_REPLIES:
        row.finish(next_at=row.sent_at + BETWEEN_REPLIES)  # a reply came while the last mail was on its way
        return
    letter = letter_of(row)
    if letter is None or (row.kind == Kind.CONFIRM and not may_ask_today(row)):
        row.finish()
        return
    try:
        deliver(row, letter)
    except mail.NotSent as failure:
        if not failure.permanent and row.attempts < settings.MAIL_ATTEMPTS:
            raise RetryLater(failure.reason) from None
        give_up(row, failure.reason)
    else:
        finish(row, letter)


def deliver(row, letter):
    comment = row.comment
    context = {
        "posted_at": comment.created_at,
        "mails_url": absolute(reverse("mail", args=[comment.mail_key])),
        **letter.context,
    }
    stop_url = absolute(reverse("mail-stop", args=[comment.mail_key]))
    mail.send(comment.email, letter.subject, f"mail/comment_{row.kind}.txt", context, stop_url=stop_url)


def finish(row, letter):
    """On record, in the row and with the comment; also if the row has fallen due again meanwhile."""
    now = timezone.now()
    told = {"told": row.comment.status} if row.kind == Kind.DECISION else {}
    with transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(sent_at=now, sent=F("sent") + 1, **told)
        Comment.objects.filter(pk__in=letter.announced).update(announced_at=now)
        row.comment.record(Move.MAIL, Actor.SYSTEM, reason=row.kind)
        row.finish()


def give_up(row, reason):
    """Not due any more, with the reason for moderators to see; unless it has fallen due again meanwhile."""
    claimed = Notification.objects.filter(pk=row.pk, leased_until=row.leased_until)
    claimed.update(due_at=None, leased_until=None, last_error=reason, failed_at=timezone.now())


# --- What there is to say -------------------------------------------------------------------------


def letter_of(row):
    """The Letter that a Notification asks for, or None if there is no reason for it, or not any more."""
    comment = row.comment
    if not comment.wants_mail(row.kind):
        return None
    return {Kind.CONFIRM: confirmation, Kind.DECISION: decision, Kind.REPLY: replies}[Kind(row.kind)](row)


def confirmation(row):
    comment = row.comment
    if passed_the_check(comment) and (comment.mail_decision or comment.mail_replies):
        return Letter("Please confirm your e-mail address")
    return None


def decision(row):
    """Whether it is published: news if that is not what the last mail said."""
    comment = row.comment
    if comment.status not in DECIDED or (row.told and comment.is_public == (row.told == Status.PUBLIC)):
        return None
    if comment.is_public:
        return Letter("Your comment is published", {"link": absolute(comment.get_absolute_url())})
    subject = "Your comment is not shown any more" if row.told else "Your comment was not published"
    return Letter(subject, {"was_told": bool(row.told)})


def replies(row):
    """All that readers can see, and that no mail has told of yet."""
    comment = row.comment
    new = comment.replies.readable().filter(announced_at=None).exclude(email__iexact=comment.email)
    if comment.writer_id:
        new = new.exclude(writer=comment.writer_id)
    keys = tuple(new.values_list("pk", flat=True))
    if not keys:
        return None
    subject = "Somebody replied to your comment" if len(keys) == 1 else f"{len(keys)} replies to your comment"
    link = absolute(reverse("comment", args=[keys[0]]))
    return Letter(subject, {"count": len(keys), "link": link}, announced=keys)


def absolute(path):
    return f"{settings.SITE_URL}{path}"


# --- One confirmation mail for an address and day -------------------------------------------------


def may_ask_today(row):
    """Whether an address may be asked to confirm: once a day, whoever typed it where. The first row that asks has the
    day to itself until its mail has gone, so that trouble on the way costs it nothing."""
    day = int(time.time()) // DAY
    mailbox = mail.mailbox(row.comment.email).encode()
    address = hmac.new(settings.SECRET_KEY.encode(), mailbox, hashlib.sha256).hexdigest()
    todays = f"confirm:{address}:{day}"
    mine = f"{todays}:{row.pk}"
    with transaction.atomic():
        if hit(todays, (day + 1) * DAY) == 1:
            hit(mine, (day + 1) * DAY)
            return True
    has_gone = row.sent_at is not None and row.sent_at.timestamp() // DAY == day
    return not has_gone and Counter.objects.filter(pk=mine).exists()
