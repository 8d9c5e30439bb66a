"""What is asked so often that the ORM would take far longer to write the question than the database to answer it: SQL
that both databases know, or that the ORM writes once."""

from datetime import UTC, datetime

from django.db import connection


class Prepared:
    """The SQL of a queryset of tuples, written once in a process. `made_of` makes the queryset of `count` integers, in
    whose places other values can stand later. Times are as the database has them: see `moment`."""

    def __init__(self, made_of, count):
        places = range(-count, 0)  # no such number stands in the query otherwise
        self.sql, parameters = made_of(*places).query.sql_with_params()
        self.parameters = [(value, value in places) for value in parameters]

    def rows(self, *values):
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values[value] if is_place else value for value, is_place in self.parameters])
            return cursor.fetchall()


def rows(statement, *values):
    """The rows that a statement gives, as tuples. Its values are text, numbers and times."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(map(adapted, values)))
        return cursor.fetchall()


def adapted(value):
    """As the database stores it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def moment(value):
    """A time that a database gave, or None: SQLite's has no time zone. All are in UTC."""
    return value and value.replace(tzinfo=UTC)
