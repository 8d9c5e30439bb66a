"""The page "Your settings" of those who work here."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import html5lib
import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crpsinfo.desk.models import ZONES
from crpsinfo.models import StaffMail, StaffMailKind, StaffSettings
from tests.factories import make_editor, make_moderator, make_user
from tests.test_absence import at_the_same_moment

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PAGE = "/admin/settings/"
TYPED = {"shortcuts": "on", "digest": "on", "quiet_from": "", "quiet_until": "", "time_zone": "America/New_York"}
PEN_NAME = reverse("admin:comments_moderatorprofile_changelist")


@pytest.fixture
def user(client):
    user = make_moderator()
    client.force_login(user)
    return user


@pytest.fixture
def save(client, user):
    """Post the form; keyword arguments change fields, None leaves one out."""

    def post(**fields):
        return client.post(PAGE, {name: value for name, value in (TYPED | fields).items() if value is not None})

    return post


def chosen(user):
    return StaffSettings.objects.get(user=user)


def test_it_has_its_address():
    assert reverse("admin:desk-settings") == PAGE


def test_without_a_choice_the_defaults_are_shown_and_nothing_is_stored(client, user):
    page = client.get(PAGE)
    form = page.context["form"]
    assert page.status_code == 200
    assert [form[name].value() for name in ("shortcuts", "digest", "urgent_mail")] == [True, True, False]
    assert form["time_zone"].value() == "America/New_York"
    assert not StaffSettings.objects.exists()


def test_what_is_chosen_is_saved_and_said(save, user):
    answer = save(
        shortcuts=None, digest=None, urgent_mail="on", quiet_from="22:00", quiet_until="07:30",
        time_zone="Pacific/Guam",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Your settings are saved."]
    row = chosen(user)
    assert (row.shortcuts, row.digest, row.urgent_mail) == (False, False, True)
    assert (row.quiet_from, row.quiet_until, row.time_zone) == (time(22), time(7, 30), "Pacific/Guam")


def test_the_page_shows_what_was_saved(client, save):
    save(quiet_from="22:00", quiet_until="07:30", shortcuts=None)
    page = client.get(PAGE).text
    assert 'value="22:00"' in page
    assert 'value="07:30"' in page
    assert client.get(PAGE).context["form"]["shortcuts"].value() is False


def test_saved_twice_there_is_one_row(save, user):
    save()
    save(digest=None)
    assert StaffSettings.objects.count() == 1
    assert chosen(user).digest is False


@pytest.mark.django_db(transaction=True)
def test_saved_for_the_first_time_in_two_windows_at_once_there_is_one_row():
    user = make_moderator()

    def post():
        client = Client()
        client.force_login(user)
        return client.post(PAGE, TYPED).status_code

    assert at_the_same_moment(post, post) == [303, 303]
    assert StaffSettings.objects.count() == 1


def test_nobody_chooses_for_others(client, save, user):
    other = StaffSettings.objects.create(user=make_moderator(), digest=False)
    save(user=str(other.user.pk), digest="on")
    other.refresh_from_db()
    assert other.digest is False
    assert chosen(user).digest is True


# --- What is wrong with a form -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"quiet_from": "22:00"}, "quiet_until", "Please give both times, or neither."),
        ({"quiet_until": "07:00"}, "quiet_from", "Please give both times, or neither."),
        ({"quiet_from": "00:00"}, "quiet_until", "Please give both times, or neither."),  # midnight is a time
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_until", "The two times are the same."),
        ({"quiet_from": "late", "quiet_until": "07:00"}, "quiet_from", "Please give a time such as 22:00."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Select a valid choice."),
        ({"time_zone": ""}, "time_zone", "This field is required."),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_saved(save, fields, field, words):
    answer = save(**fields, urgent_mail="on")
    assert answer.status_code == 400
    ((wrong, errors),) = answer.context["form"].errors.items()
    assert (wrong, errors[0].startswith(words)) == (field, True)
    assert "Nothing is saved yet" in answer.text
    assert "<title>Error: Your settings" in answer.text
    assert f'id="id_{field}_error"' in answer.text
    assert not StaffSettings.objects.exists()


def test_what_was_typed_is_kept(save):
    page = save(quiet_from="22:00", time_zone="Pacific/Guam", digest=None).context["form"]
    assert [page[name].value() for name in ("quiet_from", "time_zone", "digest")] == ["22:00", "Pacific/Guam", False]


# --- Who comes in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_moderator, make_editor, make_user, lambda: make_user(is_superuser=True)])
def test_everybody_who_works_here_has_the_page(client, make):
    user = make()
    client.force_login(user)
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, TYPED | {"shortcuts": ""}).status_code == 303
    assert chosen(user).digest is True


def leave(user):
    type(user).objects.update(is_staff=False)


def deactivate(user):
    type(user).objects.update(is_active=False)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("change", [leave, deactivate, None])
def test_nobody_else_does(client, method, change):
    user = make_moderator()
    if change:
        client.force_login(user)
        change(user)
    answer = getattr(client, method)(PAGE, TYPED)
    assert answer.status_code in (302, 403)  # 403: what was typed is shown, to be copied
    assert reverse("admin:login") in answer.headers.get("Location", "") + answer.text
    assert not StaffSettings.objects.exists()


def test_other_methods_are_refused(client, user):
    assert client.delete(PAGE).status_code == 405


def test_a_post_from_elsewhere_is_refused(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(PAGE, TYPED).status_code == 403


def test_it_is_kept_by_no_store(client, user):
    assert "no-store" in client.get(PAGE).headers["Cache-Control"]


# --- What it says ------------------------------------------------------------------------------------------


def test_it_says_which_address_is_used_without_showing_it(client, user):
    type(user).objects.update(email="ann.lee@example.org")
    page = client.get(PAGE).text
    assert "Mails go to a…@example.org." in page
    assert "ann.lee" not in page


def test_it_says_that_no_address_is_known(client, user):
    assert "No e-mail address of yours is known, so you get no mail." in client.get(PAGE).text


def test_it_says_that_the_site_sends_no_mail(client, user, settings):
    settings.MAIL_CONFIGURED = False
    type(user).objects.update(email="ann.lee@example.org")
    page = client.get(PAGE).text
    assert "This site cannot send mail at the moment" in page
    assert "Mails go to" not in page


def test_it_says_that_a_mail_could_not_be_sent(client, user):
    type(user).objects.update(email="ann.lee@example.org")
    StaffMail.objects.create(
        user=user, kind=StaffMailKind.DIGEST, failed_at=timezone.now(), last_error="the mail server refused it (550)"
    )
    assert "could not be sent: the mail server refused it (550)." in client.get(PAGE).text


def test_it_says_what_single_keys_are_and_when_to_switch_them_off(client, user):
    page = client.get(PAGE).text
    assert "One letter is enough" in page
    assert "if you dictate" in page


def test_it_leads_to_the_pen_name_where_there_is_one_to_choose(client, user):
    assert PEN_NAME in client.get(PAGE).text
    client.force_login(make_user())
    assert PEN_NAME not in client.get(PAGE).text.split("<main")[1]


def test_it_leads_to_two_factor_and_sessions(client, user):
    main = client.get(PAGE).text.split("<main")[1]
    assert reverse("admin:two-factor") in main


def test_each_field_has_its_label_and_help(client, user):
    page = html5lib.parse(client.get(PAGE).text, namespaceHTMLElements=False)
    labels = {label.get("for") for label in page.iter("label")}
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    names = ["shortcuts", "digest", "urgent_mail", "quiet_from", "quiet_until", "time_zone"]
    assert {f"id_{name}" for name in names} <= labels
    for name in names:
        (field,) = (element for element in page.iter() if element.get("name") == name)
        assert set((field.get("aria-describedby") or "").split()) <= ids


def test_every_zone_can_be_chosen(client, user):
    assert [value for value, _ in client.get(PAGE).context["form"].fields["time_zone"].choices] == list(ZONES)


# --- What follows from it ------------------------------------------------------------------------------------


def mail_of(user, kind, **values):
    return StaffMail.objects.create(user=user, kind=kind, **values)


def test_an_urgent_mail_that_waited_for_the_end_of_quiet_hours_goes_once_there_are_none(save, user):
    later = timezone.now() + timedelta(hours=8)
    row = mail_of(user, StaffMailKind.URGENT, due_at=later)
    other = mail_of(make_moderator(), StaffMailKind.URGENT, due_at=later)
    save(urgent_mail="on")
    row.refresh_from_db()
    other.refresh_from_db()
    assert row.due_at <= timezone.now()
    assert other.due_at == later


def test_who_moves_gets_the_morning_mail_by_the_new_clock(save, user):
    type(user).objects.update(email="ann.lee@example.org")
    save()
    row = StaffMail.objects.get(user=user, kind=StaffMailKind.DIGEST)
    assert row.due_at.astimezone(ZoneInfo("America/New_York")).time() == time(8)
    save(time_zone="Pacific/Honolulu")
    row.refresh_from_db()
    assert row.due_at.astimezone(ZoneInfo("Pacific/Honolulu")).time() == time(8)


def test_without_an_address_nothing_falls_due(save):
    save(urgent_mail="on")
    assert not StaffMail.objects.exists()
