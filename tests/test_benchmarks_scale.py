"""The benchmark of the site's growth: its invented rows, its questions, its arithmetic on made-up times, and one short
run. How long anything takes is tested nowhere."""

import json
import random
import sqlite3
import sys
from contextlib import closing, nullcontext

import pytest
from django.core.management import call_command
from django.db import connection

from articles.models import Article
from benchmarks import bulk, listings, memory, reading, scale, writings
from benchmarks.comparison import median_ratio
from benchmarks.processes import Failed
from comments.discussion import talk_of
from comments.models import Comment, CommentEvent
from comments.moves import Status
from comments.text import derived
from crpsinfo.kept import triggers
from crpsinfo.models import SearchEntry
from directory import zip_data
from directory.models import Doctor, Offer, Practice
from directory.search import Wish, find_by_name

DERIVED = ("is_listed", "sort_name", "search_text", "fresh_on", "age", "x", "y", "z")
PLACE = {"zip_code": "10001", "city": "New York", "state": "NY", "lat": "40.7484", "long": "-73.9967"}
PLACES = [PLACE, PLACE | {"zip_code": "90001", "city": "Los Angeles", "state": "CA", "lat": "33.97", "long": "-118.25"}]
CODE = ("zip", "city", "state", "lat", "lon")  # columns, and what stands in them
CODES = [[getattr(zip_data.parse(place), name) for name in CODE] for place in PLACES]
# The other database is told to VACUUM, which no transaction allows.
pytestmark = pytest.mark.one_database


def answers(seconds, found=25):
    return [{"seconds": each, "found": found} for each in seconds]


def made_up(ratio, name="state page"):
    """A question that took so many times as long in the large site."""
    rng = random.Random(1)
    small = [0.01 * rng.lognormvariate(0, 0.1) for _ in range(100)]
    return scale.compared(name, answers(small), answers([ratio * seconds for seconds in small]))


def needed(mb, *, finished=True):
    return {"mb": mb, "seconds": 1.0, "finished": finished}


def made_up_result(ratio=1.1, rate=0.9, peaks=(80, 90)):
    names = ["state page", "name alone", scale.MANY, scale.FEW]
    return {
        "database": "SQLite 3",
        "machine": {"cores": 2},
        "sizes": [100, 10_000],
        "questions": [made_up(ratio, name) for name in names],
        "many_to_few": {"value": rate},
        "commands": [memory.grown("purge", [needed(mb) for mb in peaks])],
    }


@pytest.fixture
def places(db, monkeypatch):
    """Two ZIP codes, which are enough, and batches that are small enough to be several."""
    zip_data.load(PLACES)
    monkeypatch.setattr(bulk, "AT_ONCE", 90)
    monkeypatch.setattr(listings, "AT_ONCE", 50)
    monkeypatch.setattr(writings, "AT_ONCE", 300)


# --- Invented listings ------------------------------------------------------------------------------


def test_invented_listings_are_as_many_as_asked_for_and_hold_what_saving_and_indexing_would_derive(places, capsys):
    listings.fill(150)
    assert (Practice.objects.count(), Doctor.objects.count()) == (150, 120)
    assert Offer.objects.count() > 150
    assert set(Doctor.objects.values_list("status", flat=True)) == {"listed", "hidden", "stopped"}
    assert set(Practice.objects.values_list("age", flat=True)) == {0, 1, 2}
    assert sum(Practice.objects.counts().values()) == Practice.objects.in_default_list().count()
    assert find_by_name(Wish(name="ada"), None, 25).practices
    assert_nothing_to_index(capsys)
    assert_nothing_to_check()
    for practice in Practice.objects.select_related("doctor")[::5]:
        invented = {name: getattr(practice, name) for name in DERIVED}
        practice.doctor.save()
        practice.save()
        practice.refresh_from_db()
        assert {name: getattr(practice, name) for name in DERIVED} == invented
    assert_nothing_to_index(capsys)


def test_the_same_number_gives_the_same_listing():
    assert listings.doctor(7) == listings.doctor(7)
    assert listings.name(7) != listings.name(8)


def assert_nothing_to_index(capsys):
    """Neither is an entry missing or wrong, nor the words that it teaches."""
    call_command("reindex", "--dry-run")
    assert "0 entries would have been added, 0 changed, 0 removed" in capsys.readouterr().out
    doctors = SearchEntry.objects.filter(kind="doctor").prefetch_related("words")
    assert all(list(doctor.words.all()) for doctor in doctors)


