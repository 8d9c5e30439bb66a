"""What every answer says about where a page may load from, and who may post to us."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.views.decorators.csrf import csrf_exempt

from crpsinfo.caching import private_page
from crpsinfo.errors import error_page, keeps_what_was_posted


class ContentSecurityPolicyMiddleware:
    """Sends `Content-Security-Policy` from `SECURE_CSP`, the setting that Django 6 brings with its own middleware."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = "; ".join(
            f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


def is_cross_site(request):
    """Whether the browser tells that another site made it send this request.

    `Sec-Fetch-Site` decides where it is sent; without it `Origin` does. A request with neither comes from no browser
    that another site could misuse (every current one sends `Origin` with a POST), so it passes.
    https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    ours = urlsplit(settings.SITE_URL)
    return origin not in (f"{ours.scheme}://{ours.netloc}", f"{request.scheme}://{request.get_host()}")


def takes_posts(view):
    """What every post of a reader goes through. A long one raises RequestDataTooBig, files included: nobody has
    anything to upload. One without its length, which Django would take for an empty one, is answered with 411; one that
    the database could not take, with a form that sends it again."""

    @csrf_exempt
    @keeps_what_was_posted
    @wraps(view)
    def inner(request, *args, **kwargs):
        if "Transfer-Encoding" in request.headers:
            return error_page(request, 411)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The body is too long.")
        return view(request, *args, **kwargs)

    return inner


def tokenless_post(view):
    """Cross-site protection for the posts of readers, without a cookie or a token, so that a page with a form in it
    is the same for everybody. Raises PermissionDenied for a post that another site caused."""

    @takes_posts
    @wraps(view)
    def protected(request, *args, **kwargs):
        if request.method not in ("GET", "HEAD") and is_cross_site(request):
            raise PermissionDenied("Another site sent this form.")
        return view(request, *args, **kwargs)

    return protected


def secret_address(view):
    """For addresses that hold a secret key. The key protects them, and is all that does: no cross-site check (on a page
    without referrer browsers send `Origin: null`, and a mail program's one click comes without it), no keeping, and no
    link may carry the address away."""

    answer = takes_posts(view)

    @csrf_exempt
    @private_page
    @wraps(view)
    def inner(request, *args, **kwargs):
        response = answer(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return inner
