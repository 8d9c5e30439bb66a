"""The import of the registry of providers: the table of pain medicine, and what it says about our listings."""

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from directory.models import Check, CheckOf, CheckResult, Doctor, Kind, NotListed, RegisterEntry, Status
from directory.register import checks, nppes
from directory.register.agreement import differences
from directory.register.filling import Fate
from tests.directory_factories import make_doctor, make_listing, make_practice
from tests.register_files import (
    COLUMNS,
    MONTHLY,
    SAMPLE,
    WEEKLY,
    clinic,
    deactivated,
    npi,
    person,
    write_nppes,
    write_zip,
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent
SAMPLE_CODES = {row["Healthcare Provider Taxonomy Code_1"] for row in csv.DictReader(SAMPLE.read_text().splitlines())}
SAMPLE_DAY = date(2026, 11, 8)
OTHER_MEDICINE = "207Q00000X"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(path, *arguments, stderr=None):
    out = io.StringIO()
    call_command("import_nppes", str(path), *arguments, stdout=out, stderr=stderr or io.StringIO())
    return out.getvalue()


def imported(folder, *rows, name=MONTHLY, **options):
    return nppes.import_file(write_nppes(folder, *rows, name=name), **options)


def results():
    """[(what the registry said about a listing, on which day)], the latest last."""
    return list(Check.objects.filter(what=CheckOf.NPI).order_by("pk").values_list("result", "on"))


def weekly(day):
    return f"npidata_pfile_20261101-202611{day:02}.csv"


def editor():
    return get_user_model().objects.create_user("editor")


# --- The table ------------------------------------------------------------------------------------


def test_all_40_organizations_of_the_sample_are_imported():
    summary = nppes.import_file(SAMPLE, on=SAMPLE_DAY, codes=SAMPLE_CODES)
    assert (summary.rows, summary.register.kept, len(summary.rejects)) == (40, 40, 0)
    assert summary.register.fates[Fate.NEW] == RegisterEntry.objects.count() == 40
    assert set(RegisterEntry.objects.values_list("state", flat=True)) == {"CT", "MA", "RI"}
    entry = RegisterEntry.objects.get(pk="1982607537")
    assert entry.name == "GREATER NEW BEDFORD COMMUNITY HEALTH CENTER, INC."
    assert (entry.address, entry.city, entry.zip_code) == ("874 PURCHASE ST", "NEW BEDFORD", "02740")
    assert (entry.taxonomies, entry.updated_on) == ("261QC1500X", date(2017, 9, 25))
    assert entry.search_text == entry.searched()


def test_of_the_sample_nobody_practices_pain_medicine_and_those_of_us_are_kept_alone():
    assert nppes.import_file(SAMPLE, on=SAMPLE_DAY).register.kept == 0
    make_listing(npi="1134126865")
    summary = nppes.import_file(SAMPLE, on=SAMPLE_DAY)
    assert (summary.rows, summary.register.kept) == (40, 1)
    assert list(RegisterEntry.objects.values_list("pk", flat=True)) == ["1134126865"]


def test_rejects_and_kept_rows_of_the_sample_are_counted_exactly(tmp_path):
    lines = SAMPLE.read_text().splitlines(keepends=True)
    lines[3] = lines[3].replace("1790789741", "1790789740")
    lines[10] = lines[10].rstrip("\n") + ',"too much"\n'
    lines[40] = '"1386643294","2"\n'
    path = tmp_path / "sample.csv"
    path.write_text("".join(lines))
    make_listing(npi="1386643294")
    summary = nppes.import_file(path, on=SAMPLE_DAY, codes=SAMPLE_CODES)
    assert (summary.rows, summary.register.kept) == (40, 37)
    rejects = "bad NPI: 1, line 4; too many columns: 1, line 11; too few columns: 1, line 41"
    assert str(summary.rejects) == f"3 ({rejects})"


def test_importing_again_updates_and_adds_nothing(tmp_path):
    rows = [person(number, city="ALBANY") for number in range(120)]
    assert imported(tmp_path, *rows).register.fates[Fate.NEW] == 120
    rows[7] = person(7, city="BUFFALO")
    fates = imported(tmp_path, *rows).register.fates
    assert (fates[Fate.NEW], fates[Fate.UPDATED], RegisterEntry.objects.count()) == (0, 120, 120)
    assert RegisterEntry.objects.get(pk=npi(7)).city == "BUFFALO"


def test_what_is_written_is_what_the_model_would_write(tmp_path):
    imported(tmp_path, person(1, deactivated_on="01/01/2020", reactivated_on="02/01/2020", phone="2125550100"))
    entry = RegisterEntry.objects.get()
    stored = RegisterEntry.objects.values().get()
    entry.save()
    assert RegisterEntry.objects.values().get() == stored
    assert stored["seen_on"] == date(2026, 11, 8)


@pytest.mark.parametrize(
    "name", ['O"NEIL, A & B', "\\N", "A\\tB", '"', "NULL", "Ñandú\N{REPLACEMENT CHARACTER}", "%s {}"]
)
def test_a_name_is_stored_letter_by_letter(tmp_path, name):
    imported(tmp_path, clinic(1, organization=name, other_name=name))
    entry = RegisterEntry.objects.get()
    assert (entry.organization, entry.other_name, entry.first_name) == (name, name, "")


def test_an_npi_twice_in_a_file_is_one_entry_the_later_one(tmp_path):
    imported(tmp_path, person(1, city="ALBANY"), person(1, city="BUFFALO"))
    assert RegisterEntry.objects.get().city == "BUFFALO"


def test_a_known_provider_who_is_deactivated_keeps_the_name_and_is_active_no_more(tmp_path):
    imported(tmp_path, person(1))
    fates = imported(tmp_path, deactivated(1, "11/09/2026"), deactivated(2), name=weekly(15)).register.fates
    entry = RegisterEntry.objects.get()
    assert (fates[Fate.DEACTIVATED], entry.name, entry.deactivated_on) == (1, "ALMA TESTER", date(2026, 11, 9))
    assert entry.seen_on == date(2026, 11, 15)
    assert not RegisterEntry.objects.active().exists()


def test_a_provider_who_is_no_longer_of_pain_medicine_is_dropped_unless_it_is_ours(tmp_path):
    imported(tmp_path, person(1), person(2), person(3))
    make_listing(npi=npi(2))
    rows = [person(1, code=OTHER_MEDICINE), person(2, code=OTHER_MEDICINE)]
    assert imported(tmp_path, *rows, name=weekly(15)).register.fates[Fate.DROPPED] == 1
    assert set(RegisterEntry.objects.values_list("pk", "taxonomies")) == {(npi(2), ""), (npi(3), "207LP2900X")}


def test_an_older_file_takes_nothing_back(tmp_path):
    imported(tmp_path, person(1, city="ALBANY"), name=weekly(15))
    fates = imported(tmp_path, person(1, city="BUFFALO")).register.fates
    assert (fates[Fate.OUTDATED], RegisterEntry.objects.get().city) == (1, "ALBANY")


def test_who_asked_not_to_be_listed_is_not_in_the_table_and_leaves_it(tmp_path):
    rows = [person(1), person(2, first_name="OTHER"), clinic(3), person(4, state="NJ"), clinic(5, other_name="SPA")]
    imported(tmp_path, *rows)
    NotListed.objects.add(make_doctor(npi=npi(2)), by=editor())
    for name in (
        {"first_name": "Alma", "last_name": "Tester"},
        {"first_name": "", "last_name": "", "organization": "Spa"},
    ):
        doctor = make_doctor(kind=Kind.CLINIC if "organization" in name else Kind.PERSON, **name)
        make_practice(doctor)
        NotListed.objects.add(doctor, by=None)
    assert imported(tmp_path, *rows).register.fates[Fate.ASKED] == 3
    assert set(RegisterEntry.objects.values_list("pk", flat=True)) == {npi(3), npi(4)}


def test_a_middle_name_or_a_suffix_does_not_hide_who_asked_not_to_be_listed(tmp_path):
    doctor = make_doctor()
    make_practice(doctor)
    NotListed.objects.add(doctor, by=None)
    imported(tmp_path, person(1, middle_name="MARIA", suffix="JR."))
    assert not RegisterEntry.objects.exists()


# --- Our listings ---------------------------------------------------------------------------------


def test_a_listing_that_agrees_is_active_on_the_day_of_the_file(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    imported(tmp_path, person(1), name=WEEKLY)
    check = Check.objects.get()
    assert (check.doctor, check.what, check.result, check.on) == (doctor, "npi", "active", date(2026, 11, 8))
    assert (check.by, check.practice, check.note, check.facts) == (None, None, WEEKLY, {"npi": npi(1)})


def test_a_deactivated_npi_hides_the_listing(tmp_path):
    practice = make_listing(npi=npi(1))
    summary = imported(tmp_path, deactivated(1, "10/01/2026"), name=WEEKLY)
    doctor = Doctor.objects.get()
    practice.refresh_from_db()
    assert (doctor.status, doctor.hidden_because, practice.is_listed) == (Status.HIDDEN, "npi", False)
    assert (summary.checks.hidden, doctor.history.count()) == (1, 3)
    assert Check.objects.get().facts == {"npi": npi(1), "deactivated_on": "2026-10-01"}


def test_an_npi_that_is_in_force_again_is_told_apart_and_hides_nothing(tmp_path):
    make_listing(npi=npi(1))
    imported(tmp_path, person(1, deactivated_on="01/01/2020", reactivated_on="02/01/2020"))
    assert results() == [("reactivated", date(2026, 11, 8))]
    assert Check.objects.get().facts["reactivated_on"] == "2020-02-01"
    assert Doctor.objects.get().is_listed


def test_an_npi_that_was_deactivated_again_after_its_reactivation_is_deactivated(tmp_path):
    make_listing(npi=npi(1))
    imported(tmp_path, deactivated(1, "10/01/2026", reactivated_on="02/01/2020"))
    assert results() == [("deactivated", date(2026, 11, 8))]


def test_another_name_and_place_are_told_and_hide_nothing(tmp_path):
    make_listing(npi=npi(1))
    imported(tmp_path, person(1, last_name="OTHER", city="ALBANY", zip_code="12203"))
    differs = {"name": "ALMA OTHER", "address": "1 MADE UP ST, ALBANY, NY 12203"}
    assert results() == [("differs", date(2026, 11, 8))]
    assert Check.objects.get().facts == {"npi": npi(1), "differs": differs}
    assert Doctor.objects.get().is_listed


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        (MONTHLY, {}, ["not-found"]),
        (WEEKLY, {}, []),
        (MONTHLY, {"is_full": False}, []),
        (WEEKLY, {"is_full": True}, ["not-found"]),
    ],
)
def test_only_the_whole_registry_says_that_an_npi_is_not_in_it(tmp_path, name, options, expected):
    make_listing(npi=npi(1))
    imported(tmp_path, person(2), name=name, **options)
    assert [result for result, _ in results()] == expected
    assert Doctor.objects.get().is_listed


