import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crpsinfo.settings")
django.setup(set_prefix=False)

from crpsinfo.kept.middleware import ready_answer  # noqa: E402 - has models


class Utf8Request(WSGIRequest):
    """A request whose forms and addresses are UTF-8, as our pages are. Django lets the Content-Type header choose any
    of Python's codecs, and fails on those that are no character set."""

    def _set_content_type_params(self, meta):
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Handler(WSGIHandler):
    request_class = Utf8Request

    def __call__(self, environ, start_response):
        """A kept page needs nothing of Django's: to make a request of it first would cost four times as much."""
        answer = ready_answer(environ)
        if answer is None:
            return super().__call__(environ, start_response)
        status, headers, body = answer
        start_response(status, headers[:])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def get_response(self, request):
        """To HEAD: all of the answer but its body. Django leaves that to the server, and gunicorn warns of each."""
        response = super().get_response(request)
        if request.method == "HEAD":
            setattr(response, "streaming_content" if response.streaming else "content", b"")
        return response


application = Handler()
