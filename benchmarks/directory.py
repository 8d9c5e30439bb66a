"""`python -m benchmarks.directory`: the directory answers as quickly with a million practices as with ten thousand.

Two databases are filled with invented practices at real places, one with a hundredth of the other's, and a process for
each answers the same questions in turn, round by round, so that the noise of the machine falls on both alike. Most are
whole pages, through all of Django. What is compared is the median over all rounds of how many times as long the large
one took (see benchmarks/comparison.py). The exit code is 0 if no question took more than its limit, 1 if one did, 2 if
there is no result.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.comparison import median_ratio
from benchmarks.databases import POSTGRESQL, SQLITE, new_databases
from benchmarks.processes import ROOT, Failed, environment

PRACTICES = 1_000_000
SMALLER = 100
ROUNDS = 60
WARM_UP = 5  # rounds that do not count
# How many times as long each may take; None: it is measured for information.
LIMITS = {
    "state page": 1.2,
    "deep page of a state": 1.2,
    "ZIP search": 3,
    "ZIP search, second page": 3,
    "ZIP search with treatment and name": 3,
    "nearest 25": 2.5,
    "exact count": None,
    "name alone": None,
    "front page": None,
    "one doctor": None,
}
RESULTS = ROOT / "benchmarks" / "results" / "directory.json"
COLUMNS = "{:<36}{:>12}{:>12}{:>20}{:>7}"


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    options = parser().parse_args(arguments)
    try:
        result = measured(options)
    except Failed as failure:
        report.say(f"No result. {failure}")
        return 2
    report.say(table(result))
    report.keep(options.database, result, options.results)
    return 0 if all(row["is_within"] is not False for row in result["questions"]) else 1


def parser():
    given = POSTGRESQL if os.environ.get("DATABASE_URL", "").startswith("postgres") else SQLITE
    parser = argparse.ArgumentParser(description="How much longer pages of the directory take when it is large.")
    parser.add_argument("--practices", type=int, default=PRACTICES, help="in the large database (default a million)")
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=given)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to keep the result in")
    return parser


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine, sizes = report.machine(), [max(1, options.practices // SMALLER), options.practices]
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(options.database, len(sizes), Path(folder)) as (database, urls),
    ):
        for size, url in zip(sizes, urls, strict=True):
            report.say(f"Inventing {size:,} practices …")
            run(url, "benchmarks.listings", str(size))
        report.say(f"Asking {len(LIMITS)} questions, {options.rounds} times each …")
        times = ask_in_turn(urls, options.rounds)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "database": database,
        "practices": sizes,
        "rounds": options.rounds,
        "questions": [compared(name, *times[name]) for name in LIMITS],
    }


def run(url, module, *arguments):
    """Run a module with this database until it ends. Raises Failed."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{module} failed.\n{done.stderr}")


def ask_in_turn(urls, rounds):
    """{question: for each database, the answers of all rounds}. Who is asked first changes. Raises Failed."""
    times = {name: [[] for _ in urls] for name in LIMITS}
    with answering(urls[0]) as small, answering(urls[1]) as large:
        for number in range(-WARM_UP, rounds):
            order = [(0, small), (1, large)][:: 1 if number % 2 else -1]
            for name in LIMITS:
                for which, ask in order:
                    answer = ask(name)
                    if number >= 0:
                        times[name][which].append(answer)
    return times


@contextmanager
def answering(url):
    """A function that puts a question to this database, for as long as the block runs, and returns the answer."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.reading"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment(url), text=True, start_new_session=True, **pipes) as child:

        def ask(name):
            try:
                child.stdin.write(f"{name}\n")
                child.stdin.flush()
                return json.loads(child.stdout.readline())
            except (OSError, ValueError) as trouble:
                raise Failed(f"The question “{name}” was not answered.") from trouble

        try:
            yield ask
        finally:
            child.kill()


def compared(name, small, large):
    """A question's row of the result."""
    seconds = [[answer["seconds"] for answer in answers] for answers in (small, large)]
    ratio, limit = median_ratio(*seconds), LIMITS[name]
    return {
        "question": name,
        "listings": [small[0]["listings"], large[0]["listings"]],
        "median_ms": [report.milliseconds(median(times)) for times in seconds],
        "ratio": {part: round(value, 3) for part, value in asdict(ratio).items()},
        "limit": limit,
        "is_within": None if limit is None else ratio.value <= limit,
    }


def table(result):
    """The result as lines of text."""
    small, large = (f"{size:,}" for size in result["practices"])
    rows = [("median ms with practices", small, large, "ratio (95 % CI)", "limit")]
    for row in result["questions"]:
        ratio = "{value:.2f} ({low:.2f}–{high:.2f})".format(**row["ratio"])
        times = (f"{milliseconds:,.2f}" for milliseconds in row["median_ms"])
        rows.append((row["question"], *times, ratio, row["limit"] or "-"))
    facts = [result["database"], *(f"{name} {value}" for name, value in result["machine"].items())]
    return "\n".join([*(COLUMNS.format(*map(str, row)).rstrip() for row in rows), ", ".join(facts)])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that its processes are ended, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
