"""Files as the registry of providers and the exclusion list come in. What a test does not name is ordinary."""

import csv
import zipfile
from pathlib import Path

from directory.npi import is_npi
from directory.register import layout

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "nppes_sample_organizations_2018.csv"  # 40 real organizations, public data; 329 columns
COLUMNS = next(csv.reader((DATA / "nppes_header_2025_330_columns.csv").read_text().splitlines()))
MONTHLY, WEEKLY = "npidata_pfile_20050523-20261108.csv", "npidata_pfile_20261102-20261108.csv"
PLACES = {**layout.TEXTS, **layout.DATES, "entity": layout.ENTITY, "npi": layout.NPI}
LIST_COLUMNS = (
    *("LASTNAME", "FIRSTNAME", "MIDNAME", "BUSNAME", "GENERAL", "SPECIALTY", "UPIN", "NPI", "DOB", "ADDRESS"),
    *("CITY", "STATE", "ZIP", "EXCLTYPE", "EXCLDATE", "REINDATE", "WAIVERDATE", "WVRSTATE"),
)


def npi(number=1):
    """A valid NPI, another one for each number."""
    return next(npi for digit in range(10) if is_npi(npi := f"1{number:08}{digit}"))


def person(number=1, *, code="207LP2900X", slot=1, **values):
    """A row of the registry, {column: value}: Alma Tester in New York, as directory_factories makes her, by default.
    `values` are named as in a RegisterEntry."""
    said = {
        **{"npi": npi(number), "entity": "1", "last_name": "TESTER", "first_name": "ALMA", "address": "1 MADE UP ST"},
        **{"city": "NEW YORK", "state": "NY", "zip_code": "100011234", "enumerated_on": "05/23/2006"},
    }
    row = {PLACES[name]: value for name, value in (said | values).items()}
    return row | {layout.CODES[slot - 1]: code, layout.SWITCHES[slot - 1]: "Y"}


def clinic(number=1, *, code="261QP3300X", **values):
    names = {"entity": "2", "organization": "TEST CLINIC LLC", "last_name": "", "first_name": ""}
    return person(number, code=code, **names | values)


def deactivated(number=1, on="10/01/2026", **values):
    """As the registry has it: hardly more than dates."""
    return {PLACES[name]: value for name, value in ({"npi": npi(number), "deactivated_on": on} | values).items()}


def write_csv(path, rows, columns=COLUMNS, *, quoting=csv.QUOTE_ALL, newline="\n", encoding="utf-8"):
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, columns, restval="", quoting=quoting, lineterminator=newline)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_nppes(folder, *rows, name=MONTHLY, **options):
    return write_csv(folder / name, rows, **options)


def write_zip(folder, *rows, name=MONTHLY, compression=zipfile.ZIP_DEFLATED):
    """The ZIP that the registry's files come in."""
    plain, path = write_nppes(folder, *rows, name=name), folder / "NPPES_Data_Dissemination_V2.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(name.replace(".csv", "_FileHeader.csv"), ",".join(COLUMNS))
        archive.writestr(name.replace("npidata", "othername"), '"NPI"\n')
        archive.write(plain, name)
    plain.unlink()
    return path


def excluded(number=1, **values):
    """A row of the exclusion list."""
    row = {"LASTNAME": "TESTER", "FIRSTNAME": "ALMA", "NPI": npi(number), "STATE": "NY", "EXCLTYPE": "1128a1"}
    return row | {"EXCLDATE": "20260720", "REINDATE": "00000000", "WAIVERDATE": "00000000"} | values


def write_list(folder, *rows, name="UPDATED.csv"):
    return write_csv(folder / name, rows, LIST_COLUMNS, quoting=csv.QUOTE_MINIMAL, newline="\r\n")
