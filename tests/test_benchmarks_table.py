"""The one table over all benchmarks, and what is in it."""

import json
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as everything
from benchmarks import pages, pouring
from benchmarks.processes import Failed
from benchmarks.report import Row

pytestmark = pytest.mark.one_database

MET = Row("pages", "2,000/s", "1,000/s", 2.0, at_least=1)
MISSED = Row("memory", "300 MB", "100 MB", 3.0, at_most=1.5)
KNOWN = Row("zip", "1 s", "2 s", 2.0)


@pytest.fixture
def parts(monkeypatch, tmp_path):
    """What is measured, to be filled: {name: rows, or an exception}."""
    found = {}

    def part(name):
        def measured(options):
            if isinstance(found[name], Exception):
                raise found[name]
            return {"of": name}

        parser = lambda: SimpleNamespace(parse_args=lambda arguments: arguments)  # noqa: E731
        return SimpleNamespace(parser=parser, measured=measured, rows=lambda result: found[result["of"]])

    monkeypatch.setattr(everything, "PARTS", {name: part(name) for name in ("first", "second")})
    monkeypatch.setattr(everything, "QUICK", {"first": [], "second": []})
    monkeypatch.setattr(everything, "RESULTS", tmp_path)
    return found


@pytest.mark.parametrize(
    ("row", "passed"),
    [(MET, True), (MISSED, False), (KNOWN, None), (Row("", "", "", 1.0, at_least=1), True)],
)
def test_a_row_passes_within_its_limit(row, passed):
    assert row.passed is passed


def test_the_table_says_what_is_met_and_what_is_not():
    lines = everything.table([MET, MISSED, KNOWN]).splitlines()
    assert [line.split()[-1] for line in lines[1:]] == ["pass", "FAIL", "2.00"]
    assert "≥ 1" in lines[1]
    assert "≤ 1.5" in lines[2]


@pytest.mark.parametrize(
    ("second", "code"), [([KNOWN], 0), ([MISSED], 1), (Failed("No server."), 2)], ids=["met", "missed", "failed"]
)
def test_the_exit_code_says_whether_all_targets_are_met(parts, second, code):
    parts.update(first=[MET], second=second)
    assert everything.main([]) == code


def test_the_whole_table_is_kept(parts, tmp_path):
    parts.update(first=[MET], second=[MISSED])
    everything.main(["--database", "sqlite"])
    kept = json.loads((tmp_path / "table.json").read_text())["sqlite"]
    assert [(row["what"], row["passed"]) for row in kept["rows"]] == [("pages", True), ("memory", False)]
    assert {path.name for path in tmp_path.iterdir()} == {"first.json", "second.json", "table.json"}


@pytest.mark.parametrize("arguments", [["--quick"], ["--quick", "first"]])
def test_small_samples_are_not_kept(parts, tmp_path, arguments):
    parts.update(first=[MET], second=[MET])
    assert everything.main(arguments) == 0
    assert not list(tmp_path.iterdir())


def test_the_page_with_81_comments_is_read_beside_a_bare_view(monkeypatch):
    monkeypatch.setattr(pages, "ASKED", 1)
    monkeypatch.setattr(pages, "WARM_UP", 1)
    result = pages.measured(pages.parser().parse_args(["--database", "sqlite", "--rounds", "1", "--made", "2"]))
    assert (result["comments"], len(result["weight"])) == (81, 3)
    rows = {row.what.rsplit(", ", 1)[-1]: row for row in pages.rows(result)}
    assert rows["bytes in all"].passed
    assert rows["requests"].passed
    assert rows["kept"].ratio > 0
    assert rows["memory of a web process"].passed is None


def test_readers_are_asked_while_comments_pour_in(monkeypatch):
    monkeypatch.setattr(pouring, "REQUESTS", 3)
    result = pouring.measured(pouring.parser().parse_args(["--database", "sqlite", "--rounds", "1"]))
    assert result["posted"] >= pouring.POSTERS
    assert all(row.ratio > 0 for row in pouring.rows(result))
