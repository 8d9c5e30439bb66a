"""What the second step of signing in is done with: the app on a phone, which shows a new code every half minute, and
recovery codes on paper for the day when the phone is away. Each code counts once."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from crpsinfo.signin.waiting import in_words

RECOVERY_CODES = 10
PROOF_LASTS = timedelta(hours=1)  # how long somebody who has a phone may take to set up another
WRONG_CLOCKS = 12 * 60 * 2  # the steps of half a minute, before and after now, in which a wrong clock is recognised

WRONG_APP_CODE = (
    "That code is not right. Type the six digits that your app shows now. If that does not help either, let your phone "
    "set its clock by itself: the codes depend on it."
)
WRONG_RECOVERY_CODE = "That is none of the recovery codes that are left. Each of them counts once."
USED = "That code was used already. Wait until your app shows the next one, at most half a minute, and type that."


class Refused(ValidationError):
    """A code does not count; as text, what to do about it."""


def has_phone(user):
    """Whether the user has a phone in use, and so must do the second step. Asked once in each request."""
    if not hasattr(user, "_has_phone"):
        user._has_phone = TOTPDevice.objects.devices_for_user(user, confirmed=True).exists()
    return user._has_phone


def phone_of(user):
    """The phone in use, or None."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).first()


def is_app_code(code):
    return len(code) == 6 and code.isdecimal()


def use_code(user, code):
    """The device of the user that this code belongs to; the code is used up. Raises Refused."""
    model = TOTPDevice if is_app_code(code) else StaticDevice
    return spend(model.objects.devices_for_user(user, confirmed=True), code)


def spend(devices, code):
    """Try the code on the first of these devices, and return that. Raises Refused. Its row is locked meanwhile: of two
    who send one code at the same moment, one is refused. That it failed stays on record."""
    with transaction.atomic():
        device = devices.select_for_update().order_by("pk").first()
        allowed, pause = device.verify_is_allowed() if device else (False, None)
        if allowed and device.verify_token(code):
            return device
    raise Refused(why_refused(device, code, pause), code="refused")


def why_refused(device, code, pause):
    if pause:
        left = (pause["locked_until"] - timezone.now()).total_seconds()
        return f"After a wrong code there is a pause, longer each time. Try again in {in_words(left)}."
    if not is_app_code(code):
        return WRONG_RECOVERY_CODE
    if device and shows(device, code, device.tolerance) is not None:
        return USED
    return (device and not device.confirmed and wrong_clock(device, code)) or WRONG_APP_CODE


def shows(phone, code, tolerance):
    """How many steps before (negative) or after its own time the phone shows this code; None if not within so many."""
    totp = TOTP(phone.bin_key, phone.step, phone.t0, phone.digits, phone.drift)
    return totp.drift - phone.drift if totp.verify(int(code), tolerance) else None


def wrong_clock(phone, code):
    """What to say if the code is right but for the time; None if it is not. Never said of a phone in use: it would tell
    which code will be right in a while."""
    steps = shows(phone, code, WRONG_CLOCKS)
    if steps is None:
        return None
    off = f"{in_words(abs(steps) * phone.step)} {'behind' if steps < 0 else 'ahead'}"
    return (
        f"Nearly: the clock of your phone is about {off}. Let the phone set its date, time and time zone by itself (in "
        "its settings), then type the next code."
    )


def being_set_up(user, begun):
    """The phones, at most one, that the user is setting up; `begun` is the key that `begin` gave to this session: who
    begins elsewhere gets another secret. Beside a phone in use it counts only for a while: whoever comes back later has
    to prove anew who they are."""
    phones = TOTPDevice.objects.devices_for_user(user, confirmed=False).filter(pk=begun)
    return phones.filter(created_at__gt=timezone.now() - PROOF_LASTS) if has_phone(user) else phones


@transaction.atomic
def begin(user, begun=None):
    """Have a phone to set up, and return its key. The first one keeps its secret in the session that has `begun` it,
    until it is confirmed; one that is to replace another gets a new secret each time."""
    get_user_model().objects.select_for_update().get(pk=user.pk)  # a double tap does it once
    if not has_phone(user) and being_set_up(user, begun).exists():
        return begun
    TOTPDevice.objects.devices_for_user(user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="Phone", confirmed=False).pk


def confirm(user, code, *, begun):
    """Take the phone that the user sets up into use, with new recovery codes; what was in use before counts no more.
    Returns the phone. Raises Refused."""
    phone = spend(being_set_up(user, begun), code)
    with transaction.atomic():
        TOTPDevice.objects.devices_for_user(user).exclude(pk=phone.pk).delete()
        phone.confirmed, phone.created_at = True, timezone.now()
        phone.save()
        make_recovery_codes(user)
    return phone


@transaction.atomic
def make_recovery_codes(user):
    """New ones; the former count no more, and whoever signed in with one of them does the second step again."""
    StaticDevice.objects.devices_for_user(user).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes")
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=StaticToken.random_token()) for _ in range(RECOVERY_CODES)
    )


def recovery_codes(user):
    """Those that are left, in the shape in which people keep them: abcd-ef23."""
    tokens = StaticToken.objects.filter(device__user=user).order_by("pk").values_list("token", flat=True)
    return [f"{token[:4]}-{token[4:]}" for token in tokens]


@transaction.atomic
def forget(user):
    """Delete all devices of the user, and the recovery codes. Returns how many phones."""
    StaticDevice.objects.devices_for_user(user).delete()
    return TOTPDevice.objects.devices_for_user(user).delete()[0]
