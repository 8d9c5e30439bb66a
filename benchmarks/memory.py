"""`python -m benchmarks.memory`: the memory that imports need does not grow with the file.

Files of two sizes are made, one a hundred times as long as the other: an export of WordPress, of which a tenth of all
comments stand under one post, and the registry of providers. Each is imported into a new database by the command that
an operator would give, and what is measured is the most memory that its process had at any time. `purge` and `reindex`
are measured so by benchmarks/scale.py, which has the databases for them.

The exit code is 0 if no command needed more than a quarter and 20 MB more for the long file, 1 if one did, 2 if there
is no result.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

from benchmarks import nppes, report
from benchmarks.databases import POSTGRESQL, SQLITE, new_databases
from benchmarks.processes import ROOT, Failed, environment
from benchmarks.report import Row
from tests import wordpress

COMMENTS, ROWS = 40_000, 100_000
OF_A_POST = 40  # comments, but for one post with a tenth of all
SMALLER = 100
GROWTH, ALLOWANCE = 1.25, 20  # times, and MB
UNIT = 1e6 / (1 if sys.platform == "darwin" else 1024)  # of ru_maxrss in an MB
RESULTS = ROOT / "benchmarks" / "results" / "memory.json"
COLUMNS = "{:<56}{:>8}{:>8}{:>8}{:>8}"
MOST_SECONDS = 90  # for a command: what is not done then has shown by then what it needs


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    options = parser().parse_args(arguments)
    return report.conclude(
        options.database,
        lambda: measured(options),
        lambda result: table(result["commands"]),
        options.results,
        lambda result: report.is_within_limits(rows(result)),
    )


def parser():
    parser = argparse.ArgumentParser(description="How much memory imports need for a small and a large file.")
    parser.add_argument("--comments", type=int, default=COMMENTS, help="in the large export of WordPress")
    parser.add_argument("--rows", type=int, default=ROWS, help="in the large file of the registry")
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=SQLITE)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to keep the result in")
    return parser


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine = report.machine()
    with (
        tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder,
        new_databases(options.database, 2, Path(folder)) as (database, urls),
    ):
        report.say(f"Making files of {options.comments:,} comments and {options.rows:,} providers …")
        files = [made(Path(folder) / str(part), options, part) for part in (SMALLER, 1)]
        report.say("Importing them …")
        commands = [
            grown(name, [peak(url, name, str(of_size[name])) for url, of_size in zip(urls, files, strict=True)])
            for name in files[0]
        ]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    sizes = {"comments": options.comments, "rows": options.rows}
    return {"date": now, "machine": machine, "database": database, **sizes, "commands": commands}


def rows(result):
    """The lines for the table over all benchmarks."""
    return [row_of(command) for command in result["commands"]]


# --- Files -----------------------------------------------------------------------------------------


def made(folder, options, part):
    """{command: the file for it}, of this part of the large size."""
    folder.mkdir()
    export = folder / "export.xml"
    with export.open("w") as file:
        file.write(wordpress.HEAD.format(encoding="UTF-8"))
        file.writelines(posts(max(1, options.comments // part)))
        file.write(wordpress.TAIL)
    plain, _ = nppes.make_files(folder, max(1, options.rows // part))
    return {"import_wordpress": export, "import_nppes": plain}


def posts(comments):
    """Yields posts, as text, which have so many comments in all."""
    left, number, share = comments, 0, max(1, comments // 10)
    while left > 0:
        number += 1
        some = range(left, max(left - share, 0), -1)
        text = "".join(wordpress.comment(key, f"What helped me most was number {key}. " * 8) for key in some)
        yield wordpress.post(number, comments=text, content="Some words. " * 200)
        left, share = left - share, OF_A_POST


# --- Measuring -------------------------------------------------------------------------------------


def peak(url, *command):
    """What a command of manage.py needed with this database: `mb`, the most memory that it had at once, and `seconds`;
    `finished` is False if it was ended after MOST_SECONDS. Raises Failed.

    The system counts what the process had before it became the command, too: this one is smaller than any of those."""
    arguments, start = [sys.executable, "-W", "ignore", "manage.py", *command], time.monotonic()
    with tempfile.TemporaryFile() as said:
        output = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": said}
        child = subprocess.Popen(arguments, cwd=ROOT, env=environment(url), start_new_session=True, **output)
        end = Timer(MOST_SECONDS, os.kill, [child.pid, signal.SIGTERM])
        end.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        finally:
            end.cancel()
            if child.returncode is None:
                child.kill()
                child.wait()
        if child.returncode not in (0, -signal.SIGTERM):
            said.seek(0)
            raise Failed(f"{' '.join(command)} failed.\n{said.read().decode(errors='replace')}")
    seconds = round(time.monotonic() - start, 1)
    return {"mb": round(usage.ru_maxrss / UNIT, 1), "seconds": seconds, "finished": child.returncode == 0}


def grown(name, peaks):
    """A command's part of the result. `peaks`: of the small and the large one."""
    small, large = peaks
    together = {what: [small[what], large[what]] for what in ("mb", "seconds", "finished")}
    return {"command": name, **together, "limit_mb": round(GROWTH * small["mb"] + ALLOWANCE, 1)}


def row_of(command):
    small, large = command["mb"]
    what = f"memory of {command['command']}"
    if not all(command["finished"]):
        what += f", ended after {MOST_SECONDS} s"
    limit = round(command["limit_mb"] / small, 3)
    return Row(what, f"{large:,.0f} MB", f"{small:,.0f} MB", round(large / small, 3), at_most=limit)


def table(commands):
    """The commands' memory as lines of text."""
    lines = [COLUMNS.format("MB at most, of", "small", "large", "ratio", "limit").rstrip()]
    for command in commands:
        row = row_of(command)
        lines.append(COLUMNS.format(row.what, *command["mb"], f"{row.ratio:.2f}", f"{row.at_most:.2f}"))
    return "\n".join(lines)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that its processes are ended, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
