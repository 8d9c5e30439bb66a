"""Comments of WordPress, moved in: threads, states, dates, and what is never kept."""

import io

import pytest
from django.core import mail
from django.core.management.base import CommandError
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, CommentEvent, Feedback, ImportedComment, Notification
from comments.moves import Status
from comments.waiting import usual_wait
from comments.wordpress.storing import LONGEST_TEXT
from comments.wordpress.threads import levels
from crpsinfo.search.models import SearchEntry
from tests.factories import days_ago, make_comment, make_moderator
from tests.wordpress import comment, move_in, post

pytestmark = pytest.mark.django_db


def stored():
    """{key: (key of the parent, key of the thread's first comment)}"""
    return {row.pk: (row.parent_id, row.root_id) for row in Comment.objects.all()}


def test_a_comment_keeps_what_it_says_and_when(tmp_path):
    said = comment(5, "One<br />\ntwo &amp; three", author="Beth &amp; <b>Co</b>", author_url="http://beth.example/")
    move_in(tmp_path, post(comments=said))
    row = Comment.objects.get()
    assert (row.pk, row.text, row.status) == (5, "One\ntwo & three", Status.PUBLIC)
    assert "<br>" in row.html
    assert (row.author_name, row.email, row.website) == ("Beth & <b>Co</b>", "beth@example.org", "http://beth.example/")
    assert row.created_at.isoformat() == "2014-03-06T10:00:00+00:00"
    assert (row.email_confirmed_at, row.ip, row.user_agent, row.mail_key) == (None, None, "", None)


def test_threads_are_kept_six_deep_in_any_order(tmp_path):
    chain = [comment(number, parent=number - 1) for number in range(6, 1, -1)] + [comment(1)]
    move_in(tmp_path, post(comments="".join(chain)))
    assert stored() == {1: (None, None)} | {number: (number - 1, 1) for number in range(2, 7)}


def test_a_reply_to_what_is_not_there_begins_a_thread_and_is_told(tmp_path):
    said = move_in(tmp_path, post(comments=comment(2, parent=99) + comment(3, parent=2) + comment(4, parent=4)))
    assert stored() == {2: (None, None), 3: (2, 2), 4: (None, None)}
    assert "begin threads of their own: 2" in said


def test_comments_in_a_circle_are_cut_once():
    found, lost = levels({1: 3, 2: 1, 3: 2, 4: 3, 5: 0}, set())
    assert (found, lost) == ([[5, 1], [2], [3], [4]], {1})


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", "public"),
        ("0", "pending"),
        ("spam", "spam"),
        ("trash", "removed"),
        ("post-trashed", "removed"),
        ("?", "pending"),
    ],
)
def test_states_are_kept(tmp_path, approved, status):
    before = timezone.now()
    move_in(tmp_path, post(comments=comment(1, approved=approved)))
    row = Comment.objects.get()
    assert row.status == status
    assert (row.decided_at, row.decided_by, row.due_at) == (None, None, None)
    assert row.status_at >= before  # retention counts from here


def test_pingbacks_and_what_says_nothing_are_left_out(tmp_path):
    others = comment(2, type="pingback") + comment(3, type="trackback") + comment(4, "<script>x</script>")
    said = move_in(
        tmp_path, post(comments=comment(1) + others + comment(5, type="order_note") + comment(0) + comment(1))
    )
    assert list(stored()) == [1]
    assert "Comments left out: 6" in said
    assert "pingbacks and trackbacks: 2" in said


def test_a_comment_that_nobody_would_read_is_left_out_and_named(tmp_path):
    too_long = comment(2, "x" * (LONGEST_TEXT + 1))
    said = move_in(tmp_path, post(comments=comment(1, "x" * LONGEST_TEXT) + too_long + comment(3, parent=2)))
    assert stored() == {1: (None, None), 3: (None, None)}
    assert "Comments left out, of more than 20,000 characters: 2." in said
    assert "Comments left out: 1 (of more than 20,000 characters: 1)." in said


