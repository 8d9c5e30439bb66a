import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from directory import zip_data
from directory.freshness import Band
from directory.models import Doctor, Offer, Practice, ZipCode
from directory.states import STATES
from tests.directory_factories import make_doctor, make_listing, make_practice

pytestmark = pytest.mark.django_db
ROW = {"zip_code": "10001", "city": "New York", "state": "NY", "lat": "40.7484", "long": "-73.9967"}


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def zip_rows(monkeypatch):
    """Some rows as the package gives them, instead of all 42,789."""
    rows = [
        ROW,
        ROW | {"zip_code": "00901", "state": "PR", "lat": "18.4654", "long": "-66.1044"},
        ROW | {"zip_code": "77352", "state": "TX", "lat": "0.0000", "long": "0"},
        ROW | {"zip_code": "09001", "state": "AE", "lat": "50.1", "long": "8.7"},
    ]
    monkeypatch.setattr(zip_data.zipcodes, "list_all", lambda: rows)
    return rows


def test_zip_codes_with_a_place_in_the_56_states_are_loaded(zip_rows):
    assert run("load_zip_codes").startswith(
        "Loaded ZIP codes: 2 new, 0 changed, 0 unchanged, 2 left out without a place"
    )
    assert ZipCode.objects.get(pk="00901").point == (18.4654, -66.1044)


def test_loading_zip_codes_twice_changes_nothing_and_corrections_are_taken_over(zip_rows, django_assert_num_queries):
    run("load_zip_codes")
    assert "0 new, 0 changed, 2 unchanged" in run("load_zip_codes")
    zip_rows[0] = ROW | {"city": "Manhattan"}
    assert "0 new, 1 changed, 1 unchanged" in run("load_zip_codes")
    assert ZipCode.objects.get(pk="10001").city == "Manhattan"


def test_a_dry_run_of_loading_zip_codes_writes_nothing(zip_rows):
    assert run("load_zip_codes", "--dry-run").startswith("Would load ZIP codes: 2 new")
    assert not ZipCode.objects.exists()


def test_practices_that_waited_for_their_zip_code_are_placed(zip_rows):
    practice = make_practice(make_doctor(), lat=None, lon=None)
    assert "1 practices placed" in run("load_zip_codes")
    practice.refresh_from_db()
    assert practice.lat == 40.7484


def test_placing_a_practice_is_no_edit_of_it_but_stands_in_its_history(zip_rows):
    practice = make_practice(make_doctor(), lat=None, lon=None)
    run("load_zip_codes")
    placed = Practice.objects.get()
    assert placed.updated_at == practice.updated_at
    assert (placed.x is None, [record.lat for record in practice.history.all()]) == (False, [40.7484, None])


@pytest.mark.one_database
def test_the_package_covers_every_state_and_territory():
    codes = [code for code in map(zip_data.parse, zip_data.zipcodes.list_all()) if code]
    assert len(codes) > 41_000
    assert {code.state for code in codes} == set(STATES)
    assert all(-15 < code.lat < 72 for code in codes)


def test_examples_are_loaded_once_and_are_marked(zip_rows):
    assert run("load_demo") == "Added: 40 example doctors; 0 were there.\n"
    assert run("load_demo") == "Added: 0 example doctors; 40 were there.\n"
    assert Doctor.objects.filter(is_example=True).count() == Doctor.objects.count() == 40
    assert {"AK", "HI", "PR"} < set(Practice.objects.listed().values_list("state", flat=True))
    assert len(Practice.objects.listed().count_by_state()) >= 15
    assert ZipCode.objects.exists()


@pytest.mark.one_database
def test_examples_can_be_dialled_by_nobody_and_lead_to_no_real_site(zip_rows):
    run("load_demo")
    for practice in Practice.objects.all():
        assert practice.phone.is_valid()
        assert practice.phone.as_e164[5:10] == "55501"
        assert practice.website.startswith("https://example.org/")
    assert not Doctor.objects.exclude(npi=None).exists()


@pytest.mark.one_database
def test_examples_show_what_is_fresh_what_is_old_and_what_nobody_checked(zip_rows):
    run("load_demo")
    assert {practice.band for practice in Practice.objects.all()} == set(Band)
    assert not Doctor.objects.filter(supervision_checked_on=None).exists()


def test_removing_the_examples_leaves_everything_else(zip_rows):
    kept = make_listing()
    run("load_demo")
    assert run("load_demo", "--remove", "--dry-run") == "Would have removed: 40 example doctors.\n"
    assert Doctor.objects.count() == 41
    assert run("load_demo", "--remove") == "Removed: 40 example doctors.\n"
    assert run("load_demo", "--remove") == "Removed: 0 example doctors.\n"
    assert list(Practice.objects.all()) == [kept]
    assert {record.id for record in Doctor.history.all()} == {kept.doctor_id}
    assert {record.practice_id for record in Offer.history.all()} == {kept.pk}


def test_a_dry_run_of_the_examples_writes_nothing(zip_rows):
    assert run("load_demo", "--dry-run") == "Would have added: 40 example doctors; 0 were there.\n"
    assert not Doctor.objects.exists()
    assert not ZipCode.objects.exists()


def test_examples_are_refused_on_a_public_site(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="no place on a public site"):
        run("load_demo")
    assert not Doctor.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only")
def test_names_are_searched_through_trigram_indexes():
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM directory_doctor WHERE search_text LIKE '%%nunez%%'")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "doctor_search_trigrams" in plan
