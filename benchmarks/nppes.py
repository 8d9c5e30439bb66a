"""`python -m benchmarks.nppes`: the import of the registry of providers reads a file several times as fast as Python's
own `csv.reader` walks through it.

A file is made as the registry's is: 200,000 rows of 330 columns, of which one in fifty is of pain medicine. In every
round both pass over it, in turn one first and then the other, so that the noise of the machine falls on both alike:
`csv.reader`, which does nothing with what it reads, and the whole import into an empty table. The same again with the
ZIP that the file comes in, where both have to unpack it first.

The exit code is 0 if in the median round `csv.reader` takes at least four times as long with the file as it is, 1 if
not, 2 if there is no result.
"""

import argparse
import csv
import io
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.comparison import median_ratio
from benchmarks.databases import POSTGRESQL, SQLITE, new_databases
from benchmarks.processes import ROOT, Failed, environment
from benchmarks.report import Row

ROWS, ROUNDS = 200_000, 15
KEPT = 50  # one row in so many is of pain medicine
WANTED = 4.0  # times the speed of csv.reader
HEADER = ROOT / "tests" / "data" / "nppes_header_2025_330_columns.csv"
RESULTS = ROOT / "benchmarks" / "results" / "nppes.json"
NAME = "npidata_pfile_20050523-20261108.csv"
COLUMNS = "{:>5}  {:>14}  {:>12}  {:>12}  {:>9}  {:>22}"
HEADINGS = ("file", "csv.reader s", "import s", "rows/s", "MB/s", "times as fast (95 % CI)")


def main(arguments=None):
    """Measure, show and keep the result; returns the exit code."""
    options = parser().parse_args(arguments)
    if options.inside:
        sys.stdout.write(json.dumps(times_inside(options.inside, options.rows, options.rounds)))
        return 0
    return report.conclude(
        options.database, lambda: measured(options), table, options.results, lambda result: result["fast"]
    )


def parser():
    parser = argparse.ArgumentParser(description="How fast the registry of providers is imported.")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=SQLITE)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to keep the result in")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)  # the file to measure with, in its database
    return parser


def measured(options):
    """The result, ready for JSON. Raises Failed."""
    machine = report.machine()
    with tempfile.TemporaryDirectory(prefix="crpsinfo-bench-", ignore_cleanup_errors=True) as folder:
        folder, results = Path(folder), {}
        report.say(f"Making a file of {options.rows:,} rows …")
        plain, packed = make_files(folder, options.rows)
        size = plain.stat().st_size
        with new_databases(options.database, 1, folder) as (database, urls):
            for kind, path in (("csv", plain), ("zip", packed)):
                report.say(f"Reading it {options.rounds} times in both ways, {kind} …")
                results[kind] = compared(times(path, urls[0], options), options.rows, size)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "database": database,
        **{"rows": options.rows, "kept": -(-options.rows // KEPT), "bytes": size, "wanted": WANTED},
        **{"files": results, "fast": results["csv"]["ratio"]["value"] >= WANTED},
    }


# --- The file -------------------------------------------------------------------------------------


def make_files(folder, rows):
    """(the file, the ZIP that it comes in)"""
    plain, packed = folder / NAME, folder / "NPPES_Data_Dissemination_November_2026_V2.zip"
    names = next(csv.reader(HEADER.read_text().splitlines()))
    with plain.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made_up(number) for number in range(rows))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, NAME)
    return plain, packed


def made_up(number):
    """A row of the file: a person, with as much filled in as there is on average in the registry: 38 values of 330."""
    rng = random.Random(number)  # noqa: S311 - nothing secret
    state = rng.choice(["CA", "TX", "NY", "FL", "PA", "OH", "MI", "GA"])
    slots = rng.randrange(1, 4)
    row = {
        **{"NPI": npi(number), "Entity Type Code": "1", "Is Sole Proprietor": "N", "Provider Sex Code": "F"},
        **{"Provider Last Name (Legal Name)": f"LASTNAME{number}", "Provider First Name": f"FIRST{number % 700}"},
        **{"Provider Middle Name": "M", "Provider Credential Text": "M.D.", "Certification Date": "06/01/2024"},
        **{"Provider Enumeration Date": "05/23/2006", "Last Update Date": "06/01/2024"},
        **{"Other Provider Identifier_1": f"{rng.randrange(10**7)}", "Other Provider Identifier Type Code_1": "05"},
        "Other Provider Identifier State_1": state,
        **address("Mailing", state, rng),
        **address("Practice Location", state, rng),
    }
    for slot in range(1, slots + 1):
        row |= taxonomy(slot, "207Q00000X", state, rng)
    if number % KEPT == 0:
        row |= taxonomy(slots, rng.choice(["207LP2900X", "208VP0014X", "261QP3300X"]), state, rng)
    return row


