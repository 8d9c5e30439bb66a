import io
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crpsinfo.client import current_secret, reader_key
from crpsinfo.desk.mails import letter_of
from crpsinfo.limits import hit
from crpsinfo.models import (
    ContactMessage,
    Counter,
    ReaderSecret,
    Rule,
    StaffMail,
    StaffMailKind,
    StaffSettings,
)
from tests.directory_factories import make_listing
from tests.factories import make_comment, make_editor, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_home_shows_articles_and_new_comments(client, content):
    make_comment(text="Fresh words")
    page = client.get("/").text
    assert "Ketamine infusions for CRPS" in page
    assert "Fresh words" in page


# --- Contact ----------------------------------------------------------------------------------------------


def send(client, **fields):
    return client.post("/contact/", {"text": "There is a mistake.", "name": "", "email": ""} | fields)


def test_a_message_is_stored_and_answered_with_a_page(client):
    response = send(client, email="ann@example.org")
    assert (response.status_code, response.headers["Location"]) == (303, reverse("contact-sent"))
    message = ContactMessage.objects.get()
    assert (message.text, message.email, message.closed_at) == ("There is a mistake.", "ann@example.org", None)


@pytest.mark.parametrize("fields", [{"text": ""}, {"email": "nonsense"}, {"text": "x" * 10_001}, {"text": "a\x00b"}])
def test_a_refused_message_comes_back_with_its_text(client, fields):
    response = send(client, **fields)
    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "private, no-store"
    assert not ContactMessage.objects.exists()
    if "email" in fields:
        assert "There is a mistake." in response.text


@pytest.mark.parametrize("fields", [{"text": "Buy cheap pills"}, {"name": "Cheap Pills"}, {"subject": "hello"}])
def test_what_our_own_rules_call_spam_stands_apart_and_its_sender_is_not_told(client, fields):
    Rule.objects.create(kind="phrase", value="cheap pills", action="spam")
    assert send(client, **fields).headers["Location"] == reverse("contact-sent")
    assert [*ContactMessage.objects.to_answer()] == []
    assert ContactMessage.objects.spam().count() == 1


def test_a_rule_that_holds_changes_nothing_for_a_message_and_counts_its_catch(
    client, django_capture_on_commit_callbacks
):
    rule = Rule.objects.create(kind="network", value="127.0.0.1", action="hold")
    with django_capture_on_commit_callbacks(execute=True):
        send(client)
    rule.refresh_from_db()
    assert (rule.caught, ContactMessage.objects.to_answer().count()) == (1, 1)


def test_a_message_about_danger_comes_first_is_never_spam_and_shows_what_helps(client):
    Rule.objects.create(kind="phrase", value="cheap pills", action="spam")
    send(client)
    response = send(client, text="No cheap pills help. I want to kill myself.")
    assert send(client, text="Please read.", name="I want to kill myself").headers["Location"] == reverse(
        "contact-danger"
    )
    assert response.headers["Location"] == reverse("contact-danger")
    assert "Help exists now" in client.get(reverse("contact-danger")).text
    assert "Help exists now" not in client.get(reverse("contact-sent")).text
    assert [message.in_danger for message in ContactMessage.objects.to_answer()] == [True, True, False]


def test_who_asked_for_it_gets_a_mail_about_danger(client):
    user = make_user("Moderator", email="mo@example.org")
    StaffSettings.objects.create(user=user, urgent_mail=True)
    send(client)
    assert not StaffMail.objects.exists()
    send(client, text="I want to kill myself.")
    [mail] = StaffMail.objects.filter(user=user, kind=StaffMailKind.URGENT)
    assert letter_of(mail).context == {"count": 1}


def test_too_many_messages_wait_with_the_text_kept(client, settings):
    settings.POST_LIMITS = [(1, 3600)]
    send(client)
    response = send(client, text="A second one")
    assert response.status_code == 429
    assert "A second one" in response.text


