"""`make test`: the suite on SQLite, again on PostgreSQL, and in a real browser; what is skipped is said in one line.

With REQUIRE_ALL=1 (continuous integration) nothing may be skipped."""

import os
import shutil
import subprocess
import sys
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg2

from tests.postgres import PrivatePostgres, programs

# One more than there are cores: a test waits for its browser, its database or a worker's process.
PROCESSES = ["-n", str((os.cpu_count() or 1) + 1)]
TEMPLATE = "migrated"
# The second options spare each process the reading of files of which no test is in that part.
WITHOUT_BROWSER = ["-m", "not browser", "--ignore=tests/browser"]
BROWSER_ALONE = ["-m", "browser", "--ignore-glob=*/tests/test_*.py"]


def main():
    """Run the parts, all of them even if one fails; returns 0 if none failed and none had to be skipped."""
    failed, skipped = 0, []
    failed |= pytest("SQLite", WITHOUT_BROWSER, DATABASE_URL="")
    with postgresql() as url:
        if url:
            failed |= pytest("PostgreSQL", WITHOUT_BROWSER, DATABASE_URL=url, **template_in(url))
        else:
            skipped.append("PostgreSQL: DATABASE_URL names none, and no server's binaries are on this machine")
    if shutil.which("chromium"):
        failed |= pytest("browser", BROWSER_ALONE, DATABASE_URL="")
    else:
        skipped.append("browser: no Chromium on this machine (Debian: apt-get install chromium)")
    for reason in skipped:
        say(f"Skipped {reason}.")
    return failed or (2 if skipped and os.environ.get("REQUIRE_ALL") else 0)


def pytest(title, choice, **environment):
    """Run the tests that these options choose; returns pytest's exit code."""
    say(f"== {title}")
    command = [sys.executable, "-m", "pytest", *PROCESSES, *choice, *sys.argv[1:]]
    environment |= {"PYTHONDONTWRITEBYTECODE": ""}  # else every process of the tests compiles all of them anew
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


@contextmanager
def postgresql():
    """The address of a PostgreSQL server: the one that DATABASE_URL names, or a private one's for as long as the block
    runs; None if there is neither."""
    if is_given():
        yield os.environ["DATABASE_URL"]
    elif programs():
        with PrivatePostgres() as server:
            yield server.url
    else:
        yield None


def is_given():
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def template_in(url):
    """A private server gets a database with all tables, which each process of the tests copies, quicker than it would
    migrate its own. Returns the variables that name it."""
    if is_given():
        return {}
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {TEMPLATE}")
    variables = {"DATABASE_URL": urlsplit(url)._replace(path=f"/{TEMPLATE}").geturl()}
    variables |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=os.environ | variables, check=True)
    return {"TEST_TEMPLATE": TEMPLATE}


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
