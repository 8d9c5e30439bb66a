import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments import remember
from comments.models import Comment, CommentSettings
from comments.moves import Move, Status
from comments.views.posting import place_of
from crpsinfo.client import client_address
from crpsinfo.models import Rule, RuleKind
from tests.factories import make_article, make_comment, make_moderator, reply_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article()


@pytest.fixture
def post(client, article):
    """Post a reply as a reader does; keyword arguments change fields, `headers` go along."""

    def send(headers=None, to=article, **fields):
        return client.post(reverse("post-comment", args=[to.slug]), reply_fields(**fields), headers=headers)

    return send


def test_a_comment_is_stored_first_and_answered_with_its_receipt(client, article, post):
    response = post(
        text="Hello\r\nthere", website="example.org", headers={"User-Agent": "Browser", "Referer": "http://r/"}
    )
    comment = Comment.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, comment.get_receipt_url())
    assert (comment.status, comment.text, comment.website) == (Status.PENDING, "Hello\nthere", "https://example.org")
    assert (comment.ip, comment.user_agent, comment.referrer) == ("127.0.0.1", "Browser", "http://r/")
    assert comment.events.get().move == Move.POST
    assert "Hello" not in client.get(article.get_absolute_url()).text


def test_who_repeats_what_others_can_read_does_not_get_its_private_link(post):
    """In a clinic many people have one address, and phones of one make one User-Agent."""
    post(text="Thank you all.")
    comment = Comment.objects.get()
    comment.publish(by=make_moderator())
    assert post(text="Thank you all.").headers["Location"] == comment.get_absolute_url()
    comment.hold(by=make_moderator())
    assert post(text="Thank you all.").headers["Location"] != comment.get_receipt_url()


def test_the_way_to_the_receipt_is_kept_by_nobody(post):
    assert post().headers["Cache-Control"] == "private, no-store"


def test_a_reply_belongs_to_its_thread(article, post):
    first = make_comment(article)
    second = make_comment(article, parent=first)
    post(parent=second.pk)
    reply = Comment.objects.latest("pk")
    assert (reply.parent, reply.root) == (second, first)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "nickname is fine"),
        ({"name": " \u202e\n "}, "nickname is fine"),
        ({"name": "x" * 61}, "to 60 characters"),
        ({"text": ""}, "write something"),
        ({"text": "\u202e "}, "write something"),
        ({"text": "x" * 10_001}, "to 10,000 characters"),
        ({"email": "nonsense"}, "name@example.org"),
        ({"email": "a" * 250 + "@example.org"}, "at most 254"),
        ({"website": "javascript:alert(1)"}, "https://example.org"),
        ({"website": "ftp://example.org/"}, "https://"),
        ({"website": "https://user:secret@example.org/"}, "https://"),
        ({"parent": "77"}, "not here any more"),
        ({"parent": "nonsense"}, "not here any more"),
        ({"parent": "9" * 30}, "not here any more"),
    ],
)
def test_a_refused_form_comes_back_with_the_text_and_the_reason(client, post, fields, words):
    response = post(**{"text": "What I lived through", **fields})
    assert response.status_code == 400
    assert words in response.text
    assert fields.get("text", "What I lived through").strip()[:99] in response.text
    assert response.headers["Cache-Control"] == "private, no-store"
    assert not Comment.objects.exists()


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED, Status.WITHDRAWN])
def test_only_public_comments_can_be_answered(article, post, status):
    hidden = make_comment(article, status=status)
    assert post(parent=hidden.pk).status_code == 400


def test_a_comment_of_another_article_cannot_be_answered_here(post):
    assert post(parent=make_comment(make_article()).pk).status_code == 400


def test_after_its_parent_vanished_the_text_can_be_posted_as_a_new_comment(post):
    response = post(parent="77", text="Still here")
    assert 'name="parent" id="id_parent"' in response.text
    assert 'value="77"' not in response.text


@pytest.mark.parametrize("form", [{}, {"nonsense": "1"}])
def test_missing_fields_are_a_clear_400(client, article, form):
    response = client.post(reverse("post-comment", args=[article.slug]), form)
    assert response.status_code == 400
    assert "Please write something." in response.text


def test_nul_bytes_are_taken_out(post):
    assert post(text="nul\x00byte", name="A\x00nn").status_code == 303
    assert (Comment.objects.get().text, Comment.objects.get().author_name) == ("nulbyte", "Ann")


def test_bytes_that_are_no_utf8_are_no_server_error(client, article):
    body = b"name=A%FF&text=%FF%FE%80words"
    kind = "application/x-www-form-urlencoded"
    response = client.post(reverse("post-comment", args=[article.slug]), body, content_type=kind)
    assert response.status_code in (303, 400)


def test_a_megabyte_of_text_comes_back_whole(post):
    text = "pain " * 200_000
    response = post(text=text)
    assert response.status_code == 400
    assert text.strip() in response.text


def test_a_megabyte_of_blanks_is_refused_like_other_text(post):
    """Trimming them one by one from the end would keep a web process busy for an hour."""
    assert post(text="a" + " " * 1_000_000 + "x").status_code == 400


