"""Reading large files in constant memory, and lines of the registry of providers. No database is needed."""

import csv
import io
import tracemalloc
import zipfile
from datetime import date

import pytest

from directory.register import layout, reading
from directory.register.nppes import MAIN_FILE, Edition
from directory.register.reading import Refused, Source, Table, Unreadable, opened
from directory.register.rejects import Rejects
from directory.register.rows import Rows
from directory.register.sieve import Sieve
from directory.register.taxonomy import PAIN
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

HEADER = b'"NPI","NAME"\n'


def table_of(data, progress=None):
    return Table(Source(io.BytesIO(data), "made-up.csv", len(data), date(2026, 11, 8)), progress)


def lines_of(path):
    with opened(path, MAIN_FILE) as source:
        return [line for _, line in Table(source).lines()]


def refusal(path):
    """Why the file is not read, to its end."""
    with pytest.raises(Unreadable) as refused:
        lines_of(path)
    return str(refused.value)


def rows_of(columns=COLUMNS, codes=PAIN):
    return Rows(table_of(",".join(f'"{name}"' for name in columns).encode() + b"\n"), codes)


def line_of(row, columns=COLUMNS):
    out = io.StringIO()
    csv.DictWriter(out, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="").writerow(row)
    return out.getvalue().encode()


def parsed(row, **options):
    return rows_of(**options).parse(line_of(row))


# --- Files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [write_nppes, write_zip])
def test_a_file_and_a_zip_with_it_give_the_same_lines(tmp_path, write):
    lines = lines_of(write(tmp_path, person(1), person(2)))
    assert [line[1:11].decode() for line in lines] == [npi(1), npi(2)]


def test_a_zip_in_folders_is_read_and_nothing_is_written_wherever_its_names_lead(tmp_path):
    path = tmp_path / "inner" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"../../{MONTHLY}", HEADER + b'"1","A"\n')
        archive.writestr("../../../etc/passwd", "root")
    assert lines_of(path) == [b'"1","A"']
    assert [found.name for found in tmp_path.rglob("*") if found.is_file()] == ["a.zip"]


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + HEADER + b'"1","A"\n', HEADER.replace(b"\n", b"\r\n") + b'"1","A"\r\n']
)
def test_a_mark_at_the_start_and_windows_line_ends_are_no_part_of_a_value(data):
    table = table_of(data)
    assert table.columns == ["NPI", "NAME"]
    assert [table.values(line) for _, line in table.lines()] == [["1", "A"]]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (b'"1","A"', ["1", "A"]),
        (b"1,A", ["1", "A"]),
        (b'"1","A ""B"" C"', ["1", 'A "B" C']),
        (b'"1","A"",""B"', ["1", 'A","B']),
        (b'"",","', ["", ","]),
        ('"1","Nuñez"'.encode(), ["1", "Nuñez"]),
        (b'"1","Nu\xf1ez"', ["1", "Nu\N{REPLACEMENT CHARACTER}ez"]),
    ],
)
@pytest.mark.parametrize("needed", [["NPI"], ["NPI", "NAME"]])
def test_a_value_is_read_as_csv_has_it_in_quotes_or_not(line, values, needed):
    table = table_of(HEADER)
    table.places(needed)
    assert table.values(line)[: len(needed)] == values[: len(needed)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'"1"', "too few columns"),
        (b'"1","A","B"', "too many columns"),
        (b'"1","A"B"', "unreadable"),
        (b'"1","A', "unreadable"),
        (b'"1","A\0"', "unreadable"),
    ],
)
def test_a_line_that_is_no_row_is_refused_with_a_reason(line, reason):
    table = table_of(HEADER)
    table.places(["NPI"])
    with pytest.raises(Refused, match=f"^{reason}$"):
        table.values(line)


@pytest.mark.parametrize("columns", [COLUMNS[:20], ["NPI", *COLUMNS], ["a", "b"]])
def test_a_file_with_other_columns_is_refused(columns):
    with pytest.raises(Unreadable, match="lacks columns|columns twice"):
        rows_of(columns)


