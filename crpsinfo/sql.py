"""What each post asks of the database, in SQL that both databases know: the ORM would take far longer to write the same
than they take to answer."""

from datetime import datetime

from django.db import connection


def rows(statement, *values):
    """The rows that a statement gives, as tuples. Its values are text, numbers and times."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(map(adapted, values)))
        return cursor.fetchall()


def adapted(value):
    """As the database stores it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