def test_a_listing_of_which_the_row_cannot_be_read_is_not_said_to_be_missing(tmp_path):
    make_listing(npi=npi(1))
    assert len(imported(tmp_path, person(1, updated_on="soon")).rejects) == 1
    assert results() == []


def test_more_listings_than_fit_into_a_batch_are_all_checked(tmp_path, monkeypatch):
    for number in range(7):
        make_listing(npi=npi(number))
    monkeypatch.setattr(nppes, "AT_ONCE", 2)
    monkeypatch.setattr(checks, "AT_ONCE", 2)
    imported(tmp_path, *(person(number) for number in range(5)), *(person(number) for number in range(20, 25)))
    assert sorted(result for result, _ in results()) == ["active"] * 5 + ["not-found"] * 2


def test_the_same_file_again_says_nothing_new_and_the_next_one_does(tmp_path):
    make_listing(npi=npi(1))
    make_listing(npi=npi(2))
    for _ in range(2):
        again = imported(tmp_path, person(1))
    assert (again.checks.known, again.checks.results.total()) == (2, 0)
    assert len(results()) == 2
    imported(tmp_path, person(1), name=weekly(15))
    assert results()[2:] == [("active", date(2026, 11, 15))]


def test_the_same_file_again_tells_what_an_editor_has_corrected_since(tmp_path):
    doctor = make_listing(npi=npi(1), last_name="Wrong").doctor
    imported(tmp_path, person(1))
    doctor.last_name = "Tester"
    doctor.save()
    imported(tmp_path, person(1))
    assert [result for result, _ in results()] == ["differs", "active"]


