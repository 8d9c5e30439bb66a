import random
from datetime import timedelta

import pytest
from django.utils import timezone

from directory import search
from directory.distance import Point
from directory.freshness import Age
from directory.models import Doctor, ForCrps, Offer, Practice, Treatment
from directory.models.practice_queryset import PracticeQuerySet
from directory.nearby import BY_DISTANCE, Nearby
from directory.search import Total, Wish, alternatives_to, find_by_name, find_near, nearest, nearest_to
from directory.states import STATES
from tests.directory_factories import (
    PLACES,
    STOPPED,
    make_doctor,
    make_listing,
    make_offer,
    make_practice,
    make_treatment,
    make_zip,
)

pytestmark = pytest.mark.django_db
NEW_YORK, NEWARK, CHEYENNE, GUAM = "10001", "07102", "82001", "96910"


def point(code):
    return Point(*PLACES[code][2:])


def zips(practices):
    return [practice.zip_code for practice in practices]


def names(found):
    return [practice.doctor.last_name for practice in found.practices]


def near(code, miles=50, size=25, place=None, **wish):
    """What a search around a ZIP code finds."""
    return find_near(Wish(**wish), point(code), miles, size, **(place or {}))


def last_checked(practice, *, days):
    """The practice, whose treatments were last checked so many days ago."""
    for offer in practice.offers.all():
        offer.confirmed_on = timezone.localdate() - timedelta(days=days)
        offer.save()
    practice.refresh_from_db()
    return practice


def scatter(number, around, miles=60):
    """So many practices of all ages within these miles of a Point (about), some of them at one place."""
    rng, doctor = random.Random(number), make_listing(NEW_YORK).doctor
    Practice.objects.all().delete()
    places = [Point(around.lat + rng.uniform(-1, 1) * miles / 69, around.lon + rng.uniform(-1, 1)) for _ in range(20)]
    rows = []
    for _ in range(number):
        at = rng.choice(places)
        (x, y, z), age = at.vector, rng.choice([0, 0, 1, 1, 2])
        row = {
            "doctor": doctor,
            "city": "Somewhere",
            "state": "NY",
            "zip_code": NEW_YORK,
            "is_listed": True,
            "age": age,
        }
        rows.append(Practice(**row, lat=at.lat, lon=at.lon, x=x, y=y, z=z))
    Practice.objects.bulk_create(rows)


# --- Distance -------------------------------------------------------------------------------------


def test_the_nearest_comes_first_over_a_state_border():
    for code in ("19103", NEW_YORK, NEWARK):
        make_listing(code)
    assert zips(Practice.objects.near(point(NEWARK), 50)) == [NEWARK, NEW_YORK]
    assert zips(Practice.objects.near(point(NEWARK), 100)) == [NEWARK, NEW_YORK, "19103"]


def test_two_towns_on_a_state_border_are_near_each_other():
    make_listing("64108")
    make_listing("66102")
    assert zips(near("66102", 25).practices) == ["66102", "64108"]
    assert zips(near("64108", 25).practices) == ["64108", "66102"]


@pytest.mark.parametrize(("miles", "found"), [(1180, []), (1210, ["99546"])])
def test_far_places_in_alaska_are_cut_at_the_right_distance(miles, found):
    make_listing("99546")
    assert zips(Practice.objects.near(point("99501"), miles)) == found


def test_distances_reach_over_the_date_line():
    make_listing(GUAM)
    make_listing("96950")
    beyond = Point(51.9, 179.5)  # the Aleutians west of 180°
    make_listing("99546")
    assert zips(find_near(Wish(), beyond, 250, 25).practices) == ["99546"]
    assert zips(near(GUAM, 250).practices) == [GUAM, "96950"]


def test_without_a_limit_the_whole_country_is_in_order_of_distance():
    for code in ("99501", "00901", GUAM, "80202"):
        make_listing(code)
    assert zips(near("96813", None).practices) == ["99501", "80202", GUAM, "00901"]


def test_places_that_are_not_known_are_left_out_of_a_search_by_distance():
    practice = make_practice(make_doctor(), lat=None, lon=None)
    assert practice not in Practice.objects.near(point(NEW_YORK))


