"""What is held about a person, who is known by an e-mail address that was confirmed: a copy of it, and its erasure on
request, which can be done again after an older backup was restored. `manage.py personal_data` is the way in.

Anybody can type any address. So an address that was not confirmed opens nothing: it is only removed."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from comments import erasure
from comments.models import Comment, Writer
from comments.moves import Actor, Move, Reason, Status

LEFT_OUT = (
    "What other people said about these comments, moderators among themselves included, and the names of moderators: "
    "those are other people's data.",
    "The keys of private links and cookies: whoever has them can change these comments.",
    "Whether a text was marked as one whose writer may be in danger: that mark is not exported.",
    "Comments, messages and reports about listings with this address that nobody has confirmed for them: they are only "
    "counted.",
)
OF_OTHERS = (Move.REPORT, Move.DISMISS)  # events that are about what other people said
BY = {Actor.MODERATOR: "a moderator", Actor.WRITER: "the writer", Actor.SYSTEM: "the site"}


def as_json(value, **options):
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, **options)


# --- A copy -----------------------------------------------------------------------------------------


def export(address):
    """Everything that is held about whoever confirmed this address, as a dict that `as_json` can write."""
    comments = Comment.objects.of_address(address)
    whole = comments.confirmed().select_related("article", "writer", "proposal", "appeal", "feedback")
    return {
        "site": settings.SITE_URL,
        "made_at": timezone.now(),
        "address": address,
        "comments": [copy_of(comment) for comment in whole.prefetch_related("former_texts", "events", "notifications")],
        "only_counted": {"comments": comments.unconfirmed().count(), **counted(address)},
        "left_out": LEFT_OUT,
    }


def copy_of(comment):
    return {
        "number": comment.pk,
        "article": comment.article.absolute_url,
        "in_reply_to": comment.parent_id,
        **facts(comment, "author_name", "website", "email", "text", "created_at", "edited_at"),
        "former_texts": [facts(former, "author_name", "text", "replaced_at") for former in comment.former_texts.all()],
        "proposed_text": facts_if_any(comment, "proposal", "author_name", "text", "proposed_at", "verdict", "ruling"),
        "state": comment.get_status_display(),
        **facts(comment, "status_at", "decided_at"),
        "decided_by": BY[Actor.MODERATOR] if comment.decided_by_id else None,
        "reason": comment.get_reason_display(),
        **facts(comment, "reason_words", "public_note"),
        "second_look": facts_if_any(comment, "appeal", "text", "created_at", "closed_at", "granted"),
        "mails": mails_of(comment),
        "spam_check": facts(comment, "checked_at", "verdict", "ruling"),
        "told_to_the_spam_filter_later": facts_if_any(comment, "feedback", "told", "told_at"),
        "sent_with_it": facts(comment, "ip", "user_agent", "referrer"),
        "remembered_writer": facts_if_any(comment, "writer", "created_at", "seen_at", "revoked_at", "unseen_a_day"),
        "what_happened": [copy_of_event(event) for event in comment.events.all() if event.move not in OF_OTHERS],
    }


def mails_of(comment):
    sent = [facts(row, "kind", "sent", "sent_at", "failed_at") for row in comment.notifications.all()]
    return facts(comment, "email_confirmed_at", "mail_decision", "mail_replies") | {"sent": sent}


def copy_of_event(event):
    reason = {"reason": Reason(event.reason).label} if event.reason in Reason.values else {}
    return {"at": event.at, "what": event.get_move_display(), "by": BY[event.actor], **reason}


def facts(row, *names):
    return {name: getattr(row, name) for name in names}


def facts_if_any(comment, related, *names):
    row = getattr(comment, related, None)
    return row and facts(row, *names)


# --- Erasing ----------------------------------------------------------------------------------------

KEYS = ("comments", "addresses", "messages", "reports")


@dataclass(frozen=True)
class Erasure:
    """What was erased on request: keys of rows, and no word of what was in them. One line of the file to replay."""

    at: datetime
    comments: list  # erased
    addresses: list  # comments of which only the e-mail address was removed
    messages: list  # to the site: the same
    reports: list  # about listings: the same

    def __bool__(self):
        return any(getattr(self, of) for of in KEYS)

    def as_line(self):
        return json.dumps({"at": self.at.isoformat(), **{of: getattr(self, of) for of in KEYS}})

    @classmethod
    def from_line(cls, line):
        """Raises ValueError if the line is not one of the file's."""
        try:
            values = json.loads(line)
            at = datetime.fromisoformat(values["at"]).astimezone(UTC)
            of_then = {"reports": [], **values}  # what lines had no word of once
            return cls(at, *([int(key) for key in of_then[of]] for of in KEYS))
        except (TypeError, KeyError) as error:
            raise ValueError(repr(error)) from error


