"""Who may read and write what in the admin: every address of it, asked by everybody."""

import re
from fnmatch import fnmatchcase
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from articles.models import Topic
from comments.models import CommentEvent, CommentSettings, CrisisList, ModeratorProfile, Notification
from comments.moves import Status
from crpsinfo.models import ContactMessage, Rule, StaffMail, StaffMailKind
from directory.models import Check, NotListed, RegisterEntry, Report, StateBoard
from tests.deciding import stored
from tests.directory_factories import make_listing, make_zip
from tests.factories import make_comment, make_editor, make_moderator, make_user, make_writer
from tests.moderation import page_of, report
from tests.pictures import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

EMAIL, IP, AGENT = "ann.secret@example.org", "203.0.113.77", "A browser that nobody else has"
TOKEN, READER = "recovery-7", "key-of-a-reader"


# --- Who asks ---------------------------------------------------------------------------------------------


def plain_user():
    return User.objects.create_user("reader")


def superuser():
    return make_user(is_superuser=True)


ROLES = {  # the letter in the table: how to make one
    "-": None,  # a stranger, who is not signed in
    "P": plain_user,
    "N": make_user,  # works here, with no role yet
    "M": make_moderator,
    "E": make_editor,
    "S": superuser,
}
OUTSIDE, STAFF = "-P", "NMES"


# --- Who may what -----------------------------------------------------------------------------------------

# For each pattern of names: whom a GET answers, and whom a POST, if only with a form's errors. All others are refused,
# and who is no staff is led to the sign-in. The first pattern that fits counts; what none fits fails the test.
TABLE = {
    # Signing in and out
    "login": ("-PNMES", "-PNMES"),
    "logout": ("", "-PNMES"),
    "second-step": ("NMES", "NMES"),
    "set-up-two-factor": ("NMES", "NMES"),
    "begin-two-factor": ("", "NMES"),
    "two-factor": ("NMES", ""),
    "recovery-codes": ("NMES", "NMES"),
    "new-codes": ("", "NMES"),
    "two-factor-off": ("", "NMES"),
    "end-sessions": ("", "NMES"),
    "password_change": ("NMES", "NMES"),
    "password_change_done": ("NMES", ""),
    # What leads to all the rest
    "index": ("NMES", "NE"),
    "pages": ("NMES", "NMES"),
    "app_list auth": ("S", "S"),
    "app_list articles": ("MES", "MES"),
    "app_list comments": ("MS", "MS"),
    "app_list crpsinfo": ("MES", "MES"),
    "app_list directory": ("ES", "ES"),
    "jsi18n": ("NMES", ""),
    "autocomplete": ("ES", ""),
    "view_on_site": ("NMES", "NMES"),
    "old_address": ("NMES", "NMES"),  # redirects to the new one
    "nowhere": ("", ""),
    # The desk
    "desk": ("MES", ""),
    "desk-settings": ("NMES", "NMES"),
    "desk-undo": ("", "NMES"),  # of what they decided themselves
    "desk-tab comments": ("MS", ""),
    "desk-act comments": ("MS", "MS"),
    "desk-tab messages": ("MES", ""),
    "desk-act messages": ("MES", "MES"),
    "comments_comment_decide": ("MS", "MS"),
    "comments_comment_reveal": ("MS", "MS"),
    # What readers did and what was done is read, and never made, changed or deleted by hand
    "comments_commentsettings_add": ("", "MS"),  # there is one row; a form that was opened before changes it
    "comments_*_delete": ("", ""),
    "comments_moderatorprofile_add": ("MS", "MS"),
    "comments_*_add": ("", ""),
    "comments_comment_change": ("MS", ""),
    "comments_commentevent_change": ("MS", ""),
    "comments_notification_change": ("MS", ""),
    "crpsinfo_contactmessage_change": ("MES", ""),
    "crpsinfo_contactmessage_add": ("", ""),
    "crpsinfo_contactmessage_delete": ("", ""),
    "crpsinfo_contactmessage_*": ("MES", "MES"),
    "crpsinfo_staffmail_change": ("S", ""),
    "crpsinfo_staffmail_add": ("", ""),
    "crpsinfo_staffmail_delete": ("", ""),
    "crpsinfo_staffmail_*": ("S", "S"),
    "crpsinfo_checkerstate_changelist": ("MS", ""),
    # Moderators
    "comments_moderatorprofile_changelist": ("MS", "MS"),
    "comments_moderatorprofile_*": ("S", "S"),  # of somebody else
    "crpsinfo_rule_delete": ("S", "S"),
    "comments_*": ("MS", "MS"),
    "crpsinfo_rule_*": ("MS", "MS"),
    # Editors; moderators read articles
    "articles_*_delete": ("S", "S"),
    "articles_article_changelist": ("MES", "MES"),
    "articles_article_history": ("MES", "MES"),
    "articles_article_simple_history": ("MES", "ES"),
    "articles_article_change": ("MES", "ES"),
    "articles_article_add": ("ES", "ES"),
    "articles_article_preview*": ("", "ES"),
    "articles_topic_*": ("ES", "ES"),
    "articles_picture_*": ("ES", "ES"),
    "directory_[cnr]*_add": ("", ""),  # checks, requests not to be listed, the registry, reports: they are read
    "directory_[cnr]*_delete": ("", ""),
    "directory_[cnr]*_change": ("ES", ""),
    "directory_registerentry_enter": ("ES", ""),
    "directory_rechecks": ("ES", ""),
    "directory_doctor_export": ("ES", ""),
    "directory_offer_add": ("", ""),  # on the page of its practice
    "directory_offer_*": ("ES", "ES"),
    "directory_practice_*": ("ES", "ES"),
    "directory_zipcode_add": ("S", "S"),
    "directory_zipcode_change": ("ES", "S"),
    "directory_*_delete": ("S", "S"),
    "directory_*": ("ES", "ES"),
    # Who works here
    "auth_*": ("S", "S"),
}


