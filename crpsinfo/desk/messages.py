"""Messages of readers at the desk: to be answered by mail, or not, and closed."""

from datetime import datetime

from django import forms
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format

from crpsinfo.desk.kinds import FOLDED_FROM, Kind, Left, Tab
from crpsinfo.models import ContactMessage

CLOSE = "close"
GONE = "It is not here any more."


class MessageForm(forms.Form):
    action = forms.ChoiceField(
        choices=[(CLOSE, "Close: answered, or nothing to answer")], error_messages={"required": "Choose what to do."}
    )


class Messages(Kind):
    name = "message"
    permission = "crpsinfo.close_contactmessage"
    template = "admin/desk/_message.html"
    keys = [("c", "close: answered, or nothing to answer")]
    bulk = MessageForm.base_fields["action"].choices
    tabs = (Tab("messages", "Messages", lambda user: to_answer(), waits=True),)

    def cards(self, rows, user):
        return [card(message) for message in rows]

    def form(self, data):
        return MessageForm(data)

    @transaction.atomic
    def decide(self, pk, typed, *, by, seen):
        message = ContactMessage.objects.select_for_update().filter(pk=pk).first()
        if message is None:
            raise Left(GONE)
        if mark_of(message) not in seen.marks or not message.close(by=by):
            raise Left(how_it_is(message))
        message.refresh_from_db()
        return {"closed_at": message.closed_at.isoformat()}

    def undo(self, step, *, by):
        message = ContactMessage.objects.filter(pk=step.item).first()
        if message is None:
            raise Left(GONE)
        if not message.reopen(closed_at=datetime.fromisoformat(step.facts["closed_at"])):
            raise Left(how_it_is(message))

    def done(self, name):
        return "closed"

    def called(self, pks):
        rows = ContactMessage.objects.filter(pk__in=pks).values_list("pk", "name")
        return {pk: f"message {pk}{f', from {name}' if name else ''}" for pk, name in rows}

    def waiting_since(self):
        return to_answer().values_list("created_at", flat=True).first()

    def last_decided(self):
        return ContactMessage.objects.closed().aggregate(at=Max("closed_at"))["at"]

    def page(self, pk):
        return page_of(pk)


def to_answer():
    return ContactMessage.objects.open().order_by("created_at", "pk")


def card(message):
    return {
        "pk": message.pk,
        "mark": mark_of(message),
        "message": message,
        "page": page_of(message.pk),
        "is_long": len(message.text) > FOLDED_FROM,
    }


def mark_of(message):
    """A mark that changes when the message is closed or opened again. Nobody can make one up."""
    facts = repr((message.pk, message.closed_at and message.closed_at.isoformat()))
    return salted_hmac("crpsinfo.desk.messages", facts, algorithm="sha256").hexdigest()[:32]


def how_it_is(message):
    """What a message is now, and who made it so, and when: a sentence."""
    if message.closed_at is None:
        return "It is open now."
    at = date_format(timezone.localtime(message.closed_at), "DATETIME_FORMAT")
    return f"It was closed{f' by {message.closed_by}' if message.closed_by else ''} on {at} UTC."


def page_of(pk):
    return reverse("admin:crpsinfo_contactmessage_change", args=[pk])