def test_what_it_lacks_is_said_in_short():
    with pytest.raises(Unreadable, match=r"It lacks columns: NPI, Entity Type Code, .* and 48 more\."):
        rows_of(["a", "b"])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\x1f\x8b\x08\x00\0\0\0\0rest\nof it", "not a CSV"),
        ("NPI,NAME\n1,A\n".encode("utf-16"), "not a CSV"),
        (HEADER + b'"1","A"\n"2","B', "breaks off"),
        (HEADER + b'"1","A"\n"2"', "breaks off"),
        (b"PK\x03\x04 that is no ZIP", "not a zip file"),
        (b"PK", "not a zip file"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, data, why):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert why in refusal(path)


def test_a_last_line_without_an_end_is_read_when_it_is_whole(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(HEADER + b'"1","A"\n"2","B"')
    assert len(lines_of(path)) == 2


def test_no_file_and_a_folder_are_refused_with_what_the_computer_says(tmp_path):
    assert "No such file" in refusal(tmp_path / "none.csv")
    assert "directory" in refusal(tmp_path)


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_zip_of_which_the_end_is_missing_is_refused(tmp_path, part):
    path = write_zip(tmp_path, *(person(number) for number in range(50)))
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    assert "not complete" in refusal(path)


def test_a_zip_that_is_damaged_in_the_middle_is_refused(tmp_path):
    path = write_zip(tmp_path, person(1), compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"MADE UP", b"MAKE UP"))
    assert "cannot be read to its end: Bad CRC-32" in refusal(path)


@pytest.mark.parametrize(
    "names", [[], ["a.csv"], ["npidata_pfile_20050523-20261108_FileHeader.csv"], [MONTHLY, WEEKLY]]
)
def test_a_zip_without_the_main_file_or_with_two_is_refused(tmp_path, names):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, HEADER)
    assert f"The ZIP holds {len(names) if len(names) > 1 else 'no'} files" in refusal(path)


def test_a_zip_that_is_locked_or_packed_in_another_way_is_refused(tmp_path):
    path = write_zip(tmp_path, person(1))
    data = path.read_bytes()
    entry = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: entry + 8] + b"\x01" + data[entry + 9 :])
    assert "password" in refusal(path)
    path.write_bytes(data[: entry + 10] + b"\x09" + data[entry + 11 :])  # Deflate64
    assert "unpack it" in refusal(path)


def test_a_zip_that_claims_to_hold_more_than_any_such_file_is_not_even_begun(tmp_path, monkeypatch):
    path = write_zip(tmp_path, person(1))
    monkeypatch.setattr(reading, "LARGEST", 1000)
    assert "claims to hold" in refusal(path)


class Endless(io.RawIOBase):
    """A stream of so many times the same bytes, which remembers how much of it was read."""

    def __init__(self, first, again, times):
        self.waiting, self.again, self.times, self.given = first, again, times, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        while len(self.waiting) < len(buffer) and self.times:
            self.waiting, self.times = self.waiting + self.again, self.times - 1
        some, self.waiting = self.waiting[: len(buffer)], self.waiting[len(buffer) :]
        buffer[: len(some)] = some
        self.given += len(some)
        return len(some)


def table_of_stream(stream):
    return Table(Source(io.BufferedReader(stream), MONTHLY, 2_000_000_000, date(2026, 11, 8)))


@pytest.mark.parametrize("again", [b"x" * 1000, b"\n" * 1000, b'","' * 300])
def test_two_gigabytes_without_a_row_are_given_up_at_once(again):
    stream = Endless(HEADER, again, 2_000_000)
    with pytest.raises(Unreadable, match=r"without a row|line of more than"):
        list(table_of_stream(stream).blocks())
    assert stream.given <= 4 * reading.BLOCK


