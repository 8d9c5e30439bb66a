from crpsinfo.spam.base import Checker, KeyState, NotChecked

REASON = "no spam checker is configured"


class NoChecker(Checker):
    """Stands where no checker is configured: everything waits for a moderator."""

    name = "none"

    def check(self, submission):
        raise NotChecked(REASON)

    def report(self, submission, *, spam):
        raise NotChecked(REASON)

    def verify(self):
        return KeyState.NONE

    def usage(self):
        return None
