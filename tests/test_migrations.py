import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from articles.models import Article
from tests.factories import make_article

OURS = ("comments", "articles", "directory", "crpsinfo")


def migrate(*arguments):
    call_command("migrate", *arguments, stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
def test_migrations_go_back_and_forward():
    for app in OURS:
        migrate(app, "zero")
    tables = connection.introspection.table_names()
    assert not [table for table in tables if table.split("_")[0] in OURS]
    migrate()
    make_article()
    assert Article.objects.count() == 1


def test_every_migration_can_be_undone_and_has_a_name():
    migrations = MigrationLoader(None).disk_migrations
    for (app, name), migration in migrations.items():
        if app in OURS:
            assert all(operation.reversible for operation in migration.operations), (app, name)
            assert "_auto_" not in name
