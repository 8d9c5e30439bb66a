"""One mail, on its way to a real SMTP server: what is in it, and what is made of every trouble."""

import os
import socket
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from django.core import mail as outbox
from django.utils import timezone
from environs import EnvError

from crpsinfo.mail import NotSent, send
from crpsinfo.mail_url import mail_server
from tests.mail_stand_in import DISCONNECTING, FAULTS, GREETINGS, STALLING, MailStandIn
from tests.test_settings import PRODUCTION, ROOT, check

TO = "pat@example.org"
STOP_URL = "https://example.org/comments/mail/k3y/stop/"
PERMANENT = {"refuse-recipient-550": 550, "refuse-mail-554": 554}
PUT_OFF = {"try-later-451": 451, "mailbox-full-452": 452}


@pytest.fixture(scope="module")
def stand_in():
    with MailStandIn() as server:
        yield server


@pytest.fixture
def server(stand_in, settings):
    stand_in.fault = ""
    stand_in.mails.clear()
    stand_in.recipients.clear()
    settings.SITE_URL, settings.MAIL_FROM = "https://example.org", "no-reply@example.org"
    for name, value in stand_in.settings.items():
        setattr(settings, name, value)
    return stand_in


def send_one(to=TO, subject="Please confirm"):
    send(to, subject, "mail/base.txt", {}, stop_url=STOP_URL)


def sent(server):
    send_one()
    (mail,) = server.mails
    return mail


def failure(**values):
    with pytest.raises(NotSent) as caught:
        send_one(**values)
    return caught.value


# --- What is in it --------------------------------------------------------------------------------


def test_it_is_plain_text_to_one_person(server):
    mail = sent(server)
    assert server.recipients == [TO]
    assert (mail["To"], mail["Subject"]) == (TO, "Please confirm")
    assert mail.get_content_type() == "text/plain"
    assert STOP_URL in mail.get_content()
    assert "example.org" in mail.get_content()


def test_it_can_be_stopped_with_one_click(server):
    mail = sent(server)
    assert mail["List-Unsubscribe"] == f"<{STOP_URL}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_machines_are_asked_not_to_answer(server):
    assert sent(server)["Auto-Submitted"] == "auto-generated"


def test_it_comes_from_the_sites_own_host_and_now(server):
    mail = sent(server)
    assert parseaddr(mail["From"]) == ("Comment notices", "no-reply@example.org")
    assert mail["Message-ID"].endswith("@example.org>")
    assert abs(timezone.make_naive(timezone.now()) - parsedate_to_datetime(mail["Date"])) < timedelta(minutes=1)
    assert socket.gethostname() not in str(mail)


def test_nothing_in_it_names_the_illness_or_the_site(server, settings):
    mail = str(sent(server)).lower()
    assert "crps" not in mail
    assert settings.SITE_NAME.lower() not in mail


def test_nothing_in_it_is_written_for_html(server):
    send(TO, "It's", "mail/base.txt", {}, stop_url="https://example.org/?a&b='c'")
    assert "https://example.org/?a&b='c'" in server.mails[0].get_content()


def test_an_address_in_another_script_is_written_for_machines(server):
    send_one(to="pat@bücher.example")
    assert server.recipients == ["pat@xn--bcher-kva.example"]


# --- Nothing else gets in -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "a@b.example\r\n\r\nText",
        "",
        "nobody",
        "ü@b.example",
    ],
)
def test_what_is_no_single_address_is_never_written_to(server, to):
    assert failure(to=to).permanent
    assert server.mails == []


def test_a_subject_adds_no_header(server):
    with pytest.raises(ValueError, match="newlines"):
        send_one(subject="Hello\nBcc: c@d.example")
    assert server.mails == []


# --- Troubles -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"no-goodbye"}))
def test_each_trouble_is_told_apart_from_a_refusal_in_words_that_can_be_shown(server, settings, fault):
    server.fault = fault
    settings.EMAIL_TIMEOUT = 0.2 if fault in STALLING else 3
    trouble = failure()
    assert server.mails == []
    assert trouble.permanent == (fault in PERMANENT)
    assert 0 < len(trouble.reason) < 80
    assert "@" not in trouble.reason
    assert "pat" not in trouble.reason


@pytest.mark.parametrize(("fault", "code"), (PERMANENT | PUT_OFF).items())
def test_the_servers_code_is_told(server, fault, code):
    server.fault = fault
    assert f"({code})" in failure().reason


@pytest.mark.parametrize(
    ("fault", "words"),
    [("refuse-password", "sign-in"), ("disconnect", "broke off"), ("nonsense-greeting", "did not take it")],
)
def test_the_trouble_is_named(server, fault, words):
    server.fault = fault
    assert words in failure().reason


@pytest.mark.parametrize("fault", ["refuse-recipient-550", *GREETINGS, *DISCONNECTING])
def test_it_arrives_once_the_trouble_is_over(server, fault):
    server.fault = fault
    failure()
    server.fault = ""
    assert sent(server)["To"] == TO


