"""Akismet, by way of the `akismet` library, with what the library leaves out (see docs/decisions/0003)."""

import logging
import re
from datetime import UTC
from functools import cached_property
from importlib.metadata import version

import akismet
import httpx
from django.conf import settings
from django.utils.http import parse_http_date
from django.utils.timezone import now

from crpsinfo.spam.base import Checker, KeyState, NotChecked, Refused, Result, Unavailable, Usage, Verdict
from crpsinfo.spam.transport import AkismetTransport, Call

log = logging.getLogger(__name__)

LONGEST_WAIT = 24 * 60 * 60  # seconds; nobody may tell us to stay away for longer
# Alerts after which an answer is no verdict, whatever it says. The others (first months over the limit 10501, 10502,
# 10504; key perhaps used by others 10005; high usage 10011; commercial use 30001) are warnings: the service goes on.
STOPPING_ALERTS = {
    "10001",  # the key has expired
    "10003",  # the plan must be upgraded
    "10006",  # suspended: improper use
    "10009",  # suspended: overuse
    "10010",  # suspended: inappropriate use
    "10402",  # not paid
    "10403",  # site revoked by the key's owner
    "10404",  # site not in the key's list
    "10508",  # third month over the limit: restricted
    "10516",  # four or more
}
# What the library raises when it reads an answer; the last two for a usage that is no JSON.
NOT_UNDERSTOOD = (akismet.ProtocolError, ValueError, RecursionError)