def test_an_older_file_says_nothing_about_a_listing_that_a_later_one_spoke_of(tmp_path):
    make_listing(npi=npi(1))
    imported(tmp_path, person(1, deactivated_on="10/01/2026", reactivated_on="11/01/2026"), name=weekly(15))
    assert imported(tmp_path, deactivated(1, "10/01/2026")).checks.outdated == 1
    assert [result for result, _ in results()] == ["reactivated"]
    assert Doctor.objects.get().is_listed


def test_what_an_editor_listed_again_is_not_hidden_again_for_the_same_date(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    imported(tmp_path, deactivated(1, "10/01/2026"))
    doctor.publish()
    for day in (15, 22):
        imported(tmp_path, deactivated(1, "10/01/2026"), name=weekly(day))
    doctor.refresh_from_db()
    assert doctor.is_listed
    assert [result for result, _ in results()] == ["deactivated"] * 3


def test_a_deactivation_on_another_date_hides_a_listing_again(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    imported(tmp_path, deactivated(1, "10/01/2026"))
    doctor.publish()
    imported(tmp_path, deactivated(1, "11/10/2026"), name=weekly(15))
    doctor.refresh_from_db()
    assert doctor.hidden_because == "npi"


def test_who_is_known_to_have_stopped_keeps_the_page_that_says_so(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    doctor.stop(since=date(2026, 6, 1), source="the clinic, by phone")
    assert imported(tmp_path, deactivated(1)).checks.hidden == 0
    doctor.refresh_from_db()
    assert doctor.has_stopped
    assert [result for result, _ in results()] == ["deactivated"]


def test_who_was_removed_on_request_is_left_alone(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    doctor.remove_on_request(by=editor())
    imported(tmp_path, deactivated(1))
    doctor.refresh_from_db()
    assert (doctor.status, results()) == (Status.REMOVED, [])


def test_a_listing_that_an_editor_has_before_them_already_keeps_its_reason(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    doctor.hide(because="exclusion")
    imported(tmp_path, deactivated(1))
    doctor.refresh_from_db()
    assert doctor.hidden_because == "exclusion"


def test_what_an_editor_recorded_is_no_word_of_a_file(tmp_path):
    doctor = make_listing(npi=npi(1)).doctor
    Check.objects.create(doctor=doctor, what="npi", result="active", on=date(2026, 11, 20), by=editor())
    imported(tmp_path, deactivated(1))
    assert results()[-1] == ("deactivated", date(2026, 11, 8))


def test_the_number_of_queries_does_not_grow_with_the_listings_that_are_checked(
    tmp_path, django_assert_max_num_queries
):
    for number in range(40):
        make_listing(npi=npi(number))
    path = write_nppes(tmp_path, *(person(number) for number in range(40)))
    with django_assert_max_num_queries(15):
        nppes.import_file(path)


# --- Agreement ------------------------------------------------------------------------------------


def compare(*, practice=None, kind=Kind.PERSON, entry=(), **fields):
    """What is said to differ between a listing in New York and an entry that is the same but for what is named."""
    fields = {"first_name": "Alma", "last_name": "Tester"} | fields if kind == Kind.PERSON else fields
    doctor = Doctor.objects.create(kind=kind, **fields)
    make_practice(doctor, **practice or {})
    defaults = {"first_name": "ALMA", "last_name": "TESTER"} if kind == Kind.PERSON else {"is_organization": True}
    place = {"city": "NEW YORK", "state": "NY", "zip_code": "10001", "address": "100 N MAIN ST"}
    return sorted(differences(doctor, RegisterEntry(npi=npi(1), **place | defaults | dict(entry))))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"last_name": "Núñez"}, {"last_name": "NUNEZ"}),
        ({"last_name": "Garcia-Lopez"}, {"last_name": "GARCIA"}),
        ({"last_name": "Tester"}, {"last_name": "MARRIED", "other_name": "ALMA TESTER"}),
        ({"last_name": "Married", "other_names": "Alma Tester"}, {"last_name": "TESTER"}),
        ({"first_name": "A."}, {"first_name": "ALMA"}),
        ({"first_name": "Rob"}, {"first_name": "ROBERT"}),
        ({"first_name": "Robert"}, {"first_name": "JOHN", "middle_name": "ROBERT"}),
        ({"first_name": "John", "middle_name": "Robert"}, {"first_name": "ROBERT"}),
    ],
)
def test_names_agree(ours, theirs):
    assert compare(**ours, entry=theirs) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"last_name": "Tester"}, {"last_name": "OTHER"}),
        ({"first_name": "Alma"}, {"first_name": "BERTA"}),
        ({"first_name": "Maria", "middle_name": "A"}, {"first_name": "ANNA", "middle_name": "B"}),
    ],
)
def test_names_differ(ours, theirs):
    assert compare(**ours, entry=theirs) == ["name"]


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ({"organization": "Test Pain & Spine"}, {"organization": "TEST PAIN AND SPINE, P.C."}, []),
        ({"organization": "The Test Center"}, {"organization": "HOLDING LLC", "other_name": "TEST CENTER"}, []),
        ({"organization": "Holding"}, {"organization": "TEST CLINIC INC."}, []),  # as its practice is called
        ({"organization": "Test Pain"}, {"organization": "OTHER PAIN LLC"}, ["name"]),
        ({"organization": "LLC"}, {"organization": "INC"}, ["name"]),
    ],
)
def test_clinics_agree_under_any_of_their_names(ours, theirs, found):
    assert compare(kind=Kind.CLINIC, **ours, entry=theirs) == found


