from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models
from django.utils import timezone

from crpsinfo.kept import triggers


class SiteVersion(models.Model):
    """One row. `number` is one more after each transaction that changed what pages show; triggers see to that."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_version_once")]

    def __str__(self):
        return str(self.number)

    @classmethod
    def current(cls):
        """What pages of the same value may show: the number and the day, which pages speak of, too. None where that
        cannot be told: without the database, within a transaction, whose changes are not counted yet, and while
        triggers are missing."""
        database = connections[DEFAULT_DB_ALIAS]
        if database.in_atomic_block:
            return None
        try:
            if not triggers.are_there(database):
                return None
            with database.cursor() as cursor:  # each request asks this: the ORM would take most of the time
                cursor.execute(f"SELECT number FROM {cls._meta.db_table} WHERE id = 1")  # noqa: S608
                row = cursor.fetchone()
        except DatabaseError:
            return None
        return row and (row[0], timezone.now().date())