def line_for(name):
    return next((pattern for pattern in TABLE if fnmatchcase(name, pattern)), None)


# --- What is asked ----------------------------------------------------------------------------------------

OF_COMMENTS = ["attention", "waiting", "unchecked", "reported", "spam", "sample", "removed"]
OF_MESSAGES = ["listings", "listing-spam", "messages"]
APPS = ["auth", "crpsinfo", "articles", "comments", "directory"]


def walk(patterns, prefix=""):
    """(name, route) of all patterns."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        yield from walk(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [(pattern.name, route)]


ROUTES = [(name, route) for name, route in walk(get_resolver().url_patterns) if route.startswith("admin/")]


def called(name, route):
    """What the table calls it."""
    return name or ("old_address" if "object_id" in route else "nowhere")


def addresses(rows):
    """[(name, address)] of every pattern, with the key of a row that is there. `rows`: {label of a model: its row}"""
    asked = []
    for name, route in ROUTES:
        address = "/" + route
        if "object_id" in route or "history" in route or "<id>" in route:
            app, model = ("auth", "user") if "<id>" in route else route.split("/")[1:3]
            row = rows.get(f"{app}.{model}")
            key = row and str(row.pk).replace("-", "_2D")
            address = address.replace("<path:object_id>", key or "1").replace("<id>", key or "1")
            if name and name.endswith("simple_history"):
                address = f"/admin/{app}/{model}/{row.pk}/history/{row.history.first().pk}/"
        if "content_type_id" in route:
            comment = rows["comments.comment"]
            address = f"/admin/r/{ContentType.objects.get_for_model(comment).pk}/{comment.pk}/"
        about = rows["directory.doctor" if name == "directory_recheck" else "comments.comment"]
        address = address.replace("<int:pk>", str(about.pk)).replace("(?P<url>.*)$", "no/such/page/")
        if name == "autocomplete":
            address += "?app_label=directory&model_name=practice&field_name=doctor"
        if name in ("desk-tab", "desk-act"):
            asked += [(f"{name} comments", address.replace("<slug:tab>", tab)) for tab in OF_COMMENTS]
            asked += [(f"{name} messages", address.replace("<slug:tab>", tab)) for tab in OF_MESSAGES]
        elif name == "app_list":
            asked += [(f"app_list {app}", f"/admin/{app}/") for app in APPS]
        else:
            asked.append((called(name, route), address))
    return asked


@pytest.fixture
def rows():
    """One row at least of everything that the admin shows: {label: row}"""
    moderator, listing, zip_code = make_moderator(), make_listing(), make_zip()
    private = {"email": EMAIL, "email_confirmed_at": timezone.now(), "ip": IP, "user_agent": AGENT}
    comment = make_comment(writer=make_writer(), **private)
    for values in ({"status": Status.PENDING}, {"status": Status.SPAM}, {"status": Status.REMOVED}):
        make_comment(parent=comment, **private | values)
    report(comment)
    comment.hold(by=moderator, note="Look at this, please.")
    comment.publish(by=moderator)
    article = comment.article
    article.save()  # a version of its history
    profile = ModeratorProfile.objects.create(user=moderator, pen_name="Mo")
    Notification.schedule(comment)
    made = [
        Group.objects.get(name="Moderator"), User.objects.create_user("somebody"),
        ContactMessage.objects.create(text="Hello", name="Bea", email="bea@example.org"), article,
        Topic.objects.create(name="Topic", slug="topic"), make_picture(), comment, CrisisList.objects.first(),
        comment.events.last(), profile, comment.notifications.first(), Rule.objects.first(),
        CommentSettings.objects.create(pk=1),
        comment.writer, listing.doctor, listing, listing.offers.get(), listing.offers.get().treatment, zip_code,
        *on_record(listing.doctor),
        StaffMail.objects.create(user=moderator, kind=StaffMailKind.DIGEST),
    ]  # fmt: skip
    return {row._meta.label_lower: row for row in made}


def on_record(doctor):
    """What there is about a listing beside it, and what it is checked against."""
    return [
        Check.objects.create(doctor=doctor, what="npi", result="active"),
        NotListed.objects.create(npi_hash="hash"),
        Report.objects.create(kind="called", outcome="offers", doctor=doctor, reader=READER),
        RegisterEntry.objects.create(npi="1234567893", last_name="Tester", seen_on=timezone.localdate()),
        StateBoard.objects.create(
            state="NY", name="Board", url="https://board.example/", checked_on=timezone.localdate()
        ),
    ]


# --- The answers ------------------------------------------------------------------------------------------


class Browser:
    """A user's, signed in; what one request changes is forgotten before the next."""

    def __init__(self, client, user):
        self.client = client
        if user:
            client.force_login(user)
        self.cookies = {name: cookie.value for name, cookie in client.cookies.items()}

    def ask(self, method, address):
        self.client.cookies = SimpleCookie(self.cookies)
        with transaction.atomic():
            response = getattr(self.client, method)(address)
            transaction.set_rollback(True)
        return response


