import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment
from comments.moves import Status
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article()


def test_comments_stand_in_threads_oldest_first(client, article):
    first = make_comment(article)
    make_comment(article)
    reply = make_comment(parent=first)
    order = re.findall(r'id="comment-(\d+)"', client.get(article.get_absolute_url()).text)
    assert order.index(str(reply.pk)) == order.index(str(first.pk)) + 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.REMOVED, "removed by a moderator"),
        (Status.WITHDRAWN, "taken back by its writer"),
        (Status.PENDING, "not shown at the moment"),
        (Status.SPAM, "not shown at the moment"),
    ],
)
def test_a_hidden_comment_with_replies_leaves_a_placeholder(client, article, status, words):
    hidden = make_comment(article, status=status, text="SECRET", author_name="HIDDEN")
    make_comment(parent=hidden, text="An answer")
    page = client.get(article.get_absolute_url()).text
    assert words in page
    assert "An answer" in page
    assert "SECRET" not in page
    assert "HIDDEN" not in page


@pytest.mark.parametrize("status", [Status.REMOVED, Status.WITHDRAWN, Status.PENDING, Status.SPAM])
def test_a_hidden_comment_without_replies_is_nowhere(client, article, status):
    hidden = make_comment(article, status=status, text="SECRET")
    addresses = [article.get_absolute_url(), "/", "/feeds/comments/", f"/articles/{article.slug}/feed/"]
    for address in addresses:
        assert "SECRET" not in client.get(address).text
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_e_mail_and_network_address_are_on_no_page(client, article):
    comment = make_comment(article, email="ann@example.org", ip="203.0.113.77")
    for address in [article.get_absolute_url(), comment.get_receipt_url(), "/", "/feeds/comments/"]:
        page = client.get(address).text
        assert "ann@example.org" not in page
        assert "203.0.113.77" not in page


def test_a_website_is_linked_without_weight(client, article):
    make_comment(article, website="https://example.org/")
    assert (
        '<a href="https://example.org/" rel="ugc nofollow noopener">Ann</a>'
        in client.get(article.get_absolute_url()).text
    )


def test_fifty_threads_stand_on_a_page(client, article):
    for number in range(51):
        make_comment(article, text=f"Thread {number}.")
    first, second = (client.get(article.get_absolute_url() + query).text for query in ("", "?page=2"))
    assert "Thread 49." in first
    assert "Thread 50." not in first
    assert "Thread 50." in second
    assert "?page=2#comments" in first


@pytest.mark.parametrize("number", ["0", "-1", "2", "nonsense", "9" * 30, "1.5", "²"])
def test_a_page_that_is_not_there_is_a_404(client, article, number):
    assert client.get(article.get_absolute_url(), {"page": number}).status_code == 404


def test_the_permanent_link_leads_to_the_right_page(client, article):
    threads = [make_comment(article) for _ in range(60)]
    reply = make_comment(parent=threads[55])
    for comment, query in [(threads[0], ""), (threads[49], ""), (threads[50], "?page=2"), (reply, "?page=2")]:
        location = client.get(comment.get_absolute_url()).headers["Location"]
        assert location == f"{article.get_absolute_url()}{query}#comment-{comment.pk}"


def test_the_permanent_link_survives_removals_before_it(client, article):
    threads = [make_comment(article) for _ in range(51)]
    threads[0].withdraw()
    assert "page" not in client.get(threads[50].get_absolute_url()).headers["Location"]


@pytest.mark.parametrize("number", ["0", "77", "9" * 19, "9" * 40])
def test_an_unknown_comment_is_a_404(client, number):
    assert client.get(f"/comments/{number}/").status_code == 404


def test_comments_of_an_unpublished_article_are_nowhere(client, article):
    comment = make_comment(article, text="SECRET")
    article.unpublish()
    assert client.get(comment.get_absolute_url()).status_code == 404
    assert "SECRET" not in client.get("/").text
    assert "SECRET" not in client.get("/feeds/comments/").text


