"""The pages that say what went wrong, and where to go from there."""

from django.core.exceptions import RequestDataTooBig
from django.shortcuts import render

from crpsinfo.caching import mark_private

KEPT = "If you wrote something, use your browser's back button: your text should still be there."
WORDS = {
    400: (
        "That request was not understood",
        "The address or the form was not complete. Please go back and try again.",
    ),
    403: (
        "That is not allowed",
        f"This form was sent from another site, or you may not see this page. {KEPT}",
    ),
    404: (
        "That page is not here",
        "It may have moved, or the address has a slip in it.",
    ),
    405: (
        "That does not work here",
        f"This address can be read, but nothing can be sent to it. {KEPT}",
    ),
    411: (
        "That did not arrive",
        f"The form came without its length, so it could not be read. {KEPT}",
    ),
    413: (
        "That was too long",
        f"What you sent is longer than this site can take. {KEPT}",
    ),
    500: (
        "Something broke on our side",
        f"It is not your fault. Please try again in a minute. {KEPT}",
    ),
}
LONGEST_READ_AWAY = 16 * 1024 * 1024  # bytes


def error_page(request, status):
    """The page for an HTTP status of WORDS. It asks the database nothing, so it can be shown when that is away."""
    title, message = WORDS[status]
    context = {"status": status, "title": title, "message": message}
    return mark_private(render(request, "errors/error.html", context, status=status))


def bad_request(request, exception=None):
    if isinstance(exception, RequestDataTooBig):
        read_away(request)
        return error_page(request, 413)
    return error_page(request, 400)


def read_away(request):
    """Read what is left of a refused body: a browser that is still sending would not see the answer."""
    read = 0
    while read < LONGEST_READ_AWAY and (chunk := request.read(64 * 1024)):
        read += len(chunk)


def forbidden(request, exception=None):
    return error_page(request, 403)


def csrf_failure(request, reason=""):
    return error_page(request, 403)


def not_found(request, exception=None):
    return error_page(request, 404)


def server_error(request):
    return error_page(request, 500)


class NulMiddleware:
    """Answers 400 to a request with a NUL byte in it, which PostgreSQL takes in no text."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return error_page(request, 400)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """The same for the forms of the admin. Those of readers take such bytes out."""
        is_form = request.method == "POST" and not getattr(view, "csrf_exempt", False)
        if is_form and any("\x00" in value for _, values in request.POST.lists() for value in values):
            return error_page(request, 400)
        return None


class MethodNotAllowedMiddleware:
    """Gives the answer to a wrong method, which Django leaves empty, a page of its own. `Allow` stays."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            allowed = response.headers["Allow"]
            response = error_page(request, 405)
            response.headers["Allow"] = allowed
        return response
