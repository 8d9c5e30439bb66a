"""How readers are told apart and counted: exactly, at one moment and in both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crpsinfo.client import reader_key
from crpsinfo.limits import TooMany, count, hits
from crpsinfo.models import Counter, ReaderSecret

pytestmark = pytest.mark.django_db

WEEK = 7 * 24 * 60 * 60


# --- Windows ----------------------------------------------------------------------------------------------


def counted(key):
    """{seconds of the window: how often}"""
    rows = Counter.objects.filter(key__startswith=f"{key}:").values_list("key", "n")
    return {int(name.split(":")[-2]): n for name, n in rows}


WINDOWS = [(2, WEEK), (3, 10 * WEEK), (9, 100 * WEEK)]  # so long that none ends within a test


def test_what_one_limit_refuses_counts_in_none_of_those_after_it():
    for _ in range(2):
        count("a", WINDOWS)
    for refused in range(3):
        with pytest.raises(TooMany) as too_many:
            count("a", WINDOWS)
        assert counted("a") == {WEEK: 3 + refused, 10 * WEEK: 2, 100 * WEEK: 2}
        assert 0 < too_many.value.retry_after <= WEEK


def test_the_first_limit_that_is_reached_says_how_long_to_wait():
    for _ in range(3):
        count("a", WINDOWS[1:])
    with pytest.raises(TooMany) as too_many:
        count("a", [(9, WEEK), *WINDOWS[1:]])
    assert (counted("a"), too_many.value.retry_after > WEEK) == ({WEEK: 1, 10 * WEEK: 4, 100 * WEEK: 3}, True)


def test_no_limits_count_nothing():
    count("a", [])
    assert not Counter.objects.exists()


def test_all_windows_are_counted_in_one_statement_in_the_order_of_their_keys():
    with CaptureQueriesContext(connection) as asked:
        assert hits({"b": 4_000_000_000, "a": 4_000_000_000}) == {"a": 1, "b": 1}
    (query,) = asked.captured_queries
    assert query["sql"].index("'a'") < query["sql"].index("'b'")


@pytest.mark.django_db(transaction=True)
def test_who_counts_the_same_at_one_moment_waits_for_nobody_for_ever():
    orders = [["a", "b", "c"], ["c", "b", "a"]] * 2

    def count_many(keys):
        try:
            for _ in range(25):
                hits(dict.fromkeys(keys, 4_000_000_000))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(orders)) as many:
        list(many.map(count_many, orders))
    assert set(Counter.objects.values_list("n", flat=True)) == {100}


# --- The secret of the keys -------------------------------------------------------------------------------


def key(rf, address):
    return reader_key(rf.get("/", REMOTE_ADDR=address))


def test_a_secret_whose_time_is_over_is_deleted_with_the_next_post_though_another_is_in_use(rf):
    before = key(rf, "192.0.2.1")
    ReaderSecret.objects.create(secret=b"old", created_at=timezone.now() - timedelta(days=31))
    assert key(rf, "192.0.2.1") == before
    assert ReaderSecret.objects.count() == 1


def test_a_key_takes_one_query_while_its_secret_is_good(rf, django_assert_num_queries):
    before = key(rf, "192.0.2.1")
    with django_assert_num_queries(1):
        assert key(rf, "192.0.2.1") == before
