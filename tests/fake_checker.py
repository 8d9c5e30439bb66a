"""A spam checker for tests that are not about Akismet: says what it is told to, and remembers what it was asked.

    with override_settings(SPAM_CHECKER="tests.fake_checker.FakeChecker"):
        get_checker().will_say(Verdict.SPAM)
        …
        assert get_checker().checked[0].author == "Pat"

Each override gets a new one. `test_spam_seam.py` holds it to the real checker's signatures.
"""

from django.core.signals import setting_changed
from django.dispatch import receiver

from crpsinfo.spam import Checker, KeyState, NotChecked, Result, Usage, Verdict, build


class FakeChecker(Checker):
    name = "Fake"
    configured = True

    def __init__(self):
        self.checked = []  # each Submission it was asked about, in order
        self.reported = []  # (Submission, spam) of each report, in order
        self.key_state = KeyState.VALID
        self.will_say(Verdict.HAM)

    def will_say(self, verdict, **facts):
        """From now on: this verdict, with other facts of a Result if need be."""
        self.answer, self.trouble = Result(verdict=verdict, **facts), None

    def will_fail(self, reason="the fake checker is down", retry_after=None, *, failure=NotChecked):
        """From now on: this kind of NotChecked, for checks, reports and usage alike."""
        self.trouble = lambda: failure(reason, retry_after)

    def check(self, submission):
        self.checked.append(submission)
        self._fail_if_told()
        return self.answer

    def report(self, submission, *, spam):
        self.reported.append((submission, spam))
        self._fail_if_told()

    def verify(self):
        return self.key_state

    def usage(self):
        self._fail_if_told()
        return Usage(limit=None, used=len(self.checked), throttled=False)

    def _fail_if_told(self):
        if self.trouble:
            raise self.trouble()


@receiver(setting_changed)
def forget_the_last_one(*, setting, **kwargs):
    if setting == "SPAM_CHECKER":
        build.cache_clear()