@pytest.mark.parametrize("fields", [{"name": "n" * 99}, {"website": f"https://example.org/{'w' * 300}"}])
def test_nothing_that_is_pasted_is_cut_without_a_word(client, article, post, fields):
    form = client.get(article.get_absolute_url()).text.split('id="reply"')[1]
    assert "maxlength" not in form
    response = post(**fields)
    assert response.status_code == 400
    assert f'value="{next(iter(fields.values()))}"' in response.text


def test_four_megabytes_are_too_much(post):
    response = post(text="x" * 4_000_000)
    assert response.status_code == 413
    assert "too long" in response.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, article, method):
    assert getattr(client, method)(reverse("post-comment", args=[article.slug])).status_code == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({}, 303),
    ],
)
def test_posts_from_other_sites_are_refused(post, headers, status):
    assert post(headers=headers).status_code == status
    assert Comment.objects.count() == (status == 303)


def test_a_draft_takes_no_comments(post):
    assert post(to=make_article(published=False)).status_code == 404


# --- The same again ---------------------------------------------------------------------------------------


def test_a_double_tap_leads_to_the_first_receipt(post):
    assert post().headers["Location"] == post().headers["Location"]
    assert Comment.objects.count() == 1


def test_the_same_words_after_ten_minutes_are_a_new_comment(post):
    post()
    Comment.objects.update(created_at=Comment.objects.get().created_at - timedelta(minutes=11))
    post()
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("other", [{"text": "Other words."}, {"name": "Bea"}, {"email": "b@example.org"}])
def test_other_words_are_another_comment(post, other):
    post()
    post(**other)
    assert Comment.objects.count() == 2


def test_nobody_gets_somebody_elses_receipt_by_posting_the_same(client, article, post):
    first = post().headers["Location"]
    url = reverse("post-comment", args=[article.slug])
    assert client.post(url, reply_fields(), REMOTE_ADDR="198.51.100.9").headers["Location"] != first


# --- What it costs ----------------------------------------------------------------------------------------

LONG = "So many words of my own that somebody who sends them again is found out."


def test_a_post_takes_few_queries_however_many_rules_there_are(post, django_assert_max_num_queries):
    post(text=f"First: {LONG}")  # which makes the secret of the readers' keys
    for number in range(3):
        with django_assert_max_num_queries(15):
            assert post(text=f"{LONG} {number}").status_code == 303
        Rule.objects.bulk_create(Rule(kind=kind, value=f"{number} {n}") for kind in RuleKind for n in range(20))


@pytest.mark.django_db(transaction=True)
def test_article_and_switch_are_read_once_for_a_version_of_the_site(article, django_assert_num_queries):
    place_of(article.slug)
    with django_assert_num_queries(1):
        assert place_of(article.slug)[0] == article


@pytest.mark.django_db(transaction=True)
def test_what_closes_comments_holds_with_the_next_post(article, post):
    assert post(text="In time").status_code == 303
    Article.objects.update(comments_open=False)
    assert post(text="Too late").status_code == 403
    Article.objects.update(comments_open=True)
    assert post(text="Open again").status_code == 303
    switch = CommentSettings.objects.create(pk=1, open=False)
    assert post(text="Closed everywhere").status_code == 403
    switch.delete()
    assert post(text="Open everywhere").status_code == 303
    Article.objects.update(status="draft", published_at=None)
    assert post(text="To a draft").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_one_request_does_with_an_article_is_not_seen_by_the_next(article):
    place_of(article.slug)[0].title = "Another"
    assert place_of(article.slug)[0].title == article.title


def test_no_constraint_is_about_the_fields_of_the_form_alone():
    for constraint in Comment._meta.constraints:
        assert any(f"'{name}" in str(constraint.condition) for name in ("status", "root", "decided_at"))
    with pytest.raises(ValidationError, match="comment_decision_has_who_and_when"):
        Comment(article=make_article(), author_name="Ann", text="Words", decided_at=timezone.now()).full_clean()


# --- In crisis --------------------------------------------------------------------------------------------


