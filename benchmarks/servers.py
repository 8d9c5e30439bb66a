"""`python -m benchmarks.servers`: what the web server's way of working costs and saves, for a kept page.

Each setting is asked by eight readers in turn with the others; then again while as many connections as it has
processes have sent half a request and no more, as a slow phone does. None of them may hold up the readers.
"""

import socket
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.databases import new_databases, parser_of
from benchmarks.load import Reader, memory_of, read, readers, seconds_of_cpu
from benchmarks.pages import ASKED, COMMENTS, PAGE, READERS, WARM_UP, server
from benchmarks.processes import HOST, ROOT, environment, inside

ROUNDS = 30
PROCESSES = 2
PATIENCE = 3  # seconds that a reader waits while others are slow
SETTINGS = {  # arguments of gunicorn
    "sync": "--worker-class sync --threads 1",
    "gthread, 2 threads": "--worker-class gthread --threads 2",
    "gthread, 4 threads": "--worker-class gthread --threads 4",
    "gthread, 8 threads": "--worker-class gthread --threads 8",
}
RESULTS = ROOT / "benchmarks" / "results" / "servers.json"
COLUMNS = "{:<20} {:>10} {:>14} {:>22} {:>16}"
HEADINGS = ("gunicorn", "pages/s", "CPU ms a page", "while some are slow", "MB a process")


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    parser = parser_of("What settings of the web server cost.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    return report.conclude(options.database, lambda: measured(options), table, RESULTS)


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine = report.machine()
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(options.database, 1, Path(folder)) as (database, urls),
        ExitStack() as stack,
    ):
        inside(environment(urls[0]), "discuss", str(COMMENTS))
        servers = {
            name: stack.enter_context(
                server(urls[0], Path(folder) / f"{number}.log", "crpsinfo.wsgi", GUNICORN_CMD_ARGS=arguments)
            )
            for number, (name, arguments) in enumerate(SETTINGS.items())
        }
        report.say("Reading from all in turn …")
        found = in_turn(servers, options.rounds)
        for name, one in servers.items():
            found[name] |= {"while_slow": while_some_are_slow(one), "memory": memory_of(one.pid)}
    return {**report.circumstances(machine, database), "servers": found}


def in_turn(servers, rounds):
    """{name: pages a second, and CPU a page}"""
    times, spent = {name: [] for name in servers}, {}
    for number in range(-WARM_UP, rounds):
        for name, one in servers.items():
            if number == 0:
                spent[name] = seconds_of_cpu(one.pid)
            with readers(READERS, one.port, PAGE) as some:
                taken = read(some, ASKED)
            if number >= 0:
                times[name].append(taken)
    requests = ASKED * READERS
    return {
        name: {
            "rate": round(requests / median(times[name])),
            "cpu_ms": report.milliseconds((seconds_of_cpu(one.pid) - spent[name]) / requests / rounds),
        }
        for name, one in servers.items()
    }


def while_some_are_slow(one):
    """Whether a reader is answered while others have not finished asking."""
    with slow_ones(one.port), ExitStack() as stack:
        reader = Reader(one.port, PAGE)
        stack.callback(reader.close)
        reader.socket.settimeout(PATIENCE)
        reader.ask()
        try:
            return reader.answer()[0] == 200
        except TimeoutError:
            return False


@contextmanager
def slow_ones(port):
    with ExitStack() as stack:
        for _ in range(PROCESSES):
            connection = stack.enter_context(socket.create_connection((HOST, port)))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        yield


def table(result):
    """The result as lines of text."""
    rows = [HEADINGS]
    for name, found in result["servers"].items():
        slow = "answered" if found["while_slow"] else f"nothing within {PATIENCE} s"
        memory = round(median(found["memory"]) / 1e6)
        rows.append((name, f"{found['rate']:,}", found["cpu_ms"], slow, memory))
    return "\n".join(COLUMNS.format(*map(str, row)) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
