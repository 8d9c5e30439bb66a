"""What people do to sign in, with the phone that shows their codes."""

from itertools import count

from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from crpsinfo.signin import devices

PASSWORD = "correct horse battery staple"
LOGIN, SECOND_STEP = reverse("admin:login"), reverse("admin:second-step")
SET_UP, BEGIN = reverse("admin:set-up-two-factor"), reverse("admin:begin-two-factor")
TWO_FACTOR, CODES = reverse("admin:two-factor"), reverse("admin:recovery-codes")
INSIDE = reverse("admin:password_change")  # a page that everybody who is through may see


def give_password(client, user, password=PASSWORD, **fields):
    return client.post(LOGIN, {"username": user.username, "password": password} | fields)


def give_code(client, code, **fields):
    return client.post(SECOND_STEP, {"code": code} | fields)


def give_recovery_code(client, code, **fields):
    return client.post(SECOND_STEP, {"recovery-code": code} | fields)


def make_phone(user, **values):
    """A phone in use, and recovery codes."""
    phone = TOTPDevice.objects.create(user=user, name="Phone", **values)
    devices.make_recovery_codes(user)
    return phone


def begun_phone(user):
    return TOTPDevice.objects.get(user=user, confirmed=False)


def code_of(phone, steps=0):
    """The code that the phone shows, or so many half minutes later."""
    return f"{totp(phone.bin_key, drift=steps):06}"


def wrong_code(phone):
    """One that the phone does not show today."""
    today = {code_of(phone, steps) for steps in range(-1500, 1500)}
    return next(code for code in map("{:06}".format, count()) if code not in today)


def let_time_pass(phone):
    """As if the codes up to now, right and wrong, were long ago."""
    TOTPDevice.objects.filter(pk=phone.pk).update(last_t=-1, drift=0, throttling_failure_count=0)


def sign_in_with_phone(client, user, phone):
    give_password(client, user)
    give_code(client, code_of(phone))
    let_time_pass(phone)


def is_inside(client):
    return client.get(INSIDE).status_code == 200
