"""Which checker the site gets, and that the one for tests is like the real one."""

import inspect

import pytest
from django.test import override_settings

from crpsinfo.spam import KeyState, NotChecked, Submission, Verdict, get_checker
from crpsinfo.spam.akismet import AkismetChecker
from crpsinfo.spam.base import Checker
from crpsinfo.spam.none import NoChecker
from tests.fake_checker import FakeChecker

AKISMET = "crpsinfo.spam.akismet.AkismetChecker"
FAKE = "tests.fake_checker.FakeChecker"
SUBMISSION = Submission(kind="comment", text="private words", ip="192.0.2.7", author="Pat")
VERBS = ("check", "report", "verify", "usage")


def test_checker_is_built_once():
    assert get_checker() is get_checker()


def test_checker_follows_the_settings():
    with override_settings(SPAM_CHECKER=AKISMET, AKISMET_API_KEY="key-0123456789"):
        assert get_checker().configured
        with override_settings(AKISMET_API_KEY=""):
            assert not get_checker().configured
        assert get_checker().configured


def test_without_a_key_there_is_no_checker(settings):
    assert isinstance(get_checker(), NoChecker)
    assert not get_checker().configured


def test_no_checker_gives_no_verdict():
    for ask in (NoChecker().check, lambda it: NoChecker().report(it, spam=True)):
        with pytest.raises(NotChecked) as caught:
            ask(SUBMISSION)
        assert caught.value.reason == "no spam checker is configured"
    assert NoChecker().verify() == KeyState.NONE
    assert NoChecker().usage() is None


def test_submission_can_be_logged_without_harm():
    assert f"{SUBMISSION} {SUBMISSION!r}" == "<Submission: comment> <Submission: comment>"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("other", [AkismetChecker, NoChecker, Checker])
def test_fake_has_the_real_signatures(verb, other):
    assert inspect.signature(getattr(FakeChecker, verb)) == inspect.signature(getattr(other, verb))


def test_verbs_are_all_there_are():
    assert set(Checker.__abstractmethods__) == set(VERBS)


def test_fake_says_what_it_is_told():
    with override_settings(SPAM_CHECKER=FAKE):
        get_checker().will_say(Verdict.SPAM, guid="abc")
        result = get_checker().check(SUBMISSION)
        get_checker().report(SUBMISSION, spam=False)
        assert (result.verdict, result.guid) == (Verdict.SPAM, "abc")
        assert get_checker().checked == [SUBMISSION]
        assert get_checker().reported == [(SUBMISSION, False)]


def test_fake_fails_when_it_is_told():
    fake = FakeChecker()
    fake.will_fail("down", retry_after=5)
    with pytest.raises(NotChecked) as caught:
        fake.check(SUBMISSION)
    assert (caught.value.reason, caught.value.retry_after) == ("down", 5)


def test_each_override_gets_a_fake_that_remembers_nothing():
    for _ in range(2):
        with override_settings(SPAM_CHECKER=FAKE):
            get_checker().check(SUBMISSION)
            assert len(get_checker().checked) == 1
