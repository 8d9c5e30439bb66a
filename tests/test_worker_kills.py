"""Workers killed at any moment: what they had in hand is done by others, and nothing is done twice without a reason."""

import random
import secrets
from collections import Counter
from itertools import cycle, islice

import pytest

from comments.models import Comment, CommentEvent
from comments.moves import Move, Status
from tests.akismet_stand_in import StandIn
from tests.working import Processes, nothing_in_hand, post, until

pytestmark = pytest.mark.django_db(transaction=True)

BURST = 500
KILLS = 6
ENDS = {  # by author
    "Ann": (Status.PENDING, "ham"),
    "akismet-guaranteed-spam": (Status.SPAM, "spam"),
    "akismet-guaranteed-discard": (Status.SPAM, "discard"),
}


@pytest.fixture
def akismet():
    with StandIn() as server:
        server.fault, server.seconds = "slow", 0.03  # so that a kill finds something under way
        yield server


def checks(akismet):
    """The texts that were sent for a check."""
    return [call.fields["comment_content"] for call in list(akismet.calls) if call.endpoint == "1.1/comment-check"]


def assert_each_was_checked_once():
    for comment in Comment.objects.all():
        assert (comment.status, comment.verdict) == ENDS[comment.author_name]
        assert (comment.due_at, comment.leased_until) == (None, None)
    judged = Counter(CommentEvent.objects.filter(move=Move.CHECK).values_list("comment", flat=True))
    assert judged == {comment.pk: 1 for comment in Comment.objects.all()}


def test_a_burst_outlives_workers_that_are_killed_at_random(akismet):
    seed = secrets.randbelow(10**6)
    print(f"seed {seed}")  # shown when the test fails
    chance = random.Random(seed)
    post(islice(cycle(ENDS), BURST))
    in_hand = Counter()  # {text: how many kills found it in some worker's hands}
    with Processes(akismet) as workers:
        workers.start(3)
        for calls in sorted(chance.sample(range(10, BURST * 3 // 4), KILLS)):
            until(lambda calls=calls: len(checks(akismet)) >= calls)
            workers.kill(chance.randrange(3))
            in_hand.update(Comment.objects.filter(leased_until__isnull=False).values_list("text", flat=True))
            workers.start()
        until(lambda: not Comment.objects.unchecked().exists() and nothing_in_hand(), seconds=60)
    assert_each_was_checked_once()
    for text, calls in Counter(checks(akismet)).items():
        assert calls <= 1 + in_hand[text]
    assert BURST <= len(checks(akismet)) <= BURST + KILLS * Processes.threads


def test_a_worker_killed_in_the_middle_of_a_check_costs_its_lease_and_no_comment(akismet):
    akismet.seconds = 30
    post(["Ann"])
    with Processes(akismet) as workers:
        workers.start()
        until(lambda: checks(akismet))
        workers.kill(0)
        akismet.fault = ""
        workers.start()
        until(lambda: Comment.objects.get().checked_at and nothing_in_hand())
    assert_each_was_checked_once()
    assert len(checks(akismet)) == 2