def test_a_doctors_listing_with_the_npi_of_an_organization_differs_in_kind():
    assert compare(entry={"is_organization": True, "organization": "TEST CLINIC", "last_name": ""}) == ["kind"]


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("", "1 OTHER ST", []),
        ("100 North Main Street, Suite 4", "100 N MAIN ST STE 4", []),
        ("Suite 4, 100 Main St", "100 MAIN STREET", ["address"]),
        ("1 First Avenue", "1 1ST AVE", []),
        ("Medical Plaza, 100 Main St", "100 MAIN ST", []),
        ("100 Main St", "102 MAIN ST", ["address"]),
        ("100 Main St", "100 BROAD ST", ["address"]),
    ],
)
def test_addresses_are_compared_by_house_and_street(ours, theirs, found):
    assert compare(practice={"address": ours}, entry={"address": theirs}) == found


def test_another_zip_code_is_another_place_and_any_practice_may_agree():
    assert compare(entry={"zip_code": "10002"}) == ["address"]
    doctor = Doctor.objects.get()
    make_practice(doctor, "07102")
    entry = RegisterEntry(npi=npi(1), first_name="ALMA", last_name="TESTER", zip_code="07102", state="NJ")
    assert differences(doctor, entry) == {}


# --- The command ----------------------------------------------------------------------------------