def test_a_comment_beyond_all_measure_is_named_and_the_others_of_its_post_come(tmp_path):
    said = move_in(tmp_path, post(comments=comment(1) + comment(2, "x" * 200_001) + comment(3)))
    assert list(stored()) == [1, 3]
    assert "Comments left out, of more than 20,000 characters: 2." in said


def test_comments_of_posts_that_are_left_out_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("articles.wordpress.wxr.LONGEST_POST", 20_000)
    left_out = [post(1, status="trash"), post(2, post_type="attachment"), post(3, post_type="product"), post(0)]
    failed = [post(4, content="<blockquote>" * 500 + "x"), post(5, content="x" * 20_000)]
    both = comment(1) + comment(2)
    items = [item.replace("</item>", f"{both}</item>") for item in [*left_out, *failed]]
    with pytest.raises(CommandError, match="2 posts"):
        move_in(tmp_path, *items, out=(out := io.StringIO()))
    assert "Comments left out: 12 (of posts left out: 12)." in out.getvalue()


def test_the_number_of_another_is_told_within_a_post_and_across_posts(tmp_path):
    first, second = comment(1) + comment(2) + comment(1, "Else."), comment(2, "Else.") + comment(3)
    items = post(1, comments=first), post(2, comments=second)
    said = move_in(tmp_path, *items, dry_run=True)
    assert said.replace("Would have come", "Came") == move_in(tmp_path, *items)
    assert list(stored()) == [1, 2, 3]
    assert "1 “A post”: Comments left out, with the number of another: 1." in said
    assert "2 “A post”: Comments left out, with the number of another: 2." in said
    assert "Comments left out: 2 (with the number of another: 2)." in move_in(tmp_path, *items)


def test_a_comment_of_a_post_that_failed_may_come_with_another(tmp_path):
    deep = post(1, content="<blockquote>" * 500 + "x", comments=comment(1))
    with pytest.raises(CommandError, match="1 posts"):
        move_in(tmp_path, deep, post(2, comments=comment(1)))
    assert list(stored()) == [1]


@pytest.mark.parametrize(
    ("values", "field", "kept"),
    [
        ({"author": "x" * 100}, "author_name", "x" * 60),
        ({"author": " \u202e "}, "author_name", "Anonymous"),
        ({"author_email": "no address"}, "email", ""),
        ({"author_url": "javascript:alert(1)"}, "website", ""),
        ({"author_url": "http://"}, "website", ""),
        ({"author_url": "http://a.example/" + "x" * 300}, "website", ""),
        ({"author_url": "a.example"}, "website", "https://a.example"),
    ],
)
def test_what_people_typed_is_cleaned(tmp_path, values, field, kept):
    move_in(tmp_path, post(comments=comment(1, **values)))
    assert getattr(Comment.objects.get(), field) == kept


@pytest.mark.parametrize(
    ("days", "ip", "kept"),
    [(1, "192.0.2.55", "192.0.2.55"), (40, "192.0.2.55", None), (1, "unknown", None), (1, "fe80::1%eth0", None)],
)
def test_the_senders_address_is_kept_as_long_as_we_would(tmp_path, days, ip, kept):
    date = days_ago(days).strftime("%Y-%m-%d %H:%M:%S")
    move_in(tmp_path, post(comments=comment(1, date_gmt=date, author_IP=ip, agent="Mozilla")))
    assert (Comment.objects.get().ip, Comment.objects.get().user_agent) == (kept, "")


def test_a_number_that_is_taken_is_not_taken_again(tmp_path):
    ours = make_comment(pk=5, text="Ours.")
    said = move_in(tmp_path, post(comments=comment(5, "Theirs.") + comment(6, parent=5)))
    theirs = Comment.objects.get(text="Theirs.")
    assert Comment.objects.get(pk=5) == ours
    assert Comment.objects.get(pk=6).parent == theirs
    assert "with a new number, since theirs was taken, or too large: 1" in said


def test_a_new_number_is_none_that_is_still_to_come(tmp_path):
    make_comment(pk=5, text="Ours.")
    move_in(tmp_path, post(1, comments=comment(5, "Theirs.")), post(2, comments=comment(6) + comment(7)))
    theirs = Comment.objects.get(text="Theirs.")
    assert set(stored()) == {5, 6, 7, theirs.pk}
    assert theirs.pk > 7


