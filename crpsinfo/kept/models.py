from datetime import date
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, Error, connections, models
from django.utils import timezone

from crpsinfo.kept import triggers

# Each request asks this: the ORM would take most of the time. SQLite makes tables anew, without their triggers, where
# PostgreSQL alters them: there the schema's own version is asked, too.
NUMBERS = "SELECT number, texts, {schema} FROM crpsinfo_siteversion WHERE id = 1"
SCHEMA = {"sqlite": "(SELECT schema_version FROM pragma_schema_version)", "postgresql": "0"}


class Version(NamedTuple):
    """What pages of the same value may show."""

    number: int
    texts: int
    schema: int
    day: date  # which pages speak of, too

    @property
    def of_texts(self):
        """The same of what is around the comments."""
        return self[1:]


class SiteVersion(models.Model):
    """One row. `number` is one more after each transaction that changed what pages show, `texts` after each that
    changed anything but what `settings.PAGES_TALK` names; triggers see to that. They begin with the time, so that none
    comes twice."""

    number = models.PositiveBigIntegerField()
    texts = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_version_once")]

    def __str__(self):
        return str(self.number)

    @classmethod
    def current(cls):
        """The Version now. None where that cannot be told: without the database, within a transaction, whose changes
        are not counted yet, and while triggers are missing."""
        database = connections[DEFAULT_DB_ALIAS]
        if database.in_atomic_block:
            return None
        try:
            with database.cursor() as cursor:
                cursor.execute(NUMBERS.format(schema=SCHEMA[database.vendor]))
                row = cursor.fetchone()
            if row is None or not triggers.are_there(database, schema=row[2]):
                return None
        except Error:
            return None
        return Version(*row, timezone.now().date())

    @classmethod
    def begin(cls, using):
        """Make the row if there is none, and the triggers that count: once all tables are there, as they are now."""
        if cls.is_as_here(connections[using]):
            now = int(timezone.now().timestamp())
            cls.objects.using(using).get_or_create(pk=1, defaults={"number": now, "texts": now})
            triggers.put(connections[using])

    @classmethod
    def is_as_here(cls, database):
        """Whether the database has all tables, and this one all columns: not while it is migrated back."""
        there, table = database.introspection, cls._meta.db_table
        if not triggers.tables() | {table} <= set(there.table_names()):
            return False
        with database.cursor() as cursor:
            columns = {column.name for column in there.get_table_description(cursor, table)}
        return {field.column for field in cls._meta.fields} <= columns
