"""The benchmark of the directory: its invented listings, its arithmetic on made-up times, and one short run. How long
anything takes is tested nowhere."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import directory, listings
from directory import zip_data
from directory.models import Doctor, Offer, Practice
from directory.search import Wish, find_by_name

ROOT = Path(__file__).parent.parent
DERIVED = ("is_listed", "sort_name", "search_text", "fresh_on", "age", "x", "y", "z")
ROW = {"city": "New York", "state": "NY", "lat": "40.7484", "long": "-73.9967"}


def answers(seconds):
    return [{"seconds": each, "listings": 25} for each in seconds]


def made_up(ratio, name="state page"):
    """The row of a question that took so many times as long in the large database."""
    rng = random.Random(1)
    small = [0.01 * rng.lognormvariate(0, 0.1) for _ in range(100)]
    return directory.compared(name, answers(small), answers([ratio * seconds for seconds in small]))


@pytest.fixture
def invented(db, monkeypatch):
    """150 invented practices in two ZIP codes."""
    rows = [ROW | {"zip_code": "10001"}, ROW | {"zip_code": "80202", "city": "Denver", "state": "CO"}]
    monkeypatch.setattr(zip_data.zipcodes, "list_all", lambda: rows)
    monkeypatch.setattr(listings, "AT_ONCE", 30)
    listings.fill(150)


# --- Invented listings ------------------------------------------------------------------------------


@pytest.mark.one_database  # the other says VACUUM, which no transaction allows
def test_invented_listings_are_as_many_as_asked_for_and_of_every_kind(invented):
    assert (Practice.objects.count(), Doctor.objects.count()) == (150, 120)
    assert Offer.objects.count() > 150
    assert set(Doctor.objects.values_list("status", flat=True)) == {"listed", "hidden", "stopped"}
    assert set(Practice.objects.values_list("age", flat=True)) == {0, 1, 2}
    assert sum(Practice.objects.counts().values()) == Practice.objects.in_default_list().count()


@pytest.mark.one_database
def test_invented_listings_hold_what_saving_them_would_derive(invented):
    for practice in Practice.objects.select_related("doctor"):
        invented = {name: getattr(practice, name) for name in DERIVED}
        practice.doctor.save()
        practice.save()
        practice.refresh_from_db()
        assert {name: getattr(practice, name) for name in DERIVED} == invented


@pytest.mark.one_database
def test_invented_doctors_are_found_by_name(invented):
    assert find_by_name(Wish(name="ada"), None, 25).practices


def test_the_same_number_gives_the_same_listing():
    assert listings.doctor(7) == listings.doctor(7)
    assert listings.name(7) != listings.name(8)


# --- The result -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ratio", "is_within"), [(1.1, True), (1.3, False)])
def test_a_question_is_within_its_limit_or_not(ratio, is_within):
    row = made_up(ratio)
    assert (row["is_within"], row["limit"], row["listings"]) == (is_within, 1.2, [25, 25])
    assert row["ratio"]["value"] == pytest.approx(ratio, abs=0.001)


def test_a_question_without_a_limit_is_not_judged():
    assert made_up(100, "exact count")["is_within"] is None


def test_the_table_has_a_line_for_each_question():
    rows = [made_up(1.1), made_up(2, "exact count")]
    result = {"practices": [100, 10_000], "questions": rows, "database": "SQLite 3", "machine": {"cores": 2}}
    headings, first, second, facts = directory.table(result).splitlines()
    assert headings.split() == [
        "median",
        "ms",
        "with",
        "practices",
        "100",
        "10,000",
        "ratio",
        "(95",
        "%",
        "CI)",
        "limit",
    ]
    assert first.endswith(" 1.2")
    assert second.endswith(" -")
    assert facts == "SQLite 3, cores 2"


def test_a_short_run_asks_every_question_of_both_databases(tmp_path):
    options = ["--practices", "500", "--rounds", "1", "--database", "sqlite", "--results", tmp_path / "result"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.directory", *options], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    result = json.loads((tmp_path / "result").read_text())["sqlite"]
    assert [row["question"] for row in result["questions"]] == list(directory.LIMITS)
    assert result["practices"] == [5, 500]
    assert all(row["median_ms"][1] > 0 for row in result["questions"])