@pytest.mark.parametrize("number", [70_000, 2**40])
def test_our_own_comments_are_counted_on(tmp_path, number):
    move_in(tmp_path, post(comments=comment(number)))
    imported = Comment.objects.get()
    assert (imported.pk == number) == (number < 2**31)
    assert make_comment().pk > imported.pk


def test_a_dry_run_uses_up_no_numbers(tmp_path):
    before = make_comment().pk
    move_in(tmp_path, post(comments=comment(70_000)), dry_run=True)
    assert make_comment().pk == before + 1


def test_a_second_run_brings_only_what_is_new(tmp_path):
    move_in(tmp_path, post(comments=comment(1) + comment(2, parent=1)))
    Comment.objects.filter(pk=1).update(text="", author_name="", erased_at=timezone.now())
    said = move_in(tmp_path, post(comments=comment(1) + comment(2, parent=1) + comment(3, parent=2)))
    assert stored() == {1: (None, None), 2: (1, 1), 3: (2, 1)}
    assert Comment.objects.get(pk=1).text == ""
    assert "here already: 2" in said
    assert ImportedComment.objects.count() == 3


def test_nobody_is_asked_or_mailed_about_them(tmp_path, checker):
    date = days_ago(1).strftime("%Y-%m-%d %H:%M:%S")
    states = enumerate(["1", "0", "spam", "trash"], 1)
    move_in(tmp_path, post(comments="".join(comment(n, approved=s, date_gmt=date, parent=n - 1) for n, s in states)))
    assert Comment.objects.count() == 4
    assert not Comment.objects.filter(due_at__isnull=False).exists()
    assert not Feedback.objects.exists()
    assert not Notification.objects.exists()
    assert mail.outbox == []
    assert checker.checked == checker.reported == []


def test_deciding_about_one_that_waits_mails_nobody_and_is_no_measure_of_our_waits(tmp_path):
    move_in(tmp_path, post(comments=comment(1, approved="0")))
    waiting = Comment.objects.get()
    assert list(CommentEvent.objects.values_list("move", "actor", "reason")) == [("hold", "system", "imported")]
    waiting.publish(by=make_moderator())
    assert usual_wait() is None
    assert not Notification.objects.exists()
    assert not Feedback.objects.exists()


def test_five_thousand_comments_take_few_queries(tmp_path, django_assert_max_num_queries):
    many = "".join(comment(number, parent=number // 5) for number in range(1, 5001))
    with django_assert_max_num_queries(400):
        move_in(tmp_path, post(comments=many))
    assert Comment.objects.count() == 5000
    assert Comment.objects.exclude(parent=None).filter(root=None).count() == 0
    assert Comment.objects.get(pk=4999).root_id == 1


def test_what_is_public_can_be_found_at_once(tmp_path):
    move_in(tmp_path, post(1, comments=comment(1) + comment(2, approved="spam") + comment(3, parent=1)))
    assert set(SearchEntry.objects.filter(kind="comment").values_list("object_id", flat=True)) == {1, 3}
    assert SearchEntry.objects.get(kind="article").object_id == Article.objects.get().pk


def test_comments_of_an_article_that_was_deleted_stay_away(tmp_path):
    move_in(tmp_path, post(1))
    Article.objects.get().delete()
    said = move_in(tmp_path, post(1, comments=comment(1)))
    assert not Comment.objects.exists()
    assert "Comments left out: 1 (of articles that were deleted here: 1)." in said


@pytest.mark.parametrize("date", ["0000-00-00 00:00:00", "2099-01-01 00:00:00"])
def test_a_comment_without_a_true_date_gets_that_of_its_post_and_keeps_no_network(tmp_path, date):
    said = move_in(tmp_path, post(comments=comment(1, date_gmt=date, date=date, author_IP="192.0.2.55")))
    imported = Comment.objects.get()
    assert (imported.created_at, imported.ip) == (imported.article.published_at, None)
    assert "without a date that can be true, which got that of their post: 1" in said
