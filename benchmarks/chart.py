"""`python -m benchmarks.chart`: draws the latest table as docs/images/performance.svg (how many times better than its
target each figure is, on each database) and writes it into docs/performance.md."""

import json
import math
import re
import sys
from html import escape

from benchmarks.__main__ import RESULTS, VERDICTS, target_of
from benchmarks.processes import ROOT
from benchmarks.report import Row

PICTURE = ROOT / "docs" / "images" / "performance.svg"
PAGE = ROOT / "docs" / "performance.md"
PLACE = re.compile(r"(<!-- table -->\n).*?(<!-- end of the table -->)", re.DOTALL)
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LEFT, UNIT, BAR, GAP, TOP = 430, 60, 11, 12, 70  # UNIT: of a doubling
LEAST, MOST = -2, 5  # doublings that there is place for
STYLE = """
text { font: 13px sans-serif; fill: #1f2933 } .title { font-weight: bold; font-size: 16px } line { stroke: #9aa5b1 }
.target { stroke: #1f2933; stroke-width: 2 } .sqlite { fill: #1d6f8f } .postgresql { fill: #8a5a00 }
.number { font-size: 11px } .ground { fill: #ffffff }
@media (prefers-color-scheme: dark) { .ground { fill: #15191d } text { fill: #e4e7eb } .target { stroke: #e4e7eb }
.sqlite { fill: #62b8d8 } .postgresql { fill: #e0b050 } }
"""


def main():
    kept = json.loads((RESULTS / "table.json").read_text())
    PICTURE.write_text(drawn({kind: table["rows"] for kind, table in kept.items()}))
    tables = "\n".join(written(table) for table in kept.values())
    PAGE.write_text(PLACE.sub(lambda found: f"{found[1]}{tables}{found[2]}", PAGE.read_text()))


def written(table):
    """A table as Markdown."""
    lines = [f"{table['database']}, {table['date'][:10]}:", "", "| what | ours | floor | ratio | target | |"]
    lines.append("|---|---|---|---|---|---|")
    for kept in table["rows"]:
        row = Row(**{name: value for name, value in kept.items() if name != "passed"})
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cells = (row.what, row.ours, row.floor, ratio, target_of(row), VERDICTS[row.passed])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", ""])


def drawn(tables):
    """The chart as SVG. `tables`: {kind of database: rows}"""
    better = {kind: margins(rows) for kind, rows in tables.items()}
    names = list(dict.fromkeys(name for found in better.values() for name in found))
    step = BAR * len(tables) + GAP
    height, width = TOP + step * len(names) + 40, LEFT + UNIT * (MOST - LEAST) + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t">',
        f'<title id="t">How many times better than its target each figure is</title><style>{STYLE}</style>',
        f'<rect class="ground" width="{width}" height="{height}"/>',
        '<text class="title" x="12" y="26">How many times better than its target</text>',
        *legend(tables),
        *scale(height),
    ]
    for place, name in enumerate(names):
        y = TOP + step * place
        parts.append(f'<text x="{LEFT - 10}" y="{y + step / 2}" text-anchor="end">{escape(name)}</text>')
        for number, (kind, found) in enumerate(better.items()):
            if name in found:
                parts += bar(kind, found[name], y + 3 + BAR * number)
    return "\n".join([*parts, "</svg>", ""])


def margins(rows):
    """{what: how many times better than its target} of the rows that have one."""
    found = {}
    for row in rows:
        if row["at_least"] is not None:
            found[row["what"]] = row["ratio"] / row["at_least"]
        elif row["at_most"] is not None:
            found[row["what"]] = row["at_most"] / row["ratio"]
    return found


def x_of(times):
    return LEFT + UNIT * (min(max(math.log2(times), LEAST), MOST) - LEAST)


def bar(kind, times, y):
    start, end = sorted((x_of(1), x_of(times)))
    yield f'<rect class="{kind}" x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="{BAR - 2}"/>'
    at, anchor = (end + 4, "start") if times >= 1 else (start - 4, "end")
    yield f'<text class="number" x="{at:.1f}" y="{y + BAR - 2}" text-anchor="{anchor}">{times:.3g}</text>'


def legend(tables):
    for number, kind in enumerate(tables):
        x = LEFT + 110 * number
        yield f'<rect class="{kind}" x="{x}" y="16" width="12" height="12"/>'
        yield f'<text x="{x + 18}" y="27">{NAMES[kind]}</text>'


def scale(height):
    for doublings in range(LEAST, MOST + 1):
        x, times = LEFT + UNIT * (doublings - LEAST), 2.0**doublings
        mark = ' class="target"' if doublings == 0 else ""
        yield f'<line{mark} x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{height - 30}"/>'
        yield f'<text class="number" x="{x}" y="{height - 14}" text-anchor="middle">{times:g}</text>'


if __name__ == "__main__":
    sys.exit(main())
