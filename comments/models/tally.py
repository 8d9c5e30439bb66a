"""How many threads and public comments an article has: to count them at each reading costs the more the more there are.
Triggers of the database count as comments come and go, whoever writes and however (see `crpsinfo.kept.triggers`).

SQLite counts row by row, PostgreSQL statement by statement: there each row would leave a former version of the tally
behind, and many rows would take the square of the time.
https://www.postgresql.org/docs/current/plpgsql-trigger.html#PLPGSQL-TRIGGER-AUDIT-TRANSITION-EXAMPLE
"""

from django.db import models

from articles.models import Article
from crpsinfo.kept.triggers import fingerprint

COMMENTS, TALLY = "comments_comment", "comments_tally"

RECOUNT = (
    "DELETE FROM comments_tally",
    """INSERT INTO comments_tally (article_id, comments, threads)
    SELECT article_id, COUNT(*), COUNT(DISTINCT COALESCE(root_id, id)) FROM comments_comment
    WHERE status = 'public' GROUP BY article_id""",
)

# --- SQLite: one comment more or less, and one thread, unless something else of it is public --------------

IS, WAS = "NEW.status = 'public'", "OLD.status = 'public'"
MOVED = "(OLD.article_id <> NEW.article_id OR COALESCE(OLD.root_id, OLD.id) <> COALESCE(NEW.root_id, NEW.id))"
EVENTS = (  # (what happens, when it counts, the row that it counts, which way)
    ("INSERT", IS, "NEW", "+"),
    ("UPDATE", f"{IS} AND (NOT {WAS} OR {MOVED})", "NEW", "+"),
    ("UPDATE", f"{WAS} AND (NOT {IS} OR {MOVED})", "OLD", "-"),
    ("DELETE", WAS, "OLD", "-"),
)
SQLITE = """CREATE TRIGGER {name} AFTER {event} ON comments_comment WHEN {when} BEGIN
INSERT INTO comments_tally (article_id, comments, threads) SELECT {row}.article_id, 0, 0 WHERE '{sign}' = '+'
ON CONFLICT DO NOTHING;
UPDATE comments_tally SET comments = comments {sign} 1, threads = threads {sign} (
  NOT EXISTS (SELECT 1 FROM comments_comment WHERE status = 'public' AND root_id = {thread} AND id <> {row}.id)
  AND NOT EXISTS (
    SELECT 1 FROM comments_comment WHERE status = 'public' AND id = {thread} AND root_id IS NULL AND id <> {row}.id)
) WHERE article_id = {row}.article_id; END"""

# --- PostgreSQL: what a statement changed, and whether each thread of that was and is shown ---------------

TABLES = {"INSERT": ("new",), "UPDATE": ("old", "new"), "DELETE": ("old",)}
PUBLIC = "SELECT id, article_id, COALESCE(root_id, id) AS thread FROM {table} WHERE status = 'public'"
POSTGRESQL = """CREATE TRIGGER {name} AFTER {event} ON comments_comment REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION comments_tally_{event}('{definition}')"""
# By its key: to who knows nothing of the table yet, the index of the status looks as good.
OPENING = "SELECT article_id FROM comments_comment WHERE id = thread AND root_id IS NULL AND status || '' = 'public'"
FUNCTION = """CREATE OR REPLACE FUNCTION comments_tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NOT EXISTS ({come} UNION ALL {gone}) THEN RETURN NULL; END IF;
INSERT INTO comments_tally (article_id, comments, threads)
SELECT DISTINCT article_id, 0, 0 FROM ({come}) AS come ORDER BY 1 ON CONFLICT DO NOTHING;
PERFORM 1 FROM comments_tally WHERE article_id IN (SELECT article_id FROM ({come} UNION ALL {gone}) AS changed)
ORDER BY article_id FOR UPDATE; -- who counts, counts alone, and sees in the next statement what others counted
WITH come AS ({come}), gone AS ({gone}),
threads AS (SELECT thread FROM come UNION SELECT thread FROM gone),
seen AS ( -- each comment of these threads that is public now, and each that came or went
  SELECT article_id, thread, 1 AS now, 0 AS came FROM threads CROSS JOIN LATERAL (
    SELECT article_id FROM comments_comment WHERE root_id = thread AND status = 'public' OFFSET 0) AS replies
  UNION ALL SELECT article_id, thread, 1, 0 FROM threads CROSS JOIN LATERAL (
    {opening} OFFSET 0) AS roots
  UNION ALL SELECT article_id, thread, 0, 1 FROM come
  UNION ALL SELECT article_id, thread, 0, -1 FROM gone
),
told AS (
  SELECT article_id, SUM(came) AS came, (SUM(now) > 0)::int - (SUM(now - came) > 0)::int AS shown
  FROM seen GROUP BY article_id, thread
),
changed AS (SELECT article_id, SUM(came) AS comments, SUM(shown) AS threads FROM told GROUP BY article_id)
UPDATE comments_tally AS tally SET comments = tally.comments + changed.comments,
threads = tally.threads + changed.threads FROM changed WHERE changed.article_id = tally.article_id;
RETURN NULL; END $$"""


class Tally(models.Model):
    """Of one article; none for an article that never had a public comment."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="tally")
    comments = models.IntegerField()
    threads = models.IntegerField()

    def __str__(self):
        return f"{self.comments} comments in {self.threads} threads"


def triggers(vendor):
    """[(table, SQL with a place for the name)]"""
    return [(COMMENTS, sql) for sql in (of_rows() if vendor == "sqlite" else of_statements())]


def of_rows():
    for event, when, row, sign in EVENTS:
        thread = f"COALESCE({row}.root_id, {row}.id)"
        yield SQLITE.format(name="{name}", event=event, when=when, row=row, sign=sign, thread=thread)


def of_statements():
    for event, tables in TABLES.items():
        names = " ".join(f"{table.upper()} TABLE AS {table}_rows" for table in tables)
        yield POSTGRESQL.format(name="{name}", event=event, tables=names, definition=fingerprint(FUNCTION + OPENING))


def functions():
    """What PostgreSQL's triggers call."""
    return [FUNCTION.format(event=event, opening=OPENING, **changes(tables)) for event, tables in TABLES.items()]


def changes(tables):
    """The SQL of the rows that are public from now on, and of those that are not any more."""
    nothing = PUBLIC.format(table=f"{COMMENTS} AS nothing") + " AND false"
    new, old = (PUBLIC.format(table=f"{table}_rows") if table in tables else nothing for table in ("new", "old"))
    if len(tables) == 1:
        return {"come": new, "gone": old}
    return {"come": f"({new} EXCEPT {old})", "gone": f"({old} EXCEPT {new})"}
