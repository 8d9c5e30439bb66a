"""The triggers of the database. Those of the pages count up the SiteVersion: on each table that `settings.PAGES_SHOW`
names, for each row that is written and that its condition holds for, before or after. What nobody sees, such as a
comment that waits, changes nothing. Others keep the tallies that `settings.TALLIES` names.

PostgreSQL counts versions at the end of the transaction and once, so that nobody who writes waits for anybody else's
long one. https://www.postgresql.org/docs/current/sql-createtrigger.html https://www.sqlite.org/lang_createtrigger.html
"""

from hashlib import sha256
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import transaction

PREFIX = "pages_"
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}

SQLITE = """
CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {condition}
BEGIN UPDATE crpsinfo_siteversion SET number = number + 1, texts = texts + {texts}; END
"""
POSTGRESQL = """
CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION crpsinfo_siteversion_count({texts}, '{definition}')
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION crpsinfo_siteversion_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('crpsinfo.counted_' || TG_ARGV[0], true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    UPDATE crpsinfo_siteversion SET number = number + 1, texts = texts + TG_ARGV[0]::int;
    PERFORM set_config('crpsinfo.counted_' || TG_ARGV[0], pg_current_xact_id()::text, true);
  END IF;
  RETURN NULL;
END $$
"""
THERE = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)",
}
known = set()  # (database, its schema) that were seen to have them all, by this process


def tables():
    """All tables that triggers are on, or write to."""
    return {apps.get_model(label)._meta.db_table for label in settings.PAGES_SHOW} | {each.TALLY for each in tallies()}


def tallies():
    return [import_module(name) for name in settings.TALLIES]


def wanted(vendor):
    """{(name, table): SQL}. A name tells its definition: another definition has another name."""
    of_tallies = [each for tally in tallies() for each in tally.triggers(vendor)]
    made = {}
    for table, sql in [*of_pages(vendor), *of_tallies]:
        name = f"{PREFIX}{fingerprint(sql)}"
        made[name, table] = sql.format(name=name)
    return made


def fingerprint(sql):
    """The same for the same SQL. A trigger has that of the function that it calls, too: another function, another
    trigger."""
    return sha256(sql.encode()).hexdigest()[:12]


def of_pages(vendor):
    """(table, SQL with a place for the name) of each trigger that counts versions."""
    for label, condition in settings.PAGES_SHOW.items():
        table, texts = apps.get_model(label)._meta.db_table, int(label not in settings.PAGES_TALK)
        for event, rows in EVENTS.items():
            shown = " OR ".join(f"({condition.format(row=row)})" for row in rows)
            facts = {"event": event.upper(), "table": table, "condition": shown, "texts": texts}
            facts["definition"] = fingerprint(POSTGRESQL_FUNCTION)
            yield table, (SQLITE if vendor == "sqlite" else POSTGRESQL).format(name="{name}", **facts)


def there(connection):
    """{(name, table)} of ours in this database."""
    with connection.cursor() as cursor:
        cursor.execute(THERE[connection.vendor])
        return {(name, table) for name, table in cursor.fetchall() if name.startswith(PREFIX)}


def are_there(connection, schema):
    """Whether all of them are. Asks the database until it was so once with this schema."""
    place = (connection.settings_dict["NAME"], schema)
    if place not in known and wanted(connection.vendor).keys() <= there(connection):
        known.add(place)
    return place in known


def put(connection):
    """Make those that are missing, and drop those of former definitions. What was written while one was missing makes
    pages old and is counted, too. To be called once all tables are there."""
    old, new = there(connection), wanted(connection.vendor)
    if old == new.keys():
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        drop_some(connection, old - new.keys())
        for sql in functions(connection.vendor):
            cursor.execute(sql)
        for key in new.keys() - old:
            cursor.execute(new[key])
        for sql in after():
            cursor.execute(sql)


def functions(vendor):
    """The SQL of what the triggers call."""
    if vendor != "postgresql":
        return []
    return [POSTGRESQL_FUNCTION, *(sql for tally in tallies() for sql in tally.functions())]


def after():
    """The SQL that makes up for what was missed."""
    yield from (sql for tally in tallies() for sql in tally.RECOUNT)
    yield "UPDATE crpsinfo_siteversion SET number = number + 1, texts = texts + 1"


def drop(connection):
    """Drop all, for as long as they are in the way. Without the version, too, nobody keeps or shows a kept page until
    they are back."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        drop_some(connection, there(connection))
        cursor.execute("DELETE FROM crpsinfo_siteversion")


def drop_some(connection, keys):
    on_table = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, table in keys:
            cursor.execute(f"DROP TRIGGER {name}{f' ON {table}' if on_table else ''}")
