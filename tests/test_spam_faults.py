"""Every trouble that the stand-in for Akismet knows, with one comment and with a burst: whatever happens, each
comment ends in the right state, none is published wrongly, none is lost, and each is checked once. Over HTTP, with the
threads of a real worker."""

from collections import Counter
from itertools import cycle, islice

import pytest
from django.test import override_settings
from django.utils import timezone

from comments.models import Comment, CommentEvent
from comments.moves import Move, Status
from crpsinfo.models import CheckerState
from crpsinfo.spam import get_checker
from crpsinfo.spam.breaker import breaker
from tests.akismet_stand_in import FAULTS, ODD_WAYS, StandIn
from tests.working import let_probe, nothing_in_hand, post, until, working

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 3
BURST = 200
SHORT_BURST = 80  # for each trouble: long enough that it breaks into the middle, with more to come
SOON = 30  # calls after which the trouble begins
LEAVES_ANSWERS_GOOD = "alert"  # of an account that is still served
STOPPING = sorted(set(FAULTS) - {LEAVES_ANSWERS_GOOD})

# By author: how a comment has to end, and how many answers that takes.
ENDS = {
    "Ann": (Status.PUBLIC, "ham", 1),
    "akismet-guaranteed-spam": (Status.SPAM, "spam", 1),
    "akismet-guaranteed-discard": (Status.SPAM, "discard", 1),
    "akismet-recheck": (Status.PUBLIC, "ham", 2),
}
MIXED = ["Ann", "akismet-guaranteed-spam", "Ann", "akismet-guaranteed-discard", "Ann"] * 3 + ["akismet-recheck"]


@pytest.fixture
def akismet(settings):
    settings.COMMENT_POLICY, settings.PERIODIC_JOBS = "publish-ham", {}
    with StandIn() as server, override_settings(**server.settings):
        yield server


def prepare(fault):
    """Whoever stalls is not waited for long: for a trouble that stalls, to be called before there is work. The checker
    is told, and no setting changed: for a moment of that, Django has no settings for the worker's threads."""
    get_checker().timeout = 0.3 if fault in ODD_WAYS else 5


def met(akismet, fault):
    """How many calls met a trouble."""
    return sum(call.fault == fault for call in list(akismet.calls))


def assert_none_was_judged_without_an_answer(akismet):
    """What has no verdict waits as before; what has one was asked about while there was no trouble, and ended well."""
    good = [call for call in list(akismet.calls) if call.fault in ("", LEAVES_ANSWERS_GOOD)]
    answers = Counter(call.fields["comment_content"] for call in good)
    for comment in Comment.objects.all():
        status, verdict, wanted = ENDS[comment.author_name]
        if comment.verdict:
            assert (comment.status, comment.verdict, comment.due_at) == (status, verdict, None)
            assert answers[comment.text] >= wanted
        else:
            assert (comment.status, comment.checked_at) == (Status.PENDING, None)
            assert comment.due_at


def assert_all_ended_well(akismet):
    assert_none_was_judged_without_an_answer(akismet)
    assert not Comment.objects.filter(verdict="").exists()
    moves = Counter(CommentEvent.objects.values_list("comment", "move"))
    assert moves == {
        (comment.pk, move): 1
        for comment in Comment.objects.all()
        for move in (Move.CHECK, Move.PUBLISH if comment.is_public else Move.MARK_SPAM)
    }


def all_checked():
    """Whether they are. Until then, as if time passed: what is planned or was put off falls due."""
    unchecked = Comment.objects.filter(checked_at=None)
    unchecked.filter(leased_until=None, due_at__gt=timezone.now()).update(due_at=timezone.now())
    return not unchecked.exists() and nothing_in_hand()


def calls_wanted():
    return sum(wanted for _, _, wanted in map(ENDS.get, Comment.objects.values_list("author_name", flat=True)))


@pytest.mark.sweep
@pytest.mark.parametrize("fault", STOPPING)
def test_one_comment_waits_for_as_long_as_there_is_trouble(akismet, fault):
    prepare(fault)
    akismet.fault = fault
    post(["Ann"])
    with working(threads=2):
        until(lambda: Comment.objects.get().last_error and nothing_in_hand())
        assert_none_was_judged_without_an_answer(akismet)
        prepare("")
        akismet.fault = ""
        let_probe()
        until(all_checked)
    assert_all_ended_well(akismet)


@pytest.mark.sweep
@pytest.mark.parametrize("fault", STOPPING)
def test_burst_that_trouble_breaks_into(akismet, fault):
    prepare(fault)
    post(islice(cycle(MIXED), SHORT_BURST))
    with working(THREADS):
        until(lambda: len(akismet.calls) >= SOON)
        akismet.fault = fault
        until(lambda: breaker.is_shut() and nothing_in_hand())
        calls = met(akismet, fault)
        assert_none_was_judged_without_an_answer(akismet)
        let_probe()
        until(lambda: met(akismet, fault) > calls and nothing_in_hand())
        assert_none_was_judged_without_an_answer(akismet)
        prepare("")
        akismet.fault = ""
        let_probe()
        until(all_checked)
    # Three in a row, what was under way, and a probe; each good answer that was under way starts the count again.
    assert met(akismet, fault) <= 3 * (THREADS + 1) + 1
    assert fault in ODD_WAYS or met(akismet, "") == calls_wanted()
    assert_all_ended_well(akismet)


def test_burst_under_an_alert_that_stops_no_service(akismet):
    post(islice(cycle(MIXED), BURST))
    with working(THREADS):
        until(lambda: len(akismet.calls) >= SOON)
        akismet.fault = LEAVES_ANSWERS_GOOD
        until(all_checked)
    assert met(akismet, LEAVES_ANSWERS_GOOD) > BURST / 2
    assert len(akismet.calls) == calls_wanted()
    assert CheckerState.objects.get().alert_code == "10502"
    assert_all_ended_well(akismet)


def test_burst_without_trouble(akismet):
    post(islice(cycle(MIXED), BURST))
    with working(THREADS):
        until(all_checked)
    assert CheckerState.objects.get().last_error == ""
    assert len(akismet.calls) == calls_wanted()
    assert_all_ended_well(akismet)
