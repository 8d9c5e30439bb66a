"""`make bench`: a reader waits the same for the answer to a comment, whether the spam checker is quick or slow.

For each pause there is a whole site: a web server, a worker and its database, and an Akismet that takes that long; the
first has no Akismet. All run at the same time, and a client posts one comment to each in every round, in all orders in
turn, so that the noise of the machine falls on all alike. An answer that is no receipt ends it. The time is a reader's:
from before the connection is opened until the answer has been read.

"Same within noise" means two things. In the median round, a site takes as long as the first one but for less than a
tenth: the whole 95 % confidence interval of the ratio lies within that. And its 95th percentile is not half a pause
later, as it would be if a post in twenty waited for the checker (see benchmarks/comparison.py). The exit code is 0 if
that is so of every site, 1 if not, 2 if there is no result. `--pauses 0 0 0` shows the noise alone.
"""

import argparse
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import cycle, permutations
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.databases import new_databases, parser_of
from benchmarks.inside import SLUG
from benchmarks.phrases import text_of
from benchmarks.processes import ROOT, Failed
from benchmarks.report import Row
from benchmarks.sites import TROUBLE, request, running_sites

NONE = "none"
PAUSES = [None, 0.0, 0.3, 5.0]  # seconds; None: no spam checker
SLOWER = 0.9  # of the rate without one is the least
COMMENTS = 1000
MOST_COMMENTS = 60_000  # each from a network of its own
WARM_UP = 10  # comments to each site that do not count
MOST_SECONDS = 300  # for all posts
RESULTS = ROOT / "benchmarks" / "results" / "posting.json"


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    options = parser().parse_args(arguments)
    return report.conclude(
        options.database, lambda: measured(options), report.table, options.results, lambda result: result["same"]
    )


def parser():
    parser = parser_of("How long posting a comment takes with quick and slow spam checkers.")
    parser.add_argument("--comments", type=number_of_comments, default=COMMENTS, help="for each site (default 1000)")
    parser.add_argument(
        "--pauses", type=seconds_or_none, nargs="+", default=PAUSES, help="seconds, or none; the first is the baseline"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to keep the result in")
    return parser


def seconds_or_none(text):
    return None if text == NONE else float(text)


def number_of_comments(text):
    number = int(text)
    if not 1 <= number <= MOST_COMMENTS:
        raise argparse.ArgumentTypeError(f"must be between 1 and {MOST_COMMENTS:,}")
    return number


def measured(options):
    """The result, for `report`. Raises Failed."""
    machine = report.machine()
    with tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder:
        folder, pauses = Path(folder), options.pauses
        report.say("Setting up …")
        with (
            new_databases(options.database, len(pauses), folder) as (database, urls),
            running_sites(pauses, urls, folder) as sites,
        ):
            warm_up(sites)
            report.say(f"Posting {options.comments:,} comments to each of {len(sites)} sites …")
            since = datetime.now(UTC)
            times = post_in_turn(sites, options.comments)
            until = datetime.now(UTC)
            counts = [count(site, since, until, options.comments) for site in sites]
        return report.result(machine, database, pauses, times, counts)


def warm_up(sites):
    """What does not count: the first comments, and the time until the workers are at work. Raises Failed."""
    for number in range(WARM_UP):
        for site in sites:
            post(site, MOST_COMMENTS + 1 + number)
    for site in sites:
        if site.pause is not None:
            site.until(site.has_asked)


def post_in_turn(sites, rounds):
    """Post one comment to each site in each round; returns, for each site, the seconds of each round. Raises Failed.

    The orders are all that there are, so each site comes equally often first, and after each of the others."""
    times, end = [[] for _ in sites], time.monotonic() + MOST_SECONDS
    for number, order in zip(range(1, rounds + 1), cycle(permutations(range(len(sites)))), strict=False):
        for which in order:
            times[which].append(post(sites[which], number))
        if time.monotonic() > end and number < rounds:
            medians = ", ".join(f"{1000 * median(seconds):,.0f}" for seconds in times)
            raise Failed(f"Only {number} of {rounds} rounds were done in {MOST_SECONDS} s. Medians in ms: {medians}.")
    return times


def post(site, number):
    """Post the reader's comment with this number; returns the seconds until it was answered. Raises Failed."""
    path, fields, headers = f"/articles/{SLUG}/comments/", fields_of(number), {"X-Forwarded-For": address_of(number)}
    start = time.perf_counter()
    try:
        answer = request(site.port, "POST", path, fields, headers)
    except TROUBLE as trouble:
        raise Failed(f"A post was not answered: {type(trouble).__name__}.\n{site.last_words()}") from trouble
    seconds = time.perf_counter() - start
    if answer.status != 303 or "/comments/receipt/" not in answer.location:
        raise Failed(f"A post was answered with {answer.status}, not with 303 to a receipt.\n{site.last_words()}")
    return seconds


def count(site, since, until, posted):
    """What became of a site's comments; raises Failed if not all that were posted are stored."""
    found = site.count(since, until)
    if found["stored"] != posted:
        raise Failed(f"{posted} comments were posted, and {found['stored']} are stored.\n{site.last_words()}")
    return found


def fields_of(number):
    """The reply form, filled in: some 400 characters, a different text for each number and the same at every site."""
    return {"name": "Ann", "text": text_of(number), "email": "", "website": "", "parent": ""}


def address_of(number):
    """In a network of its own for each number: so nobody posts too often."""
    return f"10.{number // 256}.{number % 256}.1"


def rows(result):
    """For the table over all benchmarks."""
    first, *others = result["sites"]
    return [
        Row(
            f"posting a comment, Akismet answers in {site['pause']:g} s",
            f"{1000 / site['median_ms']:,.0f}/s",
            f"{1000 / first['median_ms']:,.0f}/s",
            1 / site["ratio"]["value"],
            at_least=SLOWER,
        )
        for site in others
    ]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that its processes are ended, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
