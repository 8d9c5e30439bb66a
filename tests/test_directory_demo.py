"""The examples show everything that a listing can be."""

import pytest

from directory import demo
from directory.freshness import Age
from directory.models import CheckOf, Doctor, Kind, Practice, Status
from tests.directory_factories import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def examples():
    demo.load()
    return Doctor.objects.filter(is_example=True)


@pytest.mark.one_database
def test_examples_are_of_each_kind_and_of_each_status_that_has_a_page(examples):
    assert set(examples.values_list("kind", flat=True)) == set(Kind.values)
    assert set(examples.values_list("status", flat=True)) == {Status.LISTED, Status.STOPPED, Status.DISPUTED}


@pytest.mark.one_database
def test_examples_are_of_every_age(examples):
    assert set(Practice.objects.values_list("age", flat=True)) == set(Age.values)


@pytest.mark.one_database
def test_some_examples_hold_what_a_reader_told_and_what_came_of_a_call(examples):
    assert [practice for practice in Practice.objects.all() if practice.told_on("step_free")]
    assert [practice for practice in Practice.objects.all() if any(offer.told for offer in practice.offers.all())]
    assert {result for doctor in examples for result in [doctor.latest_checks().get(CheckOf.PHONE)]} > {None}


def test_examples_that_are_there_are_known_again_a_clinic_too(examples):
    assert demo.load() == (0, 40)
    examples.filter(kind=Kind.CLINIC).first().delete()
    assert demo.load() == (1, 39)


def test_when_the_examples_are_removed_the_states_are_counted_anew(examples):
    make_listing("10001")
    assert sum(Practice.objects.counts().values()) > 30
    demo.remove()
    assert Practice.objects.counts() == {"NY": 1}
