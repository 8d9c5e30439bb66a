"""How many threads and public comments an article has: to count them at each reading costs the more the more there are.
Triggers of the database count as comments come and go, whoever writes and however (see `crpsinfo.kept.triggers`)."""

from django.db import models

from articles.models import Article

COMMENTS = "comments_comment"
# In words: one comment more or less, and one thread, unless something else of it is public.
ALONE = """NOT EXISTS (SELECT 1 FROM comments_comment WHERE status = 'public' AND root_id = {root} AND id <> {row}.id)
AND NOT EXISTS (SELECT 1 FROM comments_comment WHERE status = 'public' AND id = {root} AND id <> {row}.id)"""
SHOWN = (
    "INSERT INTO comments_tally (article_id, comments, threads) VALUES (NEW.article_id, 0, 0) ON CONFLICT DO NOTHING;"
)
COUNT = """UPDATE comments_tally SET comments = comments {sign} 1,
threads = threads {sign} CASE WHEN {alone} THEN 1 ELSE 0 END WHERE article_id = {row}.article_id;"""
LOCK = "PERFORM 1 FROM comments_tally WHERE article_id = {row}.article_id FOR UPDATE;"  # who counts, counts alone

SQLITE = "CREATE TRIGGER {name} AFTER {event} ON comments_comment WHEN {when} BEGIN {steps} END"
# Before: then each row of a statement finds those before it changed and those after it not.
# https://www.postgresql.org/docs/current/trigger-datachanges.html
POSTGRESQL = """CREATE TRIGGER {name} BEFORE {event} ON comments_comment FOR EACH ROW WHEN ({when})
EXECUTE FUNCTION comments_tally_{change}()"""
FUNCTION = """CREATE OR REPLACE FUNCTION comments_tally_{change}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {steps} RETURN COALESCE(NEW, OLD); END $$"""
RECOUNT = (
    "DELETE FROM comments_tally",
    """INSERT INTO comments_tally (article_id, comments, threads)
    SELECT article_id, COUNT(*), COUNT(DISTINCT COALESCE(root_id, id)) FROM comments_comment
    WHERE status = 'public' GROUP BY article_id""",
)
WAS, IS = "OLD.status = 'public'", "NEW.status = 'public'"
EVENTS = (  # (what happens, when it counts, what it is)
    ("INSERT", IS, "shown"),
    ("UPDATE", f"{IS} AND NOT ({WAS})", "shown"),
    ("UPDATE", f"{WAS} AND NOT ({IS})", "gone"),
    ("DELETE", WAS, "gone"),
)


class Tally(models.Model):
    """Of one article; none for an article that never had a public comment."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="tally")
    comments = models.PositiveIntegerField()
    threads = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.comments} comments in {self.threads} threads"


def steps(change, vendor):
    """The SQL that counts a comment that is shown from now on, or gone."""
    row, sign = ("NEW", "+") if change == "shown" else ("OLD", "-")
    alone = ALONE.format(root=f"COALESCE({row}.root_id, {row}.id)", row=row)
    lock = LOCK.format(row=row) if vendor == "postgresql" else ""
    return f"{SHOWN if change == 'shown' else ''} {lock} {COUNT.format(sign=sign, alone=alone, row=row)}"


def triggers(vendor):
    """[(table, SQL with a place for the name)]"""
    sql = SQLITE if vendor == "sqlite" else POSTGRESQL
    return [
        (COMMENTS, sql.format(name="{name}", event=event, when=when, change=change, steps=steps(change, vendor)))
        for event, when, change in EVENTS
    ]


def functions():
    """What PostgreSQL's triggers call."""
    return [FUNCTION.format(change=change, steps=steps(change, "postgresql")) for change in ("shown", "gone")]