def test_memory_does_not_grow_with_the_file():
    """80 MB of rows, of which one in forty is kept."""
    rows = [line_of(person(number, code="207LP2900X" if number % 40 == 0 else "207Q00000X")) for number in range(400)]
    stream = Endless(line_of(dict(zip(COLUMNS, COLUMNS, strict=True))) + b"\n", b"\n".join(rows) + b"\n", 180)
    sieve, kept, count = Sieve([npi(1)], PAIN), 0, 0
    tracemalloc.start()
    try:
        for block in table_of_stream(stream).blocks():
            lines, found = sieve(block)
            count, kept = count + lines, kept + len(found)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (count, kept) == (180 * 400, 180 * 11)
    assert stream.given > 75_000_000
    assert peak < 3_000_000


def test_progress_goes_up_to_the_size_of_the_file():
    data, said = HEADER + b'"1","A"\n' * 50_000, []
    list(table_of(data, lambda *progress: said.append(progress)).blocks())
    assert said == sorted(said)
    assert (said[0], said[-1]) == ((len(HEADER), len(data)), (len(data), len(data)))
    assert len(said) > 5


# --- The sieve ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [100, 997, 5000, 200_000])
def test_the_sieve_keeps_what_a_look_at_each_line_would_wherever_blocks_are_cut(monkeypatch, size):
    monkeypatch.setattr(reading, "BLOCK", size)
    ours, code = {npi(3), npi(77)}, "208VP0014X"
    lines = [f'"{npi(number)}","{"x" * (number % 50)}{code if number % 7 == 0 else ""}"' for number in range(100)]
    sieve, seen, kept = Sieve(ours, {code}), 0, []
    for block in table_of(HEADER + "\n".join(lines).encode() + b"\n").blocks():
        count, found = sieve(block)
        kept += [(seen + which, line.decode().rstrip()) for which, line in found]
        seen += count
    assert seen == 100
    assert kept == [(at, line) for at, line in enumerate(lines) if line[1:11] in ours or code in line]


@pytest.mark.parametrize("form", ['"{}","A"', "{},A"])
def test_the_sieve_finds_our_npis_in_quotes_or_without(form):
    block = "".join(f"{form.format(npi(number))}\n" for number in range(5)).encode()
    assert Sieve([npi(2)], PAIN)(block) == (5, [(2, form.format(npi(2)).encode() + b"\n")])


@pytest.mark.parametrize("code", PAIN)
def test_the_sieve_knows_each_code_and_none_that_looks_like_it(code):
    sieve = Sieve([], PAIN)
    assert sieve(b'"1","' + code.encode() + b'"\n')[1]
    assert not sieve(b'"1","' + code[:-2].encode() + b'9X"\n')[1]


# --- Rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [COLUMNS, next(csv.reader(SAMPLE.read_text().splitlines()))])
def test_both_layouts_are_known_and_a_new_column_is_reported(columns):
    assert layout.unknown(columns) == []
    assert layout.unknown([*columns, "Provider Favorite Color"]) == ["Provider Favorite Color"]


def test_columns_are_found_by_their_names_wherever_they_stand():
    columns = ["NPI", *COLUMNS[:0:-1]]
    entry = rows_of(columns).parse(line_of(person(1, city="ALBANY"), columns))
    assert (entry.npi, entry.city, entry.taxonomies) == (npi(1), "ALBANY", "207LP2900X")


def test_a_file_that_does_not_start_with_the_npi_is_refused():
    with pytest.raises(Unreadable, match="first column"):
        rows_of(COLUMNS[::-1])


@pytest.mark.parametrize("slot", range(1, 16))
def test_a_code_is_found_in_any_of_the_15_places(slot):
    entry = parsed(person(1, code="208VP0000X", slot=slot))
    assert (entry.taxonomies, entry.primary_taxonomy) == ("208VP0000X", "208VP0000X")


def test_a_code_in_another_column_is_none():
    entry = parsed(person(1, code="207Q00000X") | {"Other Provider Identifier_1": "207LP2900X"})
    assert (entry.taxonomies, entry.primary_taxonomy) == ("", "207Q00000X")


