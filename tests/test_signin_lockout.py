"""Wrong passwords lock a user name out, for a while, where they came from."""

import logging
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from crpsinfo.signin.lockout import network
from crpsinfo.signin.waiting import in_words
from tests.factories import days_ago, make_user
from tests.signing_in import LOGIN, PASSWORD, give_password, is_inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user("Moderator", password=PASSWORD)


def browser(address="192.0.2.7", **headers):
    return Client(REMOTE_ADDR=address, headers=headers)


def fail(client, user, times=5):
    """The last answer to so many wrong passwords."""
    for _ in range(times):
        response = give_password(client, user, "wrong")
    return response


def test_the_fifth_wrong_password_locks_and_says_how_long(user):
    assert fail(browser(), user, 4).status_code == 200
    response = fail(browser(), user, 1)
    assert response.status_code == 429
    assert "try again in 15 minutes" in response.text
    assert "Forgetting a password is human." in response.text
    assert 840 < int(response.headers["Retry-After"]) <= 900
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_right_password_is_refused_while_it_is_locked(user):
    client = browser()
    fail(client, user)
    assert give_password(client, user).status_code == 429
    assert not is_inside(client)


def test_after_a_quarter_of_an_hour_it_is_open_again(user):
    client = browser()
    fail(client, user)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10))
    assert "try again in 5 minutes" in give_password(client, user).text
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    give_password(client, user)
    assert is_inside(client)


def test_the_right_password_in_time_starts_the_count_anew(user):
    fail(browser(), user, 4)
    give_password(browser(), user)
    assert fail(browser(), user, 4).status_code == 200


def test_another_address_and_another_user_are_not_locked(user):
    other, elsewhere, here = make_user(password=PASSWORD), browser("192.0.2.8"), browser()
    fail(browser(), user)
    give_password(elsewhere, user)
    give_password(here, other)
    assert is_inside(elsewhere)
    assert is_inside(here)


@pytest.mark.parametrize(("proxies", "hops"), [(0, "{}"), (1, "{}, 192.0.2.7"), (1, "10.0.0.1, {}, 192.0.2.7")])
def test_a_made_up_address_changes_nothing(settings, user, proxies, hops):
    settings.TRUSTED_PROXIES = proxies
    peer = "192.0.2.7" if proxies == 0 else "127.0.0.1"
    for number in range(5):
        client = browser(peer, x_forwarded_for=hops.format(f"198.51.100.{number}"))
        response = give_password(client, user, "wrong")
    assert response.status_code == 429
    assert {row.ip_address for row in AccessAttempt.objects.all()} == {"192.0.2.7"}


def test_behind_a_proxy_each_client_counts_for_itself(settings, user):
    settings.TRUSTED_PROXIES = 1
    fail(browser("127.0.0.1", x_forwarded_for="192.0.2.7"), user)
    elsewhere = browser("127.0.0.1", x_forwarded_for="192.0.2.8")
    give_password(elsewhere, user)
    assert is_inside(elsewhere)


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", "::"),
        ("unix:", "::"),
    ],
)
def test_an_address_is_counted_as_what_one_person_can_have(peer, counted):
    assert network(RequestFactory().get("/", REMOTE_ADDR=peer)) == counted


def test_who_cannot_be_told_apart_is_locked_together(settings, user):
    settings.TRUSTED_PROXIES = 1  # and none of them said anything
    assert fail(browser(), user).status_code == 429
    assert give_password(browser("192.0.2.9"), user).status_code == 429


def test_another_browser_of_the_same_address_does_not_help(user):
    for number in range(5):
        response = give_password(browser(user_agent=f"Browser {number}"), user, "wrong")
    assert response.status_code == 429


def test_an_unknown_name_is_treated_like_a_wrong_password(user):
    unknown = {"username": "nobody", "password": "wrong"}
    wrong = {"username": user.username, "password": "wrong"}
    for _ in range(5):
        answers = [browser().post(LOGIN, fields) for fields in (unknown, wrong)]
        assert answers[0].status_code == answers[1].status_code
        texts = [answer.text.replace(user.username, "nobody") for answer in answers]
        assert without_tokens(texts[0]) == without_tokens(texts[1])


def without_tokens(text):
    return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]


def test_nothing_about_a_person_is_logged_or_kept_beside_the_count(user, caplog):
    caplog.set_level(logging.DEBUG, "axes")
    fail(browser(user_agent="Somebody's browser"), user)
    give_password(browser("192.0.2.8"), user, next="/admin/?q=ann@example.org")
    assert user.username not in caplog.text
    assert "192.0.2" not in caplog.text
    assert not AccessLog.objects.exists()
    row = AccessAttempt.objects.get()
    assert "wrong" not in row.post_data
    assert user.username not in row.post_data


def test_the_operator_ends_the_wait(user, capsys):
    fail(browser(), user)
    call_command("axes_reset_username", user.username)
    client = browser()
    give_password(client, user)
    assert is_inside(client)


def test_the_rows_go_after_thirty_days(capsys):
    for age in (29, 31):
        AccessAttempt.objects.create(username=f"user-{age}", failures_since_start=1)
        AccessAttempt.objects.filter(username=f"user-{age}").update(attempt_time=days_ago(age))
    call_command("purge", dry_run=True)
    assert AccessAttempt.objects.count() == 2
    call_command("purge")
    assert capsys.readouterr().out.count("lock-out rows deleted: 1") == 2
    assert AccessAttempt.objects.get().username == "user-29"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 second"), (1, "1 second"), (89.5, "90 seconds"), (91, "2 minutes"), (900, "15 minutes"), (7300, "3 hours")],
)
def test_waiting_in_words(seconds, words):
    assert in_words(seconds) == words
