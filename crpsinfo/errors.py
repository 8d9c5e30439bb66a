"""The pages that say what went wrong, and where to go from there."""

import logging
from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.db import Error, InterfaceError, OperationalError
from django.http import Http404
from django.shortcuts import render

from crpsinfo.caching import mark_private
from crpsinfo.search.lost import offered_for

log = logging.getLogger(__name__)

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
TRY_AGAIN_AFTER = 30  # seconds
LONGEST_LINE = 80  # characters of a posted value; a longer one gets a box of its own
LABELS = {"text": "What you wrote", "email": "E-mail"}  # where the name of a field says it less well


def error_page(request, status, **more):
    """The page for an HTTP status of WORDS. It asks the database nothing, so it can be shown when that is away."""
    title, message = WORDS[status]
    context = {"status": status, "title": title, "message": message, **more}
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


def not_found(request, exception=None):
    """With what the words in the address lead to; without, when the database is away."""
    try:
        offered = offered_for(request.path_info)
    except Error:
        offered = []
    return error_page(request, 404, offered=offered)


def server_error(request):
    return error_page(request, 500)


def try_again_page(request):
    """For a post that the database was too busy to take, or away: 503, with a form that posts the same to the same
    address again. It asks the database nothing."""
    response = mark_private(render(request, "errors/try_again.html", {"sent": sent_fields(request)}, status=503))
    response.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
    return response


def gone_page(request):
    """For a post to an address that is not here any more: 404, with what somebody wrote, to be copied."""
    return mark_private(render(request, "errors/gone.html", {"sent": sent_fields(request)}, status=404))


def sent_fields(request):
    sent = [sent_field(name, value) for name, values in request.POST.lists() for value in values]
    return [{"id": f"sent-{number}", **field} for number, field in enumerate(sent)]


def sent_field(name, value):
    """How a posted value is shown and posted again: what somebody typed, as text that can be read and copied; short
    values of other fields, such as choices, unseen."""
    is_long = len(value) > LONGEST_LINE or "\n" in value
    shape = "lines" if is_long or name == "text" else "line" if name in ("name", "email", "website") else "hidden"
    label = LABELS.get(name, name.replace("_", " ").capitalize())
    return {"name": name, "value": value, "label": label, "shape": shape if value else "hidden"}


def keeps_what_was_posted(view):
    """For views that take posts: when the database does not answer, or the address is not here any more, what somebody
    wrote is not lost."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            if request.method != "POST":
                raise
            log.exception("The database did not answer; the reader was asked to try again.")
            return try_again_page(request)
        except Http404:
            if request.method != "POST" or all(field["shape"] == "hidden" for field in sent_fields(request)):
                raise
            return gone_page(request)

    return inner


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