def test_what_the_server_took_is_sent_although_it_says_no_goodbye(server, settings):
    server.fault, settings.EMAIL_TIMEOUT = "no-goodbye", 0.2
    assert sent(server)["To"] == TO


def test_a_server_that_never_comes_to_an_end_is_left_at_the_deadline(settings):
    """Each of its lines comes in time; its greeting would have ten thousand of them."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        said = thread.submit(greet_for_ever, listening)
        settings.EMAIL_BACKEND = "crpsinfo.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.getsockname()
        settings.MAIL_DEADLINE = 0.5
        assert "in time" in failure().reason
        assert said.result() < 10_000


def greet_for_ever(listening):
    """Returns how many lines were said before the other side hung up."""
    connection, _ = listening.accept()
    with connection:
        for number in range(10_000):
            try:
                connection.sendall(b"220-still greeting\r\n")
            except OSError:
                return number
            time.sleep(0.01)
    return 10_000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"EMAIL_PORT": 1}, "could not be reached"),
        ({"EMAIL_USE_TLS": True}, "lacks what EMAIL_URL asks for"),
        ({"EMAIL_USE_SSL": True}, "no encrypted connection"),
        ({"EMAIL_HOST_PASSWORD": "wrong"}, "sign-in"),
        ({"EMAIL_HOST_PASSWORD": "pässword"}, "not understood"),
    ],
)
def test_a_wrong_setting_is_only_a_trouble_for_now(server, settings, change, words):
    for name, value in change.items():
        setattr(settings, name, value)
    trouble = failure()
    assert not trouble.permanent
    assert words in trouble.reason


def test_nothing_the_server_said_goes_along(server, caplog):
    server.fault = "refuse-recipient-550"
    trouble = failure()
    assert trouble.__suppress_context__
    assert [record for record in caplog.records if not record.name.startswith("mail.")] == []


def test_without_a_mail_server_nothing_is_sent(settings):
    settings.MAIL_CONFIGURED = False
    assert not failure().permanent
    assert outbox.outbox == []


# --- The settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "ssl"),
    [
        ("submission://site:pw@mail.example", "mail.example", 587, True, False),
        ("submission://site:pw@mail.example:465?ssl=yes", "mail.example", 465, False, True),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, False, False),
        ("smtp://mail.example/?tls=true", "mail.example", 25, True, False),
    ],
)
def test_the_mail_server_is_read_from_its_address(url, host, port, tls, ssl):
    read = mail_server(url)
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == (host, port)
    assert (read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (tls, ssl)


def test_codes_in_the_password_are_read():
    assert mail_server("smtp://me%40a.example:p%2F%23%3F%25@mail.example")["EMAIL_HOST_PASSWORD"] == "p/#?%"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "smtps://site:s3cret@mail.example",
        "http://site:s3cret@mail.example",
        "submission://site:s3cret@",
        "submission://site:s3cret@mail.example:0",
        "submission://site:s3cret@mail.example:port",
        "submission://site:s3cret/more@mail.example",
        "submission://site:s3cret#more@mail.example",
        "submission://site:12#s3cret@mail.example",
        "submission://site:12?s3cret@mail.example",
        "submission://s3cret@mail.example",
        "submission://site:s3cret@mail.example/path",
        "smtp://mail.example?tls=please",
        "smtp://[mail.example",
    ],
)
def test_an_address_of_no_mail_server_is_refused_without_showing_the_password(url):
    with pytest.raises(EnvError, match="EMAIL_URL must look like") as caught:
        mail_server(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("environment", "configured", "backend"),
    [
        ({"DEBUG": "true"}, True, "django.core.mail.backends.filebased.EmailBackend"),
        (PRODUCTION, False, "django.core.mail.backends.dummy.EmailBackend"),
        (PRODUCTION | {"EMAIL_URL": "submission://a:b@mail.example"}, True, "crpsinfo.smtp.EmailBackend"),
    ],
)
def test_where_mails_go_follows_from_the_environment(environment, configured, backend):
    program = "from crpsinfo import settings as s; print(s.MAIL_CONFIGURED, s.EMAIL_BACKEND)"
    environment = environment | {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert shown.stdout.split() == [str(configured), backend]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MAIL_FROM": "Site <no-reply@example.org>"}, "crpsinfo.E005"),
        ({"MAIL_FROM": "nobody"}, "crpsinfo.E005"),
        ({"EMAIL_URL": "smtp://site:s3cret@mail.example"}, "crpsinfo.W003"),
        ({"EMAIL_URL": "submission://site:s3cret/@mail.example"}, "EMAIL_URL must look like"),
    ],
)
def test_a_wrong_variable_is_named(variables, words):
    code, output = check("--deploy", "--fail-level", "WARNING", **PRODUCTION | variables)
    assert code != 0
    assert words in output
    assert "s3cret" not in output


@pytest.mark.parametrize("url", ["", "submission://site:s3cret@mail.example", "smtp://site:s3cret@localhost"])
def test_mail_passes_the_deployment_check(url):
    assert check("--deploy", "--fail-level", "WARNING", **PRODUCTION | {"EMAIL_URL": url, "MAIL_FROM": ""})[0] == 0
