"""The way into the admin: a password, then the second step."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse

from crpsinfo.signin import devices
from tests.factories import make_user
from tests.signing_in import (
    INSIDE,
    LOGIN,
    PASSWORD,
    SECOND_STEP,
    SET_UP,
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

BEFORE_THE_SECOND_STEP = {"login", "logout", "second-step", "set-up-two-factor", "begin-two-factor"}


@pytest.fixture
def user():
    return make_user("Moderator", password=PASSWORD)


@pytest.fixture
def phone(user):
    return make_phone(user)


@pytest.fixture
def long_pauses(settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = settings.OTP_STATIC_THROTTLE_FACTOR = 600  # seconds after the first wrong code


def addresses():
    """Every address of the admin but those that lead into it, with 1 for what stands in it."""
    _, resolver = get_resolver().namespace_dict["admin"]
    for name in filter(lambda key: isinstance(key, str) and key not in BEFORE_THE_SECOND_STEP, resolver.reverse_dict):
        for possibilities, *_ in resolver.reverse_dict.getlist(name):
            for path, parameters in possibilities:
                yield "/admin/" + path % dict.fromkeys(parameters, "1")


def test_without_the_duty_a_password_is_enough(client, user):
    assert give_password(client, user, next=INSIDE).headers["Location"] == INSIDE
    assert is_inside(client)


def test_a_new_site_lets_its_first_superuser_in(client):
    User.objects.create_superuser("ann", password=PASSWORD)
    client.post(LOGIN, {"username": "ann", "password": PASSWORD})
    assert is_inside(client)


def test_whoever_has_a_phone_uses_it_without_the_duty_too(client, user, phone):
    give_password(client, user)
    assert client.get(INSIDE).headers["Location"] == f"{SECOND_STEP}?next={INSIDE}"
    assert give_code(client, code_of(phone), next=INSIDE).headers["Location"] == INSIDE
    assert is_inside(client)


@pytest.mark.parametrize("make", [lambda: "Moderator", lambda: "Editor", lambda: None])
def test_with_the_duty_everybody_without_a_phone_is_led_to_set_one_up(client, settings, make):
    settings.REQUIRE_2FA = True
    give_password(client, make_user(make(), password=PASSWORD))
    assert client.get(INSIDE).headers["Location"] == f"{SET_UP}?next={INSIDE}"
    assert "Protect your sign-in" in client.get(SET_UP).text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("state", "duty"), [("stranger", True), ("reader", False), ("password only", True), ("password only", False)]
)
def test_no_page_of_the_admin_opens_before_the_last_step(client, settings, user, phone, state, duty):
    settings.REQUIRE_2FA = duty
    if state != "stranger":
        client.force_login(user if state == "password only" else User.objects.create_user("reader"))
    step = SECOND_STEP if state == "password only" else LOGIN
    seen = list(addresses())
    assert len(seen) > 50
    for address in seen:
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 405 or response.headers["Location"] == f"{step}?next={address}", address
            assert response.status_code == 405 or response.headers["Cache-Control"] == "private, no-store", address


def test_a_code_that_was_right_once_is_refused_the_second_time(client, user, phone):
    code = code_of(phone)
    for _ in range(2):
        client = Client()
        give_password(client, user)
        response = give_code(client, code)
    assert response.status_code == 400
    assert "That code was used already" in response.text
    assert not is_inside(client)


def test_a_wrong_code_says_what_to_do_and_then_there_is_a_pause(client, user, phone, long_pauses):
    give_password(client, user)
    assert "That code is not right." in give_code(client, wrong_code(phone)).text
    paused = give_code(client, code_of(phone))
    assert "there is a pause, longer each time. Try again in 10 minutes." in paused.text
    assert not is_inside(client)
    let_time_pass(phone)
    give_code(client, code_of(phone))
    assert is_inside(client)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abc def"])
def test_what_cannot_be_a_code_is_not_counted_as_one(client, user, phone, code):
    give_password(client, user)
    assert "six digits" in give_code(client, code).text
    give_code(client, f" {code_of(phone)[:3]} {code_of(phone)[3:]} ")
    assert is_inside(client)


def test_the_code_of_somebody_else_does_not_count(client, user, phone):
    other = make_phone(make_user())
    give_password(client, user)
    give_code(client, code_of(other))
    assert not is_inside(client)


def test_a_recovery_code_lets_in_once_and_says_how_many_are_left(client, user, phone):
    code = devices.recovery_codes(user)[3]
    give_password(client, user)
    give_recovery_code(client, code.upper().replace("-", " "))
    assert "Recovery codes that are left: 9." in client.get(INSIDE).text
    again = Client()
    give_password(again, user)
    assert "none of the recovery codes that are left" in give_recovery_code(again, code).text
    assert not is_inside(again)


def test_a_wrong_recovery_code_leaves_the_way_by_phone_open(client, user, phone, long_pauses):
    give_password(client, user)
    assert give_recovery_code(client, "aaaa-aaaa").status_code == 400
    assert "there is a pause" in give_recovery_code(client, devices.recovery_codes(user)[0]).text
    give_code(client, code_of(phone))
    assert is_inside(client)


def test_the_second_step_is_for_those_who_gave_the_password(client, phone):
    assert client.get(SECOND_STEP).headers["Location"].startswith(LOGIN)
    assert give_code(client, code_of(phone)).headers["Location"].startswith(LOGIN)
    assert not is_inside(client)


def test_the_second_tap_on_the_button_leads_on_too(client, user, phone):
    code = code_of(phone)
    give_password(client, user)
    give_code(client, code, next=INSIDE)
    assert give_code(client, code, next=INSIDE).headers["Location"] == INSIDE


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:evil()", "///evil.example"]
)
def test_nobody_is_led_to_another_site(client, user, phone, elsewhere):
    home = reverse("admin:index")
    assert "evil" not in give_password(client, user, next=elsewhere).headers["Location"]
    assert "evil" not in client.get(SECOND_STEP, {"next": elsewhere}).text
    assert give_code(client, code_of(phone), next=elsewhere).headers["Location"] == home
    assert client.get(LOGIN, {"next": elsewhere}).headers["Location"] == home


def test_a_link_to_the_sign_in_leads_those_on_who_are_signed_in(client, user, phone):
    link = f"{LOGIN}?next={INSIDE}"
    give_password(client, user)
    assert client.get(link).headers["Location"] == f"{SECOND_STEP}?next={INSIDE}"
    give_code(client, code_of(phone))
    assert client.get(link).headers["Location"] == INSIDE


def test_sign_out_works_before_the_second_step(client, user, phone):
    give_password(client, user)
    assert client.post(reverse("admin:logout")).status_code == 200
    assert client.get(SECOND_STEP).headers["Location"].startswith(LOGIN)
    assert client.get(reverse("admin:logout")).status_code == 405


@pytest.mark.parametrize("has_phone", [True, False])
def test_the_second_step_costs_a_page_one_query(client, user, has_phone, django_assert_max_num_queries):
    if has_phone:
        sign_in_with_phone(client, user, make_phone(user))
    else:
        client.force_login(user)
    with django_assert_max_num_queries(20) as captured:
        assert is_inside(client)
    assert len([query for query in captured if "otp_" in query["sql"]]) == 1


def test_no_page_shows_the_secrets_of_others(client, phone):
    client.force_login(make_user(is_superuser=True))
    for model in ("otp_totp/totpdevice", "otp_static/staticdevice", "axes/accessattempt", "axes/accesslog"):
        assert client.get(f"/admin/{model}/").status_code == 404, model


def test_the_session_gets_a_new_key_with_the_second_step(client):
    user = make_user("Moderator", password=PASSWORD)
    phone = make_phone(user)
    give_password(client, user)
    before = client.session.session_key
    give_code(client, code_of(phone))
    assert client.session.session_key != before


def test_a_name_that_is_longer_than_any_is_nobodys(client):
    answer = client.post(reverse("admin:login"), {"username": "a" * 300, "password": "x"})
    assert answer.status_code == 200
    assert "Please enter the correct username and password" in answer.text
