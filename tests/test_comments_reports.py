"""Readers tell the moderators what is wrong with a comment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from comments.forms.report import ORDER
from comments.models import Comment, Report, ReportReason
from comments.moves import Move, Status
from tests.factories import make_article, make_comment, make_moderator, make_writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return make_comment(author_name="Eve", text="Take 40 of these.")


def address(comment, name="report"):
    return reverse(name, args=[comment.pk])


def post(client, comment, reason=ReportReason.DRUGS, words="", **headers):
    return client.post(address(comment), {"reason": reason, "words": words}, **headers)


def other_reader(number):
    """Somebody in another network."""
    return {"REMOTE_ADDR": f"198.51.{number}.7"}


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


def test_the_form_shows_what_is_reported_and_asks_for_no_name(client, comment):
    page = client.get(address(comment)).text
    assert "Take 40 of these." in page
    assert "Eve" in page
    for absent in ('name="name"', 'name="email"', "csrf"):
        assert absent not in page


def test_a_long_comment_is_quoted_shortly(client):
    page = client.get(address(make_comment(text="word " * 1000))).text
    assert page.count("word ") < 70


def test_the_form_offers_every_reason():
    assert set(ORDER) == set(ReportReason)
    assert ORDER[0] == ReportReason.DANGER


def test_the_form_says_that_nobody_watches_and_who_helps(client, comment):
    page = client.get(address(comment)).text
    assert "Nobody watches this site live." in page
    assert page.count('href="tel:988"') > 1
    assert page.count('href="tel:911"') > 1


def test_the_form_tells_a_writer_who_lost_the_link_what_to_do(client, comment):
    page = client.get(address(comment)).text
    assert "I wrote this, and I lost my private link" in page
    assert "a moderator hides it first" in page


def test_a_report_is_stored_and_the_reader_thanked(client, comment):
    response = post(client, comment, words="  Who says so?\r\n\u202e")
    assert (response.status_code, response.headers["Location"]) == (303, address(comment, "report-sent"))
    report = Report.objects.get()
    assert (report.comment, report.reason, report.words) == (comment, "drugs", "Who says so?")
    assert "Thank you. We have your report" in client.get(response.headers["Location"]).text
    assert stored(comment).is_public


def test_who_sees_somebody_in_danger_is_told_at_once_what_helps(client, comment):
    response = post(client, comment, ReportReason.DANGER)
    assert response.headers["Location"] == address(comment, "report-danger")
    page = client.get(response.headers["Location"]).text
    assert "Help exists now" in page
    assert 'call <a href="tel:911">911</a> now' in page


def test_a_report_whose_words_speak_of_danger_shows_what_helps_too(client, comment):
    response = post(client, comment, words="I cannot bear it. I want to die.")
    assert response.headers["Location"] == address(comment, "report-danger")
    assert Report.objects.get().reason == ReportReason.DRUGS


def test_the_same_reader_reports_a_comment_once(client, comment):
    first = post(client, comment, ReportReason.UNKIND, "It is rude.")
    again = post(client, comment, ReportReason.UNKIND, "And it is untrue.")
    assert again.headers["Location"] == first.headers["Location"]
    assert Report.objects.get().words == "It is rude.\n\nAnd it is untrue."


def test_three_readers_hide_what_no_person_published(client, comment):
    for number in range(3):
        assert stored(comment).is_public
        response = post(client, comment, **other_reader(number))
        assert client.get(response.headers["Location"]).status_code == 200
    assert stored(comment).status == Status.PENDING
    assert client.get(address(comment)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_three_reports_at_the_same_moment_hide_it_too():
    comment, together = make_comment(), Barrier(3)

    def report(reader):
        mine = stored(comment)
        together.wait()
        Report.objects.add(mine, reader=reader, reason=ReportReason.SELLING)
        connection.close()

    with ThreadPoolExecutor(3) as readers:
        list(readers.map(report, ["one", "two", "three"]))
    assert stored(comment).status == Status.PENDING


def test_readers_do_not_hide_what_a_moderator_published(client, comment):
    comment.hold(by=make_moderator())
    comment.publish(by=make_moderator())
    for number in range(4):
        post(client, comment, **other_reader(number))
    assert stored(comment).is_public


def test_many_reports_against_one_writer_raise_one_alert(client):
    writer = make_writer()
    for number in range(5):
        post(client, make_comment(writer=writer), **other_reader(number))
    writer.refresh_from_db()
    assert writer.alerted_at is not None


def test_a_report_stands_in_the_record_without_words_or_reader(client, comment):
    post(client, comment, words="SECRET")
    event = comment.events.get()
    assert (event.move, event.reason, event.by) == (Move.REPORT, "drugs", None)


# --- What is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "nonsense"])
def test_a_report_without_a_reason_is_refused_with_the_words_kept(client, comment, reason):
    response = post(client, comment, reason, "My <words>.")
    assert response.status_code == 400
    assert '<a href="#id_reason_0">What is it?</a>: Please choose what it is.' in response.text
    assert 'id="id_reason_0"' in response.text
    assert "My &lt;words&gt;.</textarea>" in response.text
    assert not Report.objects.exists()


def test_words_that_are_too_long_are_refused_and_kept(client, comment):
    response = post(client, comment, words="x" * 2001)
    assert response.status_code == 400
    assert "Please shorten it to 2,000 characters at most." in response.text
    assert "x" * 2001 in response.text
    assert 'value="drugs" required id="id_reason_2" checked' in " ".join(response.text.split())
    assert not Report.objects.exists()


def test_too_many_reports_are_refused_with_the_words_kept(client, comment, settings):
    settings.POST_LIMITS = [(2, 60)]
    for _ in range(2):
        assert post(client, comment).status_code == 303
    response = post(client, make_comment(), words="Kept words")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) <= 60
    assert "Kept words</textarea>" in response.text
    assert Report.objects.count() == 1


def test_a_refused_form_is_kept_by_nobody(client, comment):
    response = post(client, comment, "")
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.REMOVED, Status.WITHDRAWN])
def test_what_readers_do_not_see_cannot_be_reported(client, status):
    hidden = make_comment(status=status, text="SECRET", author_name="HIDDEN")
    for response in (client.get(address(hidden)), post(client, hidden)):
        assert response.status_code == 404
        assert "SECRET" not in response.text
        assert "HIDDEN" not in response.text
    assert not Report.objects.exists()


def test_a_comment_of_an_unpublished_article_cannot_be_reported(client):
    comment = make_comment(make_article(published=False))
    assert client.get(address(comment)).status_code == 404
    assert post(client, comment).status_code == 404
    assert client.get(address(comment, "report-sent")).status_code == 404


def test_words_about_what_was_hidden_meanwhile_are_not_lost(client, comment):
    comment.withdraw()
    response = post(client, comment, words="My <words>.")
    assert response.status_code == 404
    assert "This comment is not shown any more" in response.text
    assert "My &lt;words&gt;.</textarea>" in response.text
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("number", ["77", "9" * 19, "9" * 40])
def test_a_comment_that_is_not_there_is_a_404(client, number):
    for page in ("report/", "report/sent/", "report/sent/danger/"):
        assert client.get(f"/comments/{number}/{page}").status_code == 404
    assert client.post(f"/comments/{number}/report/", {"reason": "other"}).status_code == 404


def test_other_methods_are_refused(client, comment):
    assert client.put(address(comment)).status_code == 405
    for name in ("report-sent", "report-danger"):
        assert client.post(address(comment, name)).status_code == 405


def test_a_report_that_another_site_sent_is_refused(comment):
    client = Client(enforce_csrf_checks=True)
    assert post(client, comment, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Report.objects.exists()
    assert post(client, comment, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("name", ["report", "report-sent", "report-danger"])
def test_the_pages_are_the_same_for_everybody_and_in_no_search_engine(client, admin_client, comment, name):
    response = client.get(address(comment, name))
    assert response.headers["Cache-Control"] == "no-cache"
    assert '<meta name="robots" content="noindex, nofollow">' in response.text
    assert not response.cookies
    assert admin_client.get(address(comment, name), {"help": "now"}).content == response.content
