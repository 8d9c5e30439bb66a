"""How the database answers what a page asks: whether it reads a large table whole, or sorts one for its first rows."""

import re
from contextlib import contextmanager
from functools import cache

from django.db import connection, transaction

LARGE = {
    *("articles_article", "articles_oldaddress", "comments_comment", "comments_commentevent", "comments_report"),
    *("comments_notification", "crpsinfo_counter", "crpsinfo_searchentry", "crpsinfo_searchword"),
    *("directory_doctor", "directory_offer", "directory_practice", "directory_report"),
}
# Indexes with a condition that holds for most rows.
OF_MOST = {
    *("comment_same_text", "comment_threads", "doctor_changed", "practice_around", "practice_changed"),
    *("practice_name", "practice_place"),
}
SCAN = re.compile(r"SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?")
ALIAS = re.compile(r'"?(\w+)"?(?: AS)? "?((?!WHERE|ON|ORDER|LEFT|INNER|CROSS|SET|LIMIT|GROUP)[A-Za-z]\w*)"?')
STREAMING = {"Hash Join", "Limit", "LockRows", "Memoize", "Merge Join", "Nested Loop", "Result", "Unique"}
WHOLE = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")  # what is quicker where all rows are read
FEW = 100  # rows that are sorted in no time
MOST_PASSED_BY = 4  # of so many rows one has to be wanted


@contextmanager
def asked():
    """Within it, a list of (SQL, parameters) of what is asked about large tables."""
    queries = []

    def remember(execute, sql, parameters, many, context):
        if not many and re.match(r"\(?(SELECT|UPDATE|DELETE|WITH)", sql.strip()) and tables_in(sql):
            queries.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(remember):
        yield queries


@contextmanager
def filled(fill):
    """While it runs, the database holds what `fill()` puts there, and PostgreSQL knows how much that is."""
    with transaction.atomic():
        fill()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


def tables_in(sql):
    return LARGE & set(re.findall(r"\w+", sql))


def assert_planned(ask, *, may_sort=(), may_scan=(), by=()):
    """What `ask()` asks reads no large table whole, and sorts none for its first rows. `may_…`: parts of the SQL of
    queries that do so for a good reason. `by`: the names of indexes that are used."""
    with asked() as queries:
        ask()
    assert queries, "It asked nothing about a large table."
    asked_once = dict(queries)
    complaints = [
        f"{why}:\n{sql}\n{plan}"
        for sql, parameters in asked_once.items()
        for why, plan in faults(sql, parameters)
        if not any(part in sql for part in (may_sort if why.startswith("Sorts") else may_scan))
    ]
    assert not complaints, "\n\n".join(complaints)
    plans = "\n\n".join(plan_of(sql, parameters) for sql, parameters in asked_once.items()) if by else ""
    assert not [index for index in by if index not in plans], plans


def plan_of(sql, parameters):
    if connection.vendor == "postgresql":
        return explained(sql, parameters, *WHOLE, "enable_sort", "enable_bitmapscan")[1]
    return "\n".join(words for *_, words in steps_of(sql, parameters))


