"""`python -m benchmarks.tuning`: what our settings of the database cost and save beside others, on either database.

A site for each, on a database of its own, all asked in turn, round by round: a kept page by eight readers, a page made
anew and a posted comment by one. What counts is the median over all rounds of how many times as long as with our
settings each took (see benchmarks/comparison.py)."""

import json
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict
from itertools import count
from pathlib import Path
from statistics import median
from types import SimpleNamespace

from benchmarks import report
from benchmarks.comparison import median_ratio
from benchmarks.databases import POSTGRESQL, SQLITE, new_databases, parser_of
from benchmarks.load import read, readers
from benchmarks.pages import COMMENTS, COUNT_UP, PAGE, READERS, WARM_UP, server, writing
from benchmarks.posting import post
from benchmarks.processes import ROOT, environment, inside

ROUNDS, ASKED = 60, 10  # requests of each reader in a round
OURS = "ours"


def pragmas(journal, synchronous):
    return {"OPTIONS": {"init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous={synchronous};"}}


OTHERS = {  # {database: {what: what is set otherwise in Django's DATABASES}}
    SQLITE: {
        "each commit waits for the disk": pragmas("WAL", "FULL"),
        "SQLite's defaults": pragmas("DELETE", "FULL"),
        "a connection for each request": {"CONN_MAX_AGE": 0},
    },
    POSTGRESQL: {
        "connections are not tried first": {"CONN_HEALTH_CHECKS": False},
        "a connection for each request": {"CONN_MAX_AGE": 0},
    },
}
KINDS = ("kept page", "page made anew", "posted comment")
RESULTS = ROOT / "benchmarks" / "results" / "tuning.json"
COLUMNS = "{:<34} {:<16} {:>8} {:>7}   {}"
HEADINGS = ("settings", "what", "ms", "ratio", "95 % CI")


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    options = parser().parse_args(arguments)
    return report.conclude(options.database, lambda: measured(options), table, options.results)


def parser():
    parser = parser_of("What other settings of the database would cost.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to keep the result in")
    return parser


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine, settings = report.machine(), {OURS: {}} | OTHERS[options.database]
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(options.database, len(settings), Path(folder)) as (database, urls),
        ExitStack() as stack,
    ):
        sites = {
            name: stack.enter_context(Site(url, others, Path(folder) / f"{number}.log"))
            for number, (url, (name, others)) in enumerate(zip(urls, settings.items(), strict=True))
        }
        report.say(f"Asking {len(sites)} sites in turn …")
        times = in_turn(sites, options.rounds)
    found = [compared(name, kind, times[OURS][kind], times[name][kind]) for name in sites for kind in KINDS]
    return {**report.circumstances(machine, database), "settings": found}


class Site:
    """A web server with these settings, and the ways to ask it; each returns the seconds it took."""

    def __init__(self, url, others, log):
        self.url, self.others, self.log = url, others, log
        self.numbers = count(1)

    def __enter__(self):
        inside(environment(self.url), "discuss", str(COMMENTS))
        values = {"TRUSTED_PROXIES": "1", "OTHER_SETTINGS_OF_DATABASE": json.dumps(self.others)}
        with ExitStack() as stack:
            started = stack.enter_context(server(self.url, self.log, "crpsinfo.wsgi", **values))
            self.server = SimpleNamespace(port=started.port, last_words=self.log.read_text)
            self.write = stack.enter_context(writing(self.url))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        self.stack.close()

    def kept_page(self):
        with readers(READERS, self.server.port, PAGE) as some:
            return read(some, ASKED) / ASKED / READERS

    def page_made_anew(self):
        self.write(f"UPDATE crpsinfo_siteversion SET {COUNT_UP['comments']}")  # noqa: S608 - our own words
        with readers(1, self.server.port, PAGE) as one:
            return read(one, 1)

    def posted_comment(self):
        return post(self.server, next(self.numbers))


def in_turn(sites, rounds):
    """{settings: {kind of request: seconds of each round}}"""
    times = {name: defaultdict(list) for name in sites}
    for number in range(-WARM_UP, rounds):
        for kind in KINDS:
            for name in sites if number % 2 else reversed(sites):
                seconds = getattr(sites[name], kind.replace(" ", "_"))()
                if number >= 0:
                    times[name][kind].append(seconds)
    return times


def compared(name, kind, ours, others):
    ratio = {part: round(value, 3) for part, value in asdict(median_ratio(ours, others)).items()}
    return {"settings": name, "what": kind, "ms": report.milliseconds(median(others)), "ratio": ratio}


def table(result):
    """The result as lines of text."""
    lines = [COLUMNS.format(*HEADINGS)]
    for one in result["settings"]:
        ratio = one["ratio"]
        interval = "" if one["settings"] == OURS else f"{ratio['low']:.2f} to {ratio['high']:.2f}"
        cells = (one["settings"], one["what"], f"{one['ms']:.2f}", f"{ratio['value']:.2f}", interval)
        lines.append(COLUMNS.format(*cells).rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
