"""The tests' settings for a worker in a process of its own: with the stand-in as its Akismet."""

import os

from tests.akismet_stand_in import KEY
from tests.settings import *  # noqa: F403

AKISMET_API_KEY = KEY
AKISMET_API_URL = os.environ["TEST_AKISMET_URL"]
SPAM_CHECKER = "crpsinfo.spam.akismet.AkismetChecker"
WORK_RETRY = (1, 5)