def address(kind, state, rng):
    where = f"Provider Business {kind} Address"
    return {
        f"Provider First Line Business {kind} Address": f"{rng.randrange(1, 9999)} MADE UP ST",
        f"{where} City Name": f"CITY {rng.randrange(500)}",
        f"{where} State Name": state,
        f"{where} Postal Code": f"{rng.randrange(10**9):09}",
        f"{where} Country Code (If outside U.S.)": "US",
        f"{where} Telephone Number": f"{rng.randrange(10**10):010}",
        f"{where} Fax Number": f"{rng.randrange(10**10):010}",
    }


def taxonomy(slot, code, state, rng):
    return {
        f"Healthcare Provider Taxonomy Code_{slot}": code,
        f"Provider License Number_{slot}": f"MD{rng.randrange(10**6)}",
        f"Provider License Number State Code_{slot}": state,
        f"Healthcare Provider Primary Taxonomy Switch_{slot}": "Y" if slot == 1 else "N",
    }


def npi(number):
    """The NPI whose first nine digits are 100000000 and so many more."""
    digits = [int(digit) for digit in f"80840{100_000_000 + number}"]
    total = sum(digits[-2::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[::-2])
    return f"{100_000_000 + number}{-total % 10}"


# --- The measurement ------------------------------------------------------------------------------


def times(path, url, options):
    """[(seconds of csv.reader, seconds of the import)], one for each round, from a process with this database. Raises
    Failed."""
    arguments = ["--inside", str(path), "--rows", str(options.rows), "--rounds", str(options.rounds)]
    command = [sys.executable, "-m", "benchmarks.nppes", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"The import failed.\n{done.stderr}")
    return json.loads(done.stdout)


def times_inside(path, rows, rounds):
    """What `times` gives, within that process. Raises Failed if one of the two did not do its work."""
    import django

    django.setup()
    from directory.models import RegisterEntry
    from directory.register.nppes import import_file

    def bare():
        with text_of(path) as text:
            return sum(1 for _ in csv.reader(text)) == rows + 1

    def imported():
        return import_file(path).register.fates["new"] == -(-rows // KEPT)

    found = []
    for _, order in zip(range(rounds + 1), cycle([(bare, imported), (imported, bare)]), strict=False):
        RegisterEntry.objects.all().delete()
        took = {each: seconds_of(each) for each in order}
        found.append((took[bare], took[imported]))
    return found[1:]  # the first round only warms up


@contextmanager
def text_of(path):
    """The file as text, or the one within a ZIP."""
    with ExitStack() as stack:
        packed = path.suffix == ".zip"
        stream = stack.enter_context(zipfile.ZipFile(path)).open(NAME) if packed else path.open("rb")
        yield stack.enter_context(io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline=""))


def seconds_of(work):
    start = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - start
    if not done:
        raise Failed("A pass over the file found something else in it than was put there.")
    return seconds


# --- The result -----------------------------------------------------------------------------------


def compared(rounds, rows, size):
    """How many times as fast the import is as csv.reader: as many times as long as that takes."""
    bare, imported = map(list, zip(*rounds, strict=True))
    seconds = median(imported)
    return {
        **{"csv_reader_s": round(median(bare), 3), "import_s": round(seconds, 3)},
        **{"rows_per_s": round(rows / seconds), "mb_per_s": round(size / seconds / 1e6)},
        "ratio": {name: round(value, 3) for name, value in asdict(median_ratio(imported, bare)).items()},
    }


def rows(result):
    """For the table over all benchmarks."""
    return [
        Row(
            f"import of the registry, {kind} file, times csv.reader",
            f"{each['import_s']} s",
            f"{each['csv_reader_s']} s",
            each["ratio"]["value"],
            at_least=WANTED if kind == "csv" else None,
        )
        for kind, each in result["files"].items()
    ]


def table(result):
    """The result as lines of text."""
    lines = [COLUMNS.format(*HEADINGS)]
    for kind, each in result["files"].items():
        ratio = "{value:.2f} ({low:.2f} to {high:.2f})".format(**each["ratio"])
        speeds = (f"{each['rows_per_s']:,}", f"{each['mb_per_s']:,}")
        lines.append(COLUMNS.format(kind, each["csv_reader_s"], each["import_s"], *speeds, ratio))
    facts = [result["database"], *(f"{name} {value}" for name, value in result["machine"].items())]
    verdict = f"At least {WANTED:g} times as fast with the CSV file: {'yes' if result['fast'] else 'no'}."
    return "\n".join([*lines, ", ".join(facts), verdict])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that its processes are ended, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
