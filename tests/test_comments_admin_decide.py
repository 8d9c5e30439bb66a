"""A comment's own page in the admin: what it shows, and its buttons."""

import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, CrisisFlag, CrisisKind, FormerText, ModeratorProfile, ReportReason
from comments.moderation.attention import mark_of
from comments.moderation.decisions import decide
from comments.moderation.forms import DecisionForm
from comments.moves import Conflict, Move, Reason, Status
from crpsinfo.models import UndoStep
from tests.factories import make_comment, make_editor, make_moderator, make_user, make_writer
from tests.moderation import LIST, decide_address, marks_of, page_of, press, report, shown_lately

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:desk")


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


def with_new_version(name="Ann", text="A few other words."):
    comment = make_comment()
    comment.edit(name, text)
    return comment


def removed_and_appealed():
    comment = make_comment(status=Status.PENDING)
    comment.remove(by=make_moderator(), reason=Reason.OTHER)
    comment.ask_again("Please <read> it once more.")
    return comment


def typed(action, **fields):
    """What the form makes of what was posted."""
    form = DecisionForm({"action": action, **fields})
    assert form.is_valid()
    return form.cleaned_data


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page.text)).split())


# --- What it shows ----------------------------------------------------------------------------------------


def test_it_says_that_somebody_may_be_in_danger(client, moderator):
    comment = make_comment(status=Status.PENDING)
    CrisisFlag.objects.create(comment=comment, kind=CrisisKind.EMERGENCY, list_version=1)
    assert "May be in danger (a medical emergency)" in text_of(client.get(page_of(comment)))


def test_it_shows_what_readers_reported_and_never_who(client, moderator):
    comment = make_comment()
    report(comment, ReportReason.DRUGS, reader="who-reported", words="It says <40 mg>.")
    page = client.get(page_of(comment))
    assert "It gives a dose, or a source of drugs" in page.text
    assert "It says &lt;40 mg&gt;." in page.text
    assert "who-reported" not in page.text


def test_it_shows_the_appeal_and_how_it_was_answered(client, moderator):
    comment = removed_and_appealed()
    assert "Please &lt;read&gt; it once more." in client.get(page_of(comment)).text
    comment.uphold(by=moderator)
    page = text_of(client.get(page_of(comment)))
    assert f"by {moderator}: the decision stayed" in page
    assert "The decision stays" not in page


def test_it_shows_the_difference_that_a_new_version_makes_to_eye_and_ear(client, moderator):
    comment = with_new_version("Anna", "A few <b>other</b> words.")
    page = client.get(page_of(comment))
    assert "A few[added: <b>other</b>] words." in text_of(page)
    assert "[removed: Ann] [added: Anna]" in text_of(page)
    assert "<b>other" not in page.text


def test_it_shows_former_versions(client, moderator):
    comment = make_comment(status=Status.PENDING, text="The first <words>.")
    comment.edit("Anna", "The second words.")
    page = client.get(page_of(comment)).text
    assert "The first &lt;words&gt;." in page
    assert "The second words." in page


def test_it_shows_how_the_writer_fared_and_leads_to_them(client, moderator):
    writer = make_writer(approved=2)
    comment = make_comment(writer=writer, status=Status.PENDING)
    make_comment(writer=writer, status=Status.REMOVED)
    page = client.get(page_of(comment))
    assert "Published by moderators: 2. Removed: 1. Spam: 0." in text_of(page)
    assert reverse("admin:comments_writer_change", args=[writer.pk]) in page.text


def test_it_shows_what_the_comment_answers_and_what_became_of_that(client, moderator):
    parent = make_comment(author_name="Bea", text="The <question>", status=Status.REMOVED)
    page = client.get(page_of(make_comment(parent=parent)))
    assert "In reply to Bea (removed): The <question>" in text_of(page)
    assert f'<a href="{page_of(parent)}">' in page.text


