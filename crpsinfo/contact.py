"""Writing to the people who run the site. A message goes nowhere but into the admin."""

from datetime import timedelta
from functools import partial

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crpsinfo.caching import mark_private, public_page
from crpsinfo.limits import TooMany, count_post
from crpsinfo.models import ContactMessage
from crpsinfo.retention import delete, in_batches
from crpsinfo.security import tokenless_post

LONGEST_ABOUT = ContactMessage._meta.get_field("about").max_length


class ContactForm(forms.ModelForm):
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
    """GET shows the form. POST stores the message and answers 303 to the page that says so."""
    if request.method != "POST":
        return blank(request)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return refused(request, form, 400)
    try:
        count_post(request, "contact")
    except TooMany as limit:
        return limit.refuse(form, partial(refused, request, form))
    form.save()
    return HttpResponseRedirect(reverse("contact-sent"), status=303)


@public_page
def blank(request):
    return page(request, ContactForm(initial={"about": listing(request.GET.get("about"))}))


def refused(request, form, status):
    return mark_private(page(request, form, status))


def page(request, form, status=200):
    return render(request, "contact.html", {"form": form, "days": settings.CONTACT_RETENTION_DAYS}, status=status)


@public_page
def sent(request):
    return render(request, "contact_sent.html")


def purge(*, dry_run=False):
    """Delete messages whose time after closing is over."""
    limit = timezone.now() - timedelta(days=settings.CONTACT_RETENTION_DAYS)
    over = ContactMessage.objects.closed().filter(closed_at__lt=limit)
    return {"messages deleted": in_batches(over, delete, dry_run)}