def test_the_command_tells_what_it_did(tmp_path):
    make_listing(npi=npi(1))
    make_listing(npi=npi(2))
    path = write_zip(
        tmp_path, person(1), deactivated(2), clinic(3), person(4, code=OTHER_MEDICINE), person(5, last_name="")
    )
    assert run(path) == (
        f"Read {MONTHLY}, the whole registry of 8 Nov 2026: 5 rows, 3 kept. "
        "Register: 2 new, 0 updated, 1 deactivated, 0 no longer of pain medicine, 0 left out as they asked, "
        "0 known from a later file. "
        "Listings: Active: 1, Deactivated: 1; 1 hidden until an editor decides; "
        "0 results known already, 0 from a later file. "
        "Rejected: 1 (no name: 1, line 6).\n"
    )


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path):
    doctor = make_listing(npi=npi(2)).doctor
    path = write_nppes(tmp_path, person(1), deactivated(2))
    dry = run(path, "--dry-run")
    doctor.refresh_from_db()
    assert (RegisterEntry.objects.exists(), Check.objects.exists(), doctor.is_listed) == (False, False, True)
    assert dry.replace("Would have read", "Read") == run(path)


def test_a_new_column_is_reported(tmp_path):
    path = write_nppes(tmp_path, person(1), columns=[*COLUMNS, "Provider Favorite Color"])
    assert run(path).endswith("Columns that are new, and were not read: Provider Favorite Color.\n")


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "empty"), (b"PK\x03\x04", "not complete"), (b'"NPI","a"\n', "lacks columns"), (b"\0", "a")]
)
def test_a_file_that_cannot_be_read_is_an_error_and_changes_nothing(tmp_path, data, why):
    make_listing(npi=npi(1))
    path = tmp_path / MONTHLY
    path.write_bytes(data)
    with pytest.raises(CommandError, match=f"{why}.* Nothing was changed") as error:
        run(path)
    assert error.value.returncode == 1
    assert not Check.objects.exists()


