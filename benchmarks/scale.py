"""`python -m benchmarks.scale`: the site answers as quickly when it is large.

Two databases are filled: one with a million comments under a thousand articles, a tenth of them under one, and a
million practices at real places; the other with a hundredth of each. A process for each answers the same questions in
turn, round by round, so that the noise of the machine falls on both alike. Most are whole pages, through all of Django.
What is compared is the median over all rounds of how many times as long the large one took (see
benchmarks/comparison.py); and, within the large one, an article with a tenth of all comments with one that has 200.
Then `purge` and the search's index are run on both, and the most memory that each needed is compared, too.

The exit code is 0 if nothing is beyond its limit, 1 if something is, 2 if there is no result.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import memory, report
from benchmarks.comparison import median_ratio
from benchmarks.databases import new_databases, parser_of
from benchmarks.processes import ROOT, Failed, environment
from benchmarks.report import Row

SIZE = 1_000_000  # comments, and practices
SMALLER = 100
OF_AN_ARTICLE = 1000  # comments, on average
ROUNDS = 30
WARM_UP = 3  # rounds that do not count
MOST_SECONDS = 15  # for all answers to one question: what takes long is asked less often
# How many times as long each may take; None: it is measured for information.
LIMITS = {
    "article with many comments": 1.5,
    "article with 50 threads": 1.5,
    "article with 200 comments": None,
    "article, a deep page of comments": None,
    "end of a long thread": None,
    "permanent link of a late comment": None,
    "feed of comments": None,
    "feed of an article's comments": None,
    "post of a comment": 1.5,
    "moderators' queue": None,
    "front page": None,
    "list of articles": None,
    "search for a rare word": None,
    "search for a common word": None,
    "sitemap index": None,
    "state page": 1.2,
    "deep page of a state": 1.2,
    "ZIP search": 3,
    "ZIP search, second page": 3,
    "ZIP search with treatment and name": None,
    "nearest 25": 2.5,
    "radius count": 3,
    "bare exact count": None,
    "name alone": None,
    "front page of the directory": None,
    "one doctor": None,
}
# In the large site: how many of these it answers in the time of one of those, at least.
MANY, FEW, LEAST_RATE = "article with many comments", "article with 200 comments", 0.8
# Pages are made, not kept; and the moderator has no phone.
SITE = {"KEPT_PAGES_BYTES": "0", "REQUIRE_2FA": "false"}
REINDEX = "from crpsinfo.search.index import reindex; reindex('comment', dry_run=True)"
COMMANDS = {"purge": ["purge"], "the comments' search index": ["shell", "-v", "0", "-c", REINDEX]}
RESULTS = ROOT / "benchmarks" / "results" / "scale.json"
COLUMNS = "{:<36}{:>12}{:>12}{:>20}{:>7}"


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    options = parser().parse_args(arguments)
    return report.conclude(
        options.database,
        lambda: measured(options),
        table,
        options.results,
        lambda result: report.is_within_limits(rows(result)),
    )


def parser():
    parser = parser_of("How much longer pages take when the site is large.")
    parser.add_argument("--size", type=float, default=1, help="part of the full size to measure at (default 1)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to keep the result in")
    return parser


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine, large = report.machine(), round(SIZE * options.size)
    sizes = [max(1, large // SMALLER), large]
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(options.database, len(sizes), Path(folder)) as (database, urls),
    ):
        for size, url in zip(sizes, urls, strict=True):
            report.say(f"Inventing {size:,} comments and practices …")
            fill(url, size)
        report.say(f"Asking {len(LIMITS)} questions, up to {options.rounds} times each …")
        times = ask_in_turn(urls, options.rounds)
        report.say("Measuring the memory of commands …")
        commands = [memory.grown(name, [memory.peak(url, *words) for url in urls]) for name, words in COMMANDS.items()]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "database": database,
        "sizes": sizes,
        "questions": [compared(name, *times[name], is_full=large >= SIZE) for name in LIMITS],
        "many_to_few": rounded(median_ratio(*in_pairs(times[MANY][1], times[FEW][1]))),
        "commands": commands,
    }


# --- Filling ---------------------------------------------------------------------------------------


def fill(url, size):
    """Raises Failed."""
    run(url, "benchmarks.listings", size)
    run(url, "benchmarks.writings", size // OF_AN_ARTICLE, size)


def run(url, module, *arguments):
    """Run a module with this database until it ends. Raises Failed."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{module} failed.\n{done.stderr}")


