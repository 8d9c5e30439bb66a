from django.core.paginator import InvalidPage, Paginator
from django.http import Http404

MOST_DIGITS = 9


def start_of_page(number, size):
    """How many objects stand before the page that the address asks for. Raises Http404 for a number that is none."""
    number = number or "1"
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS and number[0] != "0"):
        raise Http404("There is no such page.")
    return (int(number) - 1) * size


def one_page(objects, number, size):
    """The Page of `objects` that the address asks for (`?page=`; the first without it). Raises Http404 for a number
    that is none, or of a page that does not exist."""
    start_of_page(number, size)
    try:
        page = Paginator(objects, size).page(number or 1)
    except InvalidPage as error:
        raise Http404("There is no such page.") from error
    page.links = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return page