def test_it_takes_the_same_queries_for_few_and_for_many(client, moderator, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(30) as captured:
            client.get(page_of(comment))
        return len(captured)

    def more(number):
        report(comment, reader=f"reader-{number}")
        FormerText.objects.create(comment=comment, revision=number, author_name="Ann", text="Once.")
        make_comment(writer=comment.writer)

    comment = make_comment(writer=make_writer(), decided_at=timezone.now(), decided_by=moderator)
    more(0)
    few = queries()
    for number in range(1, 8):
        more(number)
    assert queries() == few


# --- Decisions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        ("publish", Status.PENDING, Status.PUBLIC, "Published"),
        ("hold", Status.PUBLIC, Status.PENDING, "Held"),
        ("hold", Status.PENDING, Status.PENDING, "Held"),
        ("spam", Status.PENDING, Status.SPAM, "Marked as spam"),
        ("remove", Status.PUBLIC, Status.REMOVED, "Removed"),
    ],
)
def test_a_button_moves_the_comment_and_leads_to_the_queue(client, moderator, action, before, after, words):
    comment = make_comment(status=before)
    page = press(client, action, comment, **({"reason": Reason.UNKIND} if action == "remove" else {}))
    assert page.redirect_chain[0] == (QUEUE, 303)
    assert f"{words}: comment {comment.pk}, by Ann" in page.text
    assert stored(comment).status == after
    assert comment.events.get().by == moderator


def test_the_list_comes_back_as_it_was_filtered(client, moderator):
    comment = make_comment(status=Status.SPAM)
    [address] = re.findall(r'href="([^"]*_changelist_filters[^"]*)"', client.get(f"{LIST}?status=spam").text)[:1]
    [action] = re.findall(r'class="decide" method="post" action="([^"]+)"', client.get(html.unescape(address)).text)
    seen = marks_of(client, page_of(comment))
    response = client.post(html.unescape(action), {"action": "publish", "seen": seen})
    assert response.headers["Location"] == f"{LIST}?status=spam"


def test_a_new_version_is_accepted(client, moderator):
    comment = with_new_version("Anna", "Other words.")
    assert f"Shown in the new version: comment {comment.pk}, by Anna" in press(client, "accept", comment).text
    now = stored(comment)
    assert (now.author_name, now.text, now.is_public) == ("Anna", "Other words.", True)


def test_a_new_version_is_declined(client, moderator):
    comment = with_new_version()
    press(client, "decline", comment)
    assert stored(comment).text == "A few words."
    assert comment.events.last().move == Move.DECLINE
    assert not Comment.objects.for_a_person().exists()


def test_an_appeal_is_answered_in_either_way(client, moderator):
    upheld, granted = removed_and_appealed(), removed_and_appealed()
    press(client, "uphold", upheld)
    press(client, "publish", granted)
    assert [stored(comment).appeal.granted for comment in (upheld, granted)] == [False, True]
    assert stored(upheld).status == Status.REMOVED
    assert not Comment.objects.for_a_person().exists()


def test_reports_are_dismissed_and_the_comment_stays(client, moderator):
    comment = make_comment()
    report(comment)
    press(client, "dismiss", comment)
    assert stored(comment).is_public
    assert comment.reports.get().closed_by == moderator


def test_reports_of_what_its_writer_took_back_can_be_dismissed_too(client, moderator):
    comment = make_comment()
    report(comment)
    comment.withdraw()
    press(client, "dismiss", comment)
    assert not Comment.objects.for_a_person().exists()


# --- A reply ----------------------------------------------------------------------------------------------


def test_a_moderator_replies_under_the_pen_name_and_marked(client, moderator):
    ModeratorProfile.objects.create(user=moderator, pen_name="Maple")
    comment = make_comment()
    page = press(client, "reply", comment, reply="Please call <b>911</b>.\r\n\r\nWe care.\u202e")
    assert page.redirect_chain == [(page_of(comment), 303)]
    assert f"Answered: comment {comment.pk}, by Ann" in page.text
    answer = comment.replies.get()
    assert (answer.author_name, answer.staff, answer.is_public) == ("Maple", moderator, True)
    assert answer.text == "Please call <b>911</b>.\n\nWe care."
    assert "Please call &lt;b&gt;911&lt;/b&gt;." in client.get(comment.article.get_absolute_url()).text


def test_the_same_reply_again_is_the_first_one(client, moderator):
    comment = make_comment()
    for _ in range(2):
        assert press(client, "reply", comment, reply="We have seen it.").status_code == 200
    assert comment.replies.count() == 1


def test_what_is_not_public_has_no_reply_field_and_takes_no_reply(client, moderator):
    comment = make_comment(status=Status.PENDING)
    assert 'name="reply"' not in client.get(page_of(comment)).text
    page = press(client, "reply", comment, reply="Kept words.")
    assert page.status_code == 409
    assert not comment.replies.exists()


