"""Taking decisions back: whatever was decided about whatever comment, all is as it was before, or nothing happens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import chain
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from comments import erasure
from comments.models import Comment, CommentEvent, Feedback, FormerText, Note, Notification, Proposal, Sample
from comments.moderation.decisions import DECISIONS
from comments.moderation.desk import Comments
from comments.moves import Actor, Move, Reason, Status
from crpsinfo.desk.deciding import purge, undo_batch
from crpsinfo.models import UndoStep
from crpsinfo.spam import Result, Verdict
from crpsinfo.worker import work_off
from tests.deciding import PHONE, TYPED, decide, done, seen, stored, take_back, undo_last
from tests.factories import days_ago, make_comment, make_moderator
from tests.moderation import report
from tests.working import in_a_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_clock")]

TEXT = f"Call me at {PHONE}, please."
HAM = {"verdict": Verdict.HAM, "checked_at": timezone.now()}


@pytest.fixture(autouse=True)
def _checker(checker):
    return checker


# --- What a comment can be --------------------------------------------------------------------------------


def somebodys(**values):
    """A comment of somebody who gets mails, in answer to somebody who does."""
    mailed = {"email": "ann@example.org", "email_confirmed_at": days_ago(1)}
    parent = make_comment(author_name="Bea", **mailed | {"email": "bea@example.org"})
    return make_comment(**{"parent": parent, "text": TEXT, "status": Status.PENDING, **mailed, **values})


def waiting():
    return somebodys(due_at=timezone.now())


def checked():
    return somebodys(**HAM)


def held():
    comment = waiting()
    comment.hold(by=make_moderator(), note="I am not sure.")
    return comment


def unseen(**values):
    return somebodys(status=Status.PUBLIC, **HAM | values)


def approved():
    comment = somebodys(**HAM)
    comment.publish(by=make_moderator(), note="Ask your doctor.")
    return comment


def reported(make=unseen, by=2):
    comment = make()
    for number in range(by):
        report(comment, reader=f"reader-{number}", words="It is rude.")
    return stored(comment)


def with_new_version(make=unseen):
    comment = make()
    comment.edit("Anna", f"Better call {PHONE}.")
    return stored(comment)


def with_checked_version():
    comment = with_new_version(approved)
    Proposal.objects.update(due_at=None, **HAM)
    return stored(comment)


def removed():
    comment = checked()
    comment.remove(by=make_moderator(), reason=Reason.ACCUSES, words="Please leave out the name.")
    return comment


def spam():
    return somebodys(status=Status.SPAM, verdict=Verdict.SPAM, checked_at=timezone.now())


def marked_as_spam():
    comment = checked()
    comment.mark_spam(by=make_moderator())
    return comment


def drawn():
    comment = somebodys(status=Status.SPAM, verdict=Verdict.DISCARD, checked_at=timezone.now())
    Sample.objects.create(comment=comment)
    return comment


def appealed(make=removed):
    comment = make()
    comment.ask_again("Please read it once more.")
    return comment


def withdrawn():
    comment = reported()
    comment.withdraw()
    return comment


SHOWN = "hold mask note remove reply spam"
PROPOSED = "accept decline hold note remove reply spam"
STATES = {  # how to make it: what can be decided about it
    waiting: "hold mask publish remove spam",
    checked: "hold mask publish remove spam",
    held: "hold mask publish remove spam",
    partial(reported, by=3): "dismiss hold mask publish remove spam",
    unseen: SHOWN,
    approved: SHOWN,
    reported: f"{SHOWN} dismiss",
    partial(reported, approved): f"{SHOWN} dismiss",
    with_new_version: PROPOSED,
    with_checked_version: PROPOSED,
    partial(with_new_version, reported): f"{PROPOSED} dismiss",
    removed: "hold mask publish spam",
    appealed: "hold mask publish spam uphold",
    spam: "hold mask publish remove",
    marked_as_spam: "hold mask publish remove",
    partial(appealed, spam): "hold mask publish remove uphold",
    drawn: "confirm_spam hold mask publish remove",
    partial(appealed, drawn): "confirm_spam hold mask publish remove uphold",
    withdrawn: "dismiss",
}
PAIRS = [(make, name) for make, names in STATES.items() for name in names.split()]


def name_of(make):
    if isinstance(make, str):
        return make
    parts = [make.func, *make.args] if isinstance(make, partial) else [make]
    return " ".join(getattr(part, "__name__", str(part)) for part in parts)


def of_each_pair(test):
    return pytest.mark.parametrize(("make", "name"), PAIRS, ids=name_of)(test)


@pytest.mark.parametrize(("make", "names"), STATES.items(), ids=name_of)
def test_only_what_makes_sense_can_be_decided(make, names):
    comment = Comment.objects.for_moderators().get(pk=make().pk)
    possible = {name for name, decision in DECISIONS.items() if decision.is_possible(comment)}
    assert possible == set(names.split())


def test_each_decision_is_tried_somewhere():
    assert {name for _, name in PAIRS} == set(DECISIONS)


# --- All is as it was -------------------------------------------------------------------------------------

UPKEEP = (
    "id",
    "revision",
    "due_at",
    "leased_until",
    "attempts",
    "last_error",
)  # whether it is due counts, not since when


def picture(comment):
    """All that there is about a comment and that a decision can change, apart from its record."""
    rows = [Comment.objects.filter(pk=comment.pk), comment.replies.public()]
    rows += [model.objects.filter(comment=comment) for model in (Proposal, Sample, FormerText, Note)]
    rows += [type(row)._base_manager.filter(pk=row.pk) for row in filter(None, [getattr(comment, "appeal", None)])]
    return [facts(row) for row in chain(*rows, comment.reports.all())]


def facts(row):
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.fields if field.name not in UPKEEP}
    return columns | {"model": row._meta.label, "is_due": bool(getattr(row, "due_at", None))}


def record(comment):
    """The keys of all events of the comment and of its answers."""
    return set(CommentEvent.objects.filter(comment__in=[comment, *comment.replies.all()]).values_list("pk", flat=True))


@pytest.mark.sweep
@of_each_pair
def test_what_is_undone_is_exactly_as_it_was(client, make, name):
    comment, moderator = stored(make()), make_moderator()
    before, read = picture(comment), client.get(comment.article.get_absolute_url()).text
    done(name, comment, by=moderator)
    assert picture(stored(comment)) != before
    assert take_back(moderator) == [""]
    assert picture(stored(comment)) == before
    assert client.get(comment.article.get_absolute_url()).text == read
    assert not UndoStep.objects.exists()


@pytest.mark.sweep
@of_each_pair
def test_undoing_puts_one_event_on_record_with_who_and_what(make, name):
    comment, moderator = make(), make_moderator()
    done(name, comment, by=moderator)
    before = record(comment)
    take_back(moderator)
    [event] = CommentEvent.objects.filter(pk__in=record(comment) - before)
    what = (Move.WITHDRAW, "") if name == "reply" else (Move.UNDO, name)
    assert (event.move, event.reason, event.actor, event.by) == (*what, Actor.MODERATOR, moderator)


def an_hour_later():
    """What was scheduled is done, and everybody may be written to again."""
    Notification.objects.filter(sent_at__isnull=False).update(sent_at=F("sent_at") - timedelta(hours=1))
    for model in (Notification, Feedback):
        model.objects.filter(due_at__isnull=False).update(due_at=timezone.now(), leased_until=None)
    work_off()


@pytest.mark.sweep
@of_each_pair
def test_of_what_was_undone_nobody_is_told(checker, mailoutbox, make, name):
    comment, moderator = make(), make_moderator()
    for each in (comment, comment.parent):
        Notification.catch_up(stored(each))
    an_hour_later()  # what came before is told
    mailoutbox.clear()
    checker.reported.clear()
    done(name, comment, by=moderator)
    take_back(moderator)
    an_hour_later()
    assert [mail.subject for mail in mailoutbox] == []
    assert checker.reported == []


def test_what_was_taught_before_a_new_version_was_accepted_and_that_undone_is_not_taught_again(checker):
    comment, moderator = spam(), make_moderator()
    comment.publish(by=moderator)
    an_hour_later()
    assert [is_spam for _, is_spam in checker.reported] == [False]
    comment.edit("Anna", "Other words.")
    done("accept", comment, by=moderator)
    take_back(moderator)
    an_hour_later()
    assert [is_spam for _, is_spam in checker.reported] == [False]


def test_a_new_version_that_was_due_for_its_check_is_due_again_when_a_worker_came_between(checker):
    comment, moderator = with_new_version(), make_moderator()
    done("hold", comment, by=moderator)
    work_off()
    take_back(moderator)
    work_off()
    assert stored(comment).proposal.checked_at


def test_what_was_not_due_for_its_check_is_not_due_afterward():
    comment, moderator = waiting(), make_moderator()
    comment.publish(by=moderator)
    comment.hold(by=moderator)
    assert stored(comment).due_at is None
    done("publish", comment, by=moderator)
    take_back(moderator)
    assert stored(comment).due_at is None


def test_what_readers_report_meanwhile_stays_and_hides_as_ever():
    comment, moderator = reported(), make_moderator()
    done("dismiss", comment, by=moderator)
    report(comment, reader="a third reader")
    assert take_back(moderator) == [""]
    assert comment.reports.open().count() == 3
    assert stored(comment).status == Status.PENDING


# --- What came between ------------------------------------------------------------------------------------


def verdict(value):
    """A verdict on the comment as it is now, which is on its way."""

    def arrive(comment):
        comment.record_verdict(Result(verdict=value), may_publish=True)

    return arrive


@pytest.mark.parametrize("value", [Verdict.HAM, Verdict.SPAM, Verdict.DISCARD])
@pytest.mark.parametrize("name", ["publish", "spam", "remove"])
def test_a_verdict_that_arrives_between_stays_and_moves_nothing(checker, name, value):
    comment, moderator = waiting(), make_moderator()
    at_the_checker = stored(comment)
    done(name, comment, by=moderator)
    verdict(value)(at_the_checker)
    assert take_back(moderator) == [""]
    now = stored(comment)
    assert (now.status, now.verdict, now.due_at) == (Status.PENDING, value, None)
    an_hour_later()
    assert checker.reported == []


def by_somebody_else(name, **typed):
    return lambda comment: done(name, comment, by=make_moderator(), **typed)


def edit(comment):
    stored(comment).edit("Ann", "Quite other words.")


def withdraw(comment):
    stored(comment).withdraw()


def withdraw_and_restore(comment):
    stored(comment).withdraw()
    stored(comment).restore()


def appeal(comment):
    stored(comment).ask_again("Please read it once more.")


def new_version_again(name):
    def propose_and_decide(comment):
        stored(comment).edit("Ann", "Buy my pills.")
        done(name, comment, by=make_moderator())

    return propose_and_decide


def report_and_dismiss(comment):
    report(comment, reader="another reader")
    done("dismiss", comment, by=make_moderator())


MEANWHILE = [  # the state, the decision, what came between, how it is told
    (waiting, "publish", by_somebody_else("remove"), "Removed by"),
    (waiting, "publish", by_somebody_else("hold"), "Held by"),
    (waiting, "publish", by_somebody_else("note"), "Note of the moderators changed by"),
    (waiting, "publish", by_somebody_else("mask"), "Partly hidden by"),
    (waiting, "publish", edit, "New version proposed by its writer"),
    (waiting, "publish", withdraw, "Withdrawn by its writer"),
    (waiting, "publish", withdraw_and_restore, "Brought back by its writer"),
    (waiting, "hold", by_somebody_else("hold"), "Held by"),
    (waiting, "hold", edit, "Changed by its writer"),
    (waiting, "mask", edit, "Changed by its writer"),
    (waiting, "mask", by_somebody_else("publish"), "Published by"),
    (unseen, "remove", appeal, "Appealed by its writer"),
    (unseen, "remove", by_somebody_else("publish"), "Published by"),
    (unseen, "note", by_somebody_else("note", public_note="Another."), "Note of the moderators changed by"),
    (unseen, "spam", withdraw, "Withdrawn by its writer"),
    (reported, "dismiss", by_somebody_else("remove"), "Removed by"),
    (reported, "dismiss", report_and_dismiss, "Reports dismissed by"),
    (partial(reported, approved), "dismiss", report_and_dismiss, "Reports dismissed by"),
    (appealed, "uphold", by_somebody_else("publish"), "Published by"),
    (drawn, "confirm_spam", by_somebody_else("publish"), "Published by"),
    (with_new_version, "accept", edit, "New version proposed by its writer"),
    (with_new_version, "accept", by_somebody_else("mask"), "Partly hidden by"),
    (with_new_version, "decline", edit, "New version proposed by its writer"),
    (with_new_version, "decline", new_version_again("accept"), "New version accepted by"),
    (with_new_version, "decline", new_version_again("decline"), "New version declined by"),
]


@pytest.mark.sweep
@pytest.mark.parametrize(("make", "name", "meanwhile", "told"), MEANWHILE)
def test_after_anything_else_happened_nothing_is_undone_and_it_says_who_what_and_when(
    client, make, name, meanwhile, told
):
    comment, moderator = make(), make_moderator()
    client.force_login(moderator)
    done(name, comment, by=moderator)
    meanwhile(comment)
    before, last = picture(stored(comment)), comment.events.last()
    page = undo_last(client, moderator).text
    assert picture(stored(comment)) == before
    assert comment.events.last() == last
    assert f"Not undone: comment {comment.pk}, by" in page
    assert f"{told}{f' {last.by}' if last.by else ''} on {last.at:%-d %b %Y, %H:%M} UTC" in page


@pytest.mark.parametrize("name", ["remove", "spam", "hold"])
def test_a_reply_that_somebody_else_decided_about_is_not_taken_back(name):
    comment, moderator = unseen(), make_moderator()
    done("reply", comment, by=moderator)
    reply = comment.replies.get()
    done(name, reply, by=make_moderator())
    before = picture(stored(reply))
    [why] = take_back(moderator)
    assert picture(stored(reply)) == before
    assert DECISIONS[name].done in why.lower()


def test_after_an_erasure_nothing_is_undone(client):
    comment, moderator = unseen(), make_moderator()
    client.force_login(moderator)
    done("remove", comment, by=moderator)
    batch = UndoStep.objects.get().batch
    erasure.erase([stored(comment)])
    before = picture(stored(comment))
    page = client.post("/admin/queue/undo/", {"batch": batch}, follow=True)
    assert "There is nothing to undo any more." in page.text
    assert picture(stored(comment)) == before


@pytest.mark.parametrize("name", ["accept", "decline", "mask"])
def test_without_the_former_text_nothing_is_undone(name):
    comment, moderator = with_new_version() if name != "mask" else unseen(), make_moderator()
    done(name, comment, by=moderator)
    FormerText.objects.all().delete()
    before = picture(stored(comment))
    assert take_back(moderator) != [""]
    assert picture(stored(comment)) == before


# --- At the same moment -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "name"),
    [(waiting, "publish"), (reported, "dismiss"), (partial(reported, approved), "dismiss")],
    ids=name_of,
)
def test_two_undos_at_the_same_moment_undo_it_once(monkeypatch, make, name):
    comment, moderator, together = make(), make_moderator(), Barrier(2)
    done(name, comment, by=moderator)
    batch, may = UndoStep.objects.get().batch, Comments.may

    def both_have_read_the_step(kind, user):
        together.wait(timeout=30)
        return may(kind, user)

    def undo(_):
        try:
            return undo_batch(batch, by=moderator)
        finally:
            connection.close()

    monkeypatch.setattr(Comments, "may", both_have_read_the_step)
    with ThreadPoolExecutor(2) as people:
        told = [why for outcome in people.map(undo, range(2)) for _, why in outcome]
    assert comment.events.filter(move=Move.UNDO).count() == 1
    assert sorted(bool(why) for why in told) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_an_undo_and_a_decision_at_the_same_moment_leave_what_one_of_them_wanted():
    comment, anna, ben, together = waiting(), make_moderator(), make_moderator(), Barrier(2)
    done("publish", comment, by=anna)
    as_seen, outcomes = seen(comment), {}

    def remove():
        together.wait(timeout=30)
        outcomes["removed"] = bool(decide("remove", comment, by=ben, as_seen=as_seen).done)

    with in_a_thread(remove):
        together.wait(timeout=30)
        outcomes["undone"] = take_back(anna) == [""]
    wanted = Status.REMOVED if outcomes["removed"] else Status.PENDING
    assert outcomes["removed"] != outcomes["undone"]
    assert stored(comment).status == wanted


# --- Whose, and how long ----------------------------------------------------------------------------------


def test_nobody_undoes_what_somebody_else_decided(client):
    comment, anna, ben = waiting(), make_moderator(), make_moderator()
    done("publish", comment, by=anna)
    client.force_login(ben)
    page = undo_last(client, anna)
    assert "There is nothing to undo any more." in page.text
    assert stored(comment).is_public
    assert UndoStep.objects.filter(by=anna).exists()


def test_who_may_not_moderate_any_more_undoes_nothing(client):
    comment, moderator = waiting(), make_moderator()
    client.force_login(moderator)
    done("publish", comment, by=moderator)
    moderator.groups.clear()
    assert undo_last(client, moderator).status_code == 403
    assert stored(comment).is_public


@pytest.mark.parametrize("batch", ["", "nonsense", "1" * 5000, "٣" * 32, "{", "0x" + "f" * 30])
def test_what_is_no_decision_is_refused(client, batch):
    client.force_login(make_moderator())
    assert client.post("/admin/queue/undo/", {"batch": batch}).status_code in (303, 400)
    assert client.post("/admin/queue/undo/").status_code == 400


def test_a_decision_that_never_was_is_not_there_to_be_undone(client):
    client.force_login(make_moderator())
    page = client.post("/admin/queue/undo/", {"batch": uuid4(), "tab": "nonsense"}, follow=True)
    assert "There is nothing to undo any more." in page.text


def test_undoing_is_a_post(client):
    comment, moderator = waiting(), make_moderator()
    client.force_login(moderator)
    done("publish", comment, by=moderator)
    for method in (client.get, client.put, client.delete):
        assert method("/admin/queue/undo/").status_code == 405
    assert stored(comment).is_public


STACKS = [
    (waiting, "publish", "remove"),
    (waiting, "publish", "mask"),
    (waiting, "publish", "note"),
    (waiting, "publish", "reply"),
    (waiting, "hold", "hold"),
    (waiting, "mask", "publish"),
    (unseen, "note", "note"),
    (unseen, "remove", "publish"),
    (reported, "dismiss", "remove"),
    (reported, "dismiss", "mask"),
    (appealed, "uphold", "publish"),
    (drawn, "confirm_spam", "publish"),
    (with_new_version, "accept", "remove"),
    (with_new_version, "note", "accept"),
    (with_new_version, "decline", "spam"),
    (partial(with_new_version, reported), "dismiss", "decline"),
]


@pytest.mark.sweep
@pytest.mark.parametrize(("make", "first", "second"), STACKS, ids=name_of)
def test_undoing_twice_takes_back_the_two_latest_decisions(make, first, second):
    comment, moderator = make(), make_moderator()
    before = picture(stored(comment))
    done(first, comment, by=moderator)
    between = picture(stored(comment))
    done(second, comment, by=moderator)
    assert take_back(moderator) == [""]
    assert picture(stored(comment)) == between
    assert take_back(moderator) == [""]
    assert picture(stored(comment)) == before


def test_the_bar_offers_the_latest_decision_and_then_the_one_before(client):
    first, second, moderator = waiting(), waiting(), make_moderator()
    client.force_login(moderator)
    done("publish", first, by=moderator)
    done("spam", second, by=moderator)
    assert f"Marked as spam: comment {second.pk}, by Ann" in client.get("/admin/queue/waiting/").text
    assert f"Published: comment {first.pk}, by Ann" in undo_last(client, moderator).text
    assert "undo-bar" not in undo_last(client, moderator).text


def test_a_second_undo_of_the_same_finds_nothing(client):
    comment, moderator = waiting(), make_moderator()
    client.force_login(moderator)
    done("publish", comment, by=moderator)
    batch = UndoStep.objects.get().batch
    for words in ("Undone: comment", "There is nothing to undo any more."):
        assert words in client.post("/admin/queue/undo/", {"batch": batch}, follow=True).text
    assert comment.events.filter(move=Move.UNDO).count() == 1


def test_undoing_leads_back_to_the_card_in_the_tab_where_the_button_was(client):
    comment, moderator = waiting(), make_moderator()
    client.force_login(moderator)
    done("publish", comment, by=moderator)
    batch = UndoStep.objects.get().batch
    response = client.post("/admin/queue/undo/", {"batch": batch, "tab": "waiting"})
    assert (response.status_code, response.headers["Location"]) == (303, f"/admin/queue/waiting/#card-{comment.pk}")


def test_the_bar_is_offered_for_an_hour_and_the_step_deleted_after_a_day():
    moderator = make_moderator()
    for hours in (0, 2, 25):
        done("publish", waiting(), by=moderator)
        newest = UndoStep.objects.latest("pk")
        UndoStep.objects.filter(pk=newest.pk).update(at=timezone.now() - timedelta(hours=hours))
    assert len(UndoStep.objects.latest_batch(moderator)) == 1
    assert purge(dry_run=True) == purge() == {"undo steps deleted": 1}
    assert UndoStep.objects.count() == 2


def test_a_step_holds_nothing_that_a_reader_wrote_nor_a_note_for_colleagues():
    comment, moderator = with_new_version(reported), make_moderator()
    for name in ("mask", "hold", "publish", "remove"):
        if name == "mask":
            done("decline", comment, by=moderator)
        done(name, comment, by=moderator)
    kept = repr(list(UndoStep.objects.values()))
    for words in ("Ann", "Call me", PHONE, "Better call", "It is rude", TYPED["hold"]["note"]):
        assert words not in kept
