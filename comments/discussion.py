"""Which comments a page of an article shows, and on which page one stands."""

from comments.threads import in_order
from crpsinfo.paging import one_page

THREADS_ON_A_PAGE = 50


def discussion(article, number=None):
    """One page of an article's threads: {"page": Page, "entries": [Entry], "comment_count": int}, in a number of
    queries that does not depend on how many there are. Raises Http404 for a page that does not exist."""
    page = one_page(article.comments.threads(), number, THREADS_ON_A_PAGE)
    roots = list(page.object_list)
    comments = roots + list(article.comments.replies_to(roots)) if roots else []
    return {"page": page, "entries": in_order(comments), "comment_count": article.comments.public().count()}


def page_of(comment):
    """The number of the page that shows a public comment."""
    root = comment.root or comment
    before = comment.article.comments.threads().filter(created_at__lt=root.created_at).count()
    same_instant = comment.article.comments.threads().filter(created_at=root.created_at, pk__lt=root.pk).count()
    return (before + same_instant) // THREADS_ON_A_PAGE + 1