# --- Asking ----------------------------------------------------------------------------------------


def ask_in_turn(urls, rounds):
    """{question: for each database, the answers of all rounds}. Who is asked first changes. Raises Failed."""
    times, spent = {name: [[] for _ in urls] for name in LIMITS}, Counter()
    with answering(urls[0]) as small, answering(urls[1]) as large:
        for number in range(-WARM_UP, rounds):
            order = [(0, small), (1, large)][:: 1 if number % 2 else -1]
            for name in LIMITS:
                for which, ask in order if number == 0 or spent[name] < MOST_SECONDS else ():
                    answer = ask(name)
                    spent[name] += answer["seconds"]
                    if number >= 0:
                        times[name][which].append(answer)
    return times


@contextmanager
def answering(url):
    """A function that puts a question to this database, for as long as the block runs, and returns the answer."""
    command, variables = [sys.executable, "-W", "ignore", "-m", "benchmarks.reading"], environment(url, **SITE)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=variables, text=True, start_new_session=True, **pipes) as child:

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


# --- The result ------------------------------------------------------------------------------------


def compared(name, small, large, *, is_full=True):
    """A question's part of the result. What is smaller than the full size has pages that are not full: they are judged
    only if as much was found on both."""
    found = [small[0]["found"], large[0]["found"]]
    seconds = [[answer["seconds"] for answer in answers] for answers in (small, large)]
    return {
        "question": name,
        "found": found,
        "rounds": len(small),
        "median_ms": [report.milliseconds(median(times)) for times in seconds],
        "ratio": rounded(median_ratio(*seconds)),
        "limit": LIMITS[name] if is_full or found[0] == found[1] else None,
    }


def in_pairs(*answers):
    """The seconds of two questions, of the rounds in which both were asked."""
    return zip(*((first["seconds"], second["seconds"]) for first, second in zip(*answers, strict=False)), strict=True)


def rounded(ratio):
    return {part: round(value, 3) for part, value in asdict(ratio).items()}


def rows(result):
    """The lines for the table over all benchmarks."""
    lines = []
    for each in result["questions"]:
        small, large = (f"{time:,.1f} ms" for time in each["median_ms"])
        what, ratio = f"{each['question']}, large to small", each["ratio"]["value"]
        lines.append(Row(what, large, small, ratio, at_most=each["limit"]))
    return [*lines, many_to_few(result), *memory.rows(result)]


def many_to_few(result):
    """The rate at which the large site answers with an article of many comments, to that of one with few."""
    times = {each["question"]: each["median_ms"][1] for each in result["questions"]}
    many, few = (f"{1000 / times[name]:,.1f} pages/s" for name in (MANY, FEW))
    what = f"article with {result['sizes'][1] // 10:,} comments, to one with 200"
    return Row(what, many, few, result["many_to_few"]["value"], at_least=LEAST_RATE)


def table(result):
    """The result as lines of text."""
    small, large = (f"{size:,}" for size in result["sizes"])
    lines = [("median ms with comments, practices", small, large, "ratio (95 % CI)", "limit")]
    for each in result["questions"]:
        ratio = "{value:.2f} ({low:.2f}–{high:.2f})".format(**each["ratio"])
        times = (f"{milliseconds:,.2f}" for milliseconds in each["median_ms"])
        lines.append((each["question"], *times, ratio, each["limit"] or "-"))
    rate = many_to_few(result)
    facts = [result["database"], *(f"{name} {value}" for name, value in result["machine"].items())]
    return "\n".join(
        [
            *(COLUMNS.format(*map(str, line)).rstrip() for line in lines),
            f"{rate.what}: {rate.ours} to {rate.floor}, {rate.ratio:.2f} (at least {rate.at_least})",
            memory.table(result["commands"]),
            ", ".join(facts),
        ]
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that its processes are ended, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
