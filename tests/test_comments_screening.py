"""Our own rules: what they catch in what readers send, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import erasure
from comments.models import Comment, CrisisFlag, Feedback, Notification, Proposal
from comments.moves import Actor, Conflict, Move, Status
from crpsinfo.models import ACTIVE, Rule
from crpsinfo.spam import Verdict
from crpsinfo.sql import rows
from crpsinfo.worker import work_off
from tests.factories import days_ago, make_article, make_comment, make_moderator, make_writer, reply_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rules")]

PILLS = "You can buy cheap pills here."
STORY = "I had four infusions last spring, and they helped me for three weeks."
CAUGHT = [  # (kind of rule, what it looks for, a comment that it finds it in)
    ("phrase", "cheap pills", {"text": PILLS}),
    ("phrase", "cheap pills", {"author_name": "CHEAP PILLS"}),
    ("email", "seller@example.com", {"email": "Seller@example.com"}),
    ("email", "example.com", {"email": "other@example.com"}),
    ("link", "pills.example", {"text": "Look at https://www.pills.example/now today."}),
    ("link", "pills.example", {"website": "https://pills.example/"}),
    ("network", "198.51.100.0/24", {"ip": "198.51.100.9"}),
    ("network", "2001:db8::/32", {"ip": "2001:db8::9"}),
]


@pytest.fixture
def moderator():
    return make_moderator()


def make_rule(action="hold", value="cheap pills", **values):
    return Rule.objects.create(**{"kind": "phrase", "value": value, "action": action} | values)


def post(text="A few words.", *, article=None, **values):
    """As a reader posts it, read from the database."""
    values = {"author_name": "Ann", "ip": "192.0.2.7", "user_agent": "Test"} | values
    comment = Comment(article=article or make_article(), text=text, **values)
    comment.post()
    return stored(comment)


def stored(row):
    return type(row).objects.get(pk=row.pk)


def worked_off(comment):
    work_off()
    return stored(comment)


# --- What they catch --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "status"), [("hold", Status.PENDING), ("spam", Status.SPAM)])
@pytest.mark.parametrize(("kind", "value", "comment"), CAUGHT)
def test_what_a_rule_catches_is_held_or_out_of_sight_at_once(kind, value, comment, action, status):
    rule = make_rule(action, value, kind=kind)
    caught = post(**comment)
    assert (caught.ruling, caught.status) == (action, status)
    assert caught.ruled_because == rule.because
    screened = caught.events.get(move=Move.SCREEN)
    assert (screened.actor, screened.reason) == (Actor.SYSTEM, action)


@pytest.mark.parametrize(("kind", "value", "comment"), CAUGHT)
def test_other_comments_are_left_alone(kind, value, comment):
    rule = make_rule("spam", value, kind=kind)
    other = post(STORY, email="ann@example.org", website="https://example.org/", ip="192.0.2.7")
    assert (other.ruling, other.ruled_because, other.status) == ("", "", Status.PENDING)
    assert not other.events.filter(move=Move.SCREEN).exists()
    assert stored(rule).caught == 0


@pytest.mark.parametrize("kind", ["email", "network"])
def test_why_names_nobodys_address(kind):
    make_rule(kind=kind, value="example.com" if kind == "email" else "192.0.2.0/24")
    because = post(email="ann@example.com").ruled_because
    assert because
    assert "example.com" not in because
    assert "192.0.2" not in because


def test_a_rule_counts_what_it_catches(django_capture_on_commit_callbacks):
    rule, other = make_rule(), make_rule(value="dear moderators")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            post(PILLS)
    assert stored(rule).caught == 2
    assert timezone.now() - stored(rule).last_caught_at < timedelta(minutes=1)
    assert (stored(other).caught, stored(other).last_caught_at) == (0, None)


def test_a_rule_is_neither_locked_nor_written_before_the_comment_is_stored():
    rule = make_rule()
    with CaptureQueriesContext(connection) as queries:
        assert post(PILLS).ruling == "hold"
    asked = [query["sql"] for query in queries if "crpsinfo_rule" in query["sql"]]
    assert asked
    assert not [sql for sql in asked if not sql.startswith("SELECT") or "FOR UPDATE" in sql]
    assert stored(rule).caught == 0


def test_a_catch_that_cannot_be_counted_costs_no_comment(monkeypatch, django_capture_on_commit_callbacks):
    def away(rule):
        raise OperationalError("the database is locked")

    monkeypatch.setattr(Rule, "count_catch", away)
    make_rule()
    with django_capture_on_commit_callbacks(execute=True):
        assert post(PILLS).ruling == "hold"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
@pytest.mark.django_db(transaction=True)
def test_a_reply_and_a_change_of_its_parent_that_one_rule_catches_do_not_wait_for_each_other():
    """No deadlock."""
    rule, parent, together = make_rule(), make_comment(status=Status.PENDING), Barrier(2, timeout=10)

    def reply():
        post(PILLS, article=parent.article, parent=parent)
        together.wait()  # its parent's row is looked at when all this is stored

    def change():
        now = parent.lock()
        together.wait()
        now.edit("Ann", PILLS)

    def do(action):
        try:
            with transaction.atomic():
                action()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        list(people.map(do, [reply, change]))
    assert (stored(parent).ruling, parent.replies.get().ruling, stored(rule).caught) == ("hold", "hold", 2)


def test_a_rule_holds_from_the_next_post_on_and_a_deleted_one_no_more():
    assert post(PILLS).ruling == ""
    rule = make_rule("hold")
    assert post(PILLS).ruling == "hold"
    Rule.objects.update(value="pills here", action="spam")
    assert post(PILLS).ruling == "spam"
    rule.delete()
    assert post(PILLS).ruling == ""


def test_what_posts_ask_of_the_rules_is_what_is_active():
    for number, ends_at in enumerate([None, days_ago(1), days_ago(-1), timezone.now()]):
        make_rule(kind="phrase" if number else "link", value=f"{number}.example", ends_at=ends_at)
    active = Rule.objects.active().values_list("id", "kind", "value", "action")
    assert rows(ACTIVE, timezone.now()) == list(active) != []


def test_a_rule_that_has_ended_does_nothing():
    rule = make_rule("spam", ends_at=days_ago(1))
    assert post(PILLS).ruling == ""
    assert stored(rule).caught == 0


def test_a_rule_holds_until_its_end():
    make_rule("spam", ends_at=timezone.now() + timedelta(hours=1))
    assert post(PILLS).status == Status.SPAM


def test_of_several_findings_the_gravest_counts_and_tells_why(django_capture_on_commit_callbacks):
    rules = make_rule("hold", "you can buy"), make_rule("spam"), make_rule("spam", "pills here")
    with django_capture_on_commit_callbacks(execute=True):
        comment = post(PILLS)
    assert comment.ruling == "spam"
    assert set(comment.ruled_because.split("; ")) == {"“cheap pills”", "“pills here”"}
    assert [stored(rule).caught for rule in rules] == [1, 1, 1]


def test_however_much_is_found_why_fits():
    for number in range(20):
        make_rule(value=f"a rather long phrase that is number {number}")
    text = " ".join(f"This is a rather long phrase that is number {number}." for number in range(20))
    assert 0 < len(post(text).ruled_because) <= 300


def test_what_a_moderator_writes_is_not_judged(moderator):
    make_rule("spam")
    comment = Comment(article=make_article(), text=PILLS)
    comment.post_as_staff(by=moderator)
    assert stored(comment).is_public


# --- Links, and the same again ----------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "ruling", "because"), [(3, "", ""), (4, "hold", "4 links"), (9, "hold", "9 links")])
def test_more_links_than_a_person_needs_are_held(number, ruling, because):
    comment = post(" ".join(f"https://example.org/{place}" for place in range(number)))
    assert (comment.ruling, comment.ruled_because, comment.status) == (ruling, because, Status.PENDING)


@pytest.mark.parametrize(
    "again",
    [
        STORY,
        STORY.upper(),
        STORY.replace(" ", "\n\n"),
        STORY.replace("e", "é"),
        "".join(f"{letter} " for letter in STORY),
        STORY.replace(",", " …").replace(".", "!!!"),
    ],
)
def test_the_same_text_again_is_held_on_any_article_however_it_is_written(again):
    assert post(STORY).ruling == ""
    second = post(again, author_name="Bea", ip="198.51.100.9")
    assert (second.ruling, second.ruled_because) == ("hold", "the same text again")


def test_what_is_short_may_be_said_by_many():
    post("Thank you all so much!")
    assert post("Thank you all so much!", author_name="Bea").ruling == ""


def test_after_some_weeks_it_is_not_the_same_again():
    Comment.objects.filter(pk=post(STORY).pk).update(created_at=days_ago(31))
    assert post(STORY).ruling == ""


@pytest.mark.parametrize("status", [Status.PUBLIC, Status.SPAM, Status.REMOVED, Status.WITHDRAWN])
def test_whatever_became_of_the_first_the_second_is_the_same_again(status):
    make_comment(text=STORY, status=status)
    assert post(STORY).ruling == "hold"


def test_who_changes_a_comment_does_not_repeat_it():
    comment = post(STORY)
    comment.edit("Anna", STORY.upper())
    assert comment.ruling == ""


def test_who_changes_a_comment_into_another_does():
    make_comment(text=STORY)
    comment = post("Something else.")
    comment.edit("Ann", STORY)
    assert (comment.ruling, comment.status) == ("hold", Status.PENDING)


def test_what_is_erased_is_not_known_again():
    comment = post(STORY)
    erasure.erase([comment])
    assert stored(comment).text_mark == ""
    assert post(STORY).ruling == ""


def test_the_mark_of_a_text_follows_the_text():
    comment = post(STORY)
    comment.edit("Ann", "I had two infusions this autumn, and they did not help me for a day.")
    assert post(STORY).ruling == ""


# --- What a person does not see ---------------------------------------------------------------------------


def send(client, article=None, **fields):
    address = reverse("post-comment", args=[(article or make_article()).slug])
    return client.post(address, reply_fields(**fields))


def test_what_fills_in_a_field_that_nobody_sees_is_spam_and_gets_an_answer_like_others(client):
    response = send(client, subject="Hello")
    comment = Comment.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, comment.get_receipt_url())
    assert (comment.status, comment.ruled_because) == (Status.SPAM, "filled in a field that nobody sees")


@pytest.mark.parametrize("fields", [{}, {"subject": ""}])
def test_who_leaves_it_empty_is_no_spammer(client, fields):
    send(client, **fields)
    assert Comment.objects.get().ruling == ""


def test_the_field_is_in_the_form_where_no_person_meets_it(client):
    page = client.get(make_article().get_absolute_url()).text
    hidden = page.split("<div hidden>")[1].split("</div>")[0]
    assert 'name="subject"' in hidden
    assert page.count('name="subject"') == 1


def test_a_preview_judges_nothing(client):
    rule = make_rule("spam")
    assert send(client, text=PILLS, preview="").status_code == 200
    assert stored(rule).caught == 0


def test_a_double_tap_is_not_the_same_text_again(client):
    article = make_article()
    for _ in range(2):
        send(client, article, text=STORY)
    assert Comment.objects.get().ruling == ""


# --- The checker ------------------------------------------------------------------------------------------


def test_what_our_own_rules_call_spam_is_told_to_nobody(checker):
    make_rule("spam")
    comment = post(PILLS)
    assert comment.due_at is None
    assert (worked_off(comment).status, checker.checked) == (Status.SPAM, [])


@pytest.mark.parametrize("policy", ["hold-all", "trust-returning", "publish-ham"])
def test_what_they_hold_is_checked_all_the_same_and_waits_for_a_person(settings, checker, policy):
    settings.COMMENT_POLICY = policy
    make_rule("hold")
    comment = worked_off(post(PILLS, writer=make_writer(approved=3)))
    assert [submission.text for submission in checker.checked] == [PILLS]
    assert (comment.verdict, comment.status) == (Verdict.HAM, Status.PENDING)
    assert comment in Comment.objects.for_a_person()


def test_what_they_hold_is_out_of_sight_if_the_checker_calls_it_spam(checker):
    make_rule("hold")
    checker.will_say(Verdict.SPAM)
    assert worked_off(post(PILLS)).status == Status.SPAM


def test_what_they_leave_alone_appears_under_the_policy(settings, checker):
    settings.COMMENT_POLICY = "publish-ham"
    make_rule("spam")
    assert worked_off(post(STORY)).is_public


@pytest.mark.parametrize(("action", "status"), [("hold", Status.PENDING), ("spam", Status.SPAM)])
def test_trusted_writers_are_judged_like_others(settings, checker, action, status):
    settings.COMMENT_POLICY = "trust-returning"
    writer = make_writer(approved=3)
    make_rule(action)
    assert worked_off(post(STORY, writer=writer)).is_public
    assert worked_off(post(PILLS, writer=writer)).status == status


@pytest.mark.parametrize(("action", "status"), [("hold", Status.PENDING), ("spam", Status.SPAM)])
def test_they_hold_while_the_checker_is_away(checker, action, status):
    checker.will_fail()
    make_rule(action)
    assert worked_off(post(PILLS)).status == status


def test_the_writer_of_what_they_call_spam_gets_no_mail(settings):
    settings.MAIL_CONFIGURED = True
    make_rule("spam")
    post(PILLS, email="ann@example.org")
    assert not Notification.objects.exists()


# --- In crisis --------------------------------------------------------------------------------------------


def test_what_may_be_about_a_life_waits_for_a_person_whatever_the_rules_say(checker):
    make_rule("spam")
    comment = worked_off(post(f"I want to die. {PILLS}"))
    assert (comment.status, comment.ruling) == (Status.PENDING, "spam")
    assert comment.crisis_flag
    assert comment in Comment.objects.for_a_person()


def test_a_change_of_what_may_be_about_a_life_stays_in_sight_of_moderators():
    make_rule("spam")
    comment = post("I want to die.")
    comment.edit("Ann", PILLS)
    assert (stored(comment).status, stored(comment).text) == (Status.PENDING, PILLS)
    assert CrisisFlag.objects.exists()


# --- New versions -----------------------------------------------------------------------------------------


def test_readers_go_on_seeing_what_was_approved_when_it_is_changed_into_spam(settings, checker):
    settings.COMMENT_POLICY = "publish-ham"
    make_rule("spam")
    comment = make_comment(text=STORY)
    comment.edit("Ann", PILLS)
    now = worked_off(comment)
    assert (now.status, now.text, now.ruling) == (Status.PUBLIC, STORY, "")
    proposal = Proposal.objects.get()
    assert (proposal.ruling, proposal.ruled_because, proposal.due_at) == ("spam", "“cheap pills”", None)
    assert checker.checked == []
    assert now in Comment.objects.for_a_person()


def test_a_new_version_that_they_hold_is_checked_and_not_shown(settings, checker):
    settings.COMMENT_POLICY = "publish-ham"
    make_rule("hold")
    comment = make_comment(text=STORY)
    comment.edit("Ann", PILLS)
    assert worked_off(comment).text == STORY
    assert (Proposal.objects.get().verdict, len(checker.checked)) == (Verdict.HAM, 1)


def test_a_moderator_accepts_a_new_version_that_they_called_spam(moderator, checker):
    make_rule("spam")
    comment = make_comment(text=STORY)
    comment.edit("Ann", PILLS)
    Proposal.objects.get().accept(by=moderator)
    now = worked_off(comment)
    assert (now.status, now.text, now.ruling) == (Status.PUBLIC, PILLS, "spam")
    assert (checker.checked, checker.reported) == ([], [])


@pytest.mark.parametrize(("held", "status"), [(False, Status.PUBLIC), (True, Status.PENDING)])
def test_such_a_version_is_told_to_nobody_afterwards(moderator, checker, held, status):
    make_rule("spam")
    comment = make_comment(text=STORY)
    comment.edit("Ann", PILLS)
    Proposal.objects.get().accept(by=moderator)
    comment = worked_off(comment)
    if held:
        comment.hold(by=moderator)
    comment.withdraw()
    comment.restore()
    now = worked_off(comment)
    assert (now.status, now.text, now.ruling, now.due_at) == (status, PILLS, "spam", None)
    assert checker.checked == []
    assert not now.events.filter(move=Move.SCREEN).exists()  # a person has said otherwise


@pytest.mark.parametrize(("action", "status"), [("hold", Status.PENDING), ("spam", Status.SPAM)])
def test_what_waits_is_judged_again_when_it_is_changed(checker, action, status):
    make_rule(action)
    comment = post(STORY)
    comment.edit("Ann", PILLS)
    assert (stored(comment).status, stored(comment).ruling) == (status, action)
    assert worked_off(comment).status == status
    assert len(checker.checked) == (action == "hold")


def test_what_is_put_right_is_not_held_any_more(settings, checker):
    settings.COMMENT_POLICY = "publish-ham"
    make_rule("hold")
    comment = post(PILLS)
    comment.edit("Ann", STORY)
    now = worked_off(comment)
    assert (now.status, now.ruling, now.ruled_because) == (Status.PUBLIC, "", "")


@pytest.mark.parametrize("later", [False, True])
def test_a_public_comment_that_its_writer_hides_for_spam_goes_to_the_spam(checker, later):
    make_rule("spam")
    comment = make_comment(text=STORY)
    comment.edit("Ann", PILLS, hide=not later)
    if later:
        comment.hide()
    assert (stored(comment).status, stored(comment).text, stored(comment).ruling) == (Status.SPAM, PILLS, "spam")
    assert (worked_off(comment).status, checker.checked) == (Status.SPAM, [])


def test_what_a_person_holds_stays_with_them(moderator):
    make_rule("spam")
    comment = make_comment(text=STORY)
    comment.hold(by=moderator)
    comment.edit("Ann", PILLS)
    assert (stored(comment).status, stored(comment).ruling) == (Status.PENDING, "spam")


# --- What its writer sees and can do ----------------------------------------------------------------------


def test_the_receipt_says_what_became_of_it_and_an_appeal_is_possible(client):
    make_rule("spam")
    send(client, text=PILLS)
    comment = Comment.objects.get()
    page = client.get(comment.get_receipt_url())
    assert 'data-status="spam" data-checked="yes"' in page.text
    assert "cheap pills”" not in page.text  # what our rules look for is nobody's business
    client.post(reverse("appeal", args=[comment.receipt_key]), {"text": "I only quoted it."})
    assert comment in Comment.objects.for_a_person()
    assert stored(comment).appeal.text == "I only quoted it."


def test_what_was_edited_into_spam_has_a_receipt_and_an_appeal(client):
    make_rule("spam")
    comment = post(STORY)
    comment.edit("Ann", PILLS)
    assert 'data-status="spam"' in client.get(comment.get_receipt_url()).text
    comment.ask_again("I only quoted it.")
    assert comment in Comment.objects.for_a_person()


def test_what_is_taken_back_and_brought_back_is_spam_again(checker):
    make_rule("spam")
    comment = post(PILLS)
    comment.withdraw()
    comment.restore()
    assert (worked_off(comment).status, checker.checked) == (Status.SPAM, [])


# --- What people say of it --------------------------------------------------------------------------------


def test_a_moderators_decisions_about_it_are_told_to_nobody(moderator, checker):
    make_rule("spam")
    comment = post(PILLS)
    for decide in (comment.publish, comment.mark_spam, comment.publish):
        decide(by=moderator)
        Feedback.objects.update(due_at=timezone.now())
        assert worked_off(comment).decided_by == moderator
    assert stored(comment).is_public
    assert (checker.checked, checker.reported) == ([], [])


def test_a_decision_about_it_is_undone_as_any_other(moderator):
    make_rule("spam")
    comment = post(PILLS)
    comment.publish(by=moderator)
    comment.hold(by=moderator)
    assert (stored(comment).status, stored(comment).ruling) == (Status.PENDING, "spam")
    comment.mark_spam(by=moderator)
    assert stored(comment).status == Status.SPAM
    with pytest.raises(Conflict):
        comment.mark_spam(by=moderator)


def test_what_is_held_after_it_was_called_spam_is_still_told_to_nobody(moderator, checker):
    make_rule("spam")
    comment = post(PILLS)
    comment.hold(by=moderator)
    assert (worked_off(comment).status, checker.checked) == (Status.PENDING, [])


def test_a_rule_that_ends_later_leaves_what_it_caught_where_it_is():
    rule = make_rule("spam")
    comment = post(PILLS)
    rule.delete()
    assert (stored(comment).status, stored(comment).ruled_because) == (Status.SPAM, "“cheap pills”")


# --- Too many of one writer -------------------------------------------------------------------------------


def test_too_many_of_one_writer_wait_with_the_text_kept(settings, client):
    settings.WRITER_LIMITS = [(2, 3600)]
    for number in range(2):
        assert send(client, remember="on", text=f"Number {number}").status_code == 303
    response = send(client, remember="on", text="One too many")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    assert "One too many</textarea>" in response.text
    assert Comment.objects.count() == 2


def test_the_limit_of_a_writer_follows_the_writer_from_network_to_network(settings, client):
    settings.WRITER_LIMITS = [(1, 3600)]
    url = reverse("post-comment", args=[make_article().slug])
    codes = [
        client.post(url, reply_fields(text=address, remember="on"), REMOTE_ADDR=address).status_code
        for address in ("192.0.2.1", "198.51.100.1", "203.0.113.1")
    ]
    assert codes == [303, 429, 429]


def test_one_writers_limit_is_not_anothers(settings, client):
    settings.WRITER_LIMITS = [(1, 3600)]
    assert send(client, remember="on", text="Of one").status_code == 303
    assert send(Client(), remember="on", text="Of another").status_code == 303
    assert send(client, text="Of nobody in particular").status_code == 303


@pytest.mark.parametrize("limits", ["POST_LIMITS", "WRITER_LIMITS"])
@pytest.mark.django_db(transaction=True)
def test_posts_at_the_same_moment_do_not_get_past_a_limit(settings, client, limits):
    send(client, remember="on")
    setattr(settings, limits, [(3, 7 * 24 * 60 * 60)])
    cookies, together, article = client.cookies, Barrier(6), make_article()

    def one_of_many(number):
        browser = Client()
        browser.cookies = cookies
        together.wait()
        try:
            return send(browser, article, remember="on", text=f"Number {number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as many:
        codes = sorted(many.map(one_of_many, range(6)))
    assert codes == [303, 303, 303, 429, 429, 429]
    assert article.comments.count() == 3
