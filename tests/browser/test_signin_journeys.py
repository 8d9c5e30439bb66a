"""Signing in with a second step: the first time, the next time, without the phone, and after a while."""

import re

import pytest
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from crpsinfo.signin import devices
from tests.browser.audit import ON_A_DESK_TOO, PHONE, assert_sound
from tests.browser.people import expect, fold, press, signed_in, tab_to
from tests.browser.windows import first_page
from tests.factories import make_editor, make_user
from tests.signing_in import (
    PASSWORD,
    SECOND_STEP,
    TWO_FACTOR,
    begun_phone,
    code_of,
    let_time_pass,
    make_phone,
    wrong_code,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GOAL = reverse("admin:password_change")


@pytest.fixture
def user(settings):
    settings.REQUIRE_2FA = True
    return make_user("Moderator", password=PASSWORD)


def give_password(page, user, password=PASSWORD):
    page.goto(GOAL)
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def give_code(page, code):
    page.get_by_label("Code from your app", exact=True).fill(code)
    page.get_by_role("button", name="Go on", exact=True).click()


def expect_title(page, title):
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_the_first_sign_in_and_the_next(reader, borrow, user):
    give_password(reader, user)
    expect_title(reader, "Protect your sign-in")
    reader.get_by_role("button", name="Begin").click()
    expect_title(reader, "Set up your phone")
    expect(reader.get_by_role("img", name="QR code for your app")).to_be_visible()
    assert reader.evaluate("document.querySelector('.qr').naturalWidth") > 0
    fold(reader, "Neither works?").click()
    expect(reader.get_by_role("link", name="open your app")).to_be_visible()
    give_code(reader, code_of(begun_phone(user)))
    expect_title(reader, "Your recovery codes")
    expect(reader.get_by_role("listitem").filter(has_text="-")).to_have_count(10)
    reader.get_by_role("button", name="I have kept them").click()
    expect_title(reader, "Password change")
    phone, elsewhere = TOTPDevice.objects.get(), first_page(borrow())
    let_time_pass(phone)
    give_password(elsewhere, user)
    expect_title(elsewhere, "Second step")
    give_code(elsewhere, code_of(phone))
    expect_title(elsewhere, "Password change")


def test_the_first_sign_in_with_the_keyboard_alone_on_a_phone(page, user):
    page.set_viewport_size(PHONE)
    page.goto(GOAL)
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Begin"))
    press(page, page.locator("summary"))
    expect(page.locator(".secret")).to_be_visible()
    tab_to(page, page.get_by_label("Code from your app"))
    page.keyboard.type(code_of(begun_phone(user)))
    page.keyboard.press("Enter")
    expect_title(page, "Your recovery codes")
    press(page, page.get_by_role("button", name="I have kept them"))
    expect_title(page, "Password change")


def test_every_page_of_the_first_sign_in_is_sound(page, user):
    page.goto(GOAL)
    assert_sound(page)
    give_password(page, user)
    assert_sound(page)
    page.get_by_role("button", name="Begin").click()
    fold(page, "Neither works?").click()
    assert_sound(page)
    give_code(page, code_of(begun_phone(user)))
    expect_title(page, "Your recovery codes")
    assert_sound(page)


def test_a_wrong_code_is_told_at_its_box(page, watch, user):
    phone = make_phone(user)
    give_password(page, user)
    fold(page, "Your phone is not at hand?").click()
    assert_sound(page)
    watch.announce(400)
    give_code(page, wrong_code(phone))
    box = page.get_by_label("Code from your app", exact=True)
    expect(box).to_be_focused()
    expect(box).to_have_accessible_description(re.compile("^That code is not right"))
    expect(box).to_have_attribute("aria-invalid", "true")
    assert_sound(page)


def test_without_the_phone_a_recovery_code_leads_in(reader, user):
    make_phone(user)
    give_password(reader, user)
    fold(reader, "Your phone is not at hand?").click()
    reader.get_by_label("or a recovery code").fill(devices.recovery_codes(user)[0])
    reader.get_by_role("button", name="Go on with it").click()
    expect_title(reader, "Password change")
    expect(reader.get_by_text("Recovery codes that are left: 9.")).to_be_visible()


def test_a_new_phone_and_signing_out_everywhere(reader, user):
    old = make_phone(user)
    give_password(reader, user)
    give_code(reader, code_of(old))
    let_time_pass(old)
    reader.goto(reverse("admin:articles_article_changelist"))
    reader.get_by_role("link", name="Two-factor and sessions").click()
    expect_title(reader, "Two-factor and sessions")
    fold(reader, "Set up a new phone").click()
    reader.get_by_label("or a recovery code").fill(code_of(old))
    reader.get_by_role("button", name="Set up a new phone").click()
    give_code(reader, code_of(begun_phone(user)))
    reader.get_by_role("button", name="I have kept them").click()
    expect_title(reader, "Two-factor and sessions")
    reader.get_by_role("button", name="Sign out everywhere").click()
    expect(reader.get_by_text("You are signed out everywhere.")).to_be_visible()
    reader.goto(TWO_FACTOR)
    expect(reader.get_by_label("Username")).to_be_visible()


def test_the_page_about_the_own_second_step_is_sound_with_all_its_forms(page, watch, user, settings):
    phone = make_phone(user)
    give_password(page, user)
    give_code(page, code_of(phone))
    settings.REQUIRE_2FA = False
    page.goto(TWO_FACTOR)
    for title in ("Set up a new phone", "Switch the second step off", "Make new recovery codes"):
        fold(page, title).click()
    assert_sound(page, ON_A_DESK_TOO)
    watch.announce(400)
    page.get_by_role("button", name="Make new codes").click()
    box = page.get_by_label("Code from your app", exact=True)
    expect(box).to_have_accessible_description("Type the six digits that your app shows.")
    assert_sound(page)


def test_the_page_of_somebody_without_a_second_step(context, base_url):
    page = signed_in(context, make_editor(), base_url)
    page.goto(TWO_FACTOR)
    assert_sound(page)
    page.get_by_role("link", name="Set up the second step").click()
    expect_title(page, "Protect your sign-in")
    page.goto(SECOND_STEP)  # there is none to do
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_too_many_wrong_passwords(page, watch, user):
    for _ in range(4):
        give_password(page, user, "wrong")
        expect(page.get_by_text("Please enter the correct")).to_be_visible()
    watch.announce(429)
    give_password(page, user, "wrong")
    expect_title(page, "Too many wrong passwords")
    expect(page.get_by_text("try again in 15 minutes")).to_be_visible()
    assert_sound(page)


def lose_the_session_while_writing(page, watch, user, base_url):
    signed_in(page.context, user, base_url)
    page.goto(reverse("admin:articles_article_add"))
    page.get_by_label("Title").fill("My left hand")
    page.get_by_label("Body").fill("It began in my left hand.\nThen it was in both.")
    page.context.clear_cookies(name="sessionid")
    watch.announce(403)
    page.get_by_role("button", name="Save", exact=True).click()
    expect_title(page, "This was not saved: you were signed out")


def test_what_was_typed_when_the_session_ended_can_be_copied(reader, watch, base_url):
    user = make_user("Editor", password=PASSWORD)
    lose_the_session_while_writing(reader, watch, user, base_url)
    expect(reader.get_by_label("Body")).to_have_value("It began in my left hand.\nThen it was in both.")
    expect(reader.get_by_label("Title")).to_have_value("My left hand")
    with reader.context.expect_page() as opened:
        reader.get_by_role("link", name="Sign in again").click()
    opened.value.get_by_label("Username").fill(user.username)
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.get_by_role("button", name="Log in").click()
    expect_title(opened.value, "Add article")


def test_the_page_with_what_was_typed_is_sound(page, watch, base_url):
    lose_the_session_while_writing(page, watch, make_editor(), base_url)
    assert_sound(page)