@transaction.atomic
def erase(address, *, dry_run=False):
    """Erase the comments for which this address was confirmed, at once; elsewhere remove the address. Returns the
    Erasure, which is written down before anything is final: what was asked for is never forgotten. With `dry_run`
    nothing is changed."""
    comments = Comment.objects.of_address(address)
    rows = comments.confirmed(), comments.unconfirmed(), *(rows for _, rows in typed(address))
    done = carry_out(*rows, dry_run=dry_run)
    if done and not dry_run:
        write_down(done)
    return done


@transaction.atomic
def replay(erasures, *, dry_run=False):
    """Do these Erasures again, on what a restored backup has brought back. Rows that are younger than an Erasure are
    others: after a restore, numbers are given out anew. Returns an Erasure of what there was to do."""
    done = [carry_out(*brought_back(past), dry_run=dry_run) for past in erasures]
    return Erasure(timezone.now(), *(sorted({key for each in done for key in getattr(each, of)}) for of in KEYS))


def brought_back(past):
    comments = Comment.objects.filter(created_at__lte=past.at)
    others = [
        model.objects.filter(pk__in=getattr(past, of), created_at__lte=past.at).exclude(email="")
        for of, model in models()
    ]
    return (
        comments.filter(pk__in=past.comments, erased_at=None),
        comments.filter(pk__in=past.addresses).exclude(email=""),
        *others,
    )


def carry_out(comments, addresses, *others, dry_run):
    """Erase the first, and remove the e-mail address from the others; all are querysets, in the order of KEYS."""
    querysets = (comments, addresses, *others)
    locked = [list(rows.select_for_update().order_by("pk")) for rows in querysets]
    done = Erasure(timezone.now(), *([row.pk for row in rows] for rows in locked))
    if not dry_run:
        erase_comments(locked[0])
        for comment in locked[1]:
            comment.forget_email(Actor.SYSTEM)
        for of, model in models():
            model.objects.filter(pk__in=getattr(done, of)).update(email="")
    return done


def erase_comments(comments):
    """They are withdrawn and erased; a device that was remembered with them is not trusted any more."""
    for writer in Writer.objects.filter(comments__in=comments).distinct():
        writer.revoke()
    for comment in comments:
        if comment.status != Status.WITHDRAWN:
            comment.withdraw()
    erasure.erase(comments, actor=Actor.WRITER)


def models():
    """[(name of the rows in an Erasure, model)] of what holds addresses that nobody confirms, beside comments."""
    return [(of, apps.get_model(label)) for of, label in settings.TYPED_ADDRESSES.items()]


def typed(address):
    """[(name, rows)] of those in which somebody typed this address."""
    return [(of, model.objects.filter(email__iexact=address)) for of, model in models()]


def counted(address):
    return {of: rows.count() for of, rows in typed(address)}


# --- The file ---------------------------------------------------------------------------------------


def erasures_file():
    """Outside of the database, so that a restored backup does not take it back. For the operator's eyes only."""
    return settings.VAR_DIR / "erasures.jsonl"


def write_down(done):
    path = erasures_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8", opener=private) as file:
        file.write(done.as_line() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_erasures(path):
    """The Erasures in a file. Raises ValueError that names the line which is none."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [erasure_in(line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def erasure_in(line, number):
    try:
        return Erasure.from_line(line)
    except ValueError as error:
        raise ValueError(f"line {number} is not a line that personal_data erase wrote ({error})") from error


def private(path, flags):
    """For `open`: a new file is for its owner alone."""
    return os.open(path, flags, 0o600)
