"""A circuit breaker before the spam checker, for all workers on all machines: its state is one row of the database.

While the checker answers, every due row is worked on. After CHECKER_BREAKER's number of failures in a row, or one that
says that it will last, nothing that needs the checker is claimed any more, but for one row a minute as a probe. The
rows wait unchanged meanwhile; the first answer lets them all go on. So an outage costs a call a minute, however many
comments wait.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from crpsinfo.models import CheckerState
from crpsinfo.spam import KeyState, get_checker
from crpsinfo.spam.base import NotChecked, Refused, Result, Unavailable
from crpsinfo.work import DueQuerySet, RetryLater, all_work

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(seconds=30)  # a success is put on record, while nothing else changes


class Breaker:
    """The gate of the work that needs the checker (see `crpsinfo.work.Gate`)."""

    def is_shut(self):
        return keeps_rows_waiting(CheckerState.current())

    def kept_until(self):
        state = CheckerState.current()
        return timezone.now() if keeps_rows_waiting(state) else state.recovered_at

    def claim(self, rows):
        """A due row; while the checker fails, one row as a probe, when it is time for one, also before it is due."""
        state = CheckerState.current()
        if not keeps_rows_waiting(state):
            return rows.claim()
        if state.probe_at > timezone.now() or next_probe_in() is not rows.model or not take_probe(state):
            return None
        return rows.claim(early=True)


breaker = Breaker()


def needs_checker(perform):
    """Decorates the function that works on a kind of due row: its rows are claimed through the breaker."""
    perform.gate = breaker
    return perform


def keeps_rows_waiting(state):
    """Whether the checker fails; where none is configured any more, that is over."""
    return state.failing_since is not None and get_checker().configured


def kinds():
    """Every kind of work that needs the checker."""
    return [work for work in all_work() if work.gate is breaker]


def next_probe_in():
    """The model of the row that was tried least of all that wait, or None if none does."""
    rows = [row for work in kinds() if (row := DueQuerySet(work.model).next_to_try())]
    return type(min(rows, key=lambda row: row.attempts)) if rows else None


def take_probe(state):
    """Whether it is this worker that may ask: once in a while one may, of all."""
    now, (_, pause) = timezone.now(), settings.CHECKER_BREAKER
    slot = CheckerState.objects.filter(probe_at=state.probe_at, probe_at__lte=now)
    return bool(slot.update(probe_at=now + timedelta(seconds=pause)))


def ask(call, *args, **kwargs):
    """Call a method of the checker and return its answer; the one way in which workers do. How it went is put on
    record; a failure becomes a later attempt (RetryLater)."""
    try:
        answer = call(*args, **kwargs)
    except NotChecked as failure:
        if isinstance(failure, Unavailable):
            record_failure(failure)
        raise RetryLater(failure.reason, failure.retry_after) from failure
    record_success(answer if isinstance(answer, Result) else None)
    return answer


def record_failure(failure):
    """Count it, and shut the breaker if it is one too many or says itself that it will last."""
    now, (most, pause) = timezone.now(), settings.CHECKER_BREAKER
    with transaction.atomic():
        state = locked_state()
        state.failures += 1
        state.last_error, state.last_error_at = failure.reason[:200], now
        if failure.alert:
            note_alert(state, failure.alert)
        lasting = isinstance(failure, Refused) or failure.retry_after
        if state.failing_since or lasting or state.failures >= most:
            if state.failing_since is None:
                log.warning("The spam checker is left alone but for a probe now and then: %s", failure.reason)
            state.failing_since = state.failing_since or now
            next_probe = now + timedelta(seconds=max(pause, failure.retry_after or 0))
            state.probe_at = max(state.probe_at or now, next_probe)
        state.save()


def record_success(result):
    """The checker answers, perhaps again. `result` is the Result of a check, whose alert is the latest; None for other
    answers, which tell nothing of alerts."""
    now, state = timezone.now(), CheckerState.current()
    alert = (result.alert_code, result.alert_message) if result else (state.alert_code, state.alert_message)
    is_news = state.failures or state.failing_since or alert != (state.alert_code, state.alert_message)
    if not is_news and state.last_success_at and now - state.last_success_at < NOTED_EVERY:
        return
    with transaction.atomic():
        state = locked_state()
        was_failing = state.failing_since is not None
        note_alert(state, alert)
        if state.key_state in (KeyState.INVALID, KeyState.FAILED):  # nobody answers to a key that is refused
            state.key_state, state.verified_at = KeyState.VALID, now
        state.failures, state.failing_since, state.probe_at, state.last_success_at = 0, None, None, now
        if was_failing:
            state.recovered_at = now
            release()
        state.save()
    if was_failing:
        log.warning("The spam checker answers again.")


def note_alert(state, alert):
    """Keep the latest (code, message), and since when it is that. Not saved."""
    if alert != (state.alert_code, state.alert_message):
        state.alert_code, state.alert_message = alert
        state.alert_at = timezone.now() if state.alert_code else None
        log.warning("The spam checker's alert for this account is now: %s", state.alert_code or "none")


def is_told_to_wait():
    """Whether the checker has named a time before which it is not to be asked (`Retry-After`)."""
    _, pause = settings.CHECKER_BREAKER
    probe_at = CheckerState.current().probe_at
    return probe_at is not None and probe_at > timezone.now() + timedelta(seconds=pause)


def take_hint():
    """The checker has just accepted our key, so it may answer again: what was put off, perhaps for a day, is the next
    probe. If nothing waits at all, there is no reason left to call it failing."""
    if is_told_to_wait() or not breaker.is_shut():
        return
    release()
    if next_probe_in() is None:
        record_success(None)


def release():
    """What was put off while the checker failed is due again."""
    for work in kinds():
        DueQuerySet(work.model).put_off().update(due_at=timezone.now())


def locked_state():
    """The one row, for update."""
    CheckerState.objects.get_or_create(pk=1)
    return CheckerState.objects.select_for_update().get()
