"""The benchmark of memory: its files, and its measurement of real processes. How much they need is tested nowhere."""

import sys
from contextlib import nullcontext

import pytest
from django.core.management import call_command

from articles.models import Article
from benchmarks import memory
from benchmarks.processes import Failed
from comments.models import Comment
from directory.models import RegisterEntry

pytestmark = pytest.mark.one_database


def needed(mb):
    return {"mb": mb, "seconds": 1.0, "finished": True}


def test_the_memory_of_a_command_is_measured_and_one_that_fails_ends_the_measurement(tmp_path):
    url = f"sqlite:///{tmp_path / 'empty'}"
    found = memory.peak(url, "help")
    assert 10 < found["mb"] < 1000
    assert found["finished"]
    with pytest.raises(Failed, match="no such table"):
        memory.peak(url, "purge")


def test_a_command_that_takes_too_long_is_ended_and_said_to_be(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "MOST_SECONDS", 0.2)
    found = memory.peak(f"sqlite:///{tmp_path / 'empty'}", "shell", "-c", "import signal; signal.pause()")
    assert not found["finished"]
    assert memory.row_of(memory.grown("x", [found, found])).what == "memory of x, ended after 0.2 s"


def test_the_files_for_imports_hold_what_they_say(db, tmp_path):
    options = memory.parser().parse_args(["--comments", "500", "--rows", "100"])
    for command, path in memory.made(tmp_path / "files", options, 1).items():
        call_command(command, str(path), stdout=sys.stderr, stderr=sys.stderr)
    assert Comment.objects.count() == 500
    assert max(article.comments.count() for article in Article.objects.all()) == 50
    assert RegisterEntry.objects.count() == 2


def test_each_import_is_measured_with_both_files(monkeypatch):
    small, large = {"import": "a short file"}, {"import": "a long file"}
    monkeypatch.setattr(memory, "made", lambda folder, options, part: {memory.SMALLER: small, 1: large}[part])
    monkeypatch.setattr(memory, "new_databases", lambda *asked: nullcontext(("SQLite", ["small", "large"])))
    monkeypatch.setattr(memory, "peak", lambda url, command, file: needed(80.0 if "short" in file else 90.0))
    (row,) = memory.rows(memory.measured(memory.parser().parse_args([])))
    assert (row.what, row.ratio, row.passed) == ("memory of import", 1.125, True)