def test_equal_distances_come_in_a_fixed_order():
    first, second, third = (make_listing() for _ in range(3))
    assert near(NEW_YORK, 25).practices == [first, second, third]


@pytest.mark.parametrize("code", [NEW_YORK, "99501", "96813", GUAM, "00901"])
def test_a_place_is_near_itself(code):
    practice = make_listing(code)
    found = near(code, 25)
    assert found.practices == [practice]
    assert found.practices[0].miles == pytest.approx(0, abs=1e-6)


# --- The order of what is near ----------------------------------------------------------------------


def test_what_was_checked_within_a_year_comes_before_what_is_nearer():
    stale = last_checked(make_listing(NEWARK), days=400)
    current = make_listing(NEW_YORK)
    assert near(NEWARK).practices == [current, stale]
    assert (current.age, stale.age) == (Age.CURRENT, Age.STALE)


def test_what_was_not_checked_for_two_years_is_found_by_name_only():
    old = last_checked(make_listing(NEWARK, last_name="Forgotten"), days=800)
    current = make_listing(NEW_YORK)
    assert near(NEWARK).practices == [current]
    assert find_by_name(Wish(), STATES["NJ"], 25).practices == []
    assert near(NEWARK, name="forgotten").practices == [old]
    assert find_by_name(Wish(name="forgotten"), None, 25).practices == [old]


@pytest.fixture
def many(monkeypatch):
    """150 practices within 60 miles, and so few that are called few that boxes have to grow."""
    monkeypatch.setattr(search, "MOST_COUNTED", 10)
    scatter(150, point(NEW_YORK))


@pytest.mark.parametrize("miles", [3, 25, 50, 500, None])
@pytest.mark.parametrize("size", [4, 26])
def test_growing_boxes_find_the_same_pages_as_sorting_everything(many, miles, size):
    rows = Practice.objects.in_default_list().near(point(NEW_YORK), miles)
    in_order, place = list(rows.order_by("age", "-nearness", "pk").values_list("pk", flat=True)), {}
    for start in range(0, len(in_order), size):
        found = near(NEW_YORK, miles, size, place)
        assert found.page.pks == in_order[start : start + size]
        assert found.page.has_next == (start + size < len(in_order))
        if start >= size:
            assert near(NEW_YORK, miles, size, {"before": found.page.pks[0]}).page.pks == in_order[start - size : start]
        place = {"after": found.page.pks[-1]}


def test_the_first_page_of_a_dense_place_does_not_look_at_all_of_it(many, monkeypatch):
    reaches, near = [], PracticeQuerySet.near
    around = Nearby(Practice.objects.in_default_list(), point(NEW_YORK), 500)
    monkeypatch.setattr(
        PracticeQuerySet, "near", lambda self, at, miles: reaches.append(miles) or near(self, at, miles)
    )
    assert len(around.take(4)) == 4
    assert reaches[0] == 1
    assert reaches[-1] < 100


def test_what_is_farther_but_was_checked_lately_is_not_missed_by_a_small_box(many):
    Practice.objects.update(age=Age.STALE)
    farthest = Practice.objects.near(point(NEW_YORK)).last()
    Practice.objects.filter(pk=farthest.pk).update(age=Age.CURRENT)
    assert near(NEW_YORK, None, 4).page.pks[0] == farthest.pk


def test_the_nearest_by_distance_alone_are_found_whatever_their_age(many):
    rows = Practice.objects.in_default_list()
    wanted = list(rows.near(point(NEW_YORK)).values_list("pk", flat=True)[:7])
    assert [pk for _, pk in Nearby(rows, point(NEW_YORK), order=BY_DISTANCE).take(7)] == wanted


def test_what_is_within_the_radius_is_counted_only_so_far(many, monkeypatch):
    assert str(near(NEW_YORK, 25).total) == "more than 1,000"
    monkeypatch.setattr(search, "MOST_COUNTED", 1000)
    within = Practice.objects.in_default_list().near(point(NEW_YORK), 25).count()
    assert near(NEW_YORK, 25).total == Total(within)


