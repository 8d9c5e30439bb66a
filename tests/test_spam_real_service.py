"""Asks Akismet itself, and teaches it nothing. Skipped without a real key in AKISMET_TEST_KEY."""

import os

import pytest

from crpsinfo.spam import KeyState
from crpsinfo.spam.akismet import AkismetChecker

KEY = os.environ.get("AKISMET_TEST_KEY", "")
pytestmark = pytest.mark.skipif(not KEY, reason="needs a real key in AKISMET_TEST_KEY")


@pytest.fixture
def _no_outside_network():
    """These tests are there to reach the real service."""


@pytest.mark.parametrize(
    ("key", "state"), [(KEY, KeyState.VALID), ("000000000000", KeyState.INVALID)], ids=["ours", "another"]
)
def test_real_service_knows_our_key_and_no_other(settings, key, state):
    settings.AKISMET_API_KEY = key
    assert AkismetChecker().verify() == state


def test_real_service_tells_usage(settings):
    settings.AKISMET_API_KEY = KEY
    assert AkismetChecker().usage().used >= 0