def assert_nothing_to_check():
    """No row refers to one that is not there, and whatever was taken away for the filling is there again."""
    connection.check_constraints()
    assert triggers.wanted(connection.vendor).keys() <= triggers.there(connection)
    call_command("migrate", "--check", verbosity=0)
    with connection.cursor() as cursor:
        for model in (Practice, Comment, SearchEntry):
            made = {index.name for index in model._meta.indexes}
            assert made <= {name for name, _ in bulk.indexes_of(cursor, model._meta.db_table)}


# --- Invented articles and comments -----------------------------------------------------------------


def test_invented_comments_are_as_many_as_asked_for_and_hold_what_the_site_would_derive(db, capsys):
    writings.fill(6, 3000)
    comments = {article.slug: article.comments for article in Article.objects.all()}
    assert len(comments) == 6
    assert Comment.objects.count() == 3000
    sizes = {slug: comments[slug].count() for slug in writings.NAMED}
    assert sizes == {"long": 300, "two-hundred": 200, "one-page": 81, "one-thread": 150}
    assert set(Comment.objects.values_list("status", flat=True)) == set(Status)
    for comment in Comment.objects.filter(erased_at=None)[::50]:
        assert {name: getattr(comment, name) for name in ("html", "text_mark")} == derived(comment.text)
    assert not Comment.objects.exclude(erased_at=None).exclude(text="", html="", author_name="", ip=None).exists()
    assert CommentEvent.objects.filter(move="post").count() == 3000
    assert_nothing_to_index(capsys)
    assert_nothing_to_check()


def test_the_first_page_of_each_article_shows_fifty_threads_and_the_replies_to_them(db):
    writings.fill(5, 1000)
    for slug in (writings.LONG, writings.SHORT, writings.PAGE):
        page, entries = talk_of(Article.objects.get(slug=slug))
        assert (len(page.object_list), len(entries)) == (50, 81)
    assert Article.objects.get(slug=writings.THREAD).comments.threads().count() == 1


def test_purge_finds_as_much_to_erase_as_a_month_leaves(db):
    writings.fill(5, 3000)
    call_command("purge", stdout=sys.stderr)
    assert Comment.objects.with_facts().exists()
    assert Comment.objects.filter(ip=None).exists()


# --- Questions --------------------------------------------------------------------------------------


