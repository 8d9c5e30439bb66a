import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment
from comments.moves import Reason, Status
from tests.factories import make_comment, make_editor, make_moderator, make_user
from tests.moderation import LIST, marks_of, page_of, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def test_the_list_opens_on_what_waits(client, moderator):
    make_comment(status=Status.PENDING, text="Waiting words")
    make_comment(text="Public words")
    page = client.get(LIST).text
    assert "Waiting words" in page
    assert "Public words" not in page


def test_all_comments_can_be_listed(client, moderator):
    make_comment(text="Public words")
    make_comment(text="Spam words", status=Status.SPAM)
    page = client.get(LIST, {"status": "all"}).text
    assert "Public words" in page
    assert "Spam words" in page
    assert "Spam words" not in client.get(LIST, {"status": "public"}).text


@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        ("publish", Status.PENDING, Status.PUBLIC, "2 published"),
        ("spam", Status.PENDING, Status.SPAM, "2 marked as spam"),
        ("not_spam", Status.SPAM, Status.PUBLIC, "2 published"),
        ("hold", Status.PUBLIC, Status.PENDING, "2 held"),
    ],
)
def test_bulk_actions_move_what_was_ticked_and_nothing_else(client, moderator, action, before, after, words):
    ticked = [make_comment(status=before) for _ in range(2)]
    other = make_comment(status=before)
    page = tick(client, action, *ticked).text
    assert words in page
    assert all(f"<li>Comment {comment.pk}, by Ann</li>" in page for comment in ticked)
    assert {comment.status for comment in Comment.objects.exclude(pk=other.pk)} == {after}
    other.refresh_from_db()
    assert other.status == before
    assert Comment.objects.get(pk=ticked[0].pk).events.get().by == moderator


def test_removing_needs_a_reason_and_keeps_it(client, moderator):
    comment = make_comment()
    assert "Choose the reason" in tick(client, "remove", comment).text
    comment.refresh_from_db()
    assert comment.status == Status.PUBLIC
    tick(client, "remove", comment, reason=Reason.PERSONAL)
    comment.refresh_from_db()
    assert (comment.status, comment.reason) == (Status.REMOVED, Reason.PERSONAL)


def test_one_that_cannot_be_moved_stops_none_of_the_others(client, moderator):
    withdrawn, waiting = make_comment(status=Status.WITHDRAWN), make_comment(status=Status.PENDING)
    page = tick(client, "publish", withdrawn, waiting, shown=Status.PENDING)
    assert f"Left as it is: comment {withdrawn.pk}, by Ann. It is withdrawn by its writer now." in page.text
    assert f"Published: comment {waiting.pk}, by Ann" in page.text
    waiting.refresh_from_db()
    assert waiting.status == Status.PUBLIC


def test_what_somebody_else_decided_meanwhile_is_named_and_stays(client, moderator):
    comment, other = make_comment(status=Status.PENDING), make_moderator()
    seen = marks_of(client, LIST)
    comment.remove(by=other, reason=Reason.SELLING)
    page = tick(client, "publish", comment, shown=Status.PENDING, seen=seen).text
    assert f"Left as it is: comment {comment.pk}, by Ann. It is removed now. Removed by {other} on " in page
    comment.refresh_from_db()
    assert comment.status == Status.REMOVED


def test_a_comments_page_shows_text_context_verdict_and_history(client, moderator):
    parent = make_comment(author_name="Bea", text="The question")
    comment = make_comment(parent=parent, status=Status.PENDING, text="The <answer>", last_error="the service was slow")
    comment.publish(by=moderator)
    page = client.get(page_of(comment)).text
    for words in ("The &lt;answer&gt;", "The question", "Not checked", f"Published by {moderator}"):
        assert words in page


def test_a_comments_page_offers_the_moves_that_are_possible(client, moderator):
    page = client.get(page_of(make_comment())).text
    assert 'value="hold"' in page
    assert 'value="publish"' not in page


def test_nobody_adds_changes_or_deletes_comments(client):
    superuser = make_user(is_superuser=True)
    client.force_login(superuser)
    comment = make_comment(status=Status.PENDING)
    assert client.get(reverse("admin:comments_comment_add")).status_code == 403
    assert client.post(reverse("admin:comments_comment_delete", args=[comment.pk]), {"post": "yes"}).status_code == 403
    client.post(page_of(comment), {"status": "public", "text": "forged"})
    comment.refresh_from_db()
    assert (comment.status, comment.text) == (Status.PENDING, "A few words.")


