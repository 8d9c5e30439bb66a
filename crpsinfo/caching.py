"""Who may keep a page. Every view says it is one or the other; a test asks all of them."""

from functools import wraps

from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def public_page(view):
    """The same bytes for every reader: may be kept, must be asked about again before it is shown. Changes nothing, so
    it needs no token: what is posted to it is refused for the method, not for the lack of one."""

    @csrf_exempt
    @require_safe
    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-cache")
        patch_vary_headers(response, ["Accept-Encoding"])  # an answer without a body says so too
        return response

    return inner


def private_page(view):
    """Meant for one reader: nobody keeps it, no search engine lists it."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        return mark_private(view(request, *args, **kwargs))

    return inner


def mark_private(response):
    """The same for a single answer, for instance a refused form. Returns the response."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
