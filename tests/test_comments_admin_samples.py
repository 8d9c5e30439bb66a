"""What our own rules caught, and blatant spam that was drawn to be judged, in the moderators' list and pages."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comments import erasure
from comments.models import Comment, Feedback, Proposal, Sample
from comments.moderation.attention import why
from comments.moves import Conflict, Move, Reason, Status
from crpsinfo.spam import Verdict
from tests.factories import days_ago, make_comment, make_moderator
from tests.moderation import LIST, marks_of, page_of, press, report, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def blatant(**values):
    return make_comment(status=Status.SPAM, verdict=Verdict.DISCARD, checked_at=timezone.now(), **values)


def drawn(**values):
    """A comment that was drawn from the blatant spam."""
    comment = blatant(**values)
    Sample.objects.create(comment=comment)
    return comment


def ruled(ruling, because="“cheap pills”; 5 links", status=Status.PENDING, **values):
    return make_comment(status=status, ruling=ruling, ruled_because=because, **values)


def as_seen(comment):
    return Comment.objects.for_moderators().get(pk=comment.pk)


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


def shown(client, **query):
    return [comment.pk for comment in client.get(LIST, query).context["cl"].result_list]


# --- What our own rules said ------------------------------------------------------------------------------


@pytest.mark.parametrize(("ruling", "words"), [("hold", "held"), ("spam", "called spam")])
def test_a_comment_that_our_own_rules_hold_says_why(ruling, words):
    comment = ruled(ruling)
    assert why(as_seen(comment)) == [f"waiting: {words} by our own rules (“cheap pills”; 5 links)"]


def test_a_comment_that_a_moderator_holds_says_what_our_own_rules_said_of_it(moderator):
    comment = ruled("spam", status=Status.SPAM)
    comment.hold(by=moderator)
    [reason] = why(as_seen(comment))
    assert reason == "held for a second look: called spam by our own rules (“cheap pills”; 5 links)"


@pytest.mark.parametrize(("ruling", "words"), [("hold", "held"), ("spam", "called spam")])
def test_a_new_version_says_why_it_waits_in_the_list_and_on_its_page(client, moderator, ruling, words):
    comment = make_comment()
    comment.edit("Ann", "Other words.")
    Proposal.objects.update(ruling=ruling, ruled_because="“other words”")
    assert why(as_seen(comment)) == [f"new version: {words} by our own rules (“other words”)"]
    assert "(“other words”)" in client.get(page_of(comment)).text.split("<h3>New version, by its writer</h3>")[1]


def test_the_page_of_spam_says_what_our_own_rules_saw_in_it(client, moderator):
    page = client.get(page_of(ruled("spam", status=Status.SPAM))).text
    assert "called spam: “cheap pills”; 5 links" in page
    assert "called spam" not in client.get(page_of(blatant())).text


def test_what_our_own_rules_caught_can_be_picked_out(client, moderator):
    held, spam = ruled("hold"), ruled("spam", status=Status.SPAM)
    comment = make_comment()
    comment.edit("Ann", "Other words.")
    Proposal.objects.update(ruling="hold")
    make_comment(status=Status.PENDING)
    assert set(shown(client, status="all", ruling="hold")) == {held.pk, comment.pk}
    assert shown(client, status="all", ruling="spam") == [spam.pk]
    assert len(shown(client, status="all", ruling="nonsense")) == 4


# --- Spam, and blatant spam -------------------------------------------------------------------------------


def test_blatant_spam_stands_apart_from_the_spam(client, moderator):
    spam, caught = make_comment(status=Status.SPAM, verdict=Verdict.SPAM), ruled("spam", status=Status.SPAM)
    discarded = blatant()
    assert set(shown(client, status="spam")) == {spam.pk, caught.pk}
    assert shown(client, status="blatant") == [discarded.pk]
    page = client.get(LIST, {"_facets": "True"}).text
    for words in ("Spam (2)", "Blatant spam (1)", "Needs a person (0)"):
        assert words in page


def test_what_was_blatant_spam_and_is_published_is_not_among_it(client, moderator):
    comment = blatant()
    comment.publish(by=moderator)
    assert shown(client, status="blatant") == []
    assert shown(client, status="public") == [comment.pk]


# --- Drawn to be judged -----------------------------------------------------------------------------------


def test_what_was_drawn_is_in_the_list_with_its_question_and_other_spam_is_not(client, moderator):
    comment = drawn(text="Blatant words")
    blatant(text="Other blatant words")
    assert shown(client) == [comment.pk]
    assert "<li>drawn from the blatant spam: is it spam?</li>" in client.get(LIST).text
    assert why(as_seen(comment)) == ["drawn from the blatant spam: is it spam?"]


def test_it_stands_last_unless_its_writer_waits_for_an_answer(client, moderator):
    old, appealed = drawn(created_at=days_ago(9)), drawn(created_at=days_ago(5))
    waiting, held = make_comment(status=Status.PENDING), drawn()
    held.hold(by=moderator)
    appealed.ask_again("Please look.")
    reported = drawn()
    report(reported)
    assert shown(client) == [reported.pk, appealed.pk, waiting.pk, held.pk, old.pk]


def test_it_is_judged_to_be_spam_with_a_button(client, moderator):
    comment = drawn()
    page = press(client, "confirm_spam", comment)
    assert page.redirect_chain[0] == (reverse("admin:desk"), 303)
    assert f"Judged to be spam: comment {comment.pk}, by Ann" in page.text
    sample = Sample.objects.get()
    assert (sample.was_spam, sample.closed_by, stored(comment).status) == (True, moderator, Status.SPAM)
    assert (comment.events.get().move, comment.events.get().by) == (Move.CONFIRM_SPAM, moderator)
    assert not Comment.objects.for_a_person().exists()
    assert not Feedback.objects.exists()  # the checker said so itself


def test_what_was_not_drawn_has_no_such_button(client, moderator):
    comment = blatant()
    assert 'value="confirm_spam"' not in client.get(page_of(comment)).text
    assert press(client, "confirm_spam", comment).status_code == 409
    assert not comment.events.exists()


@pytest.mark.parametrize(
    ("action", "status", "is_reported"), [("publish", Status.PUBLIC, True), ("remove", Status.REMOVED, False)]
)
def test_another_decision_says_that_it_was_no_spam(client, moderator, action, status, is_reported):
    comment = drawn()
    press(client, action, comment, **({"reason": Reason.UNKIND} if action == "remove" else {}))
    assert stored(comment).status == status
    assert (Sample.objects.get().was_spam, Sample.objects.get().closed_by) == (False, moderator)
    assert Feedback.objects.filter(due_at__isnull=False).exists() == is_reported


@pytest.mark.parametrize("reason", [Reason.SELLING, Reason.OBTAINING])
def test_what_is_removed_because_it_sells_or_buys_was_spam(client, moderator, reason):
    press(client, "remove", drawn(), reason=reason)
    assert Sample.objects.get().was_spam is True


def test_who_upholds_it_against_an_appeal_says_that_it_was_spam(client, moderator):
    comment = drawn()
    comment.ask_again("Please look.")
    press(client, "uphold", comment)
    sample = Sample.objects.get()
    assert (sample.was_spam, sample.closed_by, stored(comment).status) == (True, moderator, Status.SPAM)
    assert not Comment.objects.for_a_person().exists()


@pytest.mark.parametrize(("action", "was_spam"), [("publish", False), ("spam", True)])
def test_what_is_held_is_judged_by_the_next_decision(client, moderator, action, was_spam):
    comment = drawn()
    press(client, "hold", comment)
    assert Sample.objects.open().exists()
    assert why(as_seen(comment)) == ["held for a second look"]
    assert 'value="confirm_spam"' not in client.get(page_of(comment)).text
    press(client, action, comment)
    assert Sample.objects.get().was_spam == was_spam


def test_it_is_judged_once(client, moderator):
    comment = drawn()
    seen = marks_of(client, page_of(comment))
    comment.confirm_spam(by=make_moderator())
    assert press(client, "confirm_spam", comment, seen=seen).status_code == 409
    assert press(client, "publish", comment, seen=seen).status_code == 409
    assert Sample.objects.get().closed_by != moderator
    with pytest.raises(Conflict):
        stored(comment).confirm_spam(by=moderator)


def test_of_two_judgements_the_latest_counts(client, moderator):
    comment = drawn()
    press(client, "publish", comment)
    assert Sample.objects.get().was_spam is False
    press(client, "spam", comment)
    assert Sample.objects.get().was_spam is True


def test_what_was_drawn_after_the_page_was_shown_is_not_judged_unseen(client, moderator):
    comment = blatant()
    seen = marks_of(client, page_of(comment))
    Sample.objects.create(comment=comment)
    assert press(client, "publish", comment, seen=seen).status_code == 409
    assert Sample.objects.open().exists()


def test_what_was_erased_meanwhile_is_not_to_be_judged_any_more(client, moderator):
    comment = drawn()
    seen = marks_of(client, page_of(comment))
    erasure.erase([comment])
    assert press(client, "confirm_spam", comment, seen=seen).status_code == 409
    assert not Comment.objects.for_a_person().exists()
    assert not Sample.objects.exists()


def test_what_its_writer_took_back_is_not_to_be_judged(client, moderator):
    comment = drawn()
    comment.withdraw()
    assert press(client, "confirm_spam", comment).status_code == 409
    assert why(as_seen(comment)) == []
    assert not Comment.objects.for_a_person().exists()
    assert Sample.objects.open().exists()


def test_several_are_judged_in_the_list_and_what_was_not_drawn_is_left(client, moderator):
    judged, other = [drawn(), drawn()], make_comment(status=Status.PENDING)
    page = tick(client, "confirm_spam", *judged, other, shown="attention").text
    assert "2 judged to be spam" in page
    assert f"Left as it is: comment {other.pk}, by Ann. It is waiting now." in page
    assert not Sample.objects.open().exists()
    assert stored(other).status == Status.PENDING


def test_the_list_takes_the_same_queries_however_many_were_drawn_or_caught(
    client, moderator, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(25) as captured:
            client.get(LIST)
        return len(captured)

    def one_of_each():
        drawn()
        ruled("hold")

    one_of_each()
    few = queries()
    for _ in range(5):
        one_of_each()
    assert queries() == few
