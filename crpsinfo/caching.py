"""Who may keep a page. Every view says it is one or the other; a test asks all of them."""

from functools import partial, wraps

from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from crpsinfo.kept.models import SiteVersion

PUBLIC = "no-cache"


def public_page(view=None, *, parameters=(), kept=True):
    """The same bytes for every reader: may be kept, must be asked about again before it is shown. Changes nothing, so
    it needs no token: what is posted to it is refused for the method, not for the lack of one.

    `parameters`: what may stand in its address. With anything else there, and without `kept`, we keep no page. What the
    page shows is read within the view: what was read before could be older than the version at which it is kept."""
    if view is None:
        return partial(public_page, parameters=parameters, kept=kept)

    @csrf_exempt
    @require_safe
    @wraps(view)
    def inner(request, *args, **kwargs):
        is_plain = all(name in parameters and len(values) == 1 for name, values in request.GET.lists())
        is_to_be_kept = kept and is_plain and getattr(request, "is_to_be_kept", False)
        version = None
        if is_to_be_kept:  # asked for before the view reads anything
            version = request.site_version or SiteVersion.current()
        request.site_version = version
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", PUBLIC)
        patch_vary_headers(response, ["Accept-Encoding"])  # an answer without a body says so too
        response.site_version = version
        return response

    return inner


def kept_version(response):
    """The version of the site at which we may keep this answer and give it to others; None if we may not."""
    is_page = response.status_code == 200 and not response.cookies and not response.streaming
    return (
        getattr(response, "site_version", None) if is_page and response.headers.get("Cache-Control") == PUBLIC else None
    )


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