def test_every_question_is_answered_and_finds_something(places, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    writings.fill(5, 1000)
    listings.fill(300)
    asked = reading.questions()
    assert asked.keys() == scale.LIMITS.keys()
    assert [name for name, ask in asked.items() if not ask()] == []
    assert asked["post of a comment"]()
    assert Comment.objects.filter(article__slug=writings.LONG, ip="10.0.2.1").exists()


def test_a_question_that_is_not_answered_as_it_should_be_ends_the_measurement(db, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with pytest.raises(SystemExit, match="404"):
        reading.page("/articles/nowhere/", reading.COMMENT)()


# --- The result -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ratio", "passed"), [(1.1, True), (1.3, False)])
def test_a_question_is_within_its_limit_or_not(ratio, passed):
    row = scale.rows(made_up_result(ratio))[0]
    assert (row.what, row.at_most, row.passed) == ("state page, large to small", 1.2, passed)
    assert row.ratio == pytest.approx(ratio, abs=0.001)


def test_a_question_without_a_limit_is_not_judged():
    assert scale.rows(made_up_result(100))[1].passed is None


def test_a_page_that_is_not_full_on_the_small_site_is_judged_at_the_full_size_only():
    small, large = answers([0.01] * 9, found=3), answers([0.03] * 9, found=25)
    limits = [scale.compared("state page", small, large, is_full=is_full)["limit"] for is_full in (True, False)]
    assert limits == [1.2, None]
    assert scale.compared("state page", large, large, is_full=False)["limit"] == 1.2


@pytest.mark.parametrize(("rate", "passed"), [(0.9, True), (0.7, False)])
def test_an_article_with_many_comments_is_answered_at_nearly_the_rate_of_one_with_few(rate, passed):
    row = scale.rows(made_up_result(rate=rate))[-2]
    assert (row.what, row.passed) == ("article with 1,000 comments, to one with 200", passed)


@pytest.mark.parametrize(("peaks", "passed"), [((80, 119), True), ((80, 121), False)])
def test_memory_may_grow_by_a_quarter_and_twenty_megabytes(peaks, passed):
    row = scale.rows(made_up_result(peaks=peaks))[-1]
    assert (row.what, row.ours, row.floor, row.passed) == ("memory of purge", f"{peaks[1]} MB", "80 MB", passed)


def test_the_rate_is_compared_over_the_rounds_in_which_both_were_asked():
    pairs = scale.in_pairs(answers([0.02, 0.02, 9]), answers([0.01, 0.01]))
    assert median_ratio(*pairs).value == 0.5


def test_a_question_that_takes_long_is_asked_less_often(monkeypatch):
    takes = {"state page": scale.MOST_SECONDS / 12, "name alone": scale.MOST_SECONDS}
    fake = nullcontext(lambda name: {"seconds": takes.get(name, 0.001), "found": 1})
    monkeypatch.setattr(scale, "answering", lambda url: fake)
    times = scale.ask_in_turn(["small", "large"], rounds=9)
    assert {name: len(times[name][1]) for name in takes} == {"state page": 3, "name alone": 1}
    assert [len(answers) for answers in times["one doctor"]] == [9, 9]


def test_the_table_has_a_line_for_each_question_and_command():
    headings, *lines = scale.table(made_up_result()).splitlines()
    assert headings.split()[4:7] == ["practices", "100", "10,000"]
    assert lines[0].startswith("state page ")
    assert lines[0].endswith(" 1.2")
    assert lines[1].endswith(" -")
    assert "at least 0.8" in lines[4]
    assert lines[6].split() == ["memory", "of", "purge", "80", "90", "1.12", "1.50"]
    assert lines[-1] == "SQLite 3, cores 2"


@pytest.mark.parametrize(("ratio", "code"), [(1.1, 0), (9, 1)])
def test_the_exit_code_says_whether_all_is_within_its_limits(ratio, code, monkeypatch, tmp_path):
    monkeypatch.setattr(scale, "measured", lambda options: made_up_result(ratio))
    assert scale.main(["--database", "sqlite", "--results", str(tmp_path / "result")]) == code
    assert json.loads((tmp_path / "result").read_text())["sqlite"]["sizes"] == [100, 10_000]


def test_without_a_result_the_exit_code_is_two(monkeypatch, tmp_path, capsys):
    def fails(options):
        raise Failed("There is no disk.")

    monkeypatch.setattr(scale, "measured", fails)
    assert scale.main(["--results", str(tmp_path / "result")]) == 2
    assert "There is no disk." in capsys.readouterr().out
    assert not (tmp_path / "result").exists()


# --- Real runs --------------------------------------------------------------------------------------


@pytest.fixture
def two_sites(db, monkeypatch, tmp_path):
    """The benchmark gets two new databases without making all tables again: copies of the tests' own, with two ZIP
    codes."""
    paths = [tmp_path / "small", tmp_path / "large"]
    for path in paths:
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as tests,
            closing(sqlite3.connect(path)) as copy,
        ):
            tests.backup(copy)
            copy.executemany(f"INSERT INTO directory_zipcode ({', '.join(CODE)}) VALUES (?, ?, ?, ?, ?)", CODES)
            copy.commit()
    urls = [f"sqlite:///{path}" for path in paths]
    monkeypatch.setattr(scale, "new_databases", lambda *asked: nullcontext(("SQLite", urls)))
    return urls


def test_a_short_run_fills_two_sites_and_asks_every_question_of_both(two_sites, monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "peak", lambda url, *command: needed(80 + len(command)))
    options = ["--size", "0.0003", "--rounds", "1", "--database", "sqlite", "--results", str(tmp_path / "result")]
    assert scale.main(options) in (0, 1)
    result = json.loads((tmp_path / "result").read_text())["sqlite"]
    assert [each["question"] for each in result["questions"]] == list(scale.LIMITS)
    assert result["sizes"] == [3, 300]
    assert all(each["found"][1] and each["median_ms"][1] > 0 for each in result["questions"])
    assert [command["command"] for command in result["commands"]] == list(scale.COMMANDS)
