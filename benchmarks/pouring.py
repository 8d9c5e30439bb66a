"""`python -m benchmarks`: readers wait no longer while comments pour in and the spam checker takes 5 s for each.

One site is read for a while, then read while others post as quickly as they are answered, and so on in turn. Nobody may
get an error, and 95 of 100 readers' requests are answered within 50 ms.
"""

import tempfile
import time
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.comparison import percentile
from benchmarks.databases import new_databases, parser_of
from benchmarks.inside import SLUG
from benchmarks.load import readers
from benchmarks.posting import post
from benchmarks.processes import Failed
from benchmarks.report import Row
from benchmarks.sites import running_sites

PAUSE = 5.0  # seconds that the spam checker takes
POSTERS, READERS = 2, 4
ROUNDS, REQUESTS = 6, 150  # of each reader in a round
MOST_MS = 50.0
SPAN = 20_000  # comments that a poster may send in all: each from a network of its own
PAGE = f"/articles/{SLUG}/"


def parser():
    parser = parser_of("What readers wait while comments pour in.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine = report.machine()
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(options.database, 1, Path(folder)) as (database, urls),
        running_sites([PAUSE], urls, Path(folder)) as (site,),
    ):
        report.say("Reading while comments pour in …")
        quiet, busy, posted = [], [], 0
        with readers(READERS, site.port, PAGE) as some:
            waits(some)  # the first do not count
            for number in range(options.rounds):
                quiet.append(waits(some))
                with posting(site, number) as counts:
                    busy.append(waits(some))
                posted += sum(count.value for count in counts)
    return {
        **report.circumstances(machine, database),
        "posted": posted,
        "quiet": of_waits(quiet),
        "busy": of_waits(busy),
    }


def waits(some):
    """The seconds that each request of these Readers took. Raises Failed."""
    found = []
    for _ in range(REQUESTS):
        for reader in some:
            start = time.perf_counter()
            reader.ask()
            if reader.answer()[0] != 200:
                raise Failed("A reader got an error while comments poured in.")
            found.append(time.perf_counter() - start)
    return found


@contextmanager
def posting(site, number):
    """Comments are posted while the block runs, in processes of their own; how many, as shared numbers. Raises
    Failed."""
    context = get_context("spawn")
    end, counts = context.Event(), [context.Value("i", 0) for _ in range(POSTERS)]
    starts = [1 + (number * POSTERS + which) * SPAN // (POSTERS * ROUNDS) for which in range(POSTERS)]
    each = zip(starts, counts, strict=True)
    posters = [context.Process(target=pour, args=(site, start, end, count)) for start, count in each]
    for poster in posters:
        poster.start()
    try:
        while not all(count.value for count in counts):
            if any(poster.exitcode for poster in posters):
                raise Failed(f"A comment was not taken.\n{site.last_words()}")
            time.sleep(0.01)
        yield counts
    finally:
        end.set()
        for poster in posters:
            poster.join()
    if any(poster.exitcode for poster in posters):
        raise Failed(f"A comment was not taken.\n{site.last_words()}")


def pour(site, number, end, count):
    while not end.is_set():
        post(site, number)
        number += 1
        count.value += 1


def of_waits(rounds):
    """The median over the rounds of what each of them says."""
    return {
        "median_ms": report.milliseconds(median(median(one) for one in rounds)),
        "p95_ms": report.milliseconds(median(percentile(one, 0.95) for one in rounds)),
        "rate": round(median(len(one) / sum(one) for one in rounds)),
    }


def rows(result):
    """For the table over all benchmarks."""
    busy, quiet = result["busy"], result["quiet"]
    name = "readers while comments pour in"
    return [
        Row(f"{name}, 95 % within", f"{busy['p95_ms']} ms", f"{MOST_MS:g} ms", busy["p95_ms"] / MOST_MS, at_most=1),
        Row(f"{name}, rate", f"{busy['rate']:,}/s", f"{quiet['rate']:,}/s", busy["rate"] / quiet["rate"]),
    ]
