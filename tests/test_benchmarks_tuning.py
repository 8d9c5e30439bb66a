"""What other settings of the database cost, beside ours."""

import json
import subprocess
import sys

import pytest

from benchmarks import tuning
from benchmarks.databases import SQLITE
from benchmarks.processes import ROOT, environment

pytestmark = pytest.mark.one_database


@pytest.fixture
def result(monkeypatch, tmp_path):
    """Of a short run with one other setting."""
    monkeypatch.setattr(tuning, "WARM_UP", 0)
    monkeypatch.setattr(tuning, "OTHERS", {SQLITE: {"other": tuning.pragmas("DELETE", "FULL")}})
    kept = tmp_path / "tuning.json"
    assert tuning.main(["--database", SQLITE, "--rounds", "1", "--results", str(kept)]) == 0
    return json.loads(kept.read_text())[SQLITE]


def test_each_kind_of_request_is_measured_with_our_settings_and_with_others(result):
    found = {(one["settings"], one["what"]): one for one in result["settings"]}
    assert set(found) == {(name, kind) for name in ("ours", "other") for kind in tuning.KINDS}
    assert all(one["ms"] > 0 for one in found.values())
    assert all(found["ours", kind]["ratio"]["value"] == 1 for kind in tuning.KINDS)
    assert len(tuning.table(result).splitlines()) == 1 + len(found)


def test_a_site_that_is_measured_has_the_settings_that_are_asked_for():
    others = json.dumps({"CONN_MAX_AGE": 7, **tuning.pragmas("DELETE", "FULL")})
    code = "from benchmarks.settings import DATABASES; import json; print(json.dumps(DATABASES['default']))"
    variables = environment("sqlite:///none.sqlite3", OTHER_SETTINGS_OF_DATABASE=others)
    answer = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=variables, text=True)
    database = json.loads(answer)
    assert database["CONN_MAX_AGE"] == 7
    assert "journal_mode=DELETE" in database["OPTIONS"]["init_command"]
    assert database["OPTIONS"]["timeout"] == 20  # what is not named stays