@pytest.mark.parametrize(("reply", "words"), [("", "Please write something."), ("x" * 10_001, "10,000 characters")])
def test_an_empty_or_too_long_reply_is_refused_and_kept(client, moderator, reply, words):
    comment = make_comment()
    page = press(client, "reply", comment, reply=reply)
    assert page.status_code == 400
    assert words in page.text
    assert f">{reply}</textarea>" in page.text
    assert not comment.replies.exists()


def test_a_reply_to_what_changed_meanwhile_is_kept_and_not_published(client, moderator):
    comment = make_comment()
    seen = marks_of(client, page_of(comment))
    stored(comment).edit("Ann", "Words that need another answer.")
    page = press(client, "reply", comment, seen=seen, reply="My <answer>.")
    assert page.status_code == 409
    assert "Nothing was done. It is public now. New version proposed by its writer on " in text_of(page)
    assert ">My &lt;answer&gt;.</textarea>" in page.text
    assert not comment.replies.exists()


def test_another_button_does_not_lose_a_reply_that_was_typed(client, moderator):
    comment = make_comment()
    page = press(client, "hold", comment, reply="Half a thought")
    assert page.status_code == 400
    assert "does not go with that button" in page.text
    assert ">Half a thought</textarea>" in page.text
    assert stored(comment).is_public


# --- The questions for every address that writes ----------------------------------------------------------


def test_a_text_that_was_changed_after_it_was_read_is_not_published(client, moderator):
    comment = make_comment(status=Status.PENDING)
    seen = marks_of(client, page_of(comment))
    stored(comment).edit("Ann", "Buy my pills.")
    page = press(client, "publish", comment, seen=seen)
    assert page.status_code == 409
    assert "Nothing was done. It is waiting now. Changed by its writer on " in text_of(page)
    assert "Buy my pills." in page.text
    assert stored(comment).status == Status.PENDING


def test_another_new_version_than_was_read_is_not_accepted(client, moderator):
    comment = with_new_version()
    seen = marks_of(client, page_of(comment))
    stored(comment).edit("Ann", "Buy my pills.")
    for action in ("accept", "decline"):
        assert press(client, action, comment, seen=seen).status_code == 409
    assert stored(comment).text == "A few words."
    assert stored(comment).proposal.text == "Buy my pills."


def test_what_somebody_else_decided_meanwhile_stays_and_the_reason_is_kept(client, moderator):
    comment, other = make_comment(status=Status.PENDING), make_moderator()
    seen = marks_of(client, page_of(comment))
    comment.publish(by=other)
    page = press(client, "remove", comment, seen=seen, reason=Reason.UNKIND)
    assert page.status_code == 409
    assert f"Nothing was done. It is public now. Published by {other} on " in text_of(page)
    assert f'<option value="{Reason.UNKIND}" selected>' in page.text
    assert stored(comment).is_public


def test_removing_needs_a_reason(client, moderator):
    comment = make_comment()
    page = press(client, "remove", comment)
    assert page.status_code == 400
    assert "Choose the reason that its writer will read." in page.text
    assert stored(comment).is_public


@pytest.mark.parametrize(
    "fields", [{"action": "nonsense"}, {"action": ""}, {"action": "remove", "reason": "nonsense"}, {}]
)
def test_what_no_button_says_is_refused(client, moderator, fields):
    comment = make_comment()
    seen = marks_of(client, page_of(comment))
    response = client.post(decide_address(comment), fields | {"seen": seen})
    assert response.status_code == 400
    assert "Nothing is done yet" in response.text
    assert stored(comment).is_public


@pytest.mark.parametrize("action", ["uphold", "dismiss", "accept", "decline", "publish"])
def test_a_decision_without_anything_to_decide_changes_nothing(client, moderator, action):
    comment = make_comment()
    assert press(client, action, comment).status_code == 409
    assert not comment.events.exists()


def test_the_same_button_twice_changes_it_once(client, moderator):
    comment = make_comment(status=Status.PENDING)
    seen = marks_of(client, page_of(comment))
    form = shown_lately() | {"seen": seen}
    first, second = (press(client, "publish", comment, **form) for _ in range(2))
    assert [first.status_code, second.status_code] == [200, 200]
    assert f"Published: comment {comment.pk}, by Ann" in second.text
    assert (comment.events.count(), UndoStep.objects.count()) == (1, 1)


