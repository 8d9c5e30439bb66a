"""Which hit comes first. Worked out here and not by the databases, so that both show the same order; and since theirs
look at every place where a word stands, in a million comments, to rank the few that are shown."""

K1, B = 1.2, 0.75  # of BM25: how soon more of the same counts no more; how much length counts
TITLE = 10  # how many times as much as in the text


def best_first(terms, rows):
    """The keys of the rows [(key, title, body)], best first, then the newest, which have the highest keys.

    BM25 (Robertson and Zaragoza, 2009) without its measure of how rare a word is: mostly each row has all of them."""
    needles = [f" {' '.join(term)} " for term in terms]
    average = sum(len(body) for _, _, body in rows) / max(len(rows), 1) or 1
    ranked = [(score(needles, title, body, average), key) for key, title, body in rows]
    return [key for _, key in sorted(ranked, reverse=True)]


def score(needles, title, body, average):
    damping = K1 * (1 - B + B * len(body) / average)
    counts = [(needle in title, body.count(needle)) for needle in needles]
    return sum(TITLE * in_title + count / (count + damping) for in_title, count in counts)
