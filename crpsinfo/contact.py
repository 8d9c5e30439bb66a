"""Writing to the people who run the site. A message goes nowhere but into the admin: our own rules and lists look for
spam and for danger in it, and nobody outside is asked."""

from datetime import timedelta
from functools import partial

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods

from crpsinfo.caching import mark_private, public_page
from crpsinfo.client import client_address
from crpsinfo.desk.mails import call_for_help
from crpsinfo.fields import TRAP_FIELD, WithTrap
from crpsinfo.limits import TooMany, count_post
from crpsinfo.models import ContactMessage, Rule, RuleAction
from crpsinfo.retention import delete, in_batches
from crpsinfo.security import tokenless_post
from crpsinfo.spam import Submission

LONGEST_ABOUT = ContactMessage._meta.get_field("about").max_length


class ContactForm(WithTrap, forms.ModelForm):
    about = forms.Field(required=False, widget=forms.HiddenInput)  # any value: one that is no listing's is no error

    class Meta:
        model = ContactMessage
        fields = ["text", "name", "email", "about"]
        labels = {"text": "Your message", "email": "E-mail"}
        help_texts = {"email": "Only so that we can answer. Without it we read your message, but cannot reply."}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 8}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def clean_about(self):
        return listing(self.cleaned_data["about"])

    @property
    def listing(self):
        """The address of the listing that the message is about; "" if it is about anything else."""
        return listing(self["about"].value())

    @property
    def draft_place(self):
        return f"contact {self.listing}".strip()

    @property
    def helper(self):
        helper = FormHelper()
        helper.disable_csrf = True
        helper.form_action = reverse("contact")
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout(*self.fields, TRAP_FIELD)
        helper.add_input(Submit("", "Send the message"))
        return helper


def listing(path):
    """The path, if a doctor's page can have it; else ""."""
    try:
        match = resolve(path or "")
    except Resolver404:
        return ""
    return path if match.url_name == "doctor" and len(path) <= LONGEST_ABOUT else ""


@tokenless_post
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request):
    """GET shows the form. POST stores the message and answers 303 to the page that says so, and what helps if somebody
    may be in danger."""
    if request.method != "POST":
        return blank(request)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return refused(request, form, 400)
    try:
        count_post(request, "contact")
    except TooMany as limit:
        return limit.refuse(form, partial(refused, request, form))
    keep(form.instance, request, trapped=form.is_trapped)
    return HttpResponseRedirect(reverse("contact-danger" if form.instance.in_danger else "contact-sent"), status=303)


@transaction.atomic
def keep(message, request, *, trapped):
    """Store an unsaved ContactMessage. What may be about danger is never out of sight as spam."""
    message.in_danger = import_string(settings.ALARM)(f"{message.name}\n{message.text}")
    is_spam = any(rule.action == RuleAction.SPAM for rule in Rule.objects.catching(as_submitted(message, request)))
    message.called_spam = (is_spam or trapped) and not message.in_danger
    message.save()
    if message.in_danger:
        call_for_help()


def as_submitted(message, request):
    """What our own rules look at. The network address is stored nowhere."""
    return Submission(
        kind="contact-form",
        text=message.text,
        ip=client_address(request),
        author=message.name,
        email=message.email,
    )


@public_page
def blank(request):
    return page(request, ContactForm(initial={"about": listing(request.GET.get("about"))}))


def refused(request, form, status):
    return mark_private(page(request, form, status))


def page(request, form, status=200):
    days = settings.CONTACT_RETENTION_DAYS["closed"]
    return render(request, "contact.html", {"form": form, "days": days}, status=status)


@public_page
def sent(request, in_danger=False):
    return render(request, "contact_sent.html", {"in_danger": in_danger})


def purge(*, dry_run=False):
    """Delete messages whose time after closing is over, and the spam among them that nobody looked at."""
    limits = {state: timezone.now() - timedelta(days=days) for state, days in settings.CONTACT_RETENTION_DAYS.items()}
    closed = ContactMessage.objects.closed().filter(closed_at__lt=limits["closed"])
    spam = ContactMessage.objects.spam().filter(created_at__lt=limits["spam"])
    return {"messages deleted": sum(in_batches(over, delete, dry_run) for over in (closed, spam))}
