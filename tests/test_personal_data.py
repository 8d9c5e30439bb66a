"""A copy of what is held about a person, its erasure on request, and the same again after a restore."""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from comments.models import Appeal, Comment, CrisisFlag, FormerText, Kind, Notification, Proposal, Report
from comments.models.comment import EDITABLE_FOR
from comments.moves import Actor, Move, Reason, Status
from crpsinfo.models import ContactMessage
from crpsinfo.spam import Verdict
from tests.factories import days_ago, make_comment, make_moderator, make_writer
from tests.listing_reports import make_suggestion

pytestmark = pytest.mark.django_db

ANN = "ann@example.org"
NOTHING = "0 comments erased, the address removed from 0 comments, 0 messages and 0 reports about listings."


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


@pytest.fixture
def erasures(var):
    return var / "erasures.jsonl"


def run(*arguments):
    """What the command says on stdout."""
    out = io.StringIO()
    call_command("personal_data", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def export(address=ANN):
    return json.loads(run("export", address))


def make_anns(*, confirmed=True, **values):
    return make_comment(email=ANN, email_confirmed_at=timezone.now() if confirmed else None, **values)


def kept(comment):
    comment.refresh_from_db()
    return comment.text, comment.email


# --- A copy ---------------------------------------------------------------------------------------------


def test_the_copy_holds_what_ann_wrote_and_what_became_of_it():
    comment = make_anns(text="Ünlike the rest.", website="https://example.org/", referrer="https://example.org/from")
    comment.remove(by=make_moderator(), reason=Reason.UNKIND, words="Ben is hurt.")
    comment.ask_again("Please look again.")
    [copy] = export()["comments"]
    assert (copy["text"], copy["author_name"], copy["email"]) == ("Ünlike the rest.", "Ann", ANN)
    assert copy["article"] == comment.article.absolute_url
    decision = [copy[fact] for fact in ("state", "decided_by", "reason", "reason_words")]
    assert decision == ["Removed", "a moderator", "It is unkind to somebody.", "Ben is hurt."]
    assert copy["second_look"]["text"] == "Please look again."
    assert copy["sent_with_it"] == {"ip": "192.0.2.7", "user_agent": "Test", "referrer": "https://example.org/from"}
    assert [(event["what"], event["by"]) for event in copy["what_happened"]] == [
        ("removed", "a moderator"),
        ("second look asked for", "the writer"),
    ]


def test_the_copy_holds_versions_mails_and_what_is_remembered():
    comment = make_anns(writer=make_writer())
    comment.edit("Bea", "Second.")
    comment.proposal.accept(by=make_moderator())
    comment.refresh_from_db()
    comment.annotate("She means infusions.", by=make_moderator())
    comment.edit("Bea", "Third.")
    Notification.objects.create(comment=comment, kind=Kind.REPLY, sent=2, sent_at=timezone.now())
    [copy] = export()["comments"]
    assert [former["text"] for former in copy["former_texts"]] == ["A few words."]
    assert (copy["text"], copy["proposed_text"]["text"]) == ("Second.", "Third.")
    assert copy["public_note"] == "She means infusions."
    assert (copy["mails"]["mail_replies"], copy["mails"]["sent"][0]["sent"]) == (True, 2)
    assert copy["remembered_writer"]["revoked_at"] is None


def test_the_copy_holds_nothing_of_other_people_no_key_and_no_flag():
    moderator = make_moderator()
    comment = make_anns(writer=make_writer(), parent=make_comment(text="Somebody else's words"))
    comment.hold(by=moderator, note="Looks like Ann to me")
    Report.objects.add(comment, reader="secret-reader", reason="danger", words="I worry about Ann")
    CrisisFlag.objects.create(comment=comment, kind="self-harm", list_version=1)
    copy = run("export", ANN)
    keys = [comment.receipt_key, comment.mail_key, comment.writer.key, moderator.username]
    for never in [*keys, "secret-reader", "worry", "danger,", "self-harm", "Somebody else", "reported", "Looks like"]:
        assert never not in copy, never


def test_what_was_not_confirmed_is_only_counted():
    make_anns(confirmed=False, text="Maybe not Ann's")
    ContactMessage.objects.create(email="Ann@Example.org", text="Maybe not Ann's either")
    make_suggestion(email="Ann@Example.org", words="Maybe not Ann's either")
    copy = export()
    assert (copy["comments"], copy["only_counted"]) == ([], {"comments": 1, "messages": 1, "reports": 1})
    assert "Maybe" not in json.dumps(copy)


def test_the_address_counts_however_it_is_written_and_no_other():
    comment = make_anns()
    for other in ("aann@example.org", "a_n@example.org", "ann@example.or"):
        make_comment(email=other, email_confirmed_at=timezone.now())
    assert [copy["number"] for copy in export("ANN@example.ORG ")["comments"]] == [comment.pk]


def test_the_copy_goes_into_a_new_file_that_others_cannot_read(tmp_path):
    make_anns(text="Ünlike the rest.")
    file = tmp_path / "ann.json"
    assert "Exported 1 comment." in run("export", ANN, "--output", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Ünlike" in file.read_text(encoding="utf-8")
    with pytest.raises(CommandError, match=r"ann\.json cannot be written: File exists"):
        run("export", ANN, "--output", file)


def test_a_copy_takes_the_same_queries_for_one_comment_and_for_five(django_assert_num_queries):
    make_anns()
    with django_assert_num_queries(7):
        export()
    for _ in range(4):
        comment = make_anns(writer=make_writer())
        comment.edit("Ann", "Second.")
    with django_assert_num_queries(7):
        export()


# --- Erasing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_confirmed_comments_are_withdrawn_and_erased_at_once(client, status):
    comment = make_anns(status=status)
    assert "Done: 1 comment erased" in run("erase", ANN)
    comment.refresh_from_db()
    assert (comment.status, comment.text, comment.author_name, comment.email) == (Status.WITHDRAWN, "", "", "")
    last = comment.events.last()
    assert (last.move, last.actor) == (Move.ERASE, Actor.WRITER)
    assert comment.events.filter(move=Move.WITHDRAW).count() == (status != Status.WITHDRAWN)
    assert client.get(comment.get_receipt_url()).status_code == 410


def test_an_erasure_waits_for_nothing(checker):
    comment = make_anns(status=Status.SPAM, verdict=Verdict.SPAM)
    comment.ask_again("Please look again.")
    other = make_anns()
    other.edit("Ann", "Second.")
    run("erase", ANN)
    assert kept(comment) == kept(other) == ("", "")
    assert not Appeal.objects.open().exists()
    assert not Proposal.objects.exists()
    assert not FormerText.objects.exists()


def test_elsewhere_only_the_address_is_removed():
    unconfirmed = make_anns(confirmed=False, text="Perhaps not Ann's")
    message = ContactMessage.objects.create(email="ANN@example.org", text="Hello")
    report = make_suggestion(email="ann@Example.org", words="She treats CRPS.")
    other = make_comment(email="bea@example.org", email_confirmed_at=timezone.now())
    said = run("erase", ANN)
    assert "0 comments erased, the address removed from 1 comment, 1 message and 1 report about listings" in said
    assert kept(unconfirmed) == ("Perhaps not Ann's", "")
    assert kept(other) == ("A few words.", "bea@example.org")
    message.refresh_from_db()
    assert (message.email, message.text) == ("", "Hello")
    report.refresh_from_db()
    assert (report.email, report.words) == ("", "She treats CRPS.")
    event = unconfirmed.events.get()
    assert (event.move, event.actor) == (Move.FORGET, Actor.SYSTEM)  # nobody has shown that it was the writer


def test_the_remembered_writer_is_trusted_no_more():
    writer = make_writer()
    comment = make_anns(writer=writer)
    run("erase", ANN)
    writer.refresh_from_db()
    comment.refresh_from_db()
    assert writer.revoked_at is not None
    assert comment.writer is None


def test_replies_of_others_stay():
    comment = make_anns()
    reply = make_comment(parent=comment)
    run("erase", ANN)
    assert kept(reply)[0] == "A few words."


def test_what_was_erased_is_noted_without_a_word_of_it(erasures):
    comment, unconfirmed = make_anns(), make_anns(confirmed=False)
    message, report = ContactMessage.objects.create(email=ANN, text="Hello"), make_suggestion(email=ANN)
    assert f"Noted in {erasures}" in run("erase", ANN)
    assert erasures.stat().st_mode & 0o777 == 0o600
    line = json.loads(erasures.read_text())
    assert line.pop("at").startswith(f"{timezone.now():%Y-%m-%d}")
    rows = {"comments": comment, "addresses": unconfirmed, "messages": message, "reports": report}
    assert line == {of: [row.pk] for of, row in rows.items()}


def test_what_cannot_be_noted_is_not_erased(var):
    comment = make_anns()
    var.write_text("no folder")
    with pytest.raises(CommandError, match="Nothing was erased"):
        run("erase", ANN)
    assert kept(comment) == ("A few words.", ANN)
    assert not comment.events.exists()


def test_a_dry_run_says_what_would_be_and_changes_nothing(erasures):
    comment = make_anns()
    assert "Would be: 1 comment erased" in run("erase", ANN, "--dry-run")
    assert kept(comment) == ("A few words.", ANN)
    assert not erasures.exists()


def test_an_unknown_address_is_no_error(erasures):
    for _ in range(2):
        assert "Done: 0 comments erased" in run("erase", "nobody@example.org")
    assert export("nobody@example.org")["comments"] == []
    assert not erasures.exists()


@pytest.mark.parametrize("action", ["export", "erase"])
@pytest.mark.parametrize("address", ["ann", "ann@", "%", ""])
def test_a_malformed_address_is_an_error(action, address):
    make_anns()
    with pytest.raises(CommandError, match="no e-mail address"):
        run(action, address)


def test_nothing_of_it_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    make_anns()
    run("erase", ANN)
    assert ANN not in "".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")


# --- After a restore ------------------------------------------------------------------------------------


@pytest.fixture
def restored(erasures):
    """Ann's comments and message as an older backup has them, after all of it was erased."""
    rows = make_anns(), make_anns(confirmed=False), ContactMessage.objects.create(email=ANN, text="Hello")
    old = [Comment.objects.filter(pk=row.pk).values().get() for row in rows[:2]]
    run("erase", ANN)
    for values in old:
        Comment.objects.filter(pk=values["id"]).update(**values)
    ContactMessage.objects.update(email=ANN)
    return rows


def test_after_a_restore_it_is_erased_again(restored, erasures):
    confirmed, unconfirmed, message = restored
    assert kept(confirmed) == ("A few words.", ANN)
    assert "1 past erasure. Done: 1 comment erased, the address removed from 1 comment" in run("replay", erasures)
    assert kept(confirmed) == ("", "")
    assert kept(unconfirmed) == ("A few words.", "")
    message.refresh_from_db()
    assert message.email == ""


def test_a_second_replay_finds_nothing_to_do(restored, erasures):
    run("replay", erasures)
    events = Comment.objects.get(pk=restored[0].pk).events.count()
    assert f"Done: {NOTHING}" in run("replay", erasures)
    assert restored[0].events.count() == events


def test_a_dry_replay_changes_nothing(restored, erasures):
    assert "Would be: 1 comment erased" in run("replay", erasures, "--dry-run")
    assert kept(restored[0]) == ("A few words.", ANN)


def test_a_number_that_was_given_out_anew_after_the_backup_is_somebody_elses(restored, erasures):
    later = timezone.now() + timedelta(seconds=5)
    Comment.objects.update(created_at=later)
    ContactMessage.objects.update(created_at=later)
    assert f"Done: {NOTHING}" in run("replay", erasures)
    assert kept(restored[0]) == ("A few words.", ANN)


def test_numbers_that_the_backup_does_not_know_are_no_trouble(erasures):
    erasures.parent.mkdir()
    erasures.write_text(
        '{"at": "2026-01-02T03:04:05+00:00", "comments": [77], "addresses": [78], "messages": [79]}\n\n'
    )
    assert "1 past erasure. Done: 0 comments" in run("replay", erasures)


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "7",
        '{"at": "2026-01-02T03:04:05+00:00", "comments": [1]}',
        '{"at": "yesterday", "comments": [1], "addresses": [], "messages": []}',
        '{"at": 7, "comments": [1], "addresses": [], "messages": []}',
        '{"at": "2026-01-02T03:04:05+00:00", "comments": ["x"], "addresses": [], "messages": []}',
        '{"at": "2026-01-02T03:04:05+00:00", "comments": 5, "addresses": [], "messages": []}',
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line_and_nothing_is_erased(restored, erasures, line):
    with erasures.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(CommandError, match=r"erasures\.jsonl: line 2 .* Nothing was erased"):
        run("replay", erasures)
    assert kept(restored[0]) == ("A few words.", ANN)


def test_a_file_that_is_not_there_is_an_error(erasures):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("replay", erasures)


def test_a_comment_that_was_taken_back_before_the_backup_is_erased_too(erasures):
    comment = make_anns(status=Status.WITHDRAWN, status_at=days_ago(1))
    erasures.parent.mkdir()
    at = timezone.now().isoformat()
    erasures.write_text(json.dumps({"at": at, "comments": [comment.pk], "addresses": [], "messages": []}))
    run("replay", erasures)
    assert kept(comment) == ("", "")


# --- What people are told -------------------------------------------------------------------------------


@pytest.fixture
def page(client):
    return lambda: client.get(reverse("comments-privacy")).text


def test_the_page_states_the_settings_in_force(settings, page):
    days = {what: 1001 + number for number, what in enumerate(settings.COMMENT_RETENTION_DAYS)}
    settings.COMMENT_RETENTION_DAYS, settings.SITE_OPERATOR = days, "The Springfield CRPS Group"
    text = page()
    for number in days.values():
        assert f"{number} days" in text or f"after {number}" in text
    assert f"for {EDITABLE_FOR.days} days" in text
    assert "your data: The Springfield CRPS Group." in text


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("hold-all", "A moderator reads every comment before it appears."),
        ("trust-returning", "at least 3 of your comments over at least 14 days"),
        ("publish-ham", "lets through appears at once"),
    ],
)
def test_the_page_states_the_policy_in_force(settings, checker, page, policy, words):
    settings.COMMENT_POLICY = policy
    assert words in page()
    settings.SPAM_CHECKER = "crpsinfo.spam.none.NoChecker"
    text = page()
    assert "A moderator reads every comment before it appears." in text
    assert "Your comment is sent to nobody" in text


@pytest.mark.parametrize(("configured", "words"), [(True, "asks if the address is yours"), (False, "sends no mails")])
def test_the_page_says_whether_there_are_mails(settings, page, configured, words):
    settings.MAIL_CONFIGURED = configured
    assert words in page()


def test_the_house_rules_name_the_time_in_which_a_comment_can_be_changed(content, client):
    rules = client.get(reverse("comments-guidelines")).text
    assert f"You can change your comment for {EDITABLE_FOR.days} days." in rules
