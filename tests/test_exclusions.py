"""The check of our listings against the list of those excluded from federal health programs."""

import io
import os
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from directory.models import Check, CheckOf, Doctor, HiddenBecause, Status
from directory.register import exclusions
from tests.directory_factories import make_doctor, make_listing
from tests.register_files import LIST_COLUMNS, excluded, npi, write_csv, write_list

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def fewest(monkeypatch):
    """Sets how many rows the whole list has at least: in these tests any number, if they do not say another."""

    def be(number):
        monkeypatch.setattr(exclusions, "FEWEST", number)

    be(1)
    return be


def run(path, *arguments):
    out = io.StringIO()
    call_command("check_exclusions", str(path), *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def checked(folder, *rows, on=ON, name="UPDATED.csv", **options):
    return exclusions.check_file(write_list(folder, *rows, name=name), on=on, **options)


def results():
    found = Check.objects.filter(what=CheckOf.EXCLUSION).order_by("pk")
    return list(found.values_list("doctor__npi", "result", "on"))


def test_a_listing_on_the_list_is_hidden_until_an_editor_decides(tmp_path):
    practice = make_listing(npi=npi(1))
    summary = checked(tmp_path, excluded(1, WAIVERDATE="20260801", WVRSTATE="AK"))
    doctor = Doctor.objects.get()
    practice.refresh_from_db()
    assert (doctor.status, doctor.hidden_because, practice.is_listed) == (Status.HIDDEN, "exclusion", False)
    assert (results(), summary.checks.hidden) == ([(npi(1), "match", ON)], 1)
    check = Check.objects.get()
    facts = {"type": "1128a1", "excluded_on": "2026-07-20", "name": "TESTER, ALMA", "state": "NY", "waiver_in": "AK"}
    assert (check.facts, check.note, check.by) == ({"npi": npi(1), **facts}, "UPDATED.csv", None)


def test_who_is_not_on_the_list_has_no_match_by_npi_on_that_day(tmp_path):
    make_listing(npi=npi(1))
    make_listing(npi=None)
    assert checked(tmp_path, excluded(2)).checks.hidden == 0
    assert results() == [(npi(1), "no-match", ON)]
    assert Check.objects.get().facts == {"npi": npi(1)}


@pytest.mark.parametrize("number", ["0000000000", "", "0"])
def test_a_row_without_an_npi_matches_nobody_whatever_the_name(tmp_path, number):
    make_listing(npi=npi(1))
    summary = checked(tmp_path, excluded(NPI=number), excluded(2))
    assert (summary.rows, summary.with_npi, len(summary.rejects)) == (2, 1, 0)
    assert [result for _, result, _ in results()] == ["no-match"]


@pytest.mark.parametrize(
    ("back", "result"), [("20261112", "no-match"), ("20260801", "no-match"), ("20261113", "match"), ("", "match")]
)
def test_who_has_been_reinstated_by_that_day_is_no_match(tmp_path, back, result):
    make_listing(npi=npi(1))
    checked(tmp_path, excluded(1, REINDATE=back))
    assert [result for _, result, _ in results()] == [result]


def test_of_several_exclusions_the_latest_that_is_in_force_counts(tmp_path):
    make_listing(npi=npi(1))
    dates = [("20260101", "00000000"), ("20260301", "00000000"), ("20260501", "20260601"), ("20260201", "00000000")]
    checked(tmp_path, *(excluded(1, EXCLDATE=since, REINDATE=back) for since, back in dates))
    assert Check.objects.get().facts["excluded_on"] == "2026-03-01"


def test_a_business_is_named_as_the_list_names_it(tmp_path):
    make_listing(npi=npi(1))
    checked(tmp_path, excluded(1, LASTNAME="", FIRSTNAME="", BUSNAME="TEST CLINIC, LLC"))
    assert Check.objects.get().facts["name"] == "TEST CLINIC, LLC"


def test_the_same_list_again_says_nothing_new_and_the_next_one_does(tmp_path):
    make_listing(npi=npi(1))
    make_listing(npi=npi(2))
    for _ in range(2):
        again = checked(tmp_path, excluded(1))
    assert (again.checks.known, again.checks.results.total(), len(results())) == (2, 0, 2)
    checked(tmp_path, excluded(1), on=date(2026, 11, 20))
    assert {result[2] for result in results()[2:]} == {date(2026, 11, 20)}


def test_an_older_list_says_nothing_that_a_later_one_has_said(tmp_path):
    make_listing(npi=npi(1))
    checked(tmp_path, excluded(2))
    assert checked(tmp_path, excluded(1), on=date(2026, 11, 1)).checks.outdated == 1
    assert Doctor.objects.get().is_listed


def test_what_an_editor_listed_again_is_hidden_again_only_for_another_exclusion(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    checked(tmp_path, excluded(1))
    doctor.publish()
    checked(tmp_path, excluded(1), on=date(2026, 11, 15))
    doctor.refresh_from_db()
    assert doctor.is_listed
    checked(tmp_path, excluded(1), excluded(1, EXCLDATE="20261110"), on=date(2026, 11, 20))
    doctor.refresh_from_db()
    assert doctor.hidden_because == "exclusion"


def test_an_exclusion_is_put_before_the_editor_even_if_the_npi_hid_the_listing_first(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    doctor.hide(because=HiddenBecause.NPI)
    assert checked(tmp_path, excluded(1)).checks.hidden == 1
    doctor.refresh_from_db()
    assert doctor.hidden_because == "exclusion"


def test_the_page_of_who_stopped_is_hidden_too(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    doctor.stop(since=date(2026, 6, 1), source="the clinic, by phone")
    checked(tmp_path, excluded(1))
    doctor.refresh_from_db()
    assert doctor.hidden_because == "exclusion"


def test_who_is_hidden_already_is_marked_and_who_was_removed_or_is_invented_is_left_alone(tmp_path):
    draft = make_doctor(npi=npi(1))
    removed = make_listing(npi=npi(2)).doctor
    removed.remove_on_request(by=get_user_model().objects.create_user("editor"))
    make_doctor(npi=npi(3), is_example=True)
    checked(tmp_path, *(excluded(number) for number in (1, 2, 3)))
    draft.refresh_from_db()
    removed.refresh_from_db()
    assert (draft.hidden_because, removed.status) == ("exclusion", Status.REMOVED)
    assert [number for number, _, _ in results()] == [npi(1)]


@pytest.mark.parametrize("name", ["2610EXCL.csv", "2610rein.csv"])
def test_a_months_supplement_says_nothing_about_who_is_not_in_it(tmp_path, name):
    make_listing(npi=npi(1))
    make_listing(npi=npi(2))
    summary = checked(tmp_path, excluded(1), name=name)
    assert (summary.is_whole, results()) == (False, [(npi(1), "match", ON)])


def test_a_listing_of_which_the_row_cannot_be_read_is_not_called_no_match(tmp_path):
    for number in (1, 2, 3):
        make_listing(npi=npi(number))
    summary = checked(tmp_path, excluded(1, EXCLDATE="soon"), excluded(2, EXCLDATE="00000000"))
    assert str(summary.rejects) == "2 (a date that is none: 2, lines 2 and 3)"
    assert results() == [(npi(3), "no-match", ON)]


def test_rows_that_cannot_be_read_are_counted_by_reason(tmp_path):
    path = write_list(tmp_path, excluded(1), excluded(NPI="1234567890"), excluded(NPI="unknown"))
    path.write_text(path.read_text() + "TESTER,ALMA\n")
    summary = exclusions.check_file(path)
    assert (summary.rows, summary.with_npi) == (4, 1)
    assert str(summary.rejects) == "3 (bad NPI: 2, lines 3 and 4; too few columns: 1, line 5)"


def test_the_day_is_that_on_which_the_file_was_written_unless_it_is_told(tmp_path):
    path = write_list(tmp_path, excluded(1))
    written = datetime(2026, 11, 9, 12, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    assert exclusions.check_file(path).on == date(2026, 11, 9)
    assert exclusions.check_file(path, on=ON).on == ON


def test_the_list_may_come_in_a_zip(tmp_path):
    make_listing(npi=npi(1))
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.write(write_list(tmp_path, excluded(1)), "UPDATED.csv")
    assert exclusions.check_file(tmp_path / "list.zip", on=ON).checks.hidden == 1


def test_the_number_of_queries_does_not_grow_with_the_listings(tmp_path, django_assert_max_num_queries):
    for number in range(30):
        make_listing(npi=npi(number))
    path = write_list(tmp_path, excluded(99))
    with django_assert_max_num_queries(8):
        exclusions.check_file(path)
    assert len(results()) == 30


# --- The command ----------------------------------------------------------------------------------


def test_the_command_tells_what_it_did(tmp_path):
    make_listing(npi=npi(1))
    make_listing(npi=npi(2))
    path = write_list(tmp_path, excluded(1), excluded(NPI="0000000000"), excluded(NPI="1"))
    assert run(path, "--date", "2026-11-12") == (
        "Read UPDATED.csv, the exclusion list of 12 Nov 2026: 3 rows, 1 of them with an NPI. "
        "Listings: A match by NPI: 1, No match by NPI: 1; 1 hidden until an editor decides; "
        "0 results known already, 0 from a later file. Rejected: 1 (bad NPI: 1, line 4).\n"
    )


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path):
    make_listing(npi=npi(1))
    path = write_list(tmp_path, excluded(1))
    dry = run(path, "--dry-run")
    assert (results(), Doctor.objects.get().is_listed) == ([], True)
    assert dry.replace("Would have read", "Read") == run(path)


def test_a_supplement_can_be_told(tmp_path):
    make_listing(npi=npi(1))
    assert "a supplement of the exclusion list" in run(write_list(tmp_path, excluded(2)), "--supplement")
    assert results() == []


def test_a_list_with_too_few_rows_is_not_taken_for_the_whole_one(tmp_path, fewest):
    fewest(3)
    make_listing(npi=npi(1))
    path = write_list(tmp_path, excluded(1), excluded(2), name="download.csv")
    with pytest.raises(CommandError, match="2 rows.*--supplement.*--whole.*Nothing was changed"):
        run(path)
    assert (results(), Doctor.objects.get().is_listed) == ([], True)
    write_list(tmp_path, excluded(1), excluded(2), excluded(3), name="download.csv")
    assert "the exclusion list" in run(path)


@pytest.mark.parametrize(
    ("name", "flag", "found"),
    [("2610EXCL.csv", [], 0), ("UPDATED.csv", ["--supplement"], 0), ("x.csv", ["--whole"], 1)],
)
def test_how_much_a_short_list_holds_can_be_told(tmp_path, fewest, name, flag, found):
    fewest(3)
    make_listing(npi=npi(1))
    run(write_list(tmp_path, excluded(2), name=name), *flag)
    assert len(results()) == found


def test_a_list_is_the_whole_one_or_a_supplement(tmp_path):
    with pytest.raises(CommandError, match="not allowed with"):
        run(write_list(tmp_path, excluded(2)), "--supplement", "--whole")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "empty"),
        (",".join(LIST_COLUMNS) + "\n", "no rows"),
        ("NPI,NAME\n1,2\n", "lacks columns"),
        ("<!DOCTYPE html>\n<p>Not found\n", "lacks columns"),
        (",".join(LIST_COLUMNS) + "\nTESTER,ALMA", "breaks off"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_and_changes_nothing(tmp_path, data, why):
    make_listing(npi=npi(1))
    path = tmp_path / "UPDATED.csv"
    path.write_text(data)
    with pytest.raises(CommandError, match=f"{why}.* Nothing was changed") as error:
        run(path)
    assert error.value.returncode == 1
    assert not Check.objects.exists()


def test_the_registrys_file_is_not_taken_for_the_list(tmp_path):
    make_listing(npi=npi(1))
    with pytest.raises(CommandError, match="lacks columns"):
        run(write_csv(tmp_path / "UPDATED.csv", [{"NPI": npi(2)}], ["NPI", "Entity Type Code"]))
    assert not Check.objects.exists()
