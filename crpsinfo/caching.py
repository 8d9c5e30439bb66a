"""Who may keep a page. Every view says it is one or the other; a test asks all of them."""

from functools import partial, wraps

from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

PUBLIC = "no-cache"


def public_page(view=None, *, parameters=(), kept=True):
    """The same bytes for every reader: may be kept, must be asked about again before it is shown. Changes nothing, so
    it needs no token: what is posted to it is refused for the method, not for the lack of one.

    `parameters`: what may stand in its address. With anything else there, and without `kept`, we keep no page."""
    if view is None:
        return partial(public_page, parameters=parameters, kept=kept)

    @csrf_exempt
    @require_safe
    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", PUBLIC)
        patch_vary_headers(response, ["Accept-Encoding"])  # an answer without a body says so too
        asked = request.GET.lists()
        response.is_to_be_kept = kept and all(name in parameters and len(values) == 1 for name, values in asked)
        return response

    return inner


def is_the_same_for_all(response):
    """Whether we may keep this answer and give it to others."""
    is_page = getattr(response, "is_to_be_kept", False) and not response.cookies and not response.streaming
    return is_page and response.status_code == 200 and response.headers["Cache-Control"] == PUBLIC


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
