"""What needs no database: NPI, states, distances, folding, freshness, mentions."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from crpsinfo.folding import fold
from directory.distance import EARTH_RADIUS, Point, box_around, nearness_at
from directory.freshness import in_words
from directory.mentions import is_named, words
from directory.npi import is_npi, validate_npi
from directory.states import BY_SLUG, STATES

points = st.builds(Point, st.floats(-89.9, 89.9), st.floats(-180, 180))
ANCHORAGE, ADAK, HONOLULU, GUAM = (
    Point(61.22, -149.87),
    Point(51.88, -176.66),
    Point(21.32, -157.85),
    Point(13.48, 144.75),
)


@pytest.mark.parametrize("text", ["1234567893", "1245319599", "1003000126", "1679576722", "1003000480"])
def test_npi_with_the_right_check_digit_passes(text):
    assert is_npi(text)


@pytest.mark.parametrize(
    "text", ["1234567890", "1234567894", "123456789", "12345678933", "", "123456789x", "１234567893"]
)
def test_npi_with_a_wrong_digit_or_length_is_refused(text):
    with pytest.raises(ValidationError, match="not an NPI"):
        validate_npi(text)


@given(st.integers(0, 999_999_999))
def test_each_nine_digits_have_exactly_one_check_digit(number):
    assert sum(is_npi(f"{number:09}{digit}") for digit in range(10)) == 1


def test_there_are_56_states_with_addresses_and_tiles_of_their_own():
    assert len(STATES) == len(BY_SLUG) == len({(state.row, state.column) for state in STATES.values()}) == 56
    assert BY_SLUG["district-of-columbia"].code == "DC"
    assert [state.name for state in STATES.values()] == sorted(state.name for state in STATES.values())


def test_neighbours_are_mutual():
    pairs = {(state.code, code) for state in STATES.values() for code in state.neighbour_codes.split()}
    assert len(pairs) == 2 * 109
    assert all((there, here) in pairs and here != there for here, there in pairs)


def test_the_stylesheet_places_each_tile_where_the_table_says():
    css = Path(settings.BASE_DIR, "crpsinfo/static/css/site.css").read_text()
    for state in STATES.values():
        assert f".tile-{state.code} {{ grid-area: {state.row} / {state.column}; }}" in css


@pytest.mark.parametrize(
    ("here", "there", "miles"),
    [(ANCHORAGE, HONOLULU, 2780), (ANCHORAGE, ADAK, 1190), (HONOLULU, GUAM, 3800), (ADAK, GUAM, 3400)],
)
def test_distances_over_the_pacific(here, there, miles):
    assert here.miles_to(there) == pytest.approx(miles, rel=0.02)
    assert here.miles_to(there) == pytest.approx(there.miles_to(here))


@given(points, points)
def test_the_product_of_vectors_orders_as_the_distance_does(here, there):
    product = sum(a * b for a, b in zip(here.vector, there.vector, strict=True))
    assert product == pytest.approx(nearness_at(here.miles_to(there)), abs=1e-9)


@given(points, points)
def test_the_box_holds_everything_within_its_distance(here, there):
    miles = min(here.miles_to(there) * 1.001 + 0.01, EARTH_RADIUS)
    box = box_around(here, miles)
    if here.miles_to(there) <= miles:
        assert box.south <= there.lat <= box.north
        assert not box.longitudes or any(west <= there.lon <= east for west, east in box.longitudes)


def test_a_box_over_the_date_line_has_two_ranges():
    (west, edge), (other_edge, east) = box_around(ADAK, 500).longitudes
    assert (edge, other_edge) == (180, -180)
    assert 160 < west < 180
    assert -180 < east < -160


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("José O’Brien-Müller", "jose obrien muller"), ("  ANA  Łukasz ", "ana lukasz"), ("D.O.", "do"), ("!?", "")],
)
def test_names_are_folded_to_plain_words(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Phone checked 22 Nov 2026"),
        (365, "Phone checked 22 Nov 2025"),
        (366, "Not checked for 12 months: call first (phone checked 21 Nov 2025)"),
        (430, "Not checked for 14 months: call first (phone checked 18 Sep 2025)"),
    ],
)
def test_freshness_is_told_in_words(days, words):
    today = date(2026, 11, 22)
    assert in_words("Phone checked", today - timedelta(days=days), today) == words


def test_what_nobody_checked_says_so():
    assert in_words("", None, date(2026, 11, 22)) == "Not checked yet: call first"


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith's clinic ruined me",
        "Dr. Smith’s clinic ruined me",
        "Dr Jane Q. Smith",
        "dr.smith was late",
        "Drs. Smith and Jones",
        "Smith, Jane MD",
        "The doctor was late. Smith, I mean.",
        "Jane, and all the Smiths'",
        "JANE_SMITH",
    ],
)
def test_a_doctor_is_named_by_last_name_with_a_title_or_the_first_name(text):
    assert is_named("Jane", "Smith", words(text))


@pytest.mark.parametrize(
    "text", ["My friend Jane helped me", "Dr. Smithson saw me", "The smith forged it", "My doctor helped me", ""]
)
def test_less_than_that_names_nobody(text):
    assert not is_named("Jane", "Smith", words(text))


@pytest.mark.parametrize(
    ("last_name", "text"),
    [
        ("O'Neil", "Dr. O’Neil's office"),
        ("Williams", "Dr. Williams' and Dr. Williams's"),
        ("García-López", "dr garcia lopez"),
        ("García-López", "Dr. Garcia-Lopez’s staff"),
        ("García-López", "Dr. Lopez"),
        ("de la Cruz", "Dr. De La Cruz"),
        ("St. John", "Dr. St.John"),
        ("Ng", "Dr. Ng"),
    ],
)
def test_last_names_of_every_form_are_found(last_name, text):
    assert is_named("Jane", last_name, words(text))


@pytest.mark.parametrize(("last_name", "text"), [("de la Cruz", "A doctor, de facto, in la la land"), ("!", "Dr. !")])
def test_a_particle_or_no_letter_at_all_is_no_name(last_name, text):
    assert not is_named("Jane", last_name, words(text))
