"""Which comments a page shows, and on which page one stands.

An article's page shows 50 threads with at most 150 replies between them, the oldest. A thread whose replies do not all
fit there has pages of its own, of 200 replies each."""

from collections import Counter

from django.urls import reverse

from comments.models import Comment
from comments.shown import replies_to, threads_at, with_parents
from comments.threads import in_order
from crpsinfo.paging import one_page, start_of_page

THREADS_ON_A_PAGE = 50
REPLIES_ON_A_PAGE = 150
REPLIES_ON_A_THREADS_PAGE = 200


def talk_of(article, number=None):
    """(Page, Entries in order) of one page of an article's comments, in a number of queries that does not depend on how
    many comments there are; `page.comments` is how many there are. Raises Http404 for a page that does not exist."""
    roots, threads, comments = threads_at(article, start_of_page(number, THREADS_ON_A_PAGE), THREADS_ON_A_PAGE)
    page = one_page(range(threads), number, THREADS_ON_A_PAGE)
    page.comments = comments
    replies = replies_to(roots, THREADS_ON_A_PAGE, REPLIES_ON_A_PAGE + 1)
    entries = in_order(roots + with_parents(replies[:REPLIES_ON_A_PAGE], roots))
    if len(replies) > REPLIES_ON_A_PAGE:
        counts = Comment.objects.public().filter(root__in=[root.pk for root in roots]).count_by_root()
        entries = tell_where_threads_go_on(entries, counts)
    return page, entries


def tell_where_threads_go_on(entries, counts):
    """The entries, the last of each thread with fewer replies here than `counts` says marked with that number."""
    last = {entry.root_pk: entry for entry in entries}
    shown = Counter(entry.root_pk for entry in entries if entry.comment.root_id and entry.comment.is_public)
    ends = {last[root]: count for root, count in counts.items() if shown[root] < count}
    return [entry._replace(replies=ends.get(entry, 0)) for entry in entries]


def thread_talk(root, number=None):
    """The same of a single thread, whose first comment stands on each of its pages."""
    replies = Comment.objects.replies_to([root]).select_related("parent")
    page = one_page(replies, number, REPLIES_ON_A_THREADS_PAGE)
    return page, in_order([root, *page.object_list])


def address_of(comment):
    """Where a public comment is shown now: path, page and anchor."""
    root = comment.root or comment
    threads = comment.article.comments.threads()
    number = threads.before(root).count() // THREADS_ON_A_PAGE
    address, page = comment.article.get_absolute_url(), number + 1
    if comment.root:
        start = number * THREADS_ON_A_PAGE
        roots = list(threads[start : start + THREADS_ON_A_PAGE])
        if Comment.objects.replies_to(roots).before(comment).count() >= REPLIES_ON_A_PAGE:
            address = reverse("thread", args=[comment.article.slug, root.pk])
            page = Comment.objects.replies_to([root]).before(comment).count() // REPLIES_ON_A_THREADS_PAGE + 1
    return f"{address}{f'?page={page}' if page > 1 else ''}#comment-{comment.pk}"
