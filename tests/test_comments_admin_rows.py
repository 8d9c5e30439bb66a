"""The admin of what belongs to comments: writers, phrase lists, pen names, mails, the switch for all."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from comments.models import CommentSettings, CrisisList, Kind, ModeratorProfile, Notification
from comments.moves import Status
from tests.factories import days_ago, make_comment, make_editor, make_moderator, make_user, make_writer
from tests.moderation import LIST, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def address(row, what="change"):
    return reverse(f"admin:comments_{row._meta.model_name}_{what}", args=[row.pk])


def list_of(model, query=""):
    return reverse(f"admin:comments_{model._meta.model_name}_changelist") + query


def stored(row):
    return type(row).objects.get(pk=row.pk)


# --- Remembered writers -----------------------------------------------------------------------------------


def save_writer(client, writer, **fields):
    initial = {"initial-revoked": "True"} if writer.revoked_at else {"initial-revoked": "False"}
    return client.post(address(writer), {"unseen_a_day": "3"} | initial | fields)


def test_the_list_of_writers_tells_how_each_fared(client, moderator):
    writer = make_writer(approved=2)
    make_comment(writer=writer, status=Status.SPAM)
    make_writer()
    [second, first] = client.get(list_of(type(writer))).context["cl"].result_list
    assert (first.published, first.removed, first.spam) == (2, 0, 1)
    assert (second.published, second.removed, second.spam) == (0, 0, 0)


def test_the_list_of_writers_takes_the_same_queries_for_one_and_for_twenty(
    client, moderator, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(15) as captured:
            client.get(list_of(type(writer)))
        return len(captured)

    writer = make_writer(approved=1)
    few = queries()
    for _ in range(19):
        make_writer(approved=1)
    assert queries() == few


def test_writers_who_are_often_reported_can_be_picked_out(client, moderator):
    alerted = make_writer(alerted_at=timezone.now())
    make_writer(alerted_at=days_ago(31))
    make_writer()
    assert list(client.get(list_of(type(alerted), "?alert=open")).context["cl"].result_list) == [alerted]


def test_trust_is_taken_away_and_given_back(client, moderator):
    writer = make_writer(approved=3)
    assert writer.is_trusted()
    save_writer(client, writer, revoked="on", unseen_a_day="1")
    assert (stored(writer).is_trusted(), stored(writer).unseen_a_day) == (False, 1)
    save_writer(client, stored(writer))
    assert stored(writer).is_trusted()


def test_a_page_opened_before_trust_was_taken_away_does_not_give_it_back(client, moderator):
    opened_before = make_writer()
    stored(opened_before).revoke()
    save_writer(client, opened_before, unseen_a_day="2")
    assert stored(opened_before).revoked_at is not None
    assert stored(opened_before).unseen_a_day == 2


def test_an_alert_is_closed_and_more_reports_raise_a_new_one(client, moderator):
    writer = make_writer(alerted_at=timezone.now())
    save_writer(client, writer, close_alert="on")
    assert stored(writer).alerted_at is None
    comment = make_comment(writer=writer)
    for number in range(5):
        report(comment, reader=f"reader-{number}")
    assert stored(writer).alerted_at is not None


def test_an_alert_that_is_over_can_be_raised_again():
    writer = make_writer(alerted_at=days_ago(31))
    comment = make_comment(writer=writer)
    for number in range(5):
        report(comment, reader=f"reader-{number}")
    assert stored(writer).alerted_at > days_ago(1)


def test_a_limit_that_is_no_number_is_refused(client, moderator):
    writer = make_writer()
    assert "Enter a whole number." in save_writer(client, writer, unseen_a_day="many").text
    assert stored(writer).unseen_a_day == 3


def test_all_comments_of_a_writer_can_be_listed(client, moderator):
    writer = make_writer()
    make_comment(writer=writer, text="Of this writer")
    make_comment(text="Of somebody else")
    assert f"{LIST}?status=all&amp;writer__id__exact={writer.pk}" in client.get(address(writer)).text
    page = client.get(f"{LIST}?status=all&writer__id__exact={writer.pk}").text
    assert "Of this writer" in page
    assert "Of somebody else" not in page


def test_nobody_makes_or_deletes_a_writer(client):
    client.force_login(make_user(is_superuser=True))
    writer = make_writer()
    assert client.get(reverse("admin:comments_writer_add")).status_code == 403
    assert client.post(address(writer, "delete"), {"post": "yes"}).status_code == 403


# --- Phrase lists -----------------------------------------------------------------------------------------


def crisis_list(kind="emergency"):
    return CrisisList.objects.update_or_create(kind=kind, defaults={"phrases": "cannot breathe"})[0]


def test_phrases_are_changed_and_every_version_is_kept(client, moderator):
    phrases = crisis_list()
    client.post(address(phrases), {"phrases": "cannot breathe\nchest pain", "version": "99", "kind": "lowering"})
    now = stored(phrases)
    assert (now.phrases, now.version) == ("cannot breathe\nchest pain", phrases.version + 1)
    assert now.history.first().history_user == moderator
    history = client.get(address(phrases, "history")).text
    assert moderator.username in history


def test_an_older_version_is_brought_back_as_a_new_one(client, moderator):
    phrases = crisis_list()
    old = phrases.history.first()
    client.post(address(phrases), {"phrases": "chest pain"})
    version = reverse("admin:comments_crisislist_simple_history", args=[phrases.pk, old.pk])
    client.post(version, {"phrases": old.phrases})
    now = stored(phrases)
    assert (now.phrases, now.version) == ("cannot breathe", phrases.version + 2)


def test_a_phrase_that_would_be_found_everywhere_is_refused(client, moderator):
    phrases = crisis_list()
    assert "at least 3 letters" in client.post(address(phrases), {"phrases": "a"}).text
    assert stored(phrases).phrases == "cannot breathe"


def test_nobody_makes_or_deletes_a_list(client):
    client.force_login(make_user(is_superuser=True))
    assert client.get(reverse("admin:comments_crisislist_add")).status_code == 403
    assert client.post(address(crisis_list(), "delete"), {"post": "yes"}).status_code == 403


# --- Pen names --------------------------------------------------------------------------------------------

ADD = reverse("admin:comments_moderatorprofile_add")


def choose(client, name, **fields):
    return client.post(ADD, {"pen_name": name} | fields)


def test_a_moderator_chooses_a_pen_name_and_changes_it(client, moderator):
    other = make_moderator()
    choose(client, "  Maple\u202e ", user=other.pk)
    profile = ModeratorProfile.objects.get()
    assert (profile.user, profile.pen_name) == (moderator, "Maple")
    client.post(address(profile), {"pen_name": "Birch", "user": other.pk})
    assert (stored(profile).user, stored(profile).pen_name) == (moderator, "Birch")


def test_one_pen_name_each(client, moderator):
    choose(client, "Maple")
    assert client.get(ADD).status_code == 403
    assert choose(client, "Birch").status_code == 403
    assert ModeratorProfile.objects.count() == 1


def test_nobody_changes_the_pen_name_of_another(client, moderator):
    profile = ModeratorProfile.objects.create(user=make_moderator(), pen_name="Maple")
    assert client.post(address(profile), {"pen_name": "Birch"}).status_code == 302
    assert stored(profile).pen_name == "Maple"
    assert "Maple" not in client.get(list_of(ModeratorProfile)).text


@pytest.mark.parametrize("name", ["Maple", "maple", "Мaple", "M a p l e", "Map1e", "A moderator", "★★★", "", "x" * 61])
def test_a_pen_name_that_looks_like_anothers_or_like_nothing_is_refused(client, moderator, name):
    ModeratorProfile.objects.create(user=make_moderator(), pen_name="Maple")
    assert choose(client, name).status_code == 200
    assert not ModeratorProfile.objects.filter(user=moderator).exists()


def test_a_pen_name_can_be_saved_again_as_it_is(client, moderator):
    profile = ModeratorProfile.objects.create(user=moderator, pen_name="Maple")
    assert client.post(address(profile), {"pen_name": "Maple"}).status_code == 302


def test_a_superuser_sees_to_all_pen_names(client):
    client.force_login(make_user(is_superuser=True))
    profile = ModeratorProfile.objects.create(user=make_moderator(), pen_name="Maple")
    client.post(address(profile), {"pen_name": "Birch", "user": profile.user_id})
    assert stored(profile).pen_name == "Birch"


# --- Mails ------------------------------------------------------------------------------------------------


def make_mail(**values):
    comment = make_comment(email="ann@example.org")
    return Notification.objects.create(comment=comment, kind=Kind.DECISION, **values)


def test_the_list_of_mails_tells_what_became_of_them(client, moderator):
    make_mail(failed_at=timezone.now(), last_error="the server does not know it")
    make_mail(sent=1, sent_at=timezone.now())
    page = client.get(list_of(Notification)).text
    assert "the server does not know it" in page
    failed = client.get(list_of(Notification, "?failed_at__isempty=0")).context["cl"].result_list
    assert [mail.sent for mail in failed] == [0]


def test_nobody_makes_changes_or_deletes_a_mail(client):
    client.force_login(make_user(is_superuser=True))
    mail = make_mail()
    assert client.get(reverse("admin:comments_notification_add")).status_code == 403
    assert client.post(address(mail), {"last_error": "forged"}).status_code == 403
    assert client.post(address(mail, "delete"), {"post": "yes"}).status_code == 403


# --- The switch for all comments --------------------------------------------------------------------------


def test_a_moderator_closes_all_comments(client, moderator):
    client.post(reverse("admin:comments_commentsettings_add"), {"note": "Back on Monday."})
    assert CommentSettings.current().open is False
    assert client.get(reverse("admin:comments_commentsettings_add")).status_code == 403
    client.post(reverse("admin:comments_commentsettings_change", args=[1]), {"open": "on", "note": ""})
    assert CommentSettings.current().open is True


def test_a_moderator_says_after_how_many_days_comments_close(client, moderator):
    client.post(reverse("admin:comments_commentsettings_add"), {"open": "on", "close_after_days": "90"})
    assert CommentSettings.current().close_after_days == 90


# --- What nobody sees, and who sees nothing ---------------------------------------------------------------


def everything():
    """Rows of all kinds, with secrets in them. Returns (addresses of all their pages, the secrets)."""
    writer = make_writer(alerted_at=timezone.now())
    secrets = {
        "email": "ann@example.org",
        "ip": "203.0.113.77",
        "user_agent": "Spyware 5",
        "referrer": "https://x.example/",
    }
    parent = make_comment(writer=writer, guid="guid-of-the-check", **secrets)
    comment = make_comment(parent=parent, writer=writer, **secrets)
    comment.edit("Ann", "Other words.")
    report(comment, reader="reader-key")
    mail = Notification.objects.create(comment=comment, kind=Kind.REPLY)
    rows = [comment, parent, writer, mail, crisis_list()]
    keys = {key for row in (comment, parent) for key in (row.receipt_key, row.mail_key)}
    pages = [address(row, what) for row in rows for what in ("change", "history")]
    pages += [list_of(type(row)) for row in rows] + [f"{LIST}?status=all", list_of(CommentSettings)]
    return pages, {*secrets.values(), *keys, writer.key, "reader-key", "guid-of-the-check"}


@pytest.mark.parametrize("role", ["Moderator", None])
def test_no_page_shows_an_address_or_a_key(client, role):
    client.force_login(make_user(role, is_superuser=role is None))
    pages, secrets = everything()
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert not [secret for secret in secrets if secret in response.text], page


@pytest.mark.parametrize(
    "query",
    [
        *["comment/?email__startswith=a", "comment/?receipt_key__startswith=a", "comment/?mail_key__startswith=a"],
        *["comment/?reports__reader=a", "comment/?writer__key__startswith=a", "comment/?staff__password__startswith=a"],
        *["writer/?key__startswith=a", "writer/?comments__email__startswith=a"],
        *["notification/?comment__email__startswith=a", "notification/?comment__mail_key__startswith=a"],
        "moderatorprofile/?user__password__startswith=a",
    ],
)
def test_nothing_can_be_spelled_out_by_filtering(client, moderator, query):
    assert client.get(f"/admin/comments/{query}").status_code == 400


@pytest.mark.parametrize("make", [make_user, make_editor])
def test_who_is_no_moderator_sees_and_changes_nothing(client, make):
    client.force_login(make())
    pages, _ = everything()
    for page in pages:
        assert client.get(page).status_code == 403, page
        assert client.post(page).status_code == 403, page


def test_a_stranger_is_sent_to_sign_in(client):
    pages, _ = everything()
    for page in pages:
        assert client.post(page).headers["Location"].startswith("/admin/login/"), page


def test_who_may_only_look_at_writers_changes_none(client):
    user, writer = make_user(), make_writer()
    user.user_permissions.add(Permission.objects.get(codename="view_writer"))
    client.force_login(user)
    assert save_writer(client, writer, revoked="on").status_code == 403
    assert stored(writer).revoked_at is None


def test_a_row_that_is_not_there_leads_away(client, moderator):
    for row in (make_writer(), crisis_list(), make_mail(), make_comment()):
        gone = address(row).replace(f"/{row.pk}/", "/99999/")
        assert client.get(gone).headers["Location"] == reverse("admin:index")