def test_a_message_from_another_site_is_refused(client):
    response = client.post("/contact/", {"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


# --- About a listing ---


def about(client, path):
    """The contact page that a listing links to."""
    return client.get("/contact/", {"about": path})


LISTING = "/doctors/new-york/alma-tester/"
NO_LISTINGS = [
    *["/doctors/", "/doctors/new-york/", "/about/", "/admin/", "doctors/new-york/alma-tester/", "nonsense", "a\x00b"],
    *["https://example.org/doctors/new-york/alma-tester/", "//example.org/doctors/a/b/", "javascript:alert(1)"],
    *[f"{LISTING}?x=1", f"{LISTING}#x", f"{LISTING}\n", f"/doctors/new-york/{'a' * 300}/", '"><b>/doctors/a/b/'],
]


def test_a_listing_leads_to_the_form_which_says_what_it_is_about(client):
    doctor = make_listing().doctor
    page = client.get(doctor.get_absolute_url()).text
    [link] = re.findall(r'<a [^>]*href="(/contact/\?about=[^"]+)"[^>]*>Tell us what is wrong</a>', page)
    form = client.get(link)
    assert f'<a href="{doctor.get_absolute_url()}">' in form.text
    assert f'<input type="hidden" name="about" value="{doctor.get_absolute_url()}"' in form.text
    assert form.headers["Cache-Control"] == "no-cache"
    assert not form.cookies


def test_the_form_about_a_listing_is_the_same_bytes_for_everybody(client, admin_client):
    assert about(client, LISTING).content == about(admin_client, LISTING).content


def test_a_message_about_a_listing_says_about_which(client):
    send(client, about=LISTING)
    assert ContactMessage.objects.get().about == LISTING


@pytest.mark.parametrize("path", NO_LISTINGS)
def test_what_is_no_listing_is_ignored(client, path):
    assert send(client, about=path).status_code == 303
    assert ContactMessage.objects.get().about == ""
    if "\x00" not in path:
        page = about(client, path)
        assert page.status_code == 200
        assert "about the listing" not in page.text
        assert page.content == client.get("/contact/").content


def test_what_a_refused_message_is_about_is_kept(client):
    page = send(client, about=LISTING, email="nonsense").text
    assert f'<input type="hidden" name="about" value="{LISTING}"' in page
    assert f'Your message is about the listing <a href="{LISTING}">' in page
    assert "There is a mistake." in page


def test_drafts_about_a_listing_and_about_anything_else_are_kept_apart(client):
    assert f'data-place="contact {LISTING}"' in about(client, LISTING).text
    assert 'data-place="contact"' in client.get("/contact/").text


# --- Read and closed in the admin ---


def test_closed_messages_are_deleted_after_ninety_days_and_open_ones_never():
    old = timezone.now() - timedelta(days=91)
    ContactMessage.objects.create(text="closed", closed_at=old)
    ContactMessage.objects.create(text="open", created_at=old)
    call_command("purge", stdout=io.StringIO())
    assert ContactMessage.objects.get().text == "open"


def test_an_editor_reads_messages_and_changes_none(client):
    message = ContactMessage.objects.create(text="There is a mistake.")
    client.force_login(make_editor())
    change = reverse("admin:crpsinfo_contactmessage_change", args=[message.pk])
    assert "There is a mistake." in client.get(change).text
    assert client.post(change, {"text": "forged"}).status_code == 403
    message.refresh_from_db()
    assert (message.closed_at, message.text) == (None, "There is a mistake.")


def test_the_admin_says_who_closed_a_message_and_what_it_is_about(client):
    anna, ben = make_editor(), make_editor()
    message = ContactMessage.objects.create(text="Wrong number.", about=LISTING)
    message.close(by=anna)
    client.force_login(ben)
    address = reverse("admin:crpsinfo_contactmessage_changelist")
    for page in (address, reverse("admin:crpsinfo_contactmessage_change", args=[message.pk])):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page).text
        assert str(anna) in answer
        assert f'<a href="{LISTING}">{LISTING}</a>' in answer
        assert sum('"password"' in query["sql"] for query in asked.captured_queries) == 1  # who signed in


def test_messages_cannot_be_filtered_by_what_is_known_of_users(client):
    client.force_login(make_editor())
    address = reverse("admin:crpsinfo_contactmessage_changelist")
    assert client.get(f"{address}?closed_by__password__startswith=a").status_code == 400


def test_a_stranger_reads_no_messages(client):
    client.force_login(make_user())
    assert client.get(reverse("admin:crpsinfo_contactmessage_changelist")).status_code == 403


# --- Telling readers apart without knowing them -----------------------------------------------------------


def key(rf, address):
    return reader_key(rf.get("/", REMOTE_ADDR=address))


def test_a_reader_key_is_that_of_a_network_and_names_none(rf):
    assert key(rf, "192.0.2.1") == key(rf, "192.0.2.99")
    assert key(rf, "192.0.2.1") != key(rf, "192.0.3.1")
    assert key(rf, "2001:db8::1") == key(rf, "2001:db8:0:0:ffff::1")
    assert key(rf, "2001:db8::1") != key(rf, "2001:db8:0:1::1")
    assert "192.0.2" not in key(rf, "192.0.2.1")


def test_after_thirty_days_the_secret_is_another_and_the_old_one_is_gone(rf):
    before = key(rf, "192.0.2.1")
    ReaderSecret.objects.update(created_at=timezone.now() - timedelta(days=31))
    old = ReaderSecret.objects.get().pk
    assert key(rf, "192.0.2.1") != before
    assert not ReaderSecret.objects.filter(pk=old).exists()
    assert current_secret() == bytes(ReaderSecret.objects.get().secret)


def test_a_secret_whose_time_is_over_is_purged_even_when_nobody_posts():
    ReaderSecret.objects.create(secret=b"old", created_at=timezone.now() - timedelta(days=31))
    call_command("purge", stdout=io.StringIO())
    assert not ReaderSecret.objects.exists()


def test_a_counter_counts_and_is_deleted_when_its_window_is_over():
    assert [hit("a", 1), hit("a", 1), hit("b", 4_000_000_000)] == [1, 2, 1]
    call_command("purge", stdout=io.StringIO())
    assert list(Counter.objects.values_list("key", flat=True)) == ["b"]


# --- What machines ask for --------------------------------------------------------------------------------


def test_robots_and_security_txt(client):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text
    text = client.get("/.well-known/security.txt").text
    assert "Contact: http" in text
    assert "Expires: 20" in text


def test_readyz_names_missing_migrations(client, monkeypatch):
    monkeypatch.setattr("crpsinfo.views.MigrationExecutor.migration_plan", lambda *args: ["0099"])
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "migrations")


# --- Roles ------------------------------------------------------------------------------------------------


def test_roles_are_put_right_when_made_again():
    from django.contrib.auth.models import Group

    make_editor()
    Group.objects.get(name="Editor").permissions.clear()
    out = io.StringIO()
    call_command("create_roles", stdout=out)
    assert "1 made or changed" in out.getvalue()
    call_command("create_roles", stdout=out)
    assert "0 made or changed" in out.getvalue()


def test_roles_hold_no_more_than_their_work_needs():
    from django.contrib.auth.models import Group

    make_editor()
    held = {
        name: set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in ("Moderator", "Editor")
    }
    assert not {code for code in held["Moderator"] if code.startswith("delete_") or code == "change_comment"}
    assert "moderate_comment" not in held["Editor"]
    assert not {code for codes in held.values() for code in codes if "user" in code or "group" in code}
