import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from articles.models import Article
from directory.models import NotListed, Practice
from directory.models.not_listed import hashed
from tests.directory_factories import make_listing
from tests.factories import make_article, make_user

OURS = ("comments", "articles", "directory", "crpsinfo")


def migrate(*arguments):
    call_command("migrate", *arguments, stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
def test_migrations_go_back_and_forward():
    MigrationExecutor(connection).migrate([(app, None) for app in OURS])
    tables = connection.introspection.table_names()
    assert not [table for table in tables if table.split("_")[0] in OURS]
    migrate()
    make_article()
    assert Article.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_derived_is_filled_anew_after_going_back_with_listings():
    make_listing("10001")
    make_listing("80202", kind="clinic", organization="Harbor Infusion", first_name="", last_name="")
    Practice.objects.update(sort_name="")
    migrate("directory", "0004")
    migrate()
    assert Practice.objects.counts() == {"NY": 1, "CO": 1}
    assert set(Practice.objects.values_list("sort_name", flat=True)) == {"tester alma", "harbor infusion"}


@pytest.mark.django_db(transaction=True)
def test_who_asked_not_to_be_listed_is_known_by_each_form_of_the_name():
    doctor = make_listing(middle_name="Beth", suffix="Jr.").doctor
    doctor.remove_on_request(by=make_user())
    forms = set(NotListed.objects.values_list("name_hash", "on", "by"))
    migrate("directory", "0008")
    NotListed.objects.exclude(name_hash=hashed("alma beth tester jr", "NY")).delete()
    NotListed.objects.create(doctor=None, npi_hash="", name_hash="of somebody whose row is gone")
    migrate()
    assert set(NotListed.objects.filter(doctor=doctor).values_list("name_hash", "on", "by")) == forms
    assert (len(forms), NotListed.objects.count()) == (6, 7)


@pytest.mark.django_db(transaction=True)
def test_who_was_removed_stays_out_of_sight_on_the_way_back():
    doctor = make_listing().doctor
    doctor.remove_on_request(by=make_user())
    migrate("directory", "0003")
    migrate()
    doctor.refresh_from_db()
    assert doctor.status == "hidden"


def test_every_migration_can_be_undone_and_has_a_name():
    migrations = MigrationLoader(None).disk_migrations
    for (app, name), migration in migrations.items():
        if app in OURS:
            assert all(operation.reversible for operation in migration.operations), (app, name)
            assert "_auto_" not in name