def long_text(phrase, length=10_000):
    """A valid text of many lines, with the phrase at its end. A browser sends each line end as two characters."""
    lines = "pain\n" * (length // 5 - 20)
    return (lines + "x" * (length - len(lines) - len(phrase) - 1) + " " + phrase).replace("\n", "\r\n")


def test_words_of_danger_at_the_end_of_a_long_text_lead_to_help(post):
    response = post(text=long_text("I want to die"))
    comment = Comment.objects.get()
    assert len(comment.text) == 10_000
    assert response.headers["Location"] == f"{comment.get_receipt_url()}?help=now"
    assert comment.crisis_flag


@pytest.mark.parametrize("action", ["hold", "spam"])
def test_what_our_own_rules_catch_leads_to_help_too_and_so_does_the_second_tap(post, action):
    Rule.objects.create(kind="phrase", value="cheap pills", action=action)
    for _ in range(2):
        assert post(text="I want to die from cheap pills").headers["Location"].endswith("?help=now")
    assert Comment.objects.get().ruling == action


def test_a_name_of_danger_is_flagged_and_a_plain_text_leads_to_the_plain_receipt(post):
    response = post(name="I want to die", text="Good morning.")
    comment = Comment.objects.get()
    assert (response.headers["Location"], comment.crisis_flag.kind) == (comment.get_receipt_url(), "self-harm")


def test_a_refused_form_shows_help_for_the_end_of_a_long_text_too(post):
    assert 'id="help-now"' in post(text=long_text("I want to die"), name="").text
    assert 'id="help-now"' in post(text=long_text("I want to die", 12_000)).text


# --- Closed, and too many ---------------------------------------------------------------------------------


def test_an_article_can_close_its_comments(client, post):
    closed = make_article(comments_open=False)
    comment = make_comment(closed)
    page = client.get(closed.get_absolute_url()).text
    assert "Comments are closed" in page
    assert comment.text in page
    assert 'method="post"' not in page
    assert '<div class="kept" hidden>' in page
    response = post(to=closed, text="Too late")
    assert response.status_code == 403
    assert "Too late" in response.text


def test_what_comes_too_late_can_be_copied_and_says_where_to_go(client, article, post):
    comment = make_comment(article, author_name="Bea", text="Quoted words")
    article.comments_open = False
    article.save()
    page = post(text="Two\nlines", email="ann@example.org", website="example.org", parent=comment.pk).text
    for kept in ("\nTwo\nlines</textarea>", 'value="Ann"', 'value="ann@example.org"', 'value="example.org"'):
        assert kept in page
    assert page.count(" readonly") == 4
    assert " hidden>" not in page.split('class="kept"')[1].split("<draft-keeper")[0]
    assert "Quoted words" in page
    assert reverse("contact") in page


def test_one_switch_closes_all_comments_and_says_why(client, article, post):
    CommentSettings.objects.create(pk=1, open=False, note="Back on Monday.")
    assert "Back on Monday." in client.get(article.get_absolute_url()).text
    assert post(text="Kept").status_code == 403
    assert not Comment.objects.exists()


def test_too_many_posts_wait_with_the_text_kept(settings, post):
    settings.POST_LIMITS = [(2, 3600)]
    for number in range(2):
        assert post(text=f"Number {number}").status_code == 303
    response = post(text="One too many")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    assert "One too many" in response.text
    assert Comment.objects.count() == 2


def test_the_limit_holds_for_a_network_and_not_for_others(settings, client, article):
    settings.POST_LIMITS = [(1, 3600)]
    url = reverse("post-comment", args=[article.slug])
    codes = [
        client.post(url, reply_fields(text=text), REMOTE_ADDR=address).status_code
        for text, address in [("a", "192.0.2.1"), ("b", "192.0.2.200"), ("c", "198.51.100.1")]
    ]
    assert codes == [303, 429, 303]


# --- Whose address it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.5", "192.0.2.1"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (1, "", None),
        (1, "nonsense", None),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_client_is_what_our_own_proxies_saw(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == address


# --- Remembered, if they ask for it -----------------------------------------------------------------------


def test_remember_me_is_off_until_it_is_ticked_and_says_what_it_does(client, article):
    page = client.get(article.get_absolute_url()).text
    box = re.search(r'<input type="checkbox" name="remember"[^>]*>', page)[0]
    assert "checked" not in box
    assert "Sets a cookie with a random number" in page


def test_a_post_without_it_sets_no_cookie(post):
    assert not post().cookies
    assert Comment.objects.get().writer is None


def test_a_post_with_it_links_the_comment_to_this_device(post):
    assert remember.COOKIE in post(remember="on").cookies
    post(remember="on", text="Another one.")
    post(text="And one without.")
    first, second, third = Comment.objects.order_by("pk")
    assert first.writer is not None
    assert (second.writer, third.writer) == (first.writer, None)


def test_who_posts_the_same_again_is_not_taken_for_its_writer(client, article, post):
    post(remember="on")
    assert not Client().post(reverse("post-comment", args=[article.slug]), reply_fields(remember="on")).cookies
    assert Comment.objects.count() == 1


# --- The form alone ---------------------------------------------------------------------------------------


def test_the_form_alone_quotes_what_it_answers(client, article):
    comment = make_comment(article, author_name="Bea", text="Quoted words")
    page = client.get(reverse("post-comment", args=[article.slug]), {"parent": comment.pk})
    assert "Quoted words" in page.text
    assert f'value="{comment.pk}"' in page.text
    assert "noindex, nofollow" in page.text


@pytest.mark.parametrize("parent", ["77", "nonsense", "", "-1", "9" * 40, "²"])
def test_the_form_for_an_unknown_parent_is_a_404(client, article, parent):
    assert client.get(reverse("post-comment", args=[article.slug]), {"parent": parent}).status_code == 404


def test_what_posting_means_stands_beside_the_button(client, article):
    page = client.get(article.get_absolute_url()).text
    assert "By posting you agree" in page
    assert reverse("comments-guidelines") in page
    assert reverse("comments-privacy") in page
