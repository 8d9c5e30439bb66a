"""`python -m benchmarks.pages`: an article's page with 81 comments against a bare Django view that answers with as many
bytes, on the same server: kept, not changed since, and made anew.

Both servers run at the same time and are asked in turn, round by round, so that the noise of the machine falls on both
alike; what counts is the median over all rounds (see benchmarks/comparison.py). The floor has the middleware of a new
Django project and nothing to do (benchmarks/bare.py).
"""

import re
import shlex
import sqlite3
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import brotli
import psycopg2
from honcho.environ import parse_procfile

from benchmarks import report
from benchmarks.comparison import median_ratio, percentile
from benchmarks.databases import new_databases, parser_of
from benchmarks.inside import SLUG
from benchmarks.load import memory_of, read, readers, seconds_of_cpu
from benchmarks.processes import HOST, ROOT, Failed, environment, free_ports, inside, process
from benchmarks.report import Row

COMMENTS = 200  # 81 of them on the first page
ROUNDS, READERS, ASKED = 120, 8, 20  # requests of each reader in a round
MADE = 150  # pages made anew
WARM_UP = 5  # rounds that do not count
PATIENCE = 30  # seconds, for a server to be ready
PAGE = f"/articles/{SLUG}/"
MOST_BYTES, MOST_REQUESTS = 35_000, 3
ASSET = re.compile(r'<(?:link rel="stylesheet" href|link rel="icon" href|script[^>]* src)="([^"]+)"')
COUNT_UP = {"comments": "number = number + 1", "texts": "number = number + 1, texts = texts + 1"}


@dataclass(frozen=True)
class Server:
    port: int
    pid: int


def parser():
    parser = parser_of("What a page costs beside a bare Django view.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--made", type=int, default=MADE, help="how many pages are made anew")
    return parser


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine = report.machine()
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(options.database, 1, Path(folder)) as (database, urls),
    ):
        inside(environment(urls[0]), "discuss", str(COMMENTS))
        with server(urls[0], Path(folder) / "ours.log", "crpsinfo.wsgi") as ours:
            size, comments, weight = looked_at(ours)
            with server(urls[0], Path(folder) / "bare.log", "benchmarks.bare", BYTES=str(size)) as bare:
                report.say(f"Reading a page of {comments} comments and {size:,} bytes …")
                found = {
                    "kept": in_turn(bare, ours, options.rounds),
                    "unchanged": in_turn(bare, ours, options.rounds, unchanged=True),
                    **{name: anew(bare, ours, urls[0], change, options.made) for name, change in COUNT_UP.items()},
                }
            memory = memory_of(ours.pid)
    return {
        **report.circumstances(machine, database),
        "comments": comments,
        "weight": weight,
        "memory_per_worker": memory,
        "pages": found,
    }


@contextmanager
def server(url, log, application, **values):
    """A web server with the settings of production for as long as the block runs, and the Server."""
    (port,) = free_ports(1)
    command = shlex.split(parse_procfile((ROOT / "Procfile").read_text()).processes["web"])
    command = [part.replace("crpsinfo.wsgi", application) for part in command]
    variables = environment(url, SITE_URL=f"http://{HOST}:{port}", WEB_BIND=HOST, PORT=str(port), **values)
    with process(command, variables, log) as started:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(OSError), readers(1, port, "/") as (one,):
                one.ask()
                one.answer()
                break
            time.sleep(0.05)
        else:
            raise Failed(f"{application} did not answer.\n{log.read_text()[-2000:]}")
        yield Server(port, started.pid)


def looked_at(ours):
    """(bytes of the page as it is sent, how many comments are on it, {what is loaded with it: bytes})"""
    with readers(1, ours.port, PAGE) as (one,):
        one.ask()
        status, headers, body = one.answer()
    if status != 200 or headers.get("content-encoding") != "br":
        raise Failed(f"The page was answered with {status} and {headers}.")
    html = brotli.decompress(body).decode()
    weight = {PAGE: len(body)} | {
        address: size_of(address) for address in ASSET.findall(html) if address[:5] != "data:"
    }
    return len(body), html.count('<li class="comment '), weight


