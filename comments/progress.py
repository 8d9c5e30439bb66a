"""How far things are with a comment, for its writer's page."""

from django.conf import settings
from django.utils import timezone

from comments.models import CommentSettings, Kind
from comments.moves import Move, Status
from crpsinfo.mail import masked
from crpsinfo.spam.breaker import breaker


def waits_for_a_person(comment):
    """Whether somebody has still to look at it, its new version or its appeal."""
    has_new_version = comment.is_public and hasattr(comment, "proposal")
    is_appealed = hasattr(comment, "appeal") and comment.appeal.closed_at is None
    return not comment.erased_at and (comment.status == Status.PENDING or has_new_version or is_appealed)


def is_check_in_trouble(comment):
    """Whether its spam check was tried in vain, or waits for a checker that does not answer."""
    return bool(comment.due_at) and (bool(comment.last_error) or breaker.is_shut())


def appears_by_itself(comment):
    """Whether its check is all that stands between it and the readers, but for what a person should judge first."""
    is_checked_first = comment.due_at and not (comment.held_at or comment.ruling)
    publishes = settings.COMMENT_POLICY == "publish-ham"
    return bool(is_checked_first) and publishes and not CommentSettings.current().deserted


def declined_at(comment):
    """When the latest new version of a public comment was declined; None if it was not."""
    if not comment.is_public:
        return None
    latest = comment.events.filter(move__in=[Move.PROPOSE, Move.EDIT, Move.ACCEPT, Move.DECLINE]).last()
    return latest.at if latest and latest.move == Move.DECLINE else None


def mails_of(comment):
    """What the page shows about mails, by name; nothing at all if there can be none."""
    if comment.erased_at or not (settings.MAIL_CONFIGURED and comment.email):
        return {}
    mail = comment.notifications.filter(kind=Kind.CONFIRM).first()
    return {
        "address": masked(comment.email),
        "mail": mail,
        "confirmation": confirmation(comment, mail),
        "asked_today": bool(mail and mail.sent_at and mail.sent_at.date() == timezone.now().date()),
    }


def confirmation(comment, mail):
    """How far the mail (a Notification or None) is that asks to confirm the comment's address: "confirmed", "unwanted",
    "later", "due", "trouble" (it will be tried again), "failed", "sent", or "limited": it did not go out, since one a
    day goes to an address."""
    if comment.email_confirmed_at:
        return "confirmed"
    if not comment.wants_mail(Kind.CONFIRM) or not (comment.mail_decision or comment.mail_replies):
        return "unwanted"
    if mail is None:
        return "later"
    states = {
        "trouble": mail.due_at and mail.last_error,
        "due": mail.due_at,
        "failed": mail.failed_at,
        "sent": mail.sent_at,
        "limited": True,
    }
    return next(state for state, holds in states.items() if holds)
