"""The page "Two-factor and sessions", and what can be done there."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from crpsinfo.signin import devices
from crpsinfo.signin.devices import Refused, use_code
from tests.factories import days_ago, make_user
from tests.signing_in import (
    CODES,
    INSIDE,
    LOGIN,
    PASSWORD,
    TWO_FACTOR,
    code_of,
    give_password,
    is_inside,
    make_phone,
    sign_in_with_phone,
    wrong_code,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NEW_CODES, OFF, END = (reverse(f"admin:{name}") for name in ("new-codes", "two-factor-off", "end-sessions"))


@pytest.fixture
def user():
    return make_user("Editor", password=PASSWORD)


@pytest.fixture
def phone(user):
    return make_phone(user)


@pytest.fixture
def signed_in(client, user, phone):
    sign_in_with_phone(client, user, phone)
    return client


def test_the_page_says_how_things_are(signed_in, user, phone):
    text = signed_in.get(TWO_FACTOR).text
    assert f"set up on {phone.created_at:%B} {phone.created_at.day}, {phone.created_at.year}" in text
    assert "Recovery codes that are left: <b>10</b>." in text
    assert "Signed in at present: 1 browser, this one included" in text
    give_password(Client(), user)
    assert "Signed in at present: 2 browsers" in signed_in.get(TWO_FACTOR).text


def test_the_page_of_somebody_without_a_second_step_offers_it(client, user):
    client.force_login(user)
    assert "Set up the second step" in client.get(TWO_FACTOR).text


def test_every_page_of_the_admin_links_to_it(signed_in):
    assert f'href="{TWO_FACTOR}"' in signed_in.get(reverse("admin:articles_article_changelist")).text


def test_new_recovery_codes_need_a_code_of_the_app(signed_in, user, phone):
    before = devices.recovery_codes(user)
    assert signed_in.post(NEW_CODES, {"code": before[0]}).status_code == 400
    assert signed_in.post(NEW_CODES, {"code": wrong_code(phone)}).status_code == 400
    assert devices.recovery_codes(user) == before


def test_new_recovery_codes_replace_the_former(signed_in, user, phone):
    before = devices.recovery_codes(user)
    assert signed_in.post(NEW_CODES, {"code": code_of(phone)}).headers["Location"].startswith(CODES)
    after = devices.recovery_codes(user)
    assert not set(before) & set(after)
    assert after[9] in signed_in.get(CODES).text
    with pytest.raises(Refused):
        use_code(user, before[0].replace("-", ""))


def test_switching_off_needs_a_code(signed_in, user, phone):
    assert signed_in.post(OFF, {"code": wrong_code(phone)}).status_code == 400
    assert TOTPDevice.objects.exists()
    signed_in.post(OFF, {"code": devices.recovery_codes(user)[0]})
    assert not TOTPDevice.objects.exists()
    assert not devices.recovery_codes(user)
    assert is_inside(signed_in)


def test_where_it_is_a_duty_nobody_switches_it_off(signed_in, settings, phone):
    settings.REQUIRE_2FA = True
    assert "Switch it off" not in signed_in.get(TWO_FACTOR).text
    assert signed_in.post(OFF, {"code": code_of(phone)}).status_code == 403
    assert TOTPDevice.objects.exists()


def test_sign_out_everywhere_ends_the_sessions_of_this_user_alone(signed_in, user, phone):
    here_too, stranger = Client(), Client()
    here_too.force_login(user)
    stranger.force_login(make_user())
    assert "signed out everywhere" in signed_in.post(END, follow=True).text
    assert not is_inside(signed_in)
    assert here_too.get(INSIDE).headers["Location"].startswith(LOGIN)
    assert is_inside(stranger)


@pytest.mark.parametrize("address", [NEW_CODES, OFF, END, reverse("admin:begin-two-factor")])
def test_what_changes_something_is_posted_with_a_token(user, phone, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.get(address).status_code == 405
    assert client.post(address, {"code": code_of(phone)}).status_code == 403
    assert Session.objects.exists()


def test_the_pages_take_no_other_method(signed_in):
    assert signed_in.post(TWO_FACTOR).status_code == 405
    assert signed_in.put(CODES).status_code == 405


def test_sessions_that_are_over_are_purged(signed_in, user):
    Client().force_login(user)
    over = Session.objects.exclude(pk=signed_in.session.session_key).latest("expire_date")
    Session.objects.filter(pk=over.pk).update(expire_date=days_ago(1))
    call_command("purge")
    assert not Session.objects.filter(pk=over.pk).exists()
    assert is_inside(signed_in)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "paper"])
def test_a_code_sent_twice_at_the_same_moment_counts_once(kind):
    user = make_user()
    phone = make_phone(user)
    code = code_of(phone) if kind == "app" else devices.recovery_codes(user)[0].replace("-", "")
    together = Barrier(3)

    def use(_):
        together.wait()
        try:
            return use_code(user, code)
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as browsers:
        assert len([device for device in browsers.map(use, range(3)) if device]) == 1
