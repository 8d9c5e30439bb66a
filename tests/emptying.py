"""Empties the database after a test with real transactions, quicker than Django does it.

Django's own way truncates every table, for which PostgreSQL makes as many new files, and then makes all permissions
anew: it took more time than most of these tests. What no test changes stays here, the roles included."""

from functools import cache

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

from crpsinfo.models import SiteVersion

KEPT = (ContentType, Permission, Group, Group.permissions.through, SiteVersion)


def install():
    TransactionTestCase._fixture_teardown = lambda test_case: empty()


def empty():
    connection.ops.execute_sql_flush([f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables()])


@cache
def tables():
    """Their order does not matter: a foreign key is looked at when all of them are empty."""
    kept = {model._meta.db_table for model in KEPT}
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - kept)