@pytest.mark.parametrize("role", [None, "Editor"])
def test_who_is_no_moderator_decides_nothing(client, role):
    user = make_editor() if role else make_user()
    client.force_login(user)
    comment = make_comment(status=Status.PENDING)
    assert client.get(LIST).status_code == 403
    assert tick(client, "publish", comment).status_code == 403
    comment.refresh_from_db()
    assert comment.status == Status.PENDING


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get(LIST).status_code == 302
    assert tick(client, "publish", make_comment(status=Status.PENDING)).redirect_chain[0][0].startswith("/admin/login/")


def test_the_list_takes_the_same_queries_for_one_comment_and_for_thirty(
    client, moderator, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(25) as captured:
            client.get(LIST)
        return len(captured)

    make_comment(status=Status.PENDING)
    few = queries()
    for _ in range(29):
        make_comment(status=Status.PENDING)
    assert queries() == few


@pytest.mark.parametrize(
    "lookup",
    ["email__startswith", "ip", "receipt_key__startswith", "user_agent__contains", "text__regex", "created_at__regex"],
)
def test_nothing_can_be_spelled_out_by_filtering(client, moderator, lookup):
    make_comment(email="ann@example.org")
    assert client.get(LIST, {"status": "public", lookup: "a"}).status_code == 400


def test_the_list_can_be_narrowed_to_an_article_and_a_day(client, moderator):
    comment, other = make_comment(text="This one"), make_comment(text="Another")
    page = client.get(LIST, {"status": "public", "article__id__exact": comment.article_id}).text
    assert "This one" in page
    assert "Another" not in page
    assert "Another" in client.get(LIST, {"status": "public", "created_at__year": other.created_at.year}).text


def test_the_list_can_count_what_each_filter_would_show(client, moderator):
    for status in (Status.PENDING, Status.PUBLIC, Status.PUBLIC):
        make_comment(status=status)
    page = client.get(LIST, {"_facets": "True"}).text
    for words in ("Needs a person (1)", "Waiting (1)", "Public (2)", "All (3)"):
        assert words in page


def test_what_is_not_public_has_no_link_to_the_site(client, moderator):
    waiting, public = make_comment(status=Status.PENDING), make_comment()
    assert "View on site" not in client.get(page_of(waiting)).text
    assert "View on site" in client.get(page_of(public)).text


def test_the_list_of_all_is_for_reading(client, moderator):
    comment = make_comment(status=Status.PENDING)
    assert 'name="action"' not in client.get(LIST, {"status": "all"}).text
    tick(client, "publish", comment, shown="all", seen=marks_of(client, LIST))
    comment.refresh_from_db()
    assert comment.status == Status.PENDING


def test_an_erased_comment_offers_no_moves(client, moderator):
    comment = make_comment(status=Status.SPAM, erased_at=timezone.now())
    assert 'class="decide"' not in client.get(page_of(comment)).text
    assert "Left as it is" in tick(client, "publish", comment, shown=Status.SPAM).text


def test_a_comments_page_takes_the_same_queries_for_one_event_and_for_twenty(
    client, moderator, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(30) as captured:
            client.get(page_of(comment))
        return len(captured)

    comment = make_comment(status=Status.PENDING)
    comment.publish(by=moderator)
    few = queries()
    for _ in range(10):
        comment.hold(by=make_moderator())
        comment.publish(by=make_moderator())
    assert queries() == few


def test_a_comment_that_was_published_and_held_meanwhile_is_not_as_it_was_seen(client, moderator):
    comment = make_comment(status=Status.PENDING)
    seen, other = marks_of(client, LIST), make_moderator()
    comment.publish(by=other)
    comment.hold(by=other)
    assert "Left as it is" in tick(client, "publish", comment, seen=seen).text
    comment.refresh_from_db()
    assert comment.status == Status.PENDING


def test_one_that_is_not_there_any_more_stops_none_of_the_others(client, moderator):
    waiting = make_comment(status=Status.PENDING)
    fields = {"action": "publish", "_selected_action": [waiting.pk, waiting.pk + 1], "seen": marks_of(client, LIST)}
    page = client.post(f"{LIST}?status=pending", fields, follow=True).text
    assert "It is not here any more." in page
    assert Comment.objects.get().is_public


@pytest.mark.parametrize("ticked", ["x", "-1", "9" * 40, "a\x00b"])
def test_what_is_no_comment_cannot_be_ticked(client, moderator, ticked):
    response = client.post(f"{LIST}?status=pending", {"action": "publish", "_selected_action": ticked})
    assert response.status_code == 400
