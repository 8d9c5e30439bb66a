"""For how long a session may show the recovery codes that were just made: long enough to reload, print and copy them,
and not until somebody else sits down at the screen."""

import time

KEY = "recovery_codes_until"
LASTS = 15 * 60  # seconds


def allow(request):
    request.session[KEY] = time.time() + LASTS


def is_allowed(request):
    return request.session.get(KEY, 0) > time.time()


def forbid(request):
    request.session.pop(KEY, None)
