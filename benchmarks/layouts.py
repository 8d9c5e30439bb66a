"""`python -m benchmarks.layouts`: several web servers and workers against one PostgreSQL, all on this machine: what a
kept page, a page made anew and a posted comment cost the web servers and what they cost the database.

From that docs/performance.md works out how many machines of which kind carry how much.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack, closing
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace

import psycopg2

from benchmarks import report
from benchmarks.databases import POSTGRESQL, new_databases
from benchmarks.load import read, readers, seconds_of_cpu
from benchmarks.pages import COMMENTS, COUNT_UP, PAGE, WARM_UP, server, writing
from benchmarks.posting import post
from benchmarks.processes import ROOT, Failed, environment, inside, process

SERVERS = (1, 2, 4)
READERS, ASKED, ROUNDS = 8, 40, 30
POSTED = 300
PATIENCE = 60  # seconds, for the workers to be done
RESULTS = ROOT / "benchmarks" / "results" / "layouts.json"
COLUMNS = "{:>11} {:<16} {:>8} {:>15} {:>18}"
HEADINGS = ("web servers", "what", "a second", "CPU ms, servers", "CPU ms, PostgreSQL")


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    argparse.ArgumentParser(description="Several web servers against one PostgreSQL.").parse_args(arguments)
    return report.conclude(POSTGRESQL, measured, table, RESULTS)


def measured():
    """The result, ready for JSON. Raises Failed."""
    machine, found = report.machine(), []
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(POSTGRESQL, 1, Path(folder)) as (database, (url,)),
    ):
        inside(environment(url), "discuss", str(COMMENTS))
        for count in SERVERS:
            report.say(f"{count} web servers …")
            found += with_servers(url, Path(folder), count)
    return {**report.circumstances(machine, database), "layouts": found}


def with_servers(url, folder, count):
    """What each kind of request costs with so many web servers of one process, and as many workers."""
    with ExitStack() as stack:
        each = {"WEB_CONCURRENCY": "1", "TRUSTED_PROXIES": "1"}
        servers = [
            stack.enter_context(server(url, folder / f"{count}-{number}.log", "crpsinfo.wsgi", **each))
            for number in range(count)
        ]
        for number in range(count):
            command = [sys.executable, "manage.py", "worker"]
            stack.enter_context(process(command, environment(url), folder / f"worker-{count}-{number}.log"))
        spent = Spent(servers, stack.enter_context(closing(psycopg2.connect(url))))
        write = stack.enter_context(writing(url))
        some = [stack.enter_context(readers(1, one.port, PAGE))[0] for one in islice(cycle(servers), READERS)]
        read(some, WARM_UP)
        kept = spent.by(lambda: read(some, ASKED * ROUNDS), READERS * ASKED * ROUNDS)
        made = spent.by(lambda: make_anew(write, some), ROUNDS * READERS)
        posted = spent.by(lambda: post_to(servers, count), POSTED)
    names = ("kept page", "page made anew", "posted comment")
    return [{"servers": count, "what": name, **cost} for name, cost in zip(names, (kept, made, posted), strict=True)]


class Spent:
    """What the web servers and PostgreSQL spend on something."""

    def __init__(self, servers, connection):
        self.servers, self.postmaster = servers, parent_of(connection.info.backend_pid)

    def by(self, work, count):
        """What each of so many requests cost that `work` makes; it returns the seconds that they took."""
        before = self.now()
        seconds = work()
        web, database = (after - first for after, first in zip(self.now(), before, strict=True))
        return {
            "rate": round(count / seconds),
            "web_ms": report.milliseconds(web / count),
            "database_ms": report.milliseconds(database / count),
        }

    def now(self):
        return sum(seconds_of_cpu(one.pid) for one in self.servers), seconds_of_cpu(self.postmaster)


def parent_of(pid):
    """The process that started one of this machine. Raises Failed."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except FileNotFoundError as trouble:
        raise Failed("PostgreSQL runs on another machine: what it spends cannot be seen.") from trouble


def make_anew(write, some):
    seconds = 0
    for _ in range(ROUNDS):
        write(f"UPDATE crpsinfo_siteversion SET {COUNT_UP['comments']}")  # noqa: S608 - our own words
        seconds += read(some, 1)
    return seconds


def post_to(servers, count):
    sites = cycle(SimpleNamespace(port=one.port, last_words=lambda: "") for one in servers)
    return sum(post(next(sites), 1 + count * POSTED + number) for number in range(POSTED))


def table(result):
    """The result as lines of text."""
    rows = [
        (one["servers"], one["what"], f"{one['rate']:,}", one["web_ms"], one["database_ms"])
        for one in result["layouts"]
    ]
    return "\n".join(COLUMNS.format(*map(str, row)) for row in [HEADINGS, *rows])


if __name__ == "__main__":
    sys.exit(main())
