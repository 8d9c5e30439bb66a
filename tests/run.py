"""`make test`: the suite on SQLite, again on PostgreSQL, and in a real browser; what is skipped is said in one line.

With REQUIRE_ALL=1 (continuous integration) nothing may be skipped."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

from tests.postgres import PrivatePostgres, programs

# One more than there are cores: a test waits for its browser, its database or a worker's process.
PROCESSES = ["-n", str((os.cpu_count() or 1) + 1)]


def main():
    """Run the parts, all of them even if one fails; returns 0 if none failed and none had to be skipped."""
    failed, skipped = 0, []
    failed |= pytest("SQLite", "not browser", DATABASE_URL="")
    with postgresql() as url:
        if url:
            failed |= pytest("PostgreSQL", "not browser", DATABASE_URL=url)
        else:
            skipped.append("PostgreSQL: DATABASE_URL names none, and no server's binaries are on this machine")
    if shutil.which("chromium"):
        failed |= pytest("browser", "browser", DATABASE_URL="")
    else:
        skipped.append("browser: no Chromium on this machine (Debian: apt-get install chromium)")
    for reason in skipped:
        say(f"Skipped {reason}.")
    return failed or (2 if skipped and os.environ.get("REQUIRE_ALL") else 0)


def pytest(title, marks, **environment):
    """Run the tests with these marks; returns pytest's exit code."""
    say(f"== {title}")
    command = [sys.executable, "-m", "pytest", *PROCESSES, "-m", marks, *sys.argv[1:]]
    environment |= {"PYTHONDONTWRITEBYTECODE": ""}  # else every process of the tests compiles all of them anew
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


@contextmanager
def postgresql():
    """The address of a PostgreSQL server: the one that DATABASE_URL names, or a private one's for as long as the block
    runs; None if there is neither."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
    elif programs():
        with PrivatePostgres() as server:
            yield server.url
    else:
        yield None


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