def steps_of(sql, parameters):
    """SQLite's plan: (number, number of the step above, nothing, words) of each step."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        return cursor.fetchall()


def first_rows(sql):
    """Whether it asks for the first rows of an order."""
    return bool(re.search(r"ORDER BY (?:(?!ORDER BY).)* LIMIT (%s|\d+)( OFFSET (%s|\d+))?$", sql.strip(), re.DOTALL))


def faults(sql, parameters):
    """(what is wrong, the plan) of a query."""
    return (postgresql if connection.vendor == "postgresql" else sqlite)(sql, parameters)


# --- SQLite -------------------------------------------------------------------------------------------------


def sqlite(sql, parameters):
    steps = steps_of(sql, parameters)
    lines = [words for *_, words in steps]
    plan = "\n".join(lines)
    sorts = first_rows(sql) and any(
        above == 0 and words == "USE TEMP B-TREE FOR ORDER BY" for _, above, _, words in steps
    )
    for line in lines:
        if scanned(line, names_in(sql), walks_in_order=first_rows(sql) and not sorts):
            yield f"Reads whole ({line})", plan
    if sorts:
        yield "Sorts", plan


def names_in(sql):
    """The names under which the query knows large tables."""
    return LARGE | {alias for table, alias in ALIAS.findall(sql) if table in LARGE}


def scanned(line, names, *, walks_in_order):
    """Whether a line of a plan reads one of these tables whole. A walk along an index stops at the LIMIT; an index with
    a condition holds but what is asked for."""
    if "AUTOMATIC" in line:
        return True
    found = SCAN.match(line)
    if not found or found[1] not in names:
        return False
    return not found[2] or not (found[2] in with_condition() or walks_in_order)


# --- PostgreSQL ---------------------------------------------------------------------------------------------


def postgresql(sql, parameters):
    """With so few rows, to read them all is often the quickest way: whether there is another is asked."""
    tree, plan = explained(sql, parameters, *WHOLE)
    for node in read_whole(tree):
        yield f"Reads whole ({node['Node Type']} {node.get('Index Name', '')})", plan
    if first_rows(sql):
        tree, plan = explained(sql, parameters, *WHOLE, "enable_sort", "enable_bitmapscan")
        if any(sorts_much(node) or seeks_few(node) for node in outer_nodes(tree)):
            yield "Sorts", plan


def explained(sql, parameters, *without):
    """(the plan as a tree, as text) where the database is to do without some ways, if it can."""
    with transaction.atomic(), connection.cursor() as cursor:
        for setting in without:
            cursor.execute(f"SET LOCAL {setting} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        [[[answer]]] = cursor.fetchall()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(line for [line] in cursor.fetchall())
        transaction.set_rollback(True)
    return answer["Plan"], plan


def read_whole(node, *, table=None, stops=False):
    """The nodes of a plan that read a large table whole. `stops`: what reads this node ends when it has enough rows."""
    kind, table = node["Node Type"], node.get("Relation Name", table)
    if is_filled(table) and (kind == "Seq Scan" or (is_along_index(node) and not stops)):
        yield node
    for inner in node.get("Plans", []):
        related = inner["Parent Relationship"]
        if related != "SubPlan":  # of so few rows it makes a table first; SQLite shows whether there is an index
            is_first = related in ("InitPlan", "Subquery") or (related == "Outer" and kind in STREAMING)
            ends = kind == "Limit" or (stops and is_first)
            yield from read_whole(inner, table=table, stops=ends)


def is_along_index(node):
    """Whether it reads all of an index that holds all rows."""
    return "Index Name" in node and "Index Cond" not in node and node["Index Name"] not in with_condition()


def outer_nodes(node):
    """The node and those below it, but for what is looked up on the way."""
    yield node
    for inner in node.get("Plans", []):
        if inner["Parent Relationship"] == "Outer":
            yield from outer_nodes(inner)


def sorts_much(node):
    return node["Node Type"] == "Sort" and reads_large(node) and node["Plans"][0]["Plan Rows"] > FEW


def seeks_few(node):
    """Whether it walks along an index of all rows for the sake of the order, and passes by most of them."""
    table = node.get("Relation Name")
    few_of_all = is_filled(table) and FEW < node["Plan Rows"] < rows_of(table) / MOST_PASSED_BY
    return few_of_all and is_along_index(node)


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return cursor.fetchone()[0]


def is_filled(table):
    """Whether it is a large table, and not all but empty in this test: of that anything is as good as an index."""
    return table in LARGE and rows_of(table) > FEW


def reads_large(node):
    return is_filled(node.get("Relation Name")) or any(map(reads_large, node.get("Plans", [])))


# --- Both ---------------------------------------------------------------------------------------------------

CONDITIONS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%% WHERE %%'",
    "postgresql": "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL",
}


@cache
def with_condition():
    """The names of the indexes that hold but few of their table's rows."""
    with connection.cursor() as cursor:
        cursor.execute(CONDITIONS[connection.vendor], [])
        return {name for (name,) in cursor.fetchall()} - OF_MOST
