"""A benchmark's result: as a table to read, and as JSON to keep."""

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from statistics import median

import django

from benchmarks.comparison import MARGIN, median_ratio, percentile, waits_now_and_then
from benchmarks.processes import Failed
from crpsinfo import __version__

COLUMNS = "{:>6}  {:>8}  {:>9}  {:>7}  {:>10}  {:>6}  {:>7}  {:>22}  {:>17}"
HEADINGS = (
    *("pause", "comments", "median ms", "95 % ms", "slowest ms", "stored", "checked"),
    *("ratio (95 % CI)", "same within noise"),
)


@dataclass(frozen=True)
class Row:
    """A line of the table over all benchmarks: what was measured, our figure and that of the floor in the same run,
    each with its unit, and their ratio, which may have a limit."""

    what: str
    ours: str
    floor: str
    ratio: float | None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def passed(self):
        """Whether the ratio is within its limit; None without a limit."""
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or self.ratio >= self.at_least) and (
            self.at_most is None or self.ratio <= self.at_most
        )


def result(machine, database, pauses, times, counts):
    """All that was measured and what follows from it, ready for JSON. `times`: for each pause, the seconds of each
    round; `counts`: for each, what `Site.count` says."""
    sites = [of_site(*each) for each in zip(pauses, times, counts, strict=True)]
    for site, seconds in zip(sites[1:], times[1:], strict=True):
        site |= compared(times[0], seconds, site["pause"])
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "database": database,
        "margin": MARGIN,
        "sites": sites,
        "same": all(site["same"] for site in sites[1:]),
    }


def of_site(pause, seconds, count):
    """A site's own figures; it is compared with the first one later."""
    return {
        "pause": pause,
        "comments": len(seconds),
        "median_ms": milliseconds(median(seconds)),
        "p95_ms": milliseconds(percentile(seconds, 0.95)),
        "slowest_ms": milliseconds(max(seconds)),
        **count,
        "ratio": None,
        "same": None,
    }


def compared(baseline, seconds, pause):
    """How a site's times are to those of the first, and whether that is the same within noise."""
    ratio = median_ratio(baseline, seconds)
    same = ratio.is_one_within_noise and not waits_now_and_then(baseline, seconds, pause)
    return {"ratio": {name: round(value, 4) for name, value in asdict(ratio).items()}, "same": same}


def circumstances(machine, database):
    """What every result begins with."""
    return {"date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "database": database}


def milliseconds(seconds):
    return round(1000 * seconds, 2)


def machine():
    """Where and with what it is measured; to be asked before the measurement adds to the load."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),  # of the last minute
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "django": django.__version__,
        "crpsinfo": __version__,
    }


def table(result):
    """The result as lines of text."""
    rows = [HEADINGS, *map(cells, result["sites"])]
    facts = [result["database"], *(f"{name} {value}" for name, value in result["machine"].items())]
    return "\n".join([*(COLUMNS.format(*row).rstrip() for row in rows), ", ".join(facts)])


def cells(site):
    """A site's line, column by column."""
    times = [f"{site[name]:,.1f}" for name in ("median_ms", "p95_ms", "slowest_ms")]
    numbers = [f"{site[name]:,}" for name in ("stored", "checked")]
    comparison = ["1", ""]
    if site["ratio"]:
        ratio = "{value:.3f} ({low:.3f} to {high:.3f})".format(**site["ratio"])
        comparison = [ratio, "yes" if site["same"] else "no"]
    pause = "none" if site["pause"] is None else f"{site['pause']:g} s"
    return [pause, f"{site['comments']:,}", *times, *numbers, *comparison]


def keep(kind, result, path):
    """Write the result to a JSON file, in which each kind of database has its latest."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept | {kind: result}, indent=2) + "\n")


def conclude(kind, measured, table, path, passed=lambda result: True):
    """Measure, show and keep the result; returns the exit code: 0, 1 if it has not passed, 2 without a result."""
    try:
        result = measured()
    except Failed as failure:
        say(f"No result. {failure}")
        return 2
    say(table(result))
    keep(kind, result, path)
    return 0 if passed(result) else 1


def is_within_limits(rows):
    return all(row.passed is not False for row in rows)


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
