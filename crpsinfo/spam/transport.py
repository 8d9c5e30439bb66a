"""How calls travel to Akismet: to the address we say, within one deadline, and back as plain text.

The `akismet` library hands out neither the headers of an answer nor a way to bound a whole call: httpx's time-outs hold
for each read, so a body that trickles never ends. So the library gets a client with this transport under it. What it
needs to know about a call, and what it learns, is in a `Call`, of which each thread has its own.
"""

import socket
import time
from contextvars import ContextVar

import httpcore
import httpx

MOST_BYTES = 64 * 1024  # of an answer; a verdict has five
PIECE = 16 * 1024  # bytes written between two looks at the clock
CURRENT = ContextVar("call")


class Call:
    """One call to Akismet: `with Call(seconds) as call`, then `call.headers` are those of the answer."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.headers = httpx.Headers()

    def __enter__(self):
        self.ends_at = time.monotonic() + self.seconds
        self.token = CURRENT.set(self)
        return self

    def __exit__(self, *problem):
        CURRENT.reset(self.token)

    def left(self):
        """Seconds until the deadline; raises TimeoutException once it has passed."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException("deadline")
        return left


class AkismetTransport(httpx.BaseTransport):
    """Sends requests to `base_url` instead of the host they name, keeping their path below it.

    No redirect is followed, no proxy of the environment used. No connection is kept: nobody waits for a call, a kept
    connection that has died would fail the next one, and this way threads and forked processes share none.
    """

    def __init__(self, base_url):
        self.base = httpx.URL(base_url)
        self.ssl_context = httpx.create_ssl_context(trust_env=False)

    def handle_request(self, request):
        call = CURRENT.get()
        url = httpcore.URL(str(self.base.copy_with(raw_path=self.base.raw_path.rstrip(b"/") + request.url.raw_path)))
        request.url = request.url.copy_with(query=None)  # httpx logs it, and the key may be in it
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"host"]
        try:
            with (
                httpcore.HTTPConnection(
                    url.origin, self.ssl_context, network_backend=DeadlineBackend(call)
                ) as connection,
                connection.stream(request.method, url, headers=headers, content=request.content) as answer,
            ):
                body = b"".join(limited(answer.iter_stream()))
        except httpcore.TimeoutException:
            raise httpx.TimeoutException("no answer in time") from None
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            raise httpx.TransportError(type(error).__name__) from None
        call.headers = httpx.Headers([(name, value) for name, value in answer.headers if is_for_us(name.lower())])
        return httpx.Response(answer.status, headers=call.headers, text=body.decode("utf-8", "replace").strip())


def limited(parts):
    """The parts of a body; raises RemoteProtocolError when there is too much of it."""
    size = 0
    for part in parts:
        size += len(part)
        if size > MOST_BYTES:
            raise httpcore.RemoteProtocolError("the answer is too long")
        yield part


def is_for_us(header):
    """Whether the answer's reader needs the header. Those that say how a body is encoded must not reach httpx."""
    return header.startswith(b"x-akismet-") or header == b"retry-after"


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections on which every wait ends at the call's deadline. Only the look-up of a name does not: the
    system's resolver has a time-out of its own."""

    def __init__(self, call):
        self.call = call
        self.inner = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        addresses = resolve(host, port)
        while True:
            share = self.call.left() / len(addresses)  # a dead address must not use up all the time
            try:
                stream = self.inner.connect_tcp(addresses.pop(0), port, share, local_address, socket_options)
                return DeadlineStream(stream, self.call)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not addresses:
                    raise


def resolve(host, port):
    """The host's addresses, in the order to try them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise httpcore.ConnectError("the name is not known") from None
    return list(dict.fromkeys(address[0] for *_, address in found))


class DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner, call):
        self.inner = inner
        self.call = call

    def read(self, max_bytes, timeout=None):
        return self.inner.read(max_bytes, self.call.left())

    def write(self, buffer, timeout=None):
        for start in range(0, len(buffer), PIECE):
            self.inner.write(buffer[start : start + PIECE], self.call.left())

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        return DeadlineStream(self.inner.start_tls(ssl_context, server_hostname, self.call.left()), self.call)

    def get_extra_info(self, info):
        return self.inner.get_extra_info(info)

    def close(self):
        self.inner.close()
