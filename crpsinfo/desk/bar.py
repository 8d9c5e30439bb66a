"""What is said after a decision: the bar that takes it back, and a message for what was left."""

from django.contrib import messages

from crpsinfo.desk.kinds import kinds
from crpsinfo.models import UndoStep


def undo_bar(user):
    """What the bar shows: `batch`, `at` (when), `words` ("Published: comment 12, by Ann") and, of several, `each` of
    them. None if there is nothing to take back."""
    steps = list(UndoStep.objects.latest_batch(user))
    if not steps:
        return None
    kind, name = kinds()[steps[0].kind], steps[0].name
    called = kind.called([step.item for step in steps])
    each = [called.get(step.item, f"{step.kind} {step.item}") for step in steps]
    done = kind.done(name).capitalize()
    words = f"{done}: {each[0]}" if len(each) == 1 else f"{len(each)} {done.lower()}"
    return {"batch": steps[0].batch, "at": steps[0].at, "words": words, "each": each if len(each) > 1 else []}


def tell(request, kind, outcome):
    """Say of each item that was left as it is, why."""
    names = kind.called([*outcome.left])
    for pk, why in outcome.left.items():
        messages.warning(request, f"Left as it is: {names.get(pk, pk)}. {why}")


def tell_errors(request, form):
    """Say what was wrong with a form."""
    for error in dict.fromkeys(error for errors in form.errors.values() for error in errors):
        messages.error(request, f"Nothing was done. {error}")