class AkismetChecker(Checker):
    name = "Akismet"

    def __init__(self):
        self.key, self.site, self.version = settings.AKISMET_API_KEY, settings.SITE_URL, settings.VERSION
        self.address, self.timeout = settings.AKISMET_API_URL, settings.AKISMET_TIMEOUT
        self.configured = bool(self.key)
        # What is tried out on somebody's own machine teaches Akismet nothing. Sent only if it is so.
        self.test_mark = {} if settings.PRODUCTION else {"is_test": True}

    @cached_property
    def client(self):
        """The process's one client, made when it is first needed: it loads the certificates of all authorities."""
        http_client = httpx.Client(
            transport=AkismetTransport(self.address),
            headers={
                "User-Agent": f"crpsinfo/{self.version} | akismet/{version('akismet')}",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
            trust_env=False,
        )
        return akismet.SyncClient(akismet.Config(key=self.key, url=self.site), http_client)

    def check(self, submission):
        answer, headers = self._ask("comment_check", **arguments(submission), **self.test_mark)
        verdict = verdict_of(answer, headers)
        alert_code, alert_message = self.alert_in(headers) or ("", "")
        return Result(
            verdict=verdict,
            guid=plain(headers, "X-akismet-guid", r"[0-9a-zA-Z-]{1,64}"),
            recheck_after=seconds(headers.get("X-akismet-recheck-after", "")) if verdict == Verdict.HAM else None,
            alert_code=alert_code,
            alert_message=alert_message,
        )

    def report(self, submission, *, spam):
        self._ask("submit_spam" if spam else "submit_ham", **arguments(submission), **self.test_mark)

    def verify(self):
        if not self.configured:
            return KeyState.NONE
        try:
            accepted, _ = self._ask("verify_key")
        except NotChecked as failure:
            log.warning("The Akismet key was not verified: %s", failure.reason)
            return KeyState.FAILED
        return KeyState.VALID if accepted else KeyState.INVALID

    def usage(self):
        answer, _ = self._ask("usage_limit")
        return usage_in(answer)

    def _ask(self, method, **arguments):
        """Call the library's method; return what it makes of the answer, and the answer's headers."""
        if not self.configured:
            raise NotChecked("no Akismet key is configured")
        client = self.client  # made before the clock runs
        failure = answer = None
        with Call(self.timeout) as call:
            try:
                answer = getattr(client, method)(**arguments)
            except (akismet.RequestError, akismet.APIKeyError, *NOT_UNDERSTOOD) as error:
                failure = error
        # Raised out here, so that the library's exceptions, whose messages can hold the key, are not chained to ours.
        self.refuse_stopped_service(call.headers)
        if failure:
            raise not_checked(failure, call.headers)
        return answer, call.headers

    def refuse_stopped_service(self, headers):
        """Raise Refused if the answer says that there is no service for us: then `false` does not mean ham."""
        alert = self.alert_in(headers)
        if alert and alert[0] in STOPPING_ALERTS:
            raise Refused(f"Akismet has stopped its service for this site (alert {alert[0]})", alert=alert)
        if headers.get("X-akismet-error", "").strip():
            what = plain(headers, "X-akismet-error", r"[A-Za-z0-9 _.,-]{1,60}").replace(self.key, "…")
            raise Refused(f"Akismet reports a problem with the account{what and f' ({what})'}", alert=alert)

    def alert_in(self, headers):
        """(code, message) of what is wrong with the account, or None."""
        code = plain(headers, "X-akismet-alert-code", r"[0-9]{1,10}")
        message = plain(headers, "X-akismet-alert-msg", r"[ -~]{1,200}").replace(self.key, "…")
        return (code, message) if code else None


def arguments(submission):
    """What Akismet is told about a submission: these facts, and of these only the ones that are known."""
    if not submission.ip:
        raise NotChecked("cannot be checked without a network address")
    facts = {
        "user_ip": submission.ip,
        "user_agent": submission.user_agent,
        "referrer": submission.referrer,
        "permalink": submission.permalink,
        "comment_type": submission.kind,
        "comment_author": submission.author,
        "comment_author_email": submission.email,
        "comment_author_url": submission.url,
        "comment_content": submission.text,
        "comment_date_gmt": utc(submission.posted_at),
        "comment_post_modified_gmt": utc(submission.page_modified_at),
        "user_role": submission.user_role,
        "recheck_reason": submission.recheck_reason,
        "blog_lang": "en",
        "blog_charset": "UTF-8",
    }
    return {name: value for name, value in facts.items() if value}


def utc(moment):
    return moment and moment.astimezone(UTC).isoformat(timespec="seconds")


def verdict_of(answer, headers):
    """The library's answer as a Verdict; it knows `discard` only in small letters."""
    if answer == akismet.CheckResponse.HAM:
        return Verdict.HAM
    discard = headers.get("X-akismet-pro-tip", "").strip().lower() == "discard"
    return Verdict.DISCARD if discard else Verdict.SPAM


def not_checked(failure, headers):
    """The NotChecked for an exception of the library. Raises the cause if that is a mistake of ours: the library
    takes every exception for a failed request."""
    if isinstance(failure, akismet.APIKeyError):
        return Refused("Akismet refuses the key or the site's address")
    if isinstance(failure, akismet.ProtocolError) and headers.get("X-akismet-debug-help", "").strip():
        return NotChecked("Akismet says that something in this text or about it is wrong")  # the next may be good
    if isinstance(failure, NOT_UNDERSTOOD):
        return Unavailable("Akismet's answer was not understood")
    match failure.__cause__:
        case httpx.HTTPStatusError(response=response):
            return Unavailable(f"Akismet answered with status {response.status_code}", retry_after(headers))
        case httpx.TimeoutException():
            return Unavailable("Akismet did not answer in time")
        case httpx.TransportError():
            return Unavailable("Akismet could not be reached, or broke off")
        case mistake:
            raise mistake


def retry_after(headers):
    """The seconds that `Retry-After` asks for, which it does in seconds or as a date; None if it does not."""
    value = headers.get("Retry-After", "").strip()
    if (pause := seconds(value)) is not None:
        return pause
    try:
        return min(max(round(parse_http_date(value) - now().timestamp()), 0), LONGEST_WAIT)
    except ValueError:
        return None


def seconds(value):
    """A header's whole number of seconds, a day at most; None if it is no such number."""
    number = whole(value.strip())
    return None if number is None else min(number, LONGEST_WAIT)


def whole(value):
    """A number or digits as an int; None for anything else."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", str(value)) else None


def plain(headers, name, pattern):
    """A header's value if it looks as it should, else an empty text."""
    value = headers.get(name, "").strip()
    return value if re.fullmatch(pattern, value) else ""


def usage_in(answer):
    """The Usage in Akismet's JSON; NotChecked if it is something else."""
    figures = answer if isinstance(answer, dict) else {}
    used, limit = whole(figures.get("usage")), whole(figures.get("limit"))
    if used is None or (limit is None and figures.get("limit") != "none"):
        raise Unavailable("Akismet's answer about usage was not understood")
    return Usage(
        limit=limit,
        used=used,
        throttled=figures.get("throttled") is True,
    )
