"""Changing a comment from the writer's private page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, CrisisFlag, Proposal
from comments.moves import Move, Status
from tests.factories import make_comment, make_moderator, make_writer
from tests.test_comments_posting import long_text

pytestmark = pytest.mark.django_db
CRISIS = "I want to kill myself."


@pytest.fixture
def send(client):
    """A reader sends the form as it was made for a comment (or for what it was, `seen`), with other fields."""

    def post(comment, *, seen=None, **fields):
        seen = seen or fields_of(comment)
        return client.post(address(comment), seen | fields)

    return post


def address(comment):
    return reverse("edit-comment", args=[comment.receipt_key])


def fields_of(comment):
    """What the form holds when it is opened."""
    comment = Comment.objects.select_related("proposal").get(pk=comment.pk)
    proposal = getattr(comment, "proposal", None)
    latest = proposal or comment
    return {
        "name": latest.author_name,
        "text": latest.text,
        "revision": comment.revision,
        "proposed": proposal.proposed_at.isoformat() if proposal else "",
    }


def is_sent(response, comment):
    return (response.status_code, response.headers.get("Location")) == (303, comment.get_receipt_url())


def test_the_form_holds_what_was_written(client):
    comment = make_comment(author_name="Ann", text="Before <it>")
    page = client.get(address(comment))
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Before &lt;it&gt;" in page.text
    assert 'value="Ann"' in page.text
    assert "A new version is checked like a new comment." in page.text


def test_the_draft_that_the_browser_keeps_is_not_named_by_the_private_key(client):
    comment = make_comment()
    page = client.get(address(comment)).text
    assert f'data-place="comment {comment.pk}, edit">' in page
    assert "keep-draft" not in page
    refused = client.post(address(comment), {"text": "After", "name": ""}).text
    assert f'data-place="comment {comment.pk}, edit" bound>' in refused


def test_what_waits_is_replaced_at_once_and_checked_again(send, checker):
    comment = make_comment(status=Status.PENDING, checked_at=timezone.now(), verdict="ham")
    assert is_sent(send(comment, name="Bea", text="After"), comment)
    comment.refresh_from_db()
    assert (comment.author_name, comment.text, comment.revision) == ("Bea", "After", 2)
    assert comment.checked_at is None
    assert comment.due_at is not None


def test_a_public_comment_stays_as_it_is_until_its_new_version_has_passed(send, client):
    comment = make_comment(text="Before")
    assert is_sent(send(comment, text="After"), comment)
    comment.refresh_from_db()
    assert (comment.text, comment.proposal.text) == ("Before", "After")
    page = client.get(comment.get_receipt_url()).text
    assert "Your new version waits" in page
    assert "Before" in page
    assert "After" in page
    assert "After" in client.get(address(comment)).text


def test_it_can_be_hidden_meanwhile(send, client):
    comment = make_comment(text="Before")
    assert 'name="hide"' in client.get(address(comment)).text
    send(comment, text="After", hide="on")
    comment.refresh_from_db()
    assert (comment.status, comment.text) == (Status.PENDING, "After")
    assert 'name="hide"' not in client.get(address(comment)).text


def test_hiding_needs_a_new_version(send):
    comment = make_comment(text="Before")
    response = send(comment, hide="on")
    assert response.status_code == 400
    assert "There is no new version to wait for." in response.text
    comment.refresh_from_db()
    assert comment.is_public


def test_hiding_with_the_version_that_waits_already(send):
    comment = make_comment(text="Before")
    send(comment, text="After")
    assert is_sent(send(comment, hide="on"), comment)
    comment.refresh_from_db()
    assert (comment.status, comment.text) == (Status.PENDING, "After")


@pytest.mark.parametrize("status", [Status.PENDING, Status.PUBLIC])
def test_the_same_again_makes_no_new_version(send, status):
    comment = make_comment(status=status)
    assert is_sent(send(comment, text=f"  {comment.text}\r\n"), comment)
    comment.refresh_from_db()
    assert comment.revision == 1
    assert not comment.events.exists()


@pytest.mark.parametrize("status", [Status.PENDING, Status.PUBLIC])
def test_a_double_tap_makes_one_new_version(send, status):
    comment = make_comment(status=status)
    seen = fields_of(comment)
    for _ in range(2):
        assert is_sent(send(comment, seen=seen, text="After"), comment)
    assert comment.events.filter(move__in=[Move.EDIT, Move.PROPOSE]).count() == 1


def test_a_double_tap_whose_second_is_as_quick_as_the_first_does_too(send, monkeypatch):
    comment = make_comment(status=Status.PENDING)
    edit = Comment.edit

    def quicker(self, *args, **kwargs):
        edit(Comment.objects.get(pk=self.pk), *args, **kwargs)
        edit(self, *args, **kwargs)

    monkeypatch.setattr(Comment, "edit", quicker)
    assert is_sent(send(comment, text="After"), comment)
    assert comment.events.filter(move=Move.EDIT).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "Please write something."),
        ({"name": ""}, "Please give a name."),
        ({"text": "x" * 10_001}, "Please shorten it to 10,000 characters"),
        ({"name": "x" * 61}, "Please shorten it to 60 characters"),
        ({"name": "Moderator"}, "This name is kept for the people who run this site."),
    ],
)
def test_a_refused_form_comes_back_with_what_was_typed(send, fields, words):
    comment = make_comment()
    response = send(comment, **{"text": "My new words", "name": "New name"} | fields)
    assert response.status_code == 400
    assert words in response.text
    assert ("My new words" in response.text) == ("text" not in fields)
    assert ("New name" in response.text) == ("name" not in fields)
    assert not Proposal.objects.exists()


def test_a_form_from_before_another_change_is_shown_again_beside_the_latest_version(send):
    comment = make_comment(status=Status.PENDING, text="First")
    seen = fields_of(comment)
    send(comment, text="From another tab")
    response = send(comment, seen=seen, text="From here")
    assert response.status_code == 409
    assert "From here" in response.text
    assert "From another tab" in response.text
    assert 'name="revision" value="2"' in response.text
    assert is_sent(send(comment, text="From here"), comment)
    comment.refresh_from_db()
    assert comment.text == "From here"


def test_a_new_version_from_another_tab_is_not_lost_unseen(send):
    comment = make_comment()
    seen = fields_of(comment)
    send(comment, text="From another tab")
    response = send(comment, seen=seen, text="From here")
    assert response.status_code == 409
    assert "From another tab" in response.text
    assert comment.proposal.text == "From another tab"
    send(comment, text="From here")
    assert Proposal.objects.get().text == "From here"


def test_a_program_need_not_know_the_versions(client):
    comment = make_comment(status=Status.PENDING)
    assert is_sent(client.post(address(comment), {"name": "Ann", "text": "After"}), comment)


@pytest.mark.parametrize("revision", ["nonsense", "9" * 40, "-1"])
def test_a_forged_version_changes_nothing(send, revision):
    comment = make_comment(status=Status.PENDING)
    response = send(comment, text="My new words", revision=revision)
    assert response.status_code in (400, 409)
    assert "My new words" in response.text
    comment.refresh_from_db()
    assert comment.revision == 1


def test_too_much_at_once_waits_with_the_text_kept(send, settings):
    settings.POST_LIMITS = [(1, 3600)]
    comment = make_comment(status=Status.PENDING)
    send(comment, text="One")
    response = send(comment, text="Another one")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Another one" in response.text
    comment.refresh_from_db()
    assert comment.text == "One"


@pytest.mark.parametrize("status", [Status.PENDING, Status.PUBLIC])
def test_changes_count_as_their_writers_texts(send, settings, status):
    settings.WRITER_LIMITS = [(1, 3600)]
    writer = make_writer()
    assert send(make_comment(writer=writer), text="One").status_code == 303
    comment = make_comment(writer=writer, status=status)
    response = send(comment, text="Another one")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Another one</textarea>" in response.text
    assert fields_of(comment)["text"] == "A few words."
    assert send(make_comment(writer=make_writer()), text="Of somebody else").status_code == 303


@pytest.mark.parametrize(
    "values",
    [
        {"status": Status.REMOVED},
        {"status": Status.SPAM},
        {"status": Status.WITHDRAWN},
        {"created_at": timezone.now() - timedelta(days=31)},
        {"status": Status.WITHDRAWN, "erased_at": timezone.now(), "author_name": "", "text": ""},
    ],
)
def test_what_cannot_be_changed_any_more_says_so_and_keeps_the_text(client, send, values):
    comment = make_comment(**values)
    response = send(comment, name="Ann", text="My new words")
    assert response.status_code == 409
    assert "cannot be changed any more" in response.text
    assert "My new words" in response.text
    assert client.get(address(comment)).headers["Location"] == comment.get_receipt_url()
    assert not comment.events.exists()


def test_until_when_it_can_be_changed_is_told(client):
    comment = make_comment(created_at=timezone.now() - timedelta(days=29))
    assert "You can change it until " in client.get(comment.get_receipt_url()).text
    Comment.objects.update(created_at=timezone.now() - timedelta(days=31))
    page = client.get(comment.get_receipt_url()).text
    assert "That time is over for this one." in page
    assert address(comment) not in page


# --- Hiding what readers see ------------------------------------------------------------------------


def test_hiding_until_the_new_version_has_passed(client, send):
    comment = make_comment(text="Before")
    send(comment, text="After")
    response = client.post(reverse("hide", args=[comment.receipt_key]))
    assert is_sent(response, comment)
    comment.refresh_from_db()
    assert (comment.status, comment.text) == (Status.PENDING, "After")


def test_hiding_is_possible_as_long_as_the_new_version_waits(client, send):
    comment = make_comment(text="Before")
    send(comment, text="After")
    Comment.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert reverse("hide", args=[comment.receipt_key]) in client.get(comment.get_receipt_url()).text
    assert is_sent(client.post(reverse("hide", args=[comment.receipt_key])), comment)
    comment.refresh_from_db()
    assert (comment.status, comment.text) == (Status.PENDING, "After")


def test_hiding_twice_or_without_a_new_version_says_how_it_is(client):
    comment = make_comment()
    response = client.post(reverse("hide", args=[comment.receipt_key]))
    assert response.status_code == 409
    assert "Your comment is published" in response.text
    comment.refresh_from_db()
    assert comment.is_public


def test_a_new_version_that_was_declined_is_told(client, send):
    comment = make_comment(text="Before")
    send(comment, text="After")
    Proposal.objects.get().decline(by=make_moderator())
    page = client.get(comment.get_receipt_url()).text
    assert "did not accept your new version" in page
    assert 'aria-label="Your version that was not accepted">\nAfter</textarea>' in page
    send(comment, text="Another try")
    page = client.get(comment.get_receipt_url()).text
    assert "did not accept" not in page
    assert "After</textarea>" in page  # nothing that was typed is lost


def test_only_the_latest_version_that_was_declined_is_shown_and_none_that_was_replaced(client, send):
    comment = make_comment(text="Before")
    send(comment, text="Shown <once>")
    Proposal.objects.get().accept(by=make_moderator())
    assert "Your version that was not accepted" not in client.get(comment.get_receipt_url()).text
    for text in ("First try", "Second <try>"):
        send(comment, text=text)
        Proposal.objects.get().decline(by=make_moderator())
    page = client.get(comment.get_receipt_url()).text
    assert "Second &lt;try&gt;</textarea>" in page
    assert "First try" not in page
    assert "Before" not in page


def test_a_new_version_that_was_accepted_is_what_readers_see(client, send):
    comment = make_comment(text="Before")
    send(comment, text="After")
    Proposal.objects.get().accept(by=make_moderator())
    page = client.get(comment.get_receipt_url()).text
    assert "After" in page
    assert "Before" not in page
    assert "new version" not in page


def test_a_new_version_of_a_held_comment_is_not_out_of_sight(client, send):
    comment = make_comment(text="Before")
    send(comment, text="After")
    Comment.objects.get().hold(by=make_moderator())
    page = client.get(comment.get_receipt_url()).text
    assert "Nobody sees either version at the moment." in page
    assert "After" in page
    assert reverse("hide", args=[comment.receipt_key]) not in page


# --- In crisis --------------------------------------------------------------------------------------


def test_help_is_shown_after_a_new_version_that_speaks_of_danger(client, send):
    comment = make_comment(status=Status.PENDING)
    response = send(comment, text=CRISIS)
    assert response.headers["Location"] == f"{comment.get_receipt_url()}?help=now"
    assert 'id="help-now"' in client.get(response.headers["Location"]).text
    assert CrisisFlag.objects.filter(comment=comment).exists()


def test_help_is_shown_for_the_end_of_a_long_text_too(send):
    comment = make_comment(status=Status.PENDING)
    assert 'id="help-now"' in send(comment, text=long_text(CRISIS), name="").text
    assert send(comment, text=long_text(CRISIS)).headers["Location"] == f"{comment.get_receipt_url()}?help=now"


def test_help_is_shown_once(send):
    comment = make_comment(status=Status.PENDING)
    refused = send(comment, text=CRISIS, name="").text
    assert 'id="help-now"' in refused
    assert 'name="help_shown" value="1"' in refused
    refused_again = send(comment, text=CRISIS, name="", help_shown="1").text
    assert 'id="help-now"' not in refused_again
    assert 'name="help_shown" value="1"' in refused_again
    assert is_sent(send(comment, text=CRISIS, help_shown="1"), comment)


# --- Who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["edit-comment", "hide"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_strangers_key_opens_nothing(client, name, method):
    make_comment()
    assert getattr(client, method)(reverse(name, args=["x" * 43])).status_code == 404


@pytest.mark.parametrize("name", ["edit-comment", "hide"])
def test_other_methods_are_refused(client, name):
    response = client.put(reverse(name, args=[make_comment().receipt_key]))
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_a_browser_that_sends_no_origin_from_the_form_may_change(client):
    comment = make_comment(status=Status.PENDING)
    fields = fields_of(comment) | {"text": "After"}
    assert is_sent(client.post(address(comment), fields, headers={"Origin": "null"}), comment)


def test_a_database_that_is_away_loses_no_words(send, monkeypatch):
    from django.db import OperationalError

    def away(*args, **kwargs):
        raise OperationalError("database is locked")

    comment = make_comment(status=Status.PENDING)
    monkeypatch.setattr(Comment, "edit", away)
    response = send(comment, text="My new words")
    assert response.status_code == 503
    assert "My new words" in response.text
    assert response.headers["Referrer-Policy"] == "no-referrer"
