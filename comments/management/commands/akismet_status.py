import json

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timesince import timesince

from comments.spam_status import SpamStatus
from crpsinfo.spam import KeyState
from crpsinfo.spam.health import calls, moment, refresh


class Command(BaseCommand):
    help = (
        "Ask the spam checker whether it accepts our key and how much of its limit is used; say how it fares, what "
        "waits, and how well it worked in the last months. Fails when a key is set and not accepted. "
        "Example: manage.py akismet_status --json"
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="the same as one JSON object")

    def handle(self, **options):
        state, usage_trouble = refresh()
        status = SpamStatus.now()
        if options["json"]:
            figures = status.as_dict() | {"usage_trouble": usage_trouble}
            self.stdout.write(json.dumps(figures, cls=DjangoJSONEncoder))
        else:
            self.stdout.write("\n".join([*of_checker(status, usage_trouble), *of_work(status), *of_months(status)]))
        if state not in (KeyState.VALID, KeyState.NONE):
            raise CommandError(f"The spam checker's key: {state.label}.")


def of_checker(status, usage_trouble):
    """Lines about the checker itself."""
    state = status.state
    yield f"Checker: {status.checker}. Key: {state.get_key_state_display()}."
    if status.configured:
        if usage_trouble:
            yield f"Calls this month: not known, {usage_trouble}."
        elif state.used is not None:
            yield f"Calls this month: {calls(state)}."
        yield f"Last success: {moment(state.last_success_at) if state.last_success_at else 'none yet'}."
        last_error = f"{state.last_error}, {moment(state.last_error_at)}" if state.last_error_at else "none yet"
        yield f"Last error: {last_error}."
        if state.failing_since:
            yield f"Not answering since {moment(state.failing_since)}; asked again from {moment(state.probe_at)}."
    yield from (f"Trouble: {trouble.what} {trouble.to_do}" for trouble in status.troubles)


def of_work(status):
    """Lines about what waits."""
    oldest = status.oldest_unchecked
    age = f", the oldest for {timesince(oldest)}".replace("\xa0", " ") if oldest else ""
    yield f"Comments waiting for their check: {status.unchecked}{age}."
    overdue = f"overdue since {moment(status.overdue_since)}" if status.overdue_since else "nothing is overdue"
    yield f"Background work: {overdue}."
    for kind in status.work:
        if kind.due or kind.put_off:
            oldest = f" (the oldest since {moment(kind.oldest_due)})" if kind.due else ""
            yield f"- {kind.what}: {kind.due} due{oldest}, {kind.put_off} put off."


def of_months(status):
    """Lines with the figures."""
    for month, accuracy, median in status.rows:
        yield (
            f"{month}: {month.checked} checked, {month.spam} spam ({month.discarded} blatant), {month.missed} missed, "
            f"{month.false_positives} false positives, {accuracy} right, median {median}; our own rules: "
            f"{month.ruled_spam} spam, {month.ruled_hold} held; sample: {month.sampled} judged, "
            f"{month.sample_wrong} no spam."
        )
    if status.judged:
        yield f"{status.judged}."