def test_numbers_are_written_as_people_read_them():
    assert [str(Total(0)), str(Total(1234)), str(Total(1000, is_more=True))] == ["0", "1,234", "more than 1,000"]


# --- Nothing near enough ----------------------------------------------------------------------------


def test_a_search_that_finds_something_does_not_widen():
    make_listing(NEW_YORK)
    found = near(NEWARK, 25)
    assert (zips(found.practices), found.loosened, str(found.total)) == ([NEW_YORK], "", "1")


def test_a_search_that_finds_nothing_shows_the_nearest_three_whatever_the_state():
    for code in ("00901", "80202", "64108", "66102"):
        make_listing(code)
    found = near(CHEYENNE, 25)
    assert (zips(found.practices), found.loosened) == (["80202", "66102", "64108"], "miles")
    assert (found.total, found.page.keys) == (Total(0), [])
    assert [round(practice.miles) for practice in found.practices] == [97, 554, 559]


def test_of_the_nearest_three_what_was_checked_lately_comes_first():
    stale = last_checked(make_listing("80202"), days=400)
    current = make_listing("64108")
    assert near(CHEYENNE, 25).practices == [current, stale]


def test_the_nearest_three_fit_what_was_asked_for():
    make_listing("80202", for_crps=ForCrps.UNCLEAR)
    wanted = make_listing("64108")
    found = near(CHEYENNE, 25, for_crps=True)
    assert (found.practices, found.loosened) == ([wanted], "miles")


def test_where_nothing_anywhere_fits_the_nearest_are_shown_whatever_they_offer():
    nearby = make_listing("80202")
    found = near(CHEYENNE, 25, accepting=True)
    assert (found.practices, found.loosened) == ([nearby], "wishes")


def test_a_name_is_never_let_go():
    make_listing("80202", last_name="Other")
    found = near(CHEYENNE, 25, name="nobody", accepting=True)
    assert (found.practices, found.loosened) == ([], "")


def test_in_an_empty_directory_nothing_is_found():
    assert near(CHEYENNE, 25, accepting=True).practices == []
    assert find_by_name(Wish(), STATES["WY"], 25).practices == []


def test_a_state_where_nothing_fits_shows_the_nearest_to_its_middle():
    make_zip(CHEYENNE)
    make_listing("10001")
    wanted = make_listing("80202")
    found = find_by_name(Wish(for_crps=True), STATES["WY"], 25)
    assert (found.practices[0], found.loosened) == (wanted, "miles")
    assert round(found.practices[0].miles) == 97


# --- By state and by name ---------------------------------------------------------------------------


def test_a_state_is_listed_by_age_then_by_last_name():
    last_checked(make_listing(last_name="Able"), days=400)
    for name in ("Zorn", "Baker"):
        make_listing(last_name=name)
    make_listing("07102", last_name="Elsewhere")
    assert names(find_by_name(Wish(), STATES["NY"], 25)) == ["Baker", "Zorn", "Able"]


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


def test_what_nobody_asked_is_no_yes():
    yes, no, unknown = (make_listing() for _ in range(3))
    Offer.objects.filter(practice=yes).update(accepting_new=True)
    Offer.objects.filter(practice=no).update(accepting_new=False)
    Practice.objects.filter(pk=unknown.pk).update(step_free=True)
    assert find_by_name(Wish(accepting=True), None, 25).practices == [yes]
    assert find_by_name(Wish(step_free=True), None, 25).practices == [unknown]


@pytest.mark.parametrize(
    "typed",
    ["nunez", "NÚÑEZ", "Dr. Núñez", "jose nunez", "Sunrise", "nunez sunrise", "Nunez Denver", "Pepe", "unez obrien"],
)
def test_names_are_found_whatever_way_they_are_typed(typed):
    practice = make_listing(
        "80202", first_name="José", last_name="Núñez O’Brien", other_names="Pepe", clinic_name="Sunrise Pain Center"
    )
    make_listing(last_name="Other")
    assert find_by_name(Wish(name=typed), None, 25).practices == [practice]
    assert near("80202", 25, name=typed).practices == [practice]


