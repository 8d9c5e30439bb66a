"""The benchmarks: their arithmetic on made-up times, and one short run. How long anything takes is tested nowhere."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import posting, report
from benchmarks.comparison import median_ratio, percentile, waits_now_and_then
from benchmarks.processes import Failed, environment, free_ports, process
from benchmarks.sites import Answer

ROOT = Path(__file__).parent.parent
MACHINE = {"cores": 2}


def made_up_times(rounds=300, *, slower=1.0, spread=0.1):
    """(the baseline's seconds, another's that take `slower` times as long), with noise on each and a common one."""
    rng = random.Random(1)
    common = [0.01 * rng.lognormvariate(0, 1) for _ in range(rounds)]
    first, second = ([each * rng.lognormvariate(0, spread) for each in common] for _ in range(2))
    return first, [slower * each for each in second]


def made_up_result(slower=1.0):
    counts = [{"stored": 1000, "checked": 990}, {"stored": 1000, "checked": 570}]
    return report.result(MACHINE, "SQLite 3", [0.0, 0.3], made_up_times(slower=slower), counts)


# --- Same or not ----------------------------------------------------------------------------------


def test_equal_times_are_the_same_whatever_noise_they_share():
    ratio = median_ratio(*made_up_times())
    assert ratio.low < 1 < ratio.high
    assert ratio.is_one_within_noise


@pytest.mark.parametrize("slower", [0.8, 1.25])
def test_times_that_differ_by_a_fifth_are_not_the_same(slower):
    ratio = median_ratio(*made_up_times(slower=slower))
    assert ratio.low < slower < ratio.high
    assert not ratio.is_one_within_noise


def test_too_few_times_to_tell_are_not_called_the_same():
    assert not median_ratio(*made_up_times(rounds=10, spread=1)).is_one_within_noise


def test_times_of_which_each_round_took_the_same_have_a_ratio_without_doubt():
    ratio = median_ratio([0.01] * 7, [0.02] * 7)
    assert (ratio.value, ratio.low, ratio.high) == (2, 2, 2)


def test_the_same_times_give_the_same_interval():
    assert median_ratio(*made_up_times(30)) == median_ratio(*made_up_times(30))


def test_a_tail_that_waits_for_the_checker_is_noticed_although_the_median_is_not_later():
    quick, now_and_then = [0.01] * 100, [0.01] * 94 + [0.31] * 6
    assert median_ratio(quick, now_and_then).is_one_within_noise
    assert waits_now_and_then(quick, now_and_then, pause=0.3)
    assert not waits_now_and_then(quick, [0.01] * 94 + [0.05] * 6, pause=0.3)


@pytest.mark.parametrize(("part", "value"), [(0, 1), (0.5, 10), (0.95, 19), (1, 20)])
def test_a_percentile_is_one_of_the_values(part, value):
    assert percentile(range(20, 0, -1), part) == value


# --- Posting --------------------------------------------------------------------------------------


def test_each_site_has_each_place_in_a_round_equally_often(monkeypatch):
    posts = []
    monkeypatch.setattr(posting, "post", lambda site, number: posts.append((site, number)) or float(len(posts)))
    times = posting.post_in_turn(["a", "b", "c"], 6)
    places = Counter((site, place % 3) for place, (site, _) in enumerate(posts))
    assert set(places.values()) == {2}
    assert [len(set(seconds)) for seconds in times] == [6, 6, 6]


def test_posts_that_take_for_ever_are_given_up(monkeypatch):
    monkeypatch.setattr(posting, "MOST_SECONDS", -1)
    monkeypatch.setattr(posting, "post", lambda site, number: 5.0)
    with pytest.raises(Failed, match=r"Only 1 of 3 rounds .* 5,000"):
        posting.post_in_turn(["a"], 3)


class SilentSite:
    port = 1

    def last_words(self):
        return "web: its last words"


@pytest.mark.parametrize(("status", "location"), [(429, ""), (400, ""), (303, "/articles/measured/"), (500, "")])
def test_a_post_that_is_not_answered_with_a_receipt_ends_it(monkeypatch, status, location):
    monkeypatch.setattr(posting, "request", lambda *details: Answer(status, location, b""))
    with pytest.raises(Failed, match=f"answered with {status}(.|\n)*last words"):
        posting.post(SilentSite(), 1)


def test_readers_differ_in_their_texts_and_networks():
    readers = range(1, 2000)
    assert len({posting.fields_of(number)["text"] for number in readers}) == len(readers)
    assert len({posting.address_of(number).rpartition(".")[0] for number in readers}) == len(readers)


# --- Processes ------------------------------------------------------------------------------------


def test_what_somebody_has_set_for_a_site_does_not_reach_a_measured_one(monkeypatch):
    monkeypatch.setenv("COMMENT_POLICY", "publish-ham")
    variables = environment("sqlite:///somewhere", PORT="1")
    assert "COMMENT_POLICY" not in variables
    assert (variables["ENV_FILE"], variables["DATABASE_URL"], variables["PORT"]) == (
        os.devnull,
        "sqlite:///somewhere",
        "1",
    )


def test_a_process_ends_with_its_block_also_after_an_error(tmp_path):
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(KeyboardInterrupt), process(command, environment(""), tmp_path / "log") as started:
        raise KeyboardInterrupt
    assert started.returncode == -signal.SIGKILL


def test_free_ports_differ():
    assert len(set(free_ports(20))) == 20


# --- The result -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("slower", "same"), [(1.0, True), (1.25, False)])
def test_a_result_says_of_each_site_whether_it_is_the_same_as_the_first(slower, same):
    result = made_up_result(slower)
    first, second = result["sites"]
    assert (first["same"], second["same"], result["same"]) == (None, same, same)
    assert first["p95_ms"] > first["median_ms"]


def test_the_table_has_a_line_for_each_site():
    headings, first, second, facts = report.table(made_up_result(slower=1.25)).splitlines()
    assert first.split()[:3] == ["0", "s", "300"]
    assert second.endswith(" no")
    assert headings.endswith("same within noise")
    assert facts == "SQLite 3, cores 2"


def test_the_result_of_another_database_is_kept(tmp_path):
    path = tmp_path / "new" / "posting.json"
    report.keep("sqlite", {"old": True}, path)
    report.keep("postgresql", {}, path)
    report.keep("sqlite", {"old": False}, path)
    assert json.loads(path.read_text()) == {"sqlite": {"old": False}, "postgresql": {}}


def test_a_short_run_posts_counts_and_judges(tmp_path):
    options = ["--comments", "5", "--pauses", "0", "0.3", "--database", "sqlite", "--results", tmp_path / "result"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.posting", *options], cwd=ROOT, capture_output=True, text=True
    )
    result = json.loads((tmp_path / "result").read_text())["sqlite"]
    assert done.returncode == (0 if result["same"] else 1), done.stderr
    assert [(site["pause"], site["comments"], site["stored"]) for site in result["sites"]] == [(0, 5, 5), (0.3, 5, 5)]
    assert all(site["checked"] <= 5 for site in result["sites"])
    assert result["sites"][1]["ratio"].keys() == {"value", "low", "high"}
    assert result["machine"]["cores"] == os.cpu_count()
