"""Erasing what a person wrote about themselves. The rows stay, with their dates and states: threads and figures hang on
them. The one home of what belongs to it, for whatever reason it is erased."""

from django.db.models import F
from django.utils import timezone

from comments.models import (
    Appeal,
    Comment,
    CommentEvent,
    CrisisFlag,
    Feedback,
    FormerText,
    Note,
    Notification,
    Proposal,
    Report,
    Sample,
    Writer,
)
from comments.moves import Actor, Move
from crpsinfo import search
from crpsinfo.models import UndoStep

NOT_DUE = {"due_at": None, "leased_until": None, "last_error": ""}


def erase(comments, *, actor=Actor.SYSTEM):
    """Erase these comments, a list of rows that the caller has locked, and whatever else holds words of their writers
    or about them; with an event for each. What was open about them is closed: there is nothing left to look at."""
    keys, now = [comment.pk for comment in comments], timezone.now()
    keep_distrust(keys)
    Comment.objects.filter(pk__in=keys).update(
        author_name="", email="", email_confirmed_at=None, mail_key=None, website="",
        text="", html="", text_mark="", ruled_because="", reason_words="", public_note="",
        ip=None, user_agent="", referrer="", guid="", writer=None, erased_at=now, **NOT_DUE,
        revision=F("revision") + 1,  # a verdict that is on its way to the text that is gone writes nothing back
    )  # fmt: skip
    search.refresh("comment", *keys)
    for model in (Proposal, FormerText, CrisisFlag, Note):
        model.objects.filter(comment__in=keys).delete()
    UndoStep.objects.filter(kind="comment", item__in=keys).delete()
    for model in (Feedback, Notification):
        model.objects.filter(comment__in=keys).update(**NOT_DUE)
    Report.objects.filter(comment__in=keys).update(words="")
    Report.objects.filter(comment__in=keys).close(by=None)
    Sample.objects.filter(comment__in=keys).open().delete()
    Appeal.objects.filter(comment__in=keys).update(text="")
    Appeal.objects.filter(comment__in=keys).close(by=None, granted=None)
    CommentEvent.objects.bulk_create(
        CommentEvent(comment=comment, move=Move.ERASE, actor=actor, was=comment.status, revision=comment.revision)
        for comment in comments
    )


def keep_distrust(keys):
    """A writer whose comment was refused is not trusted, and stays so when that comment does not name them any more."""
    refused = Comment.objects.filter(pk__in=keys).refused()
    for writer in Writer.objects.filter(pk__in=refused.values("writer")):
        writer.revoke()
