"""How values stand in the cells of a file of listings, and the columns, which stay as they are."""

import re
from datetime import date
from pathlib import Path

import pytest

from directory.admin.transfer.cells import Choice, Day, Key, Number, Text, YesNo, ZipText, plain, safe
from directory.admin.transfer.columns import COLUMNS, OF_DOCTORS, OF_OFFERS, OF_PRACTICES, field_of
from directory.models import Doctor, Offer, Practice

RISKY = ["=1+1", "+1 303", "-2+3", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(1)", "＝1", "+", "-", "--", "-x"]


@pytest.mark.parametrize("text", RISKY)
def test_what_a_spreadsheet_would_work_out_is_disarmed_and_read_back(text):
    assert safe(text) == f"'{text}"
    assert Text().clean(Text().render(text)) == text


@pytest.mark.parametrize("text", ["Alma", "-104.9946", "40.7", "'quoted'", "a=b", "O'Brien", ""])
def test_what_is_harmless_stays_as_it_is(text):
    assert safe(text) == text
    assert plain(safe(text)) == text


@pytest.mark.parametrize(
    ("widget", "cell", "value"),
    [
        (Text(), "  Alma ", "Alma"),
        (Text(), "-", ""),
        (Text(cleared=None), "-", None),
        (Text(), "'=1+1", "=1+1"),
        (Number(), "-104.9946", -104.9946),
        (Number(), "-", None),
        (Key(), "12", 12),
        (Day(), "2026-09-12", date(2026, 9, 12)),
        (Day(), "9/12/2026", date(2026, 9, 12)),
        (Day(), "-", None),
        (YesNo(), "YES", True),
        (YesNo(), "no", False),
        (YesNo(), "FALSE", False),
        (YesNo(), "-", None),
        (YesNo(cleared=False), "-", False),
        (Choice(["NY", "CO"]), "ny", "NY"),
        (ZipText(), "7102", "07102"),
        (ZipText(), "901", "00901"),
        (ZipText(), "10001", "10001"),
    ],
)
def test_cells_are_read_as_people_and_spreadsheets_write_them(widget, cell, value):
    assert widget.clean(cell) == value


@pytest.mark.parametrize(
    ("widget", "cell"),
    [
        (Number(), "north"), (Number(), "nan"), (Number(), "inf"), (Key(), "x"), (Key(), "-1"), (Key(), "9" * 19),
        (Key(), "1.5"), (Day(), "12 Sep"), (Day(), "2026-02-30"), (Day(), "45912"), (YesNo(), "maybe"),
        (Choice(["NY"]), "ZZ"),
    ],
)  # fmt: skip
def test_a_cell_that_says_nothing_of_the_kind_is_refused_in_words(widget, cell):
    with pytest.raises(ValueError, match="“"):
        widget.clean(cell)


@pytest.mark.parametrize("value", [True, False, date(2026, 9, 12), -104.9946, "=1+1", "NY"])
def test_what_is_written_is_read_as_the_same(value):
    kinds = {bool: YesNo(), date: Day(), float: Number(), str: Text()}
    widget = kinds[type(value)]
    assert widget.clean(widget.render(value)) == value


def test_every_column_is_one_of_a_field():
    for model, columns in ((Doctor, OF_DOCTORS), (Practice, OF_PRACTICES), (Offer, OF_OFFERS)):
        names = {field_of(column).partition("__")[0] for column in columns} - {"pk"}
        assert names <= {field.name for field in model._meta.fields}


def test_the_handbook_for_editors_names_all_columns_in_their_order():
    cells = re.findall(r"^\| (`[^|]*) \|", Path("docs/directory.md").read_text(), re.MULTILINE)
    assert re.findall(r"`(\w+)`", "".join(cells)) == list(COLUMNS)