def test_a_person_is_read():
    row = person(1, credentials="M.D.", suffix="JR.", address="1  MADE UP ST", zip_code="100011234", phone="2125550100")
    entry = parsed(row | {"Provider Other First Name": "ALMA", "Provider Other Last Name": "FORMER"})
    assert (entry.npi, entry.is_organization, entry.name, entry.other_name) == (
        npi(1),
        False,
        "ALMA TESTER",
        "ALMA FORMER",
    )
    assert (entry.credentials, entry.suffix, entry.address) == ("M.D.", "JR.", "1 MADE UP ST")
    assert (entry.city, entry.state, entry.zip_code, entry.phone) == ("NEW YORK", "NY", "10001", "2125550100")
    assert (entry.enumerated_on, entry.updated_on, entry.is_active) == (date(2006, 5, 23), None, True)


def test_an_organization_is_read():
    entry = parsed(clinic(1, other_name="PAIN CENTER", last_name="STRAY"))
    assert (entry.is_organization, entry.name, entry.other_name) == (True, "TEST CLINIC LLC", "PAIN CENTER")
    assert entry.last_name == ""


def test_a_deactivated_provider_is_read_although_nothing_but_dates_is_left():
    entry = parsed(deactivated(1, "10/01/2026"))
    assert (entry.npi, entry.name, entry.deactivated_on, entry.is_active) == (npi(1), "", date(2026, 10, 1), False)


@pytest.mark.parametrize(
    ("state", "zip_code", "kept"),
    [
        ("NY", "100011234", ("NY", "10001")),
        ("pr", "00901", ("PR", "00901")),
        ("NY", "1000", ("NY", "")),
        ("ONTARIO", "K1A 0B1", ("", "")),
        ("AE", "09001", ("", "")),
        ("", "", ("", "")),
    ],
)
def test_a_place_outside_the_56_states_and_territories_is_left_empty(state, zip_code, kept):
    entry = parsed(person(1, state=state, zip_code=zip_code))
    assert (entry.state, entry.zip_code) == kept


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"npi": "1234567890"}, "bad NPI"),
        ({"npi": ""}, "bad NPI"),
        ({"last_name": ""}, "no name"),
        ({"last_name": "  "}, "no name"),
        ({"entity": "2"}, "no name"),
        ({"entity": ""}, "neither a person nor an organization"),
        ({"entity": "3"}, "neither a person nor an organization"),
        ({"updated_on": "2026-10-01"}, "a date that is none"),
        ({"deactivated_on": "13/01/2026"}, "a date that is none"),
        ({"address": "A" * 151}, "a value is too long"),
        ({"city": "A\0"}, "unreadable"),
    ],
)
def test_a_row_that_nothing_can_be_learned_from_is_refused_with_a_reason(values, reason):
    with pytest.raises(Refused, match=f"^{reason}$"):
        parsed(person(1, **values))


def test_rejects_are_told_by_reason_with_the_first_lines():
    rejects = Rejects()
    assert str(rejects) == "0"
    for number, reason in (
        (2, "bad NPI"),
        (17, "no name"),
        (19, "bad NPI"),
        *((n, "unreadable") for n in range(20, 25)),
    ):
        rejects.add(reason, number)
    assert str(rejects) == "8 (unreadable: 5, lines 20, 21, 22 …; bad NPI: 2, lines 2 and 19; no name: 1, line 17)"


# --- Which file it is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "on", "is_full"),
    [
        (MONTHLY, date(2026, 11, 8), True),
        (WEEKLY, date(2026, 11, 8), False),
        ("npidata_20050523-20180107.csv", date(2018, 1, 7), True),
    ],
)
def test_the_name_says_which_day_and_whether_it_is_the_whole_registry(name, on, is_full):
    source = Source(None, name, 0, date(2026, 11, 20))
    assert Edition.of(source) == Edition(name, on, is_full)
    assert Edition.of(source, date(2026, 1, 1), not is_full) == Edition(name, date(2026, 1, 1), not is_full)
