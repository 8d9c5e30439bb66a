"""Pages of a list, by the row that was seen last."""

import pytest

from directory.keyset import Keyset, Page, page_of, row_number
from directory.models import ZipCode

pytestmark = pytest.mark.django_db
ORDERS = [("state", "city", "pk"), ("state", "-lat", "pk"), ("-lat", "-pk"), ("pk",)]


@pytest.fixture
def rows():
    """23 rows, of which many share a state, a city or a latitude."""
    ZipCode.objects.bulk_create(
        ZipCode(
            zip=f"{10 * number:05}", state=("NY", "NJ")[number % 2], city=f"City {number % 3}", lat=number % 4, lon=0
        )
        for number in range(23)
    )
    return ZipCode.objects.all()


def all_pages(page, size):
    """All pages from the first on, as lists of primary keys, and those on the way back from the last."""
    there = [page(size)]
    while there[-1].has_next:
        there.append(page(size, after=there[-1].after))
    back = [there[-1]]
    while back[-1].has_previous:
        back.append(page(size, before=back[-1].before))
    return [page.pks for page in there], [page.pks for page in back]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 4, 22, 23, 30])
def test_the_pages_hold_each_row_once_and_in_order_there_and_back(rows, order, size):
    there, back = all_pages(Keyset(rows, *order).page, size)
    in_order = list(rows.order_by(*order).values_list("pk", flat=True))
    assert sum(there, []) == in_order
    assert all(len(page) == size for page in there[:-1])
    assert back[1:] == there[-2::-1]


@pytest.mark.parametrize("size", [1, 4, 22, 23, 30])
def test_pages_of_a_list_that_is_there_already_are_the_same(rows, size):
    keys = list(rows.order_by("pk").values_list("state", "pk"))
    assert all_pages(lambda *given, **place: page_of(keys, *given, **place), size) == all_pages(
        Keyset(rows, "pk").page, size
    )


def test_a_page_says_where_the_next_and_the_previous_one_begin(rows):
    first = Keyset(rows, "pk").page(10)
    assert (first.before, first.after) == (None, "00090")
    second = Keyset(rows, "pk").page(10, after="00090")
    assert (second.before, second.after) == ("00100", "00190")
    last = Keyset(rows, "pk").page(10, after="00190")
    assert (last.before, last.after) == ("00200", None)


@pytest.mark.parametrize("place", [{"after": "99999"}, {"before": "99999"}, {"after": "00220"}, {"before": "00000"}])
def test_a_place_that_is_not_in_the_list_any_more_leads_to_the_first_page(rows, place):
    keyset = Keyset(rows, "pk")
    assert keyset.page(10, **place) == keyset.page(10)
    keys = [(pk,) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    assert page_of(keys, 10, **place) == page_of(keys, 10)


def test_a_row_that_the_list_does_not_hold_is_no_place_in_it(rows):
    in_new_york = Keyset(rows.filter(state="NY"), "pk")
    assert in_new_york.page(3, after="00010") == in_new_york.page(3)


def test_less_than_a_page_before_a_row_is_the_first_page(rows):
    keyset = Keyset(rows, "pk")
    assert keyset.page(10, before="00070") == keyset.page(10)


def test_rows_that_came_meanwhile_are_on_the_page_where_they_belong(rows):
    keyset = Keyset(rows, "pk")
    first = keyset.page(10)
    ZipCode.objects.create(zip="00095", state="NY", city="", lat=0, lon=0)
    assert keyset.page(10, after=first.after).pks[0] == "00095"


def test_an_empty_list_has_one_empty_page():
    assert Keyset(ZipCode.objects.none(), "pk").page(10) == page_of([], 10) == Page([])


def test_no_page_is_read_by_skipping_or_counting_and_none_takes_more_than_a_few_queries(
    rows, django_assert_max_num_queries
):
    keyset = Keyset(rows, "state", "city", "pk")
    with django_assert_max_num_queries(4) as asked:
        keyset.page(3, after="00080")
    assert not [query["sql"] for query in asked if "OFFSET" in query["sql"] or "COUNT" in query["sql"]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("", None), (None, None), ("-1", None), ("1.5", None), ("x", None), ("٣", None), ("9" * 19, None)],
)
def test_a_row_is_named_by_a_whole_number(text, number):
    assert row_number(text) == number
