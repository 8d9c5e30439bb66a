from django.core.paginator import InvalidPage, Paginator
from django.http import Http404


def one_page(objects, number, size):
    """The Page of `objects` that the address asks for (`?page=`; the first without it). Raises Http404 for a number
    that is none, or of a page that does not exist."""
    try:
        page = Paginator(objects, size).page(number or 1)
    except InvalidPage as error:
        raise Http404("There is no such page.") from error
    page.links = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return page