def size_of(address):
    """Bytes of a static file as browsers get it."""
    return len(brotli.compress((ROOT / "crpsinfo" / address.removeprefix("/")).read_bytes()))


def in_turn(bare, ours, rounds, *, unchanged=False):
    """What both took for the same number of requests, in each round. Readers connect anew for each, since a server's
    processes may share them unevenly."""
    headers = {"If-None-Match": mark_of(ours)} if unchanged else {}
    asked = ((bare, "/", {}, 200), (ours, PAGE, headers, 304 if unchanged else 200))
    times, spent = ([], []), [seconds_of_cpu(one.pid) for one in (bare, ours)]
    for number in range(-WARM_UP, rounds):
        if number == 0:
            spent = [seconds_of_cpu(one.pid) for one in (bare, ours)]
        for which in (0, 1) if number % 2 else (1, 0):
            server, path, more, expected = asked[which]
            with readers(READERS, server.port, path, more) as some:
                taken = read(some, ASKED, expected)
            if number >= 0:
                times[which].append(taken)
    requests = rounds * ASKED * READERS
    cpu = [(seconds_of_cpu(one.pid) - before) / requests for one, before in zip((bare, ours), spent, strict=True)]
    return {
        "rates": [round(READERS * ASKED / median(seconds)) for seconds in times],
        "cpu_ms": [report.milliseconds(seconds) for seconds in cpu],
        "cpu_ratio": round(cpu[0] / cpu[1], 3),
        "ratio": asdict(median_ratio(times[1], times[0])),
    }


def anew(bare, ours, url, change, times):
    """What one reader waits for the page after each change, and for the floor."""
    seconds = ([], [])
    with readers(1, bare.port, "/") as floor, readers(1, ours.port, PAGE) as asking, writing(url) as write:
        for number in range(-WARM_UP, times):
            write(f"UPDATE crpsinfo_siteversion SET {change}")  # noqa: S608 - our own words
            taken = [read(floor, 1), read(asking, 1)]
            if number >= 0:
                for which in (0, 1):
                    seconds[which].append(taken[which])
    return {
        "median_ms": [report.milliseconds(median(each)) for each in seconds],
        "p95_ms": [report.milliseconds(percentile(each, 0.95)) for each in seconds],
        "ratio": asdict(median_ratio(seconds[1], seconds[0])),
    }


@contextmanager
def writing(url):
    """A function that runs a statement in the database."""
    is_file = url.startswith("sqlite:///")
    database = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20) if is_file else psycopg2.connect(url)
    with closing(database):

        def write(sql):
            database.cursor().execute(sql)
            database.commit()

        yield write


def mark_of(ours):
    with readers(1, ours.port, PAGE) as (one,):
        one.ask()
        return one.answer()[1]["etag"]


def rows(result):
    """For the table over all benchmarks."""
    pages, name = result["pages"], f"article page, {result['comments']} comments"
    size, requests = sum(result["weight"].values()), len(result["weight"])
    return [
        *(of_rates(f"{name}, {what}", pages[what], limit) for what, limit in (("kept", 1.0), ("unchanged", None))),
        *(
            Row(f"{name}, made anew after a change of {what}", f"{found['median_ms'][1]} ms",
                f"{found['median_ms'][0]} ms", found["ratio"]["value"], at_least=limit)
            for what, limit in (("comments", 0.1), ("texts", None))
            for found in [pages[what]]
        ),
        Row(f"{name}, bytes in all", f"{size:,}", f"{MOST_BYTES:,}", size / MOST_BYTES, at_most=1),
        Row(f"{name}, requests", str(requests), str(MOST_REQUESTS), requests / MOST_REQUESTS, at_most=1),
        Row("memory of a web process", f"{round(max(result['memory_per_worker']) / 1e6)} MB", "", None),
    ]  # fmt: skip


def of_rates(what, found, limit):
    bare, ours = found["rates"]
    return Row(what, f"{ours:,}/s", f"{bare:,}/s", found["ratio"]["value"], at_least=limit)
