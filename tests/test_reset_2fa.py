import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from crpsinfo.signin import devices
from tests.factories import make_user
from tests.signing_in import PASSWORD, SET_UP, give_password, is_inside, make_phone, sign_in_with_phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings):
    settings.REQUIRE_2FA = True
    return make_user("Moderator", password=PASSWORD)


def reset(*options):
    out = io.StringIO()
    call_command("reset_2fa", *options, stdout=out)
    return out.getvalue().strip()


def test_phone_codes_and_sessions_are_gone_and_the_next_sign_in_begins_anew(client, user):
    sign_in_with_phone(client, user, make_phone(user))
    assert reset(user.username) == f"{user.username}: phones forgotten: 1, sessions ended: 1."
    assert not devices.recovery_codes(user)
    assert not is_inside(client)
    give_password(client, user)
    assert client.get("/admin/").headers["Location"].startswith(SET_UP)


def test_nobody_else_is_touched(client, user):
    other = make_user("Moderator", password=PASSWORD)
    sign_in_with_phone(client, other, make_phone(other))
    make_phone(user)
    reset(user.username)
    assert is_inside(client)
    assert TOTPDevice.objects.get().user == other


def test_dry_run_says_the_same_and_does_nothing(client, user):
    sign_in_with_phone(client, user, make_phone(user))
    assert reset(user.username, "--dry-run") == (
        f"{user.username}: phones that would be forgotten: 1, sessions that would be ended: 1."
    )
    assert is_inside(client)


def test_it_can_be_run_twice(user):
    make_phone(user)
    Client().force_login(user)
    reset(user.username)
    assert reset(user.username) == f"{user.username}: phones forgotten: 0, sessions ended: 0."


def test_an_unknown_user_is_an_error():
    with pytest.raises(CommandError, match="There is no user called nobody"):
        reset("nobody")
