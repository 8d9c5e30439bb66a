import pytest

from directory.distance import Point
from directory.models import ForCrps, Practice
from directory.search import find
from tests.directory_factories import PLACES, make_doctor, make_listing, make_offer, make_practice, make_treatment

pytestmark = pytest.mark.django_db


def point(code):
    return Point(*PLACES[code][2:])


def zips(practices):
    return [practice.zip_code for practice in practices]


def test_the_nearest_comes_first_over_a_state_border():
    for code in ("19103", "10001", "07102"):
        make_listing(code)
    assert zips(Practice.objects.near(point("07102"), 50)) == ["07102", "10001"]
    assert zips(Practice.objects.near(point("07102"), 100)) == ["07102", "10001", "19103"]


def test_two_towns_on_a_state_border_are_near_each_other():
    make_listing("64108")
    make_listing("66102")
    assert zips(Practice.objects.near(point("66102"), 25)) == ["66102", "64108"]


@pytest.mark.parametrize(("miles", "found"), [(1180, []), (1210, ["99546"])])
def test_far_places_in_alaska_are_cut_at_the_right_distance(miles, found):
    make_listing("99546")
    assert zips(Practice.objects.near(point("99501"), miles)) == found


def test_distances_reach_over_the_date_line():
    make_listing("96910")
    make_listing("96950")
    beyond = Point(51.9, 179.5)  # the Aleutians west of 180°
    make_listing("99546")
    assert zips(Practice.objects.near(beyond, 250)) == ["99546"]
    assert zips(Practice.objects.near(point("96910"), 250)) == ["96910", "96950"]


def test_without_a_limit_the_whole_country_is_in_order_of_distance():
    for code in ("99501", "00901", "96910", "80202"):
        make_listing(code)
    assert zips(Practice.objects.near(point("96813"))) == ["99501", "80202", "96910", "00901"]


def test_places_that_are_not_known_are_left_out_of_a_search_by_distance():
    practice = make_practice(make_doctor(), lat=None, lon=None)
    assert practice not in Practice.objects.near(point("10001"))


def test_equal_distances_come_in_a_fixed_order():
    first, second, third = (make_listing() for _ in range(3))
    assert list(Practice.objects.near(point("10001"), 25)) == [first, second, third]


@pytest.mark.parametrize("code", ["10001", "99501", "96813", "96910", "00901"])
def test_a_place_is_near_itself(code):
    practice = make_listing(code)
    assert list(Practice.objects.near(point(code), 1)) == [practice]


def test_a_search_that_finds_something_does_not_widen():
    make_listing("10001")
    found = find(point=point("07102"), miles=25)
    assert (zips(found.practices), found.miles, found.is_widened) == (["10001"], 25, False)


def test_a_search_that_finds_nothing_widens_until_there_are_three():
    for code in ("80202", "64108", "66102"):
        make_listing(code)
    found = find(point=point("82001"), miles=25)
    assert (found.miles, found.is_widened) == (None, True)
    assert zips(found.practices) == ["80202", "66102", "64108"]
    make_listing("80202")
    make_listing("80202")
    assert find(point=point("82001"), miles=25).miles == 100


def test_where_there_are_fewer_than_three_in_all_any_distance_is_shown():
    make_listing("96910")
    found = find(point=point("10001"), miles=500)
    assert (zips(found.practices), found.miles) == (["96910"], None)


def test_offering_asks_for_the_treatment_and_for_crps_in_one_offer():
    ketamine, block = make_treatment(), make_treatment("sympathetic-nerve-block")
    wanted, other = make_listing(), make_listing(treatment=block)
    vague = make_listing(for_crps=ForCrps.UNCLEAR)
    make_offer(vague, block)
    listed = Practice.objects.listed().by_place()
    assert list(listed.offering(ketamine)) == [wanted, vague]
    assert list(listed.offering(ketamine, for_crps=True)) == [wanted]
    assert set(listed.offering(for_crps=True)) == {wanted, other, vague}
    assert listed.offering().count() == 3


@pytest.mark.parametrize(
    "typed",
    ["nunez", "NÚÑEZ", "Dr. Núñez", "jose nunez", "Sunrise", "nunez sunrise", "Nunez Denver", "Pepe", "unez obrien"],
)
def test_names_are_found_whatever_way_they_are_typed(typed):
    practice = make_listing(
        "80202", first_name="José", last_name="Núñez O’Brien", other_names="Pepe", clinic_name="Sunrise Pain Center"
    )
    make_listing(last_name="Other")
    assert list(Practice.objects.listed().named(typed)) == [practice]


@pytest.mark.parametrize("typed", ["nunez boston", "%", "_", "x' OR 1=1"])
def test_names_that_do_not_fit_are_not_found(typed):
    make_listing("80202", last_name="Núñez")
    found = Practice.objects.listed().named(typed)
    assert not found.exists() or not typed.strip("%_")


def test_name_place_and_treatment_can_be_combined():
    wanted = make_listing("07102", last_name="Wanted")
    make_listing("07102", last_name="Other")
    make_listing("80202", last_name="Wanted")
    found = find(point=point("10001"), miles=50, name="wanted", treatment=make_treatment())
    assert list(found.practices) == [wanted]


def test_counts_leave_out_what_is_not_listed():
    make_listing()
    make_listing()
    make_listing("80202").doctor.hide()
    assert Practice.objects.listed().count_by_state() == {"NY": 2}
