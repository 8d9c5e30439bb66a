"""What the spam checker says about our account, asked once an hour by the worker and kept: pages only read. And what to
do when it is in trouble, in plain words."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from crpsinfo.models import CheckerState
from crpsinfo.spam import KeyState, NotChecked, get_checker
from crpsinfo.spam.breaker import is_told_to_wait, take_hint

MOST = 2**31 - 1  # that a column holds
ALARM_AFTER = timedelta(minutes=10)  # of silence; most troubles are over by then
OVER_LIMIT_ALERTS = {"10501", "10502", "10504", "10508", "10516"}
NOTHING_KNOWN = {  # of a checker that is none
    "failures": 0, "failing_since": None, "probe_at": None, "alert_code": "", "alert_message": "", "alert_at": None,
    "limit": None, "used": None, "throttled": False, "usage_at": None,
}  # fmt: skip
KEY_REFUSED = (
    "Whoever runs the site: compare AKISMET_API_KEY and SITE_URL with the account at akismet.com, put right what "
    "differs, and start web and worker anew. Comments wait until then, and none is lost."
)
NOT_ANSWERING = (
    "Comments wait, and none is lost: it is asked again once a minute, and its first answer lets all go on. Moderators "
    "can decide meanwhile. If the error is about the key or the account, whoever runs the site puts that right at "
    "akismet.com."
)
NOT_VERIFIED = "Nothing, unless it stays so: it is tried again every hour."
ALERT = "Sign in at akismet.com and put right what it says. This goes with the first answer without an alert."
OVER_LIMIT = (
    "Choose a larger plan in the account at akismet.com, or let our own rules catch what keeps coming. Akismet may "
    "stop checking for a site that is over its limit for several months."
)


def refresh_by_the_clock():
    """The hourly job: `refresh`, unless the checker has said until when it wants to be left alone."""
    if not is_told_to_wait():
        refresh()


def refresh():
    """Ask whether the key is accepted and how much of the limit is used, and keep it. Returns the KeyState and, if the
    usage is not known although the key is valid, why. What is known of the usage is kept when it cannot be asked. The
    breaker goes by checks and reports alone: an account that is stopped may have a valid key."""
    checker, trouble = get_checker(), ""
    state = checker.verify()
    known = {"key_state": state, "verified_at": timezone.now()}
    if state == KeyState.NONE:
        known |= NOTHING_KNOWN
    elif state == KeyState.VALID:
        try:
            known |= kept(checker.usage())
        except NotChecked as failure:
            trouble = failure.reason
    CheckerState.objects.update_or_create(pk=1, defaults=known)
    if state == KeyState.VALID:
        take_hint()
    return state, trouble


def kept(usage):
    """A Usage, or None where calls are not counted, as columns."""
    if usage is None:
        return {"limit": None, "used": None, "throttled": False, "usage_at": None}
    limit = None if usage.limit is None else min(usage.limit, MOST)
    return {"limit": limit, "used": min(usage.used, MOST), "throttled": usage.throttled, "usage_at": timezone.now()}


@dataclass(frozen=True)
class Trouble:
    what: str
    to_do: str


def troubles(name, state):
    """What is wrong with the checker of this name, according to its CheckerState: a Trouble for each."""
    if state.key_state == KeyState.INVALID:
        yield Trouble(f"{name} refused the key on {moment(state.verified_at)}.", KEY_REFUSED)
    if state.failing_since:
        since = f"{name} has checked nothing since {moment(state.failing_since)}"
        yield Trouble(f"{since}. Last error: {state.last_error}.", NOT_ANSWERING)
    elif state.key_state == KeyState.FAILED:
        yield Trouble(f"The key could not be verified on {moment(state.verified_at)}.", NOT_VERIFIED)
    if state.alert_code:
        said = f"“{state.alert_message}” (alert {state.alert_code})"
        cure = OVER_LIMIT if state.alert_code in OVER_LIMIT_ALERTS else ALERT
        yield Trouble(f"{name} says about the account: {said}.", cure)
    elif is_over_limit(state):
        yield Trouble(f"More calls are made than the plan allows: {calls(state)}.", OVER_LIMIT)


def alarm():
    """A sentence for the top of other pages if moderators should have a look at the checker's own page; else empty."""
    if not get_checker().configured:
        return ""
    state = CheckerState.current()
    if state.failing_since and timezone.now() - state.failing_since > ALARM_AFTER:
        return f"The spam filter has checked nothing since {moment(state.failing_since)}."
    if state.alert_code or state.key_state == KeyState.INVALID:
        return "Something is wrong with the spam filter's account."
    return ""


def is_over_limit(state):
    """Of this month's calls, as far as they are known."""
    now, at = timezone.now(), state.usage_at
    if at is None or (at.year, at.month) != (now.year, now.month):
        return False
    return state.throttled or (state.limit is not None and state.used > state.limit)


def calls(state):
    """How many were made of how many, in words."""
    limit = "no limit" if state.limit is None else f"limit {state.limit}"
    return f"{state.used}, {limit}{', throttled' if state.throttled else ''}"


def percentage(state):
    """How much of the limit is used, as text ("12.50"); None without a limit."""
    return f"{100 * state.used / state.limit:.2f}" if state.limit and state.used is not None else None


def moment(at):
    return f"{at:%-d %b %Y %H:%M} UTC"
