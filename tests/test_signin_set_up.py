"""Setting up the second step: a phone, and recovery codes."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from crpsinfo.signin import devices
from tests.factories import make_user
from tests.signing_in import (
    BEGIN,
    CODES,
    INSIDE,
    PASSWORD,
    SECOND_STEP,
    SET_UP,
    TWO_FACTOR,
    begun_phone,
    code_of,
    give_code,
    give_password,
    give_recovery_code,
    is_inside,
    let_time_pass,
    make_phone,
    sign_in_with_phone,
    wrong_code,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings):
    settings.REQUIRE_2FA = True
    return make_user("Moderator", password=PASSWORD)


@pytest.fixture
def newcomer(client, user):
    """The browser of somebody who gave the password, and has to set up a phone."""
    give_password(client, user)
    return client


@pytest.fixture
def standing_clock(monkeypatch):
    """For what depends on the half minute that it is."""
    now = timezone.now().timestamp()
    for name in ("oath.time", "plugins.otp_totp.models.time.time"):
        monkeypatch.setattr(f"django_otp.{name}", lambda: now)


def secret_on(page):
    return "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.text))


def test_the_first_sign_in_from_the_password_to_the_admin(newcomer, user):
    assert newcomer.post(BEGIN, {"next": INSIDE}, follow=True).redirect_chain[-1][0].startswith(SET_UP)
    response = newcomer.post(SET_UP, {"code": code_of(begun_phone(user)), "next": INSIDE}, follow=True)
    assert response.redirect_chain[-1][0].startswith(CODES)
    shown = re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", response.text)
    assert shown == devices.recovery_codes(user)
    assert len(shown) == 10
    assert newcomer.post(CODES, {"next": INSIDE}).headers["Location"] == INSIDE
    assert is_inside(newcomer)


def test_the_next_sign_in_asks_for_a_code(newcomer, user):
    newcomer.post(BEGIN)
    newcomer.post(SET_UP, {"code": code_of(begun_phone(user))})
    phone, elsewhere = TOTPDevice.objects.get(), Client()
    let_time_pass(phone)
    give_password(elsewhere, user)
    assert elsewhere.get(INSIDE).headers["Location"].startswith(SECOND_STEP)
    give_code(elsewhere, code_of(phone))
    assert is_inside(elsewhere)


def test_looking_at_the_page_makes_nothing(newcomer):
    newcomer.get(SET_UP)
    assert not TOTPDevice.objects.exists()


def test_the_secret_stays_the_same_in_one_session_until_it_is_confirmed(newcomer):
    newcomer.post(BEGIN)
    first = secret_on(newcomer.get(SET_UP))
    newcomer.post(BEGIN)
    assert secret_on(newcomer.get(SET_UP)) == first
    assert len(first) == 32


def test_who_begins_elsewhere_gets_another_secret_and_the_first_counts_no_more(newcomer, user):
    newcomer.post(BEGIN)
    first = secret_on(newcomer.get(SET_UP))
    later = Client()
    give_password(later, user)
    assert first not in later.get(SET_UP).text
    later.post(BEGIN)
    assert secret_on(later.get(SET_UP)) not in ("", first)
    assert "Begin" in newcomer.get(SET_UP).text


def test_the_page_has_the_secret_as_picture_as_link_and_as_letters(newcomer, user):
    newcomer.post(BEGIN)
    page = newcomer.get(SET_UP)
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert f"otpauth://totp/CRPS%20Info%3A{user.username}?secret={secret_on(page)}" in page.text
    assert 'inputmode="numeric"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_wrong_code_changes_nothing_and_says_what_to_do(newcomer, user, settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = 600  # seconds after the first wrong code
    newcomer.post(BEGIN)
    response = newcomer.post(SET_UP, {"code": wrong_code(begun_phone(user))})
    assert response.status_code == 400
    assert "That code is not right." in response.text
    assert not is_inside(newcomer)
    assert "Try again in 10 minutes" in newcomer.post(SET_UP, {"code": code_of(begun_phone(user))}).text


@pytest.mark.parametrize(("steps", "words"), [(120, "about 60 minutes ahead"), (-6, "about 3 minutes behind")])
def test_a_phone_with_a_wrong_clock_is_told_so(newcomer, user, standing_clock, steps, words):
    newcomer.post(BEGIN)
    response = newcomer.post(SET_UP, {"code": code_of(begun_phone(user), steps)})
    assert response.status_code == 400
    assert words in response.text


def test_a_phone_in_use_is_not_told_which_code_will_be_right(client, user):
    phone = make_phone(user)
    give_password(client, user)
    assert "That code is not right." in give_code(client, code_of(phone, steps=20)).text


def test_the_recovery_codes_are_shown_until_they_are_kept_and_no_more(newcomer, user):
    newcomer.post(BEGIN)
    newcomer.post(SET_UP, {"code": code_of(begun_phone(user))})
    code = devices.recovery_codes(user)[0]
    assert code in newcomer.get(CODES).text
    assert code in newcomer.get(CODES).text
    newcomer.post(CODES)
    assert newcomer.get(CODES).headers["Location"].startswith(TWO_FACTOR)


def test_the_recovery_codes_are_not_shown_for_long(newcomer, user, monkeypatch):
    newcomer.post(BEGIN)
    newcomer.post(SET_UP, {"code": code_of(begun_phone(user))})
    monkeypatch.setattr("crpsinfo.signin.shown_codes.time.time", lambda: timezone.now().timestamp() + 16 * 60)
    assert newcomer.get(CODES).headers["Location"].startswith(TWO_FACTOR)


def test_a_double_tap_sets_the_phone_up_once(newcomer, user):
    newcomer.post(BEGIN)
    code = code_of(begun_phone(user))
    newcomer.post(SET_UP, {"code": code})
    assert newcomer.post(SET_UP, {"code": code}).headers["Location"].startswith(CODES)
    assert TOTPDevice.objects.count() == 1


def test_whoever_has_a_phone_cannot_go_round_it_by_setting_up_another(client, user):
    make_phone(user)
    give_password(client, user)
    for response in (client.get(SET_UP), client.post(SET_UP, {"code": "123456"}), client.post(BEGIN)):
        assert response.headers["Location"].startswith(SECOND_STEP)
    assert not TOTPDevice.objects.filter(confirmed=False).exists()


def test_a_stranger_and_a_reader_are_sent_to_sign_in(client):
    reader = Client()
    reader.force_login(User.objects.create_user("reader"))
    for browser in (client, reader):
        assert browser.get(SET_UP).headers["Location"].startswith("/admin/login/")
        assert browser.post(BEGIN).headers["Location"].startswith("/admin/login/")


def test_a_new_phone_needs_a_code(client, user):
    phone = make_phone(user)
    sign_in_with_phone(client, user, phone)
    assert client.post(BEGIN, {"code": wrong_code(phone)}).status_code == 400
    let_time_pass(phone)
    assert client.get(SET_UP).headers["Location"].startswith(CODES)
    assert client.post(BEGIN, {"code": code_of(phone)}).headers["Location"].startswith(SET_UP)
    assert secret_on(client.get(SET_UP))


def test_the_old_phone_counts_until_the_new_one_is_confirmed(client, user):
    old = make_phone(user)
    sign_in_with_phone(client, user, old)
    client.post(BEGIN, {"code": devices.recovery_codes(user)[0]})
    new = begun_phone(user)
    assert is_inside(client)
    client.post(SET_UP, {"code": code_of(new)})
    assert TOTPDevice.objects.get() == new
    assert is_inside(client)
    elsewhere = Client()
    give_password(elsewhere, user)
    assert give_code(elsewhere, code_of(old)).status_code == 400


def test_a_new_phone_ends_what_the_old_one_and_its_recovery_codes_opened(client, user):
    phone, by_paper = make_phone(user), Client()
    give_password(by_paper, user)
    give_recovery_code(by_paper, devices.recovery_codes(user)[0])
    sign_in_with_phone(client, user, phone)
    client.post(BEGIN, {"code": code_of(phone)})
    assert is_inside(by_paper)
    client.post(SET_UP, {"code": code_of(begun_phone(user))})
    assert not is_inside(by_paper)


def test_a_new_phone_that_was_begun_long_ago_has_to_be_begun_again(client, user):
    phone = make_phone(user)
    sign_in_with_phone(client, user, phone)
    client.post(BEGIN, {"code": code_of(phone)})
    code = code_of(begun_phone(user))
    TOTPDevice.objects.filter(confirmed=False).update(created_at=timezone.now() - timedelta(hours=2))
    client.post(SET_UP, {"code": code})
    assert TOTPDevice.objects.get(confirmed=True) == phone
