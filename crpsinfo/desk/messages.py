"""Messages of readers at the desk: to be answered by mail, or not, and closed; or taken out of the spam."""

from datetime import datetime

from django import forms
from django.db import transaction
from django.db.models import Max, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format

from crpsinfo.desk.kinds import FOLDED_FROM, Kind, Left, Tab
from crpsinfo.models import ContactMessage

CLOSE, NOT_SPAM = "close", "not-spam"
WORDS = {CLOSE: "Close: answered, or nothing to answer", NOT_SPAM: "Not spam"}
DONE = {CLOSE: "closed", NOT_SPAM: "taken out of the spam"}
GONE = "It is not here any more."


class MessageForm(forms.Form):
    action = forms.ChoiceField(choices=WORDS.items(), error_messages={"required": "Choose what to do."})


class Messages(Kind):
    name = "message"
    permission = "crpsinfo.close_contactmessage"
    template = "admin/desk/_message.html"
    keys = [("c", "close: answered, or nothing to answer"), ("n", "not spam")]
    bulk = [(CLOSE, WORDS[CLOSE])]
    tabs = (
        Tab("messages", "Messages", lambda user: ContactMessage.objects.to_answer(), waits=True),
        Tab("message-spam", "Message spam", lambda user: ContactMessage.objects.spam()),
    )

    def cards(self, rows, user):
        return [card(message) for message in rows]

    def form(self, data):
        return MessageForm(data)

    @transaction.atomic
    def decide(self, pk, typed, *, by, seen):
        message = ContactMessage.objects.select_for_update().filter(pk=pk).first()
        if message is None:
            raise Left(GONE)
        is_close = typed["action"] == CLOSE
        if mark_of(message) not in seen.marks or not (
            message.close(by=by) if is_close else message.set_called_spam(False)
        ):
            raise Left(how_it_is(message))
        message.refresh_from_db()
        return {"closed_at": message.closed_at.isoformat()} if is_close else {}

    def undo(self, step, *, by):
        message = ContactMessage.objects.filter(pk=step.item).first()
        if message is None:
            raise Left(GONE)
        closed_at = step.facts.get("closed_at")
        put_back = (
            message.reopen(closed_at=datetime.fromisoformat(closed_at)) if closed_at else message.set_called_spam(True)
        )
        if not put_back:
            raise Left(how_it_is(message))

    def done(self, name):
        return DONE[name]

    def called(self, pks):
        rows = ContactMessage.objects.filter(pk__in=pks).values_list("pk", "name")
        return {pk: f"message {pk}{f', from {name}' if name else ''}" for pk, name in rows}

    def urgent_since(self, time):
        in_danger = ContactMessage.objects.to_answer().filter(in_danger=True)
        return (in_danger.filter(created_at__gt=time) if time else in_danger).count()

    def waiting_since(self):
        return ContactMessage.objects.to_answer().aggregate(since=Min("created_at"))["since"]

    def last_decided(self):
        return ContactMessage.objects.closed().aggregate(at=Max("closed_at"))["at"]

    def page(self, pk):
        return page_of(pk)


def card(message):
    return {
        "pk": message.pk,
        "mark": mark_of(message),
        "message": message,
        "page": page_of(message.pk),
        "is_long": len(message.text) > FOLDED_FROM,
    }


def mark_of(message):
    """A mark that changes when something was decided about the message. Nobody can make one up."""
    facts = repr((message.pk, message.closed_at and message.closed_at.isoformat(), message.called_spam))
    return salted_hmac("crpsinfo.desk.messages", facts, algorithm="sha256").hexdigest()[:32]


def how_it_is(message):
    """What a message is now, and who made it so, and when: a sentence."""
    if message.closed_at is None:
        return "It is open now, as spam." if message.called_spam else "It is open now."
    at = date_format(timezone.localtime(message.closed_at), "DATETIME_FORMAT")
    return f"It was closed{f' by {message.closed_by}' if message.closed_by else ''} on {at} UTC."


def page_of(pk):
    return reverse("admin:crpsinfo_contactmessage_change", args=[pk])
