"""Outgoing mail: a plain text to one person, through Django's mail backend."""

import smtplib
import ssl
from email.utils import formataddr, make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.validators import validate_email
from django.template.loader import render_to_string

SIGN_IN_FIRST = (530, 534, 535, 538)  # https://www.rfc-editor.org/rfc/rfc4954: about us, not about a mail
TROUBLES = [  # the first that fits
    (smtplib.SMTPAuthenticationError, "the mail server refused our sign-in"),
    (smtplib.SMTPServerDisconnected, "the mail server broke off, or did not answer in time"),
    (smtplib.SMTPNotSupportedError, "the mail server lacks what EMAIL_URL asks for"),
    (smtplib.SMTPException, "the mail server did not take it"),
    (ssl.SSLError, "no encrypted connection to the mail server"),
    (TimeoutError, "the mail server did not answer in time"),
    (OSError, "the mail server could not be reached"),
    (ValueError, "the mail server was not understood"),
]


class NotSent(Exception):
    """The mail did not go out. `permanent`: trying again is of no use. `reason` is short, and fit to store, to log and
    to show a moderator: nothing that the server said is in it, since servers repeat addresses."""

    def __init__(self, reason, *, permanent=False):
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


def send(to, subject, template, context, *, stop_url=""):
    """Send one mail. `template` is a file in templates/mail/; it gets `context`, `stop_url` and the site's `host`.
    `stop_url` takes the one-click POST of https://www.rfc-editor.org/rfc/rfc8058; mails to those who work here have
    none. Raises NotSent."""
    if not settings.MAIL_CONFIGURED:
        raise NotSent("no mail server is configured")
    message = build(to, subject, template, context, stop_url)
    try:
        with get_connection() as connection:
            connection.send_messages([message])
    except BadHeaderError:
        raise  # a bug, and no trouble on the way
    except (OSError, ValueError) as error:
        raise not_sent(error) from None  # its text may quote the address


def build(to, subject, template, context, stop_url):
    """The message. Raises NotSent if `to` is no single address."""
    try:
        validate_email(to)
    except ValidationError:
        to = ""
    if not to.isprintable() or '"' in to or not to:  # a quoted name may hold what breaks a header
        raise NotSent("the address cannot be written to", permanent=True)
    host = urlsplit(settings.SITE_URL).hostname
    stop = {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(
        subject=subject,
        body=render_to_string(template, {"stop_url": stop_url, "host": host, **context}).strip() + "\n",
        from_email=formataddr((settings.MAIL_NAME, settings.MAIL_FROM)),
        to=[to],
        headers={
            "Message-ID": make_msgid(domain=host),
            "Auto-Submitted": "auto-generated",  # https://www.rfc-editor.org/rfc/rfc3834: no out-of-office answers
            **(stop if stop_url else {}),
        },
    )


def not_sent(error):
    """The NotSent for what a mail backend raised: permanent only where the server refused this address or this mail."""
    code = refusal(error)
    if 500 <= code <= 599 and code not in SIGN_IN_FIRST:
        return NotSent(f"the mail server refused it ({code})", permanent=True)
    if 400 <= code <= 499:
        return NotSent(f"the mail server put it off ({code})")
    return NotSent(next(reason for kind, reason in TROUBLES if isinstance(error, kind)))


def refusal(error):
    """The SMTP code with which the recipient or the mail was refused; 0 if it was neither."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPDataError) else 0


def masked(address):
    """An address that whoever owns it knows again, and nobody learns from: a…@example.org."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def mailbox(address):
    """An address without what many providers ignore: pat+1@example.org is read by pat@example.org."""
    local, _, host = address.lower().rpartition("@")
    return f"{local.split('+')[0]}@{host}"
