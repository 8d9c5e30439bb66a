"""The site's own settings, with an environment that no developer's `.env` can change."""

import os

os.environ["ENV_FILE"] = os.devnull
for name in (
    "AKISMET_API_KEY",
    "AKISMET_API_URL",
    "COMMENT_POLICY",
    "TRUSTED_PROXIES",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "MAIL_FROM",
    "SITE_OPERATOR",
    "WORK_OVERDUE",
    "PORT",
    "REQUIRE_2FA",
):
    os.environ.pop(name, None)
os.environ["DEBUG"] = "true"
os.environ["SITE_URL"] = "http://testserver"

from crpsinfo.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; these are no real passwords
WORK_LEASE = int(os.environ.get("TEST_WORK_LEASE", 60))  # short where a test kills workers
WHITENOISE_AUTOREFRESH = True  # no static files were collected for the tests
KEPT_PAGES_BYTES = 0  # the tests of kept pages have their own
POST_LIMITS = [(1000, 60)]  # the tests of the limits set their own
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # a file, so that other processes can open it too
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"test-{run[:12]}.sqlite3"}
else:  # a copy of a database that has all tables already, if there is one, takes no time
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("TEST_TEMPLATE")}
