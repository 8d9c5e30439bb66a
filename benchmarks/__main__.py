"""`python -m benchmarks`: everything that is claimed about speed, in one table. `--quick` takes small samples: it shows
whether something is far off, not more. The exit code is 0 if all targets are met, 1 if not, 2 if something could not be
measured."""

import signal
import sys
from dataclasses import asdict

from benchmarks import memory, nppes, pages, posting, pouring, report, scale
from benchmarks.databases import parser_of
from benchmarks.processes import ROOT, Failed

RESULTS = ROOT / "benchmarks" / "results"
PARTS = {"pages": pages, "posting": posting, "pouring": pouring, "scale": scale, "memory": memory, "nppes": nppes}
QUICK = {  # what is asked in place of the defaults, of those that take little time
    "pages": ["--rounds", "15", "--made", "20"],
    "posting": ["--comments", "36"],
    "pouring": ["--rounds", "1"],
    "scale": ["--size", "0.001", "--rounds", "3"],
    "nppes": ["--rows", "10000", "--rounds", "2"],
}
COLUMNS = "{:<68} {:>13} {:>13} {:>7} {:>7}  {}"
VERDICTS = {True: "pass", False: "FAIL", None: ""}


def main(arguments=None):
    """Measure, show and keep the results; returns the exit code."""
    options = parser().parse_args(arguments)
    rows, failures = [], []
    for name in options.parts or (QUICK if options.quick else PARTS):
        report.say(f"--- {name}")
        more = QUICK.get(name, []) if options.quick else ["--size", options.size] if name == "scale" else []
        try:
            result = PARTS[name].measured(PARTS[name].parser().parse_args(["--database", options.database, *more]))
        except Failed as failure:
            failures.append(f"No result of “{name}”. {failure}")
            continue
        if not options.quick:
            report.keep(options.database, result, RESULTS / f"{name}.json")
        rows += PARTS[name].rows(result)
    report.say("\n".join([table(rows), *failures]))
    if not (options.quick or options.parts or failures):
        result = {**report.circumstances(report.machine(), options.database), "rows": [as_json(row) for row in rows]}
        report.keep(options.database, result, RESULTS / "table.json")
    return 2 if failures else int(not report.is_within_limits(rows))


def parser():
    parser = parser_of("How fast the site is.", prog="python -m benchmarks")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=f"all without any: {', '.join(PARTS)}")
    parser.add_argument("--size", default="1", help="of the large site, as a part of the full size (default 1)")
    parser.add_argument("--quick", action="store_true", help="small samples, and nothing is kept")
    return parser


def table(rows):
    """All rows as lines of text."""
    lines = [COLUMNS.format("what", "ours", "floor", "ratio", "target", "").rstrip()]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cells = (row.what, row.ours, row.floor, ratio, target_of(row), VERDICTS[row.passed])
        lines.append(COLUMNS.format(*cells).rstrip())
    return "\n".join(lines)


def target_of(row):
    if row.at_least is not None:
        return f"≥ {row.at_least:g}"
    return "" if row.at_most is None else f"≤ {row.at_most:g}"


def as_json(row):
    return asdict(row) | {"passed": row.passed}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that its processes are ended, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