def test_a_clinic_that_names_no_doctor_is_found_by_its_name():
    clinic = make_listing(kind="clinic", organization="Harbor Infusion", first_name="", last_name="")
    assert find_by_name(Wish(name="harbor"), None, 25).practices == [clinic]


@pytest.mark.parametrize("typed", ["nunez boston", "%", "_", "x' OR 1=1"])
def test_names_that_do_not_fit_are_not_found(typed):
    make_listing("80202", last_name="Núñez")
    found = Practice.objects.listed().named(typed)
    assert not found.exists() or not typed.strip("%_")


def test_name_place_and_treatment_can_be_combined():
    wanted = make_listing(NEWARK, last_name="Wanted")
    make_listing(NEWARK, last_name="Other")
    make_listing("80202", last_name="Wanted")
    assert near(NEW_YORK, 50, name="wanted", treatment=make_treatment()).practices == [wanted]


def test_many_hits_are_counted_only_so_far(monkeypatch):
    monkeypatch.setattr(search, "MOST_COUNTED", 2)
    for _ in range(3):
        make_listing()
    assert find_by_name(Wish(name="tester"), None, 25).total.is_more
    Doctor.objects.first().hide()
    assert find_by_name(Wish(name="tester"), None, 25).total == Total(2)


def test_who_is_found_by_name_only_is_counted():
    last_checked(make_listing(), days=800)
    last_checked(make_listing(), days=400)
    last_checked(make_listing(NEWARK), days=800)
    assert search.found_by_name_only(STATES["NY"]) == Total(1)


# --- Elsewhere --------------------------------------------------------------------------------------


def test_near_an_empty_state_is_what_is_near_its_middle_and_of_no_other_age_than_a_list_shows():
    make_zip(CHEYENNE)
    last_checked(make_listing("80202", last_name="Forgotten"), days=800)
    wanted = make_listing("80202")
    assert nearest_to(STATES["WY"], Wish().practices) == [wanted]


@pytest.fixture
def stopped():
    """A doctor in Newark who offered ketamine infusions."""
    doctor = make_listing(NEWARK).doctor
    doctor.stop(**STOPPED)
    return doctor


def test_the_alternatives_to_a_doctor_who_stopped_offer_the_same_and_are_near(stopped):
    make_listing(NEWARK, treatment=make_treatment("sympathetic-nerve-block"))
    wanted = [make_listing(code) for code in (NEW_YORK, NEW_YORK, "19103")]
    make_listing("80202")
    assert alternatives_to(stopped) == wanted
    assert round(alternatives_to(stopped)[0].miles) == 9


def test_too_few_who_offer_the_same_are_followed_by_the_nearest_of_any_kind(stopped):
    near, nearer = [make_listing(code, treatment=make_treatment("lidocaine")) for code in ("19103", NEW_YORK)]
    same = make_listing("19103")
    make_listing("80202")
    assert alternatives_to(stopped) == [same, nearer, near]


def test_if_nobody_within_reach_offers_the_same_the_alternatives_are_the_nearest_of_any_kind(stopped):
    block = make_listing(NEW_YORK, treatment=make_treatment("sympathetic-nerve-block"))
    far = make_listing("80202")
    assert alternatives_to(stopped) == [block, far]


def test_without_a_place_there_are_no_nearest_alternatives(stopped):
    stopped.practices.update(lat=None, lon=None, x=None, y=None, z=None)
    make_listing(NEW_YORK)
    assert alternatives_to(stopped) == []


def test_the_nearest_are_as_many_as_asked_for():
    for _ in range(4):
        make_listing()
    assert len(nearest(Practice.objects.in_default_list(), point(GUAM), 2)) == 2


def test_a_wish_knows_whether_it_narrows():
    assert not Wish(name="x").is_narrowed
    assert all(Wish(**each).is_narrowed for each in ({"for_crps": True}, {"step_free": True}, {"accepting": True}))
    assert Wish(treatment=Treatment()).is_narrowed
