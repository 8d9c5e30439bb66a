"""The chart and the table of docs/performance.md."""

import json
from xml.etree import ElementTree

import pytest

from benchmarks import chart

pytestmark = pytest.mark.one_database

MET = {"what": "pages & more", "ours": "2/s", "floor": "1/s", "ratio": 2.0, "at_least": 1, "at_most": None}
MISSED = {"what": "memory", "ours": "6 MB", "floor": "2 MB", "ratio": 3.0, "at_least": None, "at_most": 1.5}
KNOWN = {"what": "zip", "ours": "", "floor": "", "ratio": 9.0, "at_least": None, "at_most": None}


def test_a_chart_shows_how_far_each_target_is_met_on_each_database():
    picture = ElementTree.fromstring(chart.drawn({"sqlite": [MET, MISSED, KNOWN], "postgresql": [MISSED]}))
    bars = [part.get("class") for part in picture if part.tag.endswith("rect") and part.get("height") == "9"]
    assert bars == ["sqlite", "sqlite", "postgresql"]
    assert [part.text for part in picture if part.get("class") == "number"][:3] == ["0.25", "0.5", "1"]
    assert chart.margins([MET, MISSED, KNOWN]) == {"pages & more": 2.0, "memory": 0.5}


def test_the_table_is_written_into_the_page(monkeypatch, tmp_path):
    page, results = tmp_path / "performance.md", tmp_path / "table.json"
    page.write_text("Before.\n<!-- table -->\nold\n<!-- end of the table -->\nAfter.\n")
    facts = {"database": "SQLite 3", "date": "2026-11-23T12:00:00+00:00"}
    results.write_text(json.dumps({"sqlite": facts | {"rows": [row | {"passed": None} for row in (MET, MISSED)]}}))
    monkeypatch.setattr(chart, "PAGE", page)
    monkeypatch.setattr(chart, "RESULTS", tmp_path)
    monkeypatch.setattr(chart, "PICTURE", tmp_path / "picture.svg")
    chart.main()
    lines = page.read_text().splitlines()
    assert "| pages & more | 2/s | 1/s | 2.00 | ≥ 1 | pass |" in lines
    assert "| memory | 6 MB | 2 MB | 3.00 | ≤ 1.5 | FAIL |" in lines
    assert (lines[0], lines[-1], "old" in lines) == ("Before.", "After.", False)
