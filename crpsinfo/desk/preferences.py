"""The page "Your settings": what somebody who works here chooses for themselves."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from crpsinfo.desk.mails import reschedule
from crpsinfo.mail import masked
from crpsinfo.models import StaffMail, StaffSettings

ONE_IS_MISSING = "Please give both times, or neither."


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = StaffSettings
        fields = ["shortcuts", "digest", "urgent_mail", "quiet_from", "quiet_until", "time_zone"]
        labels = {
            "shortcuts": "Single-key shortcuts in the queue",
            "digest": "Mail me each morning at 8:00 what waits",
            "urgent_mail": "Mail me when somebody may be in danger",
            "quiet_from": "From",
            "quiet_until": "Until",
            "time_zone": "Your time zone",
        }
        help_texts = {
            "shortcuts": "One letter is enough there to decide, for instance p to publish. Switch this off if keys are "
            "pressed by accident, or if you dictate: speech can be taken for letters. Buttons work either way.",
            "digest": "One mail at most a day, and none when nothing waits. It says how much waits, and no more. "
            "If you decide about listings, one also comes when somebody asks to be taken off.",
            "urgent_mail": "A few minutes after words of crisis or a report about danger; one mail an hour at most. "
            "Nobody expects you to step in yourself.",
            "time_zone": "For the mail in the morning, and for the quiet hours.",
        }
        widgets = {
            name: forms.TimeInput(format="%H:%M", attrs={"type": "time"}) for name in ("quiet_from", "quiet_until")
        }
        error_messages = {
            name: {"invalid": "Please give a time such as 22:00."} for name in ("quiet_from", "quiet_until")
        }

    def clean(self):
        data = super().clean()
        times = {name: data.get(name) for name in ("quiet_from", "quiet_until") if name not in self.errors}
        if len(times) == 2 and None in times.values() and any(times.values()):
            missing = next(name for name, time in times.items() if time is None)
            self.add_error(missing, forms.ValidationError(ONE_IS_MISSING, code="both"))
        elif len(times) == 2 and data["quiet_from"] and data["quiet_from"] == data["quiet_until"]:
            message = "The two times are the same. For no mails at all, untick them above."
            self.add_error("quiet_until", forms.ValidationError(message, code="same"))
        return data

    def save(self):
        """Also for somebody who saves for the first time in two windows at once."""
        StaffSettings.objects.update_or_create(user=self.instance.user, defaults=self.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request, site):
    """For everybody who works here, and about nobody else. Wrapped by the admin site, which sees to it who is there."""
    is_post = request.method == "POST"
    form = PreferencesForm(request.POST if is_post else None, instance=StaffSettings.of(request.user))
    if is_post and form.is_valid():
        form.save()
        reschedule(request.user)
        messages.success(request, "Your settings are saved.")
        return HttpResponseRedirect(reverse("admin:desk-settings"), status=303)
    context = site.each_context(request) | {"title": "Your settings", "form": form} | mails_of(request.user)
    return TemplateResponse(request, "admin/desk/preferences.html", context, status=400 if is_post else 200)


def mails_of(user):
    """Whether this user can be written to, for the page."""
    return {
        "mail_works": settings.MAIL_CONFIGURED,
        "address": masked(user.email) if user.email else "",
        "failure": StaffMail.objects.filter(user=user, failed_at__isnull=False).order_by("-failed_at").first(),
    }
