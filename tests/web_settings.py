"""The tests' settings for a web server in a process of its own: it keeps pages, as in production."""

from tests.settings import *  # noqa: F403

KEPT_PAGES_BYTES = 1_000_000