def test_a_second_press_after_somebody_else_decided_says_who(client, moderator):
    comment, other = make_comment(status=Status.PENDING), make_moderator()
    form = shown_lately() | {"seen": marks_of(client, page_of(comment))}
    press(client, "publish", comment, **form)
    stored(comment).remove(by=other, reason=Reason.OTHER)
    page = press(client, "publish", comment, **form)
    assert page.status_code == 409
    assert f"Removed by {other}" in page.text
    assert stored(comment).status == Status.REMOVED


def test_the_same_button_from_another_page_or_with_other_words_is_no_second_press(client, moderator):
    comment = make_comment(status=Status.PENDING)
    seen = marks_of(client, page_of(comment))
    form = shown_lately() | {"seen": seen}
    assert press(client, "hold", comment, **form, note="Anna?").status_code == 200
    assert press(client, "hold", comment, **form, note="Bea?").status_code == 409
    assert press(client, "hold", comment, seen=seen, note="Anna?").status_code == 409
    assert comment.events.count() == 1


@pytest.mark.parametrize("name", ["hold", "dismiss"])
def test_a_report_that_came_after_the_comment_was_read_is_not_closed_unseen(moderator, name):
    comment = make_comment()
    report(comment)
    read = Comment.objects.for_moderators().get()
    report(comment, ReportReason.DANGER, reader="reader-2")
    with pytest.raises(Conflict):
        decide(read, name, by=moderator, seen={mark_of(read)}, typed=typed(name))
    assert stored(comment).is_public
    assert comment.reports.open().count() == 2


def test_an_appeal_that_came_after_the_comment_was_read_is_not_closed_unseen(moderator):
    comment = make_comment(status=Status.REMOVED)
    read = Comment.objects.for_moderators().get()
    comment.ask_again("Please read it once more.")
    with pytest.raises(Conflict):
        decide(read, "spam", by=moderator, seen={mark_of(read)}, typed=typed("spam"))
    assert (stored(comment).status, stored(comment).appeal.closed_at) == (Status.REMOVED, None)


@pytest.mark.skipif(not connection.features.has_select_for_update, reason="SQLite has one writer at a time")
def test_nothing_comes_between_the_look_at_a_comment_and_the_decision(moderator, django_assert_max_num_queries):
    make_comment(status=Status.PENDING)
    read = Comment.objects.for_moderators().get()
    with django_assert_max_num_queries(50) as asked:
        decide(read, "publish", by=moderator, seen={mark_of(read)}, typed=typed("publish"))
    of_comments = [query["sql"] for query in asked.captured_queries if 'FROM "comments_comment"' in query["sql"]]
    assert of_comments[0].endswith("FOR NO KEY UPDATE")


def test_reading_the_address_of_the_buttons_leads_to_the_page(client, moderator):
    comment = make_comment(status=Status.PENDING)
    assert client.get(decide_address(comment)).headers["Location"] == page_of(comment)
    assert client.put(decide_address(comment)).status_code == 405
    assert stored(comment).status == Status.PENDING


@pytest.mark.parametrize("number", ["77", "9" * 18, "9" * 40])
def test_a_comment_that_is_not_there_is_a_404(client, moderator, number):
    assert client.post(f"{LIST}{number}/decide/", {"action": "publish"}).status_code == 404


@pytest.mark.parametrize("make", [make_user, make_editor])
def test_who_is_no_moderator_decides_nothing(client, make):
    client.force_login(make())
    comment = make_comment(status=Status.PENDING)
    assert press(client, "publish", comment).status_code == 403
    assert stored(comment).status == Status.PENDING


def test_a_stranger_is_sent_to_sign_in(client):
    comment = make_comment(status=Status.PENDING)
    response = client.post(decide_address(comment), {"action": "publish"})
    assert response.headers["Location"].startswith("/admin/login/")
    assert stored(comment).status == Status.PENDING


def test_who_may_only_look_gets_no_buttons(client):
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client.force_login(user)
    comment = make_comment(status=Status.PENDING)
    assert 'class="decide"' not in client.get(page_of(comment)).text
    assert press(client, "publish", comment).status_code == 403


def test_a_database_that_is_away_loses_no_reply(client, moderator, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("database is locked")

    comment = make_comment()
    seen = marks_of(client, page_of(comment))
    monkeypatch.setattr("comments.admin.page.decide_all", away)
    response = client.post(decide_address(comment), {"action": "reply", "reply": "A long and kind reply", "seen": seen})
    assert response.status_code == 503
    assert "A long and kind reply" in response.text