def test_a_page_takes_the_same_queries_for_few_comments_and_for_many(client, article, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(4) as captured:
            client.get(article.get_absolute_url())
        return len(captured)

    first = make_comment(article)
    make_comment(parent=first)
    few = queries()
    for _ in range(30):
        make_comment(parent=make_comment(article))
    assert queries() == few


@pytest.mark.parametrize("name", ["article", "thread"])
def test_ten_thousand_comments_take_no_more_queries_than_four_hundred(
    client, article, django_assert_max_num_queries, name
):
    def queries():
        with django_assert_max_num_queries(7) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    first = make_comment(article)
    address = article.get_absolute_url() if name == "article" else reverse("thread", args=[article.slug, first.pk])
    add_comments(article, first, 400)
    few = queries()
    add_comments(article, first, 10_000)
    assert queries() == few


def add_comments(article, root, number):
    """Every other one a reply, half of these to a reply; some edited, some by a moderator."""
    moderator = make_moderator()
    for status, staff, edited_at in [(Status.PUBLIC, None, None), (Status.PUBLIC, moderator, timezone.now())]:
        values = {"article": article, "author_name": "Ann", "text": "Words.", "html": "<p>Words.</p>", "status": status}
        values |= {"staff": staff, "edited_at": edited_at}
        Comment.objects.bulk_create(Comment(**values) for _ in range(number // 4))
        replies = Comment.objects.bulk_create(Comment(**values, parent=root, root=root) for _ in range(number // 8))
        Comment.objects.bulk_create(Comment(**values, parent=reply, root=root) for reply in replies)


# --- Who wrote it, whom it answers, and telling moderators about it -----------------------------------------


def name_of(client, comment):
    """What a screen reader calls the comment."""
    page = client.get(comment.article.get_absolute_url()).text
    return re.search(rf'id="comment-{comment.pk}">\s*<article aria-label="([^"]+)">', page)[1]


def test_a_screen_reader_hears_who_answers_whom_and_how_deep(client, article):
    ann = make_comment(article, author_name="Ann")
    ben = make_comment(parent=ann, author_name="Ben")
    eve = make_comment(parent=ben, author_name="Eve & Co")
    assert name_of(client, ann) == "Comment by Ann"
    assert name_of(client, ben) == "Reply to Ann, level 2, by Ben"
    assert name_of(client, eve) == "Reply to Ben, level 3, by Eve &amp; Co"


def test_the_level_that_is_told_goes_deeper_than_the_indent(client, article):
    comment = make_comment(article)
    for _ in range(5):
        comment = make_comment(parent=comment)
    assert name_of(client, comment) == "Reply to Ann, level 6, by Ann"
    assert 'class="comment depth-5"' not in client.get(article.get_absolute_url()).text


def test_a_reply_to_what_is_not_shown_names_nobody(client, article):
    hidden = make_comment(article, author_name="HIDDEN", status=Status.REMOVED)
    reply = make_comment(parent=hidden, author_name="Ben")
    assert name_of(client, reply) == "Reply to a comment that is not shown, level 2, by Ben"


def test_a_reply_says_visibly_whom_it_answers(client, article):
    parent = make_comment(article, author_name="Ann")
    make_comment(parent=parent, author_name="Ben")
    page = client.get(article.get_absolute_url()).text
    assert f'in reply to <a href="#comment-{parent.pk}"><bdi>Ann</bdi></a>' in page


def test_what_a_moderator_wrote_is_marked_in_words(client, article):
    comment = make_comment(article, author_name="Maple", staff=make_moderator())
    page = client.get(article.get_absolute_url()).text
    assert '<bdi>Maple</bdi> <span class="staff">Moderator</span>' in page
    assert name_of(client, comment) == "Comment by Maple, moderator"


def test_a_name_makes_nobody_a_moderator(client, article):
    make_comment(article, author_name="Moderator")
    assert 'class="staff"' not in client.get(article.get_absolute_url()).text


def test_a_comment_tells_when_it_was_posted_and_edited_to_the_second(client, article):
    posted, edited = (datetime(2026, 12, day, 9, 30, 5, tzinfo=UTC) for day in (1, 3))
    make_comment(article, created_at=posted, edited_at=edited)
    page = client.get(article.get_absolute_url()).text
    assert '<time datetime="2026-12-01T09:30:05+00:00">1 Dec 2026, 09:30 UTC</time>' in page
    assert 'edited <time datetime="2026-12-03T09:30:05+00:00">3 Dec 2026</time>' in page


def test_what_was_never_edited_says_nothing_of_it(client, article):
    make_comment(article)
    assert "edited" not in client.get(article.get_absolute_url()).text


@pytest.mark.parametrize("comments_open", [True, False])
def test_every_public_comment_can_be_reported(client, article, comments_open):
    type(article).objects.filter(pk=article.pk).update(comments_open=comments_open)
    comment = make_comment(article, author_name="Ann")
    link = f'href="/comments/{comment.pk}/report/" rel="nofollow" aria-label="Report the comment by Ann">Report</a>'
    assert link in client.get(article.get_absolute_url()).text
    assert link in client.get(reverse("thread", args=[article.slug, comment.pk])).text


def test_a_placeholder_cannot_be_reported(client, article):
    hidden = make_comment(article, status=Status.REMOVED)
    make_comment(parent=hidden)
    assert f"/comments/{hidden.pk}/report/" not in client.get(article.get_absolute_url()).text


# --- Feeds --------------------------------------------------------------------------------------------------


def test_markup_in_a_comment_is_text_in_the_feeds(client, article):
    make_comment(article, text="<img src=x onerror=alert(1)>")
    for address in ("/feeds/comments/", f"/articles/{article.slug}/feed/"):
        [summary] = ElementTree.fromstring(client.get(address).content).iter("{http://www.w3.org/2005/Atom}summary")
        assert summary.text == "&lt;img src=x onerror=alert(1)&gt;"


def test_a_removed_comment_is_gone_from_the_feed_for_those_who_ask_whether_it_changed(client, article):
    make_comment(article)
    newest = make_comment(article, text="Gone soon")
    response = client.get("/feeds/comments/")
    assert "Last-Modified" not in response.headers
    newest.withdraw()
    again = client.get("/feeds/comments/", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 200
    assert "Gone soon" not in again.text


def test_each_feed_has_an_id_of_its_own(client, article):
    ids = [
        ElementTree.fromstring(client.get(address).content).findtext("{http://www.w3.org/2005/Atom}id")
        for address in ("/feeds/comments/", "/feeds/articles/", f"/articles/{article.slug}/feed/")
    ]
    assert len(set(ids)) == 3


def test_feeds_show_the_first_two_hundred_characters(client, article):
    make_comment(article, text="word " * 100)
    feed = client.get(f"/articles/{article.slug}/feed/").text
    assert "word word" in feed
    assert "word " * 60 not in feed


def test_feed_addresses_come_from_the_settings_and_not_from_the_request(client, article, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_comment(article)
    feed = client.get(reverse("comment-feed"), headers={"host": "evil.example"}).text
    assert "evil.example" not in feed


# --- Long threads -----------------------------------------------------------------------------------------


@pytest.fixture
def short_pages(monkeypatch):
    """Pages so short that a few comments fill them."""
    monkeypatch.setattr("comments.discussion.THREADS_ON_A_PAGE", 3)
    monkeypatch.setattr("comments.discussion.REPLIES_ON_A_PAGE", 4)
    monkeypatch.setattr("comments.discussion.REPLIES_ON_A_THREADS_PAGE", 5)


def shown(client, address):
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', client.get(address).text)]


def test_a_page_shows_a_limited_number_of_replies_and_tells_where_a_thread_goes_on(client, article, short_pages):
    root, other = make_comment(article), make_comment(article)
    replies = [make_comment(parent=root) for _ in range(7)]
    page = client.get(article.get_absolute_url()).text
    assert shown(client, article.get_absolute_url()) == [root.pk, *(reply.pk for reply in replies[:4]), other.pk]
    assert f'href="/articles/{article.slug}/comments/{root.pk}/">Read the whole thread: 7 replies</a>' in page
    assert page.count("Read the whole thread") == 1


def test_a_long_thread_has_pages_of_its_own(client, article, short_pages):
    root = make_comment(article)
    replies = [make_comment(parent=root) for _ in range(7)]
    last = make_comment(parent=replies[0], text="An answer to an earlier page")
    address = reverse("thread", args=[article.slug, root.pk])
    assert shown(client, address) == [root.pk, *(reply.pk for reply in replies[:5])]
    assert shown(client, f"{address}?page=2") == [root.pk, replies[5].pk, replies[6].pk, last.pk]
    assert f'href="#comment-{replies[0].pk}"' not in client.get(f"{address}?page=2").text
    assert client.get(f"{address}?page=3").status_code == 404


def test_a_reply_names_what_it_answers_though_that_has_no_room_on_the_page(client, article, short_pages):
    """An import can bring a comment that is dated before the one that it answers."""
    root = make_comment(article)
    others = [make_comment(parent=root) for _ in range(3)]
    answered = make_comment(parent=root, author_name="Late Larry")
    reply = make_comment(parent=answered)
    Comment.objects.filter(pk=reply.pk).update(created_at=root.created_at)
    page = client.get(article.get_absolute_url()).text
    assert shown(client, article.get_absolute_url()) == [root.pk, reply.pk, *(one.pk for one in others)]
    assert f'href="/comments/{answered.pk}/"><bdi>Late Larry</bdi></a>' in page


def test_every_permanent_link_leads_to_where_the_comment_is(client, article, short_pages):
    roots = [make_comment(article) for _ in range(5)]
    comments = roots + [make_comment(parent=roots[number % 5]) for number in range(23)]
    for comment in comments:
        address, _, anchor = client.get(comment.get_absolute_url()).headers["Location"].partition("#")
        assert anchor == f"comment-{comment.pk}"
        assert comment.pk in shown(client, address)


@pytest.mark.parametrize("number", ["0", "77", "9" * 30])
def test_an_unknown_thread_is_a_404(client, article, number):
    assert client.get(f"/articles/{article.slug}/comments/{number}/").status_code == 404


def test_a_reply_is_no_thread(client, article):
    reply = make_comment(parent=make_comment(article))
    assert client.get(reverse("thread", args=[article.slug, reply.pk])).status_code == 404


def test_a_threads_page_takes_the_same_queries_for_few_replies_and_for_many(
    client, article, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("thread", args=[article.slug, root.pk]))
        return len(captured)

    root = make_comment(article)
    make_comment(parent=root)
    few = queries()
    for _ in range(30):
        make_comment(parent=make_comment(parent=root))
    assert queries() == few


def test_a_hidden_comment_whose_answers_stand_on_another_page_keeps_its_placeholder(client, article, short_pages):
    talkative, hidden = make_comment(article), make_comment(article, status=Status.REMOVED)
    for _ in range(4):
        make_comment(parent=talkative)
    late = make_comment(parent=hidden)
    page = client.get(article.get_absolute_url()).text
    assert "removed by a moderator" in page
    assert "Read the whole thread: 1 reply</a>" in page
    address = client.get(late.get_absolute_url()).headers["Location"].split("#")[0]
    assert shown(client, address) == [hidden.pk, late.pk]
