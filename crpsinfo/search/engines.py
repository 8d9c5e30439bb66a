"""The questions to PostgreSQL's full text search and to SQLite's FTS5, as (SQL, parameters).

The migration `0007_search` makes what they ask: a column `vector` there, a table `crpsinfo_searchindex` here. Both hold
the stems just as `crpsinfo.search.words` made them. A stem is letters and digits, so it needs no escaping in either
language; it is quoted nevertheless, that none is taken for an operator.
"""

# An entry that stands within another one is found only while that one is.
THERE = "(within IS NULL OR within IN (SELECT object_id FROM crpsinfo_searchentry WHERE kind = %s))"
RANKED = 10_000  # characters of a body


def hits(vendor, terms, kind, *, within="", most, any_term=False):
    """What gives (key, title, the first part of the body) of the objects of a kind in which all `terms` stand (tuples
    of stems; `any_term`: one of them at least): at most so many, of the newest entries. A common word of a million
    comments has too many to look at."""
    return (postgresql if vendor == "postgresql" else sqlite)(terms, kind, within, most, any_term)


def postgresql(terms, kind, within, most, any_term):
    words = dict.fromkeys(word for term in terms for word in term)
    tsquery = (" | " if any_term else " & ").join(f"'{word}'" for word in words)
    # A vector could keep 256 places of a word; the text has all of them, and the vector is there to find it.
    phrases = [f"% {' '.join(term)} %" for term in terms if len(term) > 1 and not any_term]
    sql = f"""
        SELECT object_id, title, substr(body, 1, {RANKED}) FROM crpsinfo_searchentry
        WHERE kind = %s AND vector @@ %s::tsquery AND {THERE} {"AND (title LIKE %s OR body LIKE %s)" * len(phrases)}
        ORDER BY id DESC LIMIT %s"""  # noqa: S608 - nothing typed is in it
    both = [phrase for phrase in phrases for _ in ("title", "body")]
    return sql, [kind, tsquery, within, *both, most]


def sqlite(terms, kind, within, most, any_term):
    phrases = (" OR " if any_term else " AND ").join(f'"{" ".join(term)}"' for term in terms)
    sql = f"""
        SELECT object_id, entry.title, substr(entry.body, 1, {RANKED})
        FROM crpsinfo_searchindex CROSS JOIN crpsinfo_searchentry entry ON entry.id = crpsinfo_searchindex.rowid
        WHERE crpsinfo_searchindex MATCH %s AND {THERE}
        ORDER BY crpsinfo_searchindex.rowid DESC LIMIT %s"""  # noqa: S608 - nothing typed is in it
    return sql, [f'kind : "{kind}" AND {{title body}} : ({phrases})', within, most]


def knows(vendor, word):
    """What gives a row if the stem stands anywhere."""
    if vendor == "postgresql":
        return "SELECT 1 FROM crpsinfo_searchentry WHERE vector @@ %s::tsquery LIMIT 1", [f"'{word}'"]
    sql = "SELECT 1 FROM crpsinfo_searchindex WHERE crpsinfo_searchindex MATCH %s LIMIT 1"
    return sql, [f'{{title body}} : "{word}"']
