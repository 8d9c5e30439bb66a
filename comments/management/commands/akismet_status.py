import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timesince import timesince

from comments.models import Comment
from crpsinfo.spam import KeyState, NotChecked, get_checker
from crpsinfo.work import overdue_since


class Command(BaseCommand):
    help = (
        "Say whether the spam checker accepts our key, how much of its limit is used, and what still waits for it. "
        "Fails when a key is set and not accepted. Example: manage.py akismet_status --json"
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="the same as one JSON object")

    def handle(self, **options):
        state, figures = figures_of(get_checker())
        lines = [json.dumps(figures, cls=DjangoJSONEncoder)] if options["json"] else in_words(state, figures)
        self.stdout.write("\n".join(lines))
        if state not in (KeyState.VALID, KeyState.NONE):
            raise CommandError(f"The spam checker's key: {state.label}.")


def figures_of(checker):
    """The KeyState, and every figure that is shown. Times are datetimes or None."""
    state = checker.verify()
    usage, trouble = usage_of(checker) if state == KeyState.VALID else (None, "")
    unchecked = Comment.objects.unchecked()
    return state, {
        "checker": checker.name,
        "configured": checker.configured,
        "key": state.value,
        "usage": usage and asdict(usage),
        "usage_trouble": trouble,
        "unchecked": unchecked.count(),
        "oldest_unchecked": unchecked.order_by("created_at").values_list("created_at", flat=True).first(),
        "overdue_since": overdue_since(),
    }


def usage_of(checker):
    """(Usage or None, why it is not known)"""
    try:
        return checker.usage(), ""
    except NotChecked as failure:
        return None, failure.reason


def in_words(state, figures):
    usage, oldest, overdue = figures["usage"], figures["oldest_unchecked"], figures["overdue_since"]
    yield f"Checker: {figures['checker']}. Key: {state.label}."
    if usage:
        limit = "no limit" if usage["limit"] is None else f"limit {usage['limit']}"
        yield f"Calls this month: {usage['used']}, {limit}{', throttled' if usage['throttled'] else ''}."
    if figures["usage_trouble"]:
        yield f"Calls this month: not known, {figures['usage_trouble']}."
    age = f", the oldest for {timesince(oldest)}".replace("\xa0", " ") if oldest else ""
    yield f"Comments waiting for their check: {figures['unchecked']}{age}."
    yield f"Background work: {f'overdue since {overdue:%-d %b %Y %H:%M} UTC' if overdue else 'nothing is overdue'}."