def test_a_file_that_breaks_off_after_rows_of_ours_changes_nothing(tmp_path):
    make_listing(npi=npi(1))
    path = write_nppes(tmp_path, deactivated(1), *(person(number) for number in range(2, 400)))
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(CommandError, match="breaks off"):
        run(path)
    assert (RegisterEntry.objects.exists(), Check.objects.exists()) == (False, False)
    assert Doctor.objects.get().is_listed


def test_column_names_alone_are_no_registry_in_which_nobody_is_found(tmp_path):
    make_listing(npi=npi(1))
    for end in ("", "\n\n", "\r\n"):
        path = write_nppes(tmp_path)
        path.write_text(path.read_text() + end)
        with pytest.raises(CommandError, match="no rows"):
            run(path)
    assert not Check.objects.exists()


def test_a_failure_while_writing_undoes_everything(tmp_path, monkeypatch):
    make_listing(npi=npi(1))

    def fail(*arguments):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(nppes, "compared", fail)
    with pytest.raises(RuntimeError, match="lights"):
        imported(tmp_path, person(1), person(2))
    assert not RegisterEntry.objects.exists()


def test_day_and_extent_can_be_told(tmp_path):
    make_listing(npi=npi(1))
    path = write_nppes(tmp_path, person(2), name="excerpt.csv")
    assert "excerpt.csv, the whole registry of 1 Nov 2026:" in run(path, "--full", "--date", "2026-11-01")
    assert results() == [("not-found", date(2026, 11, 1))]
    assert "excerpt.csv, changes of the registry of 2 Nov 2026:" in run(path, "--weekly", "--date", "2026-11-02")


@pytest.mark.parametrize("name", ["excerpt.csv", "npidata_pfile_20261301-20261399.csv"])
def test_a_file_whose_name_says_no_day_is_refused_without_one(tmp_path, name):
    path = write_nppes(tmp_path, person(1), name=name)
    with pytest.raises(CommandError, match="does not say of which day it is: add --date"):
        run(path, "--full")
    assert not RegisterEntry.objects.exists()


@pytest.mark.parametrize("command", ["import_nppes", "check_exclusions"])
@pytest.mark.parametrize("typed", ["2026-13-40", "yesterday", ""])
def test_a_day_that_is_none_is_told_what_one_looks_like(command, typed):
    with pytest.raises(CommandError, match=f"“{typed}” is no day. Write it like 2026-11-08."):
        call_command(command, "file.csv", f"--date={typed}")


def test_a_day_to_come_is_refused(tmp_path):
    with pytest.raises(CommandError, match="still to come"):
        run(write_nppes(tmp_path, person(1)), "--date", "2999-01-01")


def test_a_terminal_shows_how_far_it_is_and_nothing_else_does(tmp_path):
    path, terminal, pipe = write_nppes(tmp_path, person(1)), Terminal(), io.StringIO()
    run(path, stderr=terminal)
    run(path, stderr=pipe)
    steps = terminal.getvalue().split("\r")
    assert [step for step in steps if step.strip()][-1] == "100 % read"
    assert terminal.getvalue().endswith(f"\r{' ' * 10}\r")
    assert pipe.getvalue() == ""


def test_facts_are_plain_json(tmp_path):
    make_listing(npi=npi(1))
    imported(tmp_path, person(1, deactivated_on="01/01/2020", reactivated_on="02/01/2020", zip_code="12203"))
    check = Check.objects.get()
    assert check.result == CheckResult.DIFFERS
    assert json.loads(json.dumps(check.facts)) == check.facts
    assert check.facts.keys() == {"npi", "deactivated_on", "reactivated_on", "differs"}


# --- How fast it is -------------------------------------------------------------------------------


@pytest.mark.one_database
def test_a_short_measurement_makes_its_files_imports_them_and_judges(tmp_path):
    options = ["--rows", "120", "--rounds", "2", "--database", "sqlite", "--results", tmp_path / "result"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.nppes", *options], cwd=ROOT, capture_output=True, text=True
    )
    result = json.loads((tmp_path / "result").read_text())["sqlite"]
    assert done.returncode == (0 if result["fast"] else 1), done.stderr
    assert (result["rows"], result["kept"]) == (120, 3)
    assert result["fast"] == (result["files"]["csv"]["ratio"]["value"] >= 4)
    assert result["files"].keys() == {"csv", "zip"}
    assert "csv.reader s" in done.stdout