def is_led_to_the_sign_in(response):
    return response.status_code == 302 and response.headers["Location"].startswith("/admin/login/?next=")


def is_answered(name, response):
    """Whether somebody got what they asked for, or a form with its errors."""
    is_missing = response.headers.get("Location") == "/admin/" and name.startswith(SHOWN_IN_PART)
    is_refused = response.status_code in (403, 404, 405)
    return not (is_refused or is_led_to_the_sign_in(response) or is_missing)


SHOWN_IN_PART = ("comments_moderatorprofile", "app_list")  # what is not for somebody is not there for them


def make(role):
    return ROLES[role]() if ROLES[role] else None


def test_every_address_is_in_the_table_and_every_line_is_needed(rows):
    names = {name for name, _ in addresses(rows)}
    assert {name for name in names if line_for(name) is None} == set()
    assert set(TABLE) == {line_for(name) for name in names}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_answered_what_the_table_says_and_nothing_else(client, rows, role):
    browser, wrong = Browser(client, make(role)), []
    for name, address in addresses(rows):
        for method, may in zip(("get", "post"), TABLE[line_for(name)], strict=True):
            response = browser.ask(method, address)
            assert response.status_code < 500, address
            if is_answered(name, response) != (role in may):
                wrong.append((method, name, address, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", OUTSIDE)
def test_who_is_no_staff_sees_the_sign_in_and_nothing_else(client, rows, role):
    browser = Browser(client, make(role))
    for name, address in addresses(rows):
        for method in ("get", "post"):
            response = browser.ask(method, address)
            if name not in ("login", "logout") and response.status_code != 405:
                assert is_led_to_the_sign_in(response), address
                assert response.content == b"", address


@pytest.mark.parametrize("role", STAFF)
def test_what_the_overview_offers_is_there(client, rows, role):
    browser = Browser(client, make(role))
    links = set(re.findall(r'href="(/admin/[^"]*)"', browser.ask("get", "/admin/pages/").text))
    assert dict.fromkeys(links, 200) == {link: client.get(link, follow=True).status_code for link in links}


@pytest.mark.parametrize("role", "MS")
@pytest.mark.parametrize("number", ["0", "9" * 40, "nonsense", "_5F"])
def test_what_is_not_there_breaks_nothing(client, rows, role, number):
    browser = Browser(client, make(role))
    for name, route in ROUTES:
        if name and "<path:object_id>" in route:
            address = "/" + route.replace("<path:object_id>", number)
            assert browser.ask("get", address).status_code < 500, address
            assert browser.ask("post", address).status_code < 500, address


def test_a_moderator_sees_to_the_own_pen_name(client, rows):
    profile = rows["comments.moderatorprofile"]
    client.force_login(profile.user)
    address = reverse("admin:comments_moderatorprofile_change", args=[profile.pk])
    assert client.post(address, {"pen_name": "Mona"}).status_code == 302
    profile.refresh_from_db()
    assert profile.pen_name == "Mona"


# --- Not even a superuser ---------------------------------------------------------------------------------


@pytest.fixture
def almighty(client):
    user = superuser()
    client.force_login(user)
    return user


def test_superusers_change_and_delete_no_event(client, almighty, rows):
    before = list(CommentEvent.objects.values())
    event = rows["comments.commentevent"]
    of_list = reverse("admin:comments_commentevent_changelist")
    fields = {"move": "publish", "actor": "moderator", "reason": "", "revision": 7, "post": "yes"}
    for what in ("change", "delete"):
        assert client.post(f"{of_list}{event.pk}/{what}/", fields).status_code == 403
    assert client.post(f"{of_list}add/", fields).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    client.post(f"{of_list}?who=all", selected)
    assert list(CommentEvent.objects.values()) == before


@pytest.mark.parametrize("model", ["comment", "notification", "writer"])
def test_superusers_delete_nothing_that_the_record_hangs_on(client, almighty, rows, model):
    row = rows[f"comments.{model}"]
    of_list = reverse(f"admin:comments_{model}_changelist")
    selected = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    client.post(f"{of_list}?status=public", selected)
    assert client.post(f"{of_list}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_superusers_change_no_words_of_a_writer(client, almighty, rows):
    comment = rows["comments.comment"]
    fields = {"text": "I love pills.", "author_name": "Eve", "html": "<p>I love pills.", "status": "removed"}
    assert client.post(page_of(comment), fields).status_code == 403
    assert 'name="text"' not in client.get(page_of(comment)).text
    now = stored(comment)
    assert (now.text, now.author_name, now.status) == (comment.text, comment.author_name, comment.status)


def test_who_did_something_that_is_on_record_is_not_deleted(client, almighty, rows):
    moderator = rows["comments.moderatorprofile"].user
    client.post(reverse("admin:auth_user_delete", args=[moderator.pk]), {"post": "yes"})
    assert User.objects.filter(pk=moderator.pk).exists()
    assert rows["comments.comment"].events.filter(by=moderator).exists()


def test_nobody_is_shown_what_is_secret(client, rows):
    """Writers' addresses, private links, and the secrets of the second step of others."""
    moderator, comment = rows["comments.moderatorprofile"].user, rows["comments.comment"]
    phone = TOTPDevice.objects.create(user=moderator, name="phone", confirmed=True)
    StaticDevice.objects.create(user=moderator, name="paper").token_set.create(token=TOKEN)
    base32 = parse_qs(urlsplit(phone.config_url).query)["secret"][0]
    secrets = [EMAIL, IP, AGENT, TOKEN, READER, phone.key, base32]
    secrets += [comment.receipt_key, comment.mail_key, comment.writer.key]
    browser = Browser(client, superuser())
    for _, address in addresses(rows):
        text = browser.ask("get", address).text
        assert [secret for secret in secrets if secret in text] == [], address


@pytest.mark.parametrize("model", ["otp_totp_totpdevice", "otp_static_staticdevice", "axes_accessattempt"])
def test_the_second_step_of_others_has_no_page(model):
    for page in ("changelist", "add"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{model}_{page}")
