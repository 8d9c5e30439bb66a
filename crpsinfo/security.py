"""What every answer says about where a page may load from, and who may post to us."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.views.decorators.csrf import csrf_exempt

from crpsinfo.errors import error_page


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


def tokenless_post(view):
    """Cross-site protection for the posts of readers, without a cookie or a token, so that a page with a form in it
    is the same for everybody. Raises PermissionDenied for a post that another site caused, and RequestDataTooBig for a
    long one, files included: nobody has anything to upload. One without its length, which Django would take for an
    empty one, is answered with 411."""

    @csrf_exempt
    @wraps(view)
    def protected(request, *args, **kwargs):
        if request.method not in ("GET", "HEAD") and is_cross_site(request):
            raise PermissionDenied("Another site sent this form.")
        if "Transfer-Encoding" in request.headers:
            return error_page(request, 411)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The body is too long.")
        return view(request, *args, **kwargs)

    return protected
