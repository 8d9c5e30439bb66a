"""When nobody moderates: after a week the site says so, after a month it looks after itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import absence
from comments.absence import judge, look
from comments.models import Appeal, Comment, CommentEvent, CommentSettings, Proposal, Report, ReportReason, Sample
from comments.moves import Actor, Move, Reason, Status
from crpsinfo.models import ContactMessage, PeriodicJob
from crpsinfo.spam import Verdict
from crpsinfo.worker import work_off
from directory.models import Report as ListingReport
from directory.models import ReportState
from tests.directory_factories import make_listing
from tests.factories import days_ago, make_article, make_comment, make_editor, make_moderator, make_writer, reply_fields
from tests.listing_reports import make_request
from tests.moderation import report
from tests.working import in_a_thread

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WAITS = {"status": Status.PENDING, "checked_at": timezone.now(), "verdict": Verdict.HAM}


@pytest.fixture
def article():
    return make_article()


def wait(days, article=None, **values):
    """A comment that has waited so long."""
    return make_comment(article, **WAITS | {"created_at": days_ago(days), "status_at": days_ago(days)} | values)


def decided(days):
    """A moderator did something so long ago."""
    return CommentEvent.objects.create(
        comment=make_comment(), at=days_ago(days), move=Move.PUBLISH, actor=Actor.MODERATOR, by=make_moderator(),
        revision=1,
    )  # fmt: skip


def stored():
    """(unattended_since, deserted) as the pages find it."""
    row = CommentSettings.current()
    return row.unattended_since, row.deserted


def looked():
    look()
    return stored()


def desert(days=31):
    """Nobody has been here for so long, and a comment waits; it is returned."""
    comment = wait(days)
    look()
    return comment


# --- What counts as an absence -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lasted", "is_unattended", "is_deserted"),
    [
        (7 * DAY - timedelta(hours=1), False, False),
        (7 * DAY, True, False),
        (30 * DAY - timedelta(hours=1), True, False),
        (30 * DAY, True, True),
    ],
)
def test_an_absence_is_one_after_a_week_and_a_desertion_after_thirty_days(lasted, is_unattended, is_deserted):
    since = NOON - lasted
    assert judge(since, NOON) == (since if is_unattended else None, is_deserted)


def test_while_nothing_waits_nobody_is_missed():
    decided(60)
    make_comment(created_at=days_ago(40))
    assert looked() == (None, False)
    assert not CommentSettings.objects.exists()


def test_a_quiet_site_is_no_deserted_one():
    decided(60)
    wait(6)
    assert looked() == (None, False)


def test_it_begins_when_the_oldest_item_began_to_wait():
    decided(60)
    oldest = wait(9)
    wait(8)
    assert looked() == (oldest.status_at, False)


def test_it_begins_with_the_last_thing_that_a_moderator_did():
    wait(60)
    assert looked()[1]
    event = decided(10)
    assert looked() == (event.at, False)


def test_whoever_decides_now_and_then_may_leave_something_for_long():
    wait(60)
    decided(6)
    assert looked() == (None, False)


def test_a_message_or_a_word_about_a_listing_waits_for_a_person_too():
    message = ContactMessage.objects.create(text="This doctor has moved.", about="/doctors/1/", created_at=days_ago(8))
    assert looked() == (message.created_at, False)
    ContactMessage.objects.update(created_at=days_ago(31))
    assert looked()[1]
    message.close(by=make_moderator())
    assert looked() == (None, False)


def test_what_a_reader_says_of_a_listing_waits_too_and_who_decides_about_that_is_here():
    request = make_request(make_listing().doctor, created_at=days_ago(8))
    assert looked() == (request.created_at, False)
    request.close(ReportState.CLOSED, by=make_editor())
    assert looked() == (None, False)
    wait(8)
    assert looked() == (None, False)
    ListingReport.objects.update(closed_at=days_ago(8), created_at=days_ago(8))
    assert looked()[0]


def test_a_request_that_somebody_looked_at_and_could_not_verify_waits_for_nobody_here():
    doctor = make_listing().doctor
    make_request(doctor, created_at=days_ago(8))
    doctor.dispute()
    assert looked() == (None, False)


def test_who_answers_messages_is_here():
    wait(8)
    ContactMessage.objects.create(text="Hello", closed_at=days_ago(2), closed_by=make_moderator())
    assert looked() == (None, False)


def public(**values):
    return make_comment(**values | {"decided_at": timezone.now(), "decided_by": make_moderator()})


def unchecked():
    return wait(8, checked_at=None, verdict="", due_at=days_ago(8))


def held():
    return wait(8, created_at=days_ago(90), held_at=days_ago(8))


def appealed():
    return Appeal.objects.create(comment=make_comment(status=Status.SPAM), created_at=days_ago(8))


def reported():
    report(make_comment())
    Report.objects.update(created_at=days_ago(8))


def proposed():
    Proposal.put(public(), "Ann", "Other words.")
    Proposal.objects.update(proposed_at=days_ago(8))


@pytest.mark.parametrize("arrive", [unchecked, held, appealed, reported, proposed])
def test_whatever_waits_for_a_person_counts(arrive):
    arrive()
    since, _ = looked()
    assert timedelta(days=8) <= timezone.now() - since < timedelta(days=8, minutes=5)


def drawn():
    Sample.objects.create(comment=make_comment(status=Status.SPAM, verdict=Verdict.DISCARD), drawn_at=days_ago(9))


def erased():
    wait(9, erased_at=days_ago(9), author_name="", text="")


def of_what_is_hidden():
    Proposal.put(make_comment(status=Status.REMOVED), "Ann", "Other words.")
    Proposal.objects.update(proposed_at=days_ago(9))


@pytest.mark.parametrize("arrive", [drawn, erased, of_what_is_hidden])
def test_what_nobody_waits_for_does_not_count(arrive):
    arrive()
    assert looked() == (None, False)


def test_a_report_that_is_opened_again_waits_from_then_on():
    comment = make_comment()
    report(comment)
    Report.objects.update(created_at=days_ago(50))
    comment.dismiss_reports(by=make_moderator())
    report(comment, ReportReason.DANGER)
    events = CommentEvent.objects.filter(actor=Actor.MODERATOR)
    super(type(events), events).update(at=days_ago(20))
    assert looked() == (None, False)


def test_it_is_over_when_nothing_waits_any_more():
    comment = desert(8)
    assert stored()[0]
    comment.withdraw()
    assert looked() == (None, False)


def test_the_worker_looks_every_hour():
    wait(8)
    work_off()
    assert stored()[0]
    due_in = PeriodicJob.objects.get(name="look-for-moderators").due_at - timezone.now()
    assert timedelta(minutes=59) < due_in <= timedelta(hours=1)


def test_looking_takes_the_same_few_queries_however_much_waits(django_assert_max_num_queries):
    for days in range(40):
        wait(days)
        report(make_comment(), reader=f"reader-{days}")
    decided(45)
    look()
    with django_assert_max_num_queries(12):
        look()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="small tables are read whole there")
def test_what_has_waited_longest_is_found_by_an_index():
    rows = Comment.objects.waiting().filter(erased_at=None).order_by("status_at").values_list("status_at", flat=True)
    plan = rows[:1].explain()
    assert "comment_retention" in plan
    assert "TEMP B-TREE" not in plan  # nothing is sorted


def test_looking_writes_nothing_when_nothing_changed():
    desert(8)
    with CaptureQueriesContext(connection) as queries:
        look()
    assert not [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]


# --- How it ends ---------------------------------------------------------------------------------------


def appeal_of():
    comment = make_comment(status=Status.SPAM)
    comment.ask_again("Please.")
    return comment


def with_report():
    comment = make_comment()
    report(comment)
    return comment


def with_proposal():
    comment = public()
    comment.edit("Ann", "Other words.")
    return Comment.objects.select_related("proposal").get(pk=comment.pk)


def with_sample():
    comment = make_comment(status=Status.SPAM, verdict=Verdict.DISCARD)
    Sample.objects.create(comment=comment)
    return comment


DECISIONS = {
    "publish": (lambda: wait(1), lambda comment, by: comment.publish(by=by)),
    "hold": (make_comment, lambda comment, by: comment.hold(by=by)),
    "remove": (make_comment, lambda comment, by: comment.remove(by=by, reason=Reason.OTHER)),
    "spam": (make_comment, lambda comment, by: comment.mark_spam(by=by)),
    "uphold": (appeal_of, lambda comment, by: comment.uphold(by=by)),
    "dismiss": (with_report, lambda comment, by: comment.dismiss_reports(by=by)),
    "confirm spam": (with_sample, lambda comment, by: comment.confirm_spam(by=by)),
    "accept": (with_proposal, lambda comment, by: comment.proposal.accept(by=by)),
    "decline": (with_proposal, lambda comment, by: comment.proposal.decline(by=by)),
    "reply": (make_article, lambda article, by: Comment(article=article, text="We are back.").post_as_staff(by=by)),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_whatever_a_moderator_decides_ends_it_at_once(name):
    arrange, decide = DECISIONS[name]
    item, moderator = arrange(), make_moderator()
    desert()
    assert stored()[1]
    decide(item, moderator)
    assert stored() == (None, False)
    assert looked() == (None, False)  # what still waits is looked at again in a week


def test_what_the_site_and_writers_do_does_not_end_it():
    desert()
    wait(1).edit("Ann", "Other words.")
    make_comment().record(Move.CHECK, Actor.SYSTEM)
    report(make_comment())
    assert stored()[1]


def test_a_decision_that_fails_ends_nothing():
    comment = desert()
    Comment.objects.filter(pk=comment.pk).update(revision=7)
    with pytest.raises(Exception, match="changed meanwhile"):
        comment.publish(by=make_moderator())
    assert stored()[1]


def test_usually_a_decision_only_looks(django_assert_num_queries):
    CommentSettings.objects.create(pk=1)
    with django_assert_num_queries(1):
        CommentSettings.end_absence()


# --- At the same time ------------------------------------------------------------------------------------


def at_the_same_moment(*calls):
    """Each in a thread of its own. Returns what they gave."""
    together = Barrier(len(calls))

    def run(call):
        try:
            together.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_the_same_moment_make_one_row():
    comment = wait(8)
    at_the_same_moment(look, look, look)
    assert stored() == (comment.status_at, False)
    assert CommentSettings.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_moderators_who_come_back_at_the_same_moment_do_not_wait_for_each_other():
    moderators = [make_moderator(), make_moderator()]
    comments = [desert(), wait(3)]
    pairs = zip(comments, moderators, strict=True)
    at_the_same_moment(*[lambda one=one, by=by: one.publish(by=by) for one, by in pairs])
    assert stored() == (None, False)
    assert Comment.objects.public().count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_decision_while_the_job_looks_ends_it_all_the_same(monkeypatch):
    comment, moderator = desert(29), make_moderator()
    decisions = []

    def judge_while_somebody_decides(since, now):
        decision = in_a_thread(lambda: comment.publish(by=moderator))
        decision.__enter__()
        decisions.append(decision)
        return since, True

    monkeypatch.setattr(absence, "judge", judge_while_somebody_decides)
    look()
    decisions[0].__exit__(None, None, None)
    assert stored() == (None, False)


# --- The admin's form ------------------------------------------------------------------------------------


@pytest.fixture
def form(client):
    client.force_login(make_moderator())

    def post(name, *args, **fields):
        return client.post(reverse(f"admin:comments_commentsettings_{name}", args=args), {"open": "on"} | fields)

    return post


def test_a_settings_form_that_was_opened_before_writes_no_absence_back(form):
    comment = desert()
    assert form("change", 1, note="Hello.").status_code == 302
    assert stored() == (comment.status_at, True)
    comment.publish(by=make_moderator())
    assert form("change", 1, close_after_days="90").status_code == 302
    assert stored() == (None, False)
    row = CommentSettings.objects.get()
    assert (row.open, row.note, row.close_after_days) == (True, "", 90)


def test_what_the_job_writes_while_the_form_is_saved_stays(form, monkeypatch):
    CommentSettings.objects.create(pk=1)
    comment = wait(8)
    save = CommentSettings.save

    def save_after_the_job(row, *args, **kwargs):
        look()
        save(row, *args, **kwargs)

    monkeypatch.setattr(CommentSettings, "save", save_after_the_job)
    form("change", 1, note="Back soon.")
    row = CommentSettings.objects.get()
    assert (row.unattended_since, row.note) == (comment.status_at, "Back soon.")


def test_the_first_settings_form_is_saved_although_the_job_made_the_row_meanwhile(form):
    comment = desert(8)
    assert form("add", note="Hello.").status_code == 302
    row = CommentSettings.objects.get()
    assert (row.unattended_since, row.note) == (comment.status_at, "Hello.")


# --- What readers find -----------------------------------------------------------------------------------


def in_words(time):
    return f"{time:%-d %b %Y}"


def test_the_form_says_that_nobody_moderates(client, article):
    assert "No moderator" not in client.get(article.get_absolute_url()).text
    since = desert(8).status_at
    for address in (article.get_absolute_url(), reverse("post-comment", args=[article.slug])):
        page = client.get(address).text
        assert f"No moderator has been here since {in_words(since)}. Your comment may wait for long." in page
        assert 'name="text"' in page


def test_where_comments_appear_by_themselves_only_some_may_wait(client, article, checker, settings):
    settings.COMMENT_POLICY = "publish-ham"
    desert(8)
    page = client.get(article.get_absolute_url()).text
    assert "If a moderator has to read your comment first, it may wait for long." in page


def test_the_page_changes_with_the_jobs_write_and_with_nothing_else(client, article):
    before = client.get(article.get_absolute_url())
    wait(8, article)
    assert client.get(article.get_absolute_url()).content == before.content
    look()
    after = client.get(article.get_absolute_url())
    assert after.headers["ETag"] != before.headers["ETag"]
    assert client.get(article.get_absolute_url()).content == after.content
    assert not after.cookies


def test_deserted_comments_are_closed_and_say_why_and_until_when(client, article):
    since = desert().status_at
    page = client.get(article.get_absolute_url()).text
    assert "Comments are closed" in page
    assert f"No moderator has been here since {in_words(since)}, so comments are closed." in page
    assert "They open again by themselves as soon as one is back." in page
    assert 'name="text"' not in page


def test_a_post_to_a_deserted_site_is_refused_with_its_text_kept(client, article):
    desert()
    answer = client.post(reverse("post-comment", args=[article.slug]), reply_fields(text="What I lived through"))
    assert answer.status_code == 403
    assert "What I lived through" in answer.text
    assert reverse("contact") in answer.text
    assert "another article" not in answer.text  # they are closed there, too
    assert article.comments.count() == 0


def test_comments_open_again_with_the_next_decision(client, article):
    desert().publish(by=make_moderator())
    assert "No moderator" not in client.get(article.get_absolute_url()).text
    assert client.post(reverse("post-comment", args=[article.slug]), reply_fields()).status_code == 303


@pytest.mark.parametrize("values", [{"note": "Closed over the holidays."}, {"note": ""}])
def test_what_people_closed_is_not_said_to_open_by_itself(client, article, values):
    desert()
    CommentSettings.objects.update(open=False, **values)
    assert "by themselves" not in client.get(article.get_absolute_url()).text
    CommentSettings.objects.update(open=True)
    closed = make_article(comments_open=False)
    page = client.get(closed.get_absolute_url()).text
    assert "Comments on this article are closed." in page
    assert "by themselves" not in page


def test_the_receipts_say_it(client):
    comment = desert(8)
    page = client.get(comment.get_receipt_url()).text
    assert f"No moderator has been here since {in_words(comment.status_at)}." in page
    assert "comments are closed" not in page


def test_the_receipts_say_that_nothing_more_is_published(client, checker, settings):
    settings.COMMENT_POLICY = "publish-ham"
    since = desert().status_at
    comment = make_comment(status=Status.PENDING, due_at=timezone.now())
    page = client.get(comment.get_receipt_url()).text
    assert f"No moderator has been here since {in_words(since)}. Until one is, nothing new is published" in page
    assert "A moderator reads it." in page


# --- What the site does by itself --------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["trust-returning", "publish-ham"])
@pytest.mark.parametrize("is_deserted", [True, False])
def test_nothing_is_published_automatically_on_a_deserted_site(checker, settings, policy, is_deserted):
    settings.COMMENT_POLICY = policy
    comment = make_comment(status=Status.PENDING, due_at=timezone.now(), writer=make_writer(approved=3))
    desert(31 if is_deserted else 29)
    work_off()
    comment.refresh_from_db()
    assert comment.verdict == Verdict.HAM
    assert comment.is_public != is_deserted


@pytest.mark.parametrize("is_deserted", [True, False])
def test_no_new_version_is_either(checker, settings, is_deserted):
    settings.COMMENT_POLICY = "publish-ham"
    comment = public()
    comment.edit("Ann", "Other words.")
    desert(31 if is_deserted else 29)
    work_off()
    comment.refresh_from_db()
    assert (comment.text == "Other words.") != is_deserted
    assert Proposal.objects.on_public().exists() == is_deserted


def test_who_only_looks_at_an_address_has_decided_nothing():
    comment = make_comment(status=Status.PENDING, status_at=days_ago(8), created_at=days_ago(8))
    absence.look()
    assert CommentSettings.current().unattended_since
    comment.reveal(by=make_moderator())
    absence.look()
    assert CommentSettings.current().unattended_since
