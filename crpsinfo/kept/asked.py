"""What a request asks for, read from its WSGI environment: before Django has made a request of it."""

from functools import lru_cache
from io import BytesIO

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest

from crpsinfo.kept.page import CODINGS

OF_THE_SITE = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme")
WEIGHTS_OF_NOTHING = ("q=0", "q=0.0", "q=0.00", "q=0.000")


def key_of(environ):
    """What the page is kept under: all that decides about it, here or on the way to its view. None for what is kept for
    nobody. The host is not in it, since each that is ours gets the same."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    is_secure = security_of(*[environ.get(name) for name in OF_THE_SITE])
    return None if is_secure is None else (environ["PATH_INFO"], environ.get("QUERY_STRING", ""), is_secure)


@lru_cache(maxsize=256)
def security_of(*values):
    """Whether it came over https, as Django tells it. None if it asks a host that is not ours."""
    facts = {name: value for name, value in zip(OF_THE_SITE, values, strict=True) if value is not None}
    request = WSGIRequest(facts | {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()})
    try:
        request.get_host()
    except DisallowedHost:
        return None
    return request.is_secure()


def coding_of(environ):
    return coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=256)
def coding_for(accepted):
    """The best of our codings that an `Accept-Encoding` takes; "" for none."""
    takes = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        takes[name.strip()] = weight.replace(" ", "") not in WEIGHTS_OF_NOTHING
    return next((coding for coding in CODINGS if takes.get(coding, takes.get("*", False))), "")
