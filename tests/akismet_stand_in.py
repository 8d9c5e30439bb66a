"""A local stand-in for Akismet: its HTTP protocol, its magic values, and its troubles when asked for.

In a test:      with StandIn() as server, override_settings(**server.settings): …      server.fault = "slow"
By hand:        python -m tests.akismet_stand_in --port 8001
From outside:   curl -d name=too-many http://127.0.0.1:8001/stand-in/fault       (name= alone: no trouble any more)
                curl http://127.0.0.1:8001/stand-in/calls

Any key of 12 characters or more is valid, unless it begins with "invalid". As with Akismet itself, the author or the
e-mail's local part `akismet-guaranteed-spam`, and the author `viagra-test-123`, are spam, and the role `administrator`
never is. Akismet publishes nothing that is discarded or checked again for sure, so these are inventions of ours:
`akismet-guaranteed-discard` and `akismet-recheck`, as author or local part.
"""

import argparse
import json
import re
import signal
import socket
import struct
import sys
import threading
import uuid
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

KEY = "local-key-0123456789"
THANKS = "Thanks for making the web a better place."
SUSPENDED = {"X-akismet-alert-code": "10006", "X-akismet-alert-msg": "Your account has been suspended."}
OVER_LIMIT = {"X-akismet-alert-code": "10502", "X-akismet-alert-msg": "You are over your plan's limit."}
SPAM_PHRASES = ("buy ketamine online", "cheap ketamine", "no prescription needed")


@dataclass(frozen=True)
class Answer:
    body: str | bytes = ""
    status: int = 200
    headers: dict = field(default_factory=dict)

    def with_headers(self, **headers):
        return replace(self, headers=self.headers | headers)


@dataclass(frozen=True)
class Call:
    """What a client sent, and the trouble it met. Of fields that came twice, the last."""

    method: str
    path: str
    endpoint: str
    fields: dict
    headers: dict
    fault: str = ""


# --- What Akismet would say -----------------------------------------------------------------------


def invalid(help_text):
    return Answer("invalid", headers={"X-akismet-debug-help": help_text})


def key_problem(fields):
    """The refusal of a missing or bad key, or of an address that is none; None if both are good."""
    key, blog = fields.get("api_key") or fields.get("key", ""), urlsplit(fields.get("blog", ""))
    if not key:
        return invalid('Empty "key" value')
    if len(key) < 12 or key.startswith("invalid"):
        return invalid("We were unable to find your key")
    if "blog" in fields and not (blog.scheme in ("http", "https") and blog.hostname):
        return invalid("We were unable to parse your blog URI")
    return None


def missing(fields, *names):
    """The plain text that Akismet answers, with status 200, when a required field is not there."""
    for name in names:
        if not fields.get(name):
            return Answer(f"Missing required field: {name}.", headers={"X-akismet-debug-help": f'Empty "{name}" value'})
    return None


def check(fields):
    """The verdict on a comment whose required fields are there."""
    names = {fields.get("comment_author", ""), fields.get("comment_author_email", "").partition("@")[0]}
    text = fields.get("comment_content", "").lower()
    if "administrator" in fields.get("user_role", "").split(","):
        return Answer("false")
    if names & {"akismet-guaranteed-spam", "viagra-test-123"}:
        return Answer("true")
    if "akismet-guaranteed-discard" in names:
        return Answer("true", headers={"X-akismet-pro-tip": "discard"})
    if "akismet-recheck" in names:
        return Answer("false", headers={"X-akismet-recheck-after": "120"})
    if len(re.findall(r"https?://", text)) >= 5 or any(phrase in text for phrase in SPAM_PHRASES):
        return Answer("true")
    return Answer("false")


def usage(used, limit):
    percentage = f"{100 * used / limit:.2f}"
    figures = {"limit": limit, "usage": used, "percentage": percentage, "throttled": used > limit}
    return Answer(json.dumps(figures), headers={"Content-Type": "application/json"})


# --- Troubles -------------------------------------------------------------------------------------

REPLACED = {  # answered in place of what Akismet would say
    "error-500": Answer("Internal Server Error", status=500),
    "too-many": Answer("Too Many Requests", status=429, headers={"Retry-After": "7"}),
    "empty": Answer(""),
    "html": Answer("<html><body>true</body></html>", headers={"Content-Type": "text/html"}),
    "invalid": invalid("We were unable to find your key"),
    "not-utf8": Answer(b"\xff\xfetrue\x80"),
    "redirect": Answer("", status=302, headers={"Location": "/elsewhere"}),
    "huge": Answer(b"false" + b" " * 5_000_000),
}
ADDED = {  # headers beside what Akismet would say
    "error-header": {"X-akismet-error": "suspended"},
    "alert": OVER_LIMIT,
    "suspended-alert": SUSPENDED,
}
ODD_WAYS = ("slow", "trickle", "trickle-headers", "reset")
FAULTS = (*REPLACED, *ADDED, *ODD_WAYS)


# --- The server -----------------------------------------------------------------------------------


class StandIn:
    """The server, on a port of its own choice unless told. `fault` is one of FAULTS, an Answer to give instead, or
    empty; `seconds` is how long a slow answer takes, unless `hurry` is set meanwhile, and `pause` what lies between the
    bytes of a trickled one."""

    def __init__(self, port=0, host="127.0.0.1", log=None):
        self.calls = []
        self.fault, self.seconds, self.pause, self.limit = "", 30.0, 0.05, 10_000
        self.log = log
        self.hurry, self.stopping = threading.Event(), threading.Event()
        self.server = Server((host, port), Handler)
        self.server.stand_in = self
        self.url = f"http://{host}:{self.server.server_port}"

    @property
    def settings(self):
        """Django's settings with which the site speaks to this server."""
        return {
            "AKISMET_API_KEY": KEY,
            "AKISMET_API_URL": self.url,
            "AKISMET_TIMEOUT": 3.0,
            "SPAM_CHECKER": "crpsinfo.spam.akismet.AkismetChecker",
        }

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        return self

    def __exit__(self, *problem):
        self.hurry.set()
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, call, fault):
        """The Answer to a call, with this trouble."""
        if isinstance(fault, Answer):
            return fault
        if fault in REPLACED:
            return REPLACED[fault]
        return self.undisturbed(call.endpoint, call.fields).with_headers(**ADDED.get(fault, {}))

    def undisturbed(self, endpoint, fields):
        if problem := key_problem(fields):
            return problem
        if endpoint == "1.2/usage-limit":
            return usage(sum(call.endpoint == "1.1/comment-check" for call in self.calls), self.limit)
        if problem := missing(fields, "blog"):
            return problem
        if endpoint == "1.1/verify-key":
            return Answer("valid")
        if problem := missing(fields, "user_ip"):
            return problem
        answer = check(fields) if endpoint == "1.1/comment-check" else Answer(THANKS)
        return answer.with_headers(**{"X-akismet-guid": uuid.uuid4().hex})


class Server(ThreadingHTTPServer):
    daemon_threads = False  # so that stopping waits for answers in hand
    request_queue_size = 64  # connections waiting to be accepted


class Handler(BaseHTTPRequestHandler):
    endpoints = ("1.1/verify-key", "1.1/comment-check", "1.1/submit-spam", "1.1/submit-ham", "1.2/usage-limit")

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def serve(self):
        url, self.stand_in = urlsplit(self.path), self.server.stand_in
        fields = dict(parse_qsl(url.query, keep_blank_values=True) + parse_qsl(self.body(), keep_blank_values=True))
        endpoint = "/".join(url.path.rsplit("/", 2)[-2:])
        try:
            if endpoint in self.endpoints:
                self.serve_akismet(self.command, url.path, endpoint, fields, dict(self.headers))
            else:
                self.send(self.control(f"{self.command} {url.path}", fields))
        except ConnectionError:
            self.close_connection = True  # the client has gone

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def serve_akismet(self, *request):
        switched_on = self.stand_in.fault  # one trouble for the whole call, whatever is switched meanwhile
        fault = "its own answer" if isinstance(switched_on, Answer) else switched_on
        call = Call(*request, fault=fault)
        answer = self.stand_in.answer(call, switched_on)
        self.stand_in.calls.append(call)
        if self.stand_in.log:
            said = answer.body if answer.body in ("true", "false", "valid", "invalid") else answer.status
            parts = (call.endpoint, call.fields.get("comment_type"), "->", said, fault)
            self.stand_in.log(" ".join(str(part) for part in parts if part))
        odd_ways = {"slow": self.slow, "trickle": self.trickle, "trickle-headers": self.trickle_headers}
        if fault == "reset":
            self.reset()
        else:
            odd_ways.get(fault, self.send)(answer)

    def control(self, what, fields):
        """Steering from another process."""
        if what == "GET /stand-in/calls":
            calls = [asdict(call) for call in self.stand_in.calls]
            return Answer(json.dumps(calls), headers={"Content-Type": "application/json"})
        if what == "POST /stand-in/fault" and fields.get("name", "") in ("", *FAULTS):
            self.stand_in.fault = fields.get("name", "")
            self.stand_in.seconds = float(fields.get("seconds", self.stand_in.seconds))
            return Answer(f"{self.stand_in.fault or 'no trouble'}\n")
        return Answer("No such thing here.\n", status=404)

    def send(self, answer):
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in {"Content-Type": "text/plain; charset=utf-8", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def slow(self, answer):
        self.stand_in.hurry.wait(self.stand_in.seconds)
        self.send(answer)

    def trickle(self, answer):
        self.send_response(answer.status)
        self.end_headers()
        self.drip(b" " * 1000 + answer.body.encode())

    def trickle_headers(self, answer):
        self.drip(b"HTTP/1.0 200 OK\r\n" + b"X-Filler: 1\r\n" * 1000 + b"\r\n" + answer.body.encode())

    def drip(self, data):
        for byte in data:
            if self.stand_in.stopping.wait(self.stand_in.pause):
                return
            self.wfile.write(bytes([byte]))

    def reset(self):
        """Close so that the client gets a reset, not an end: lingering switched on, for no time at all."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def log_message(self, *details):
        """The server's own log would show keys in addresses."""


def main():
    parser = argparse.ArgumentParser(description="A local stand-in for Akismet. Stop it with Ctrl-C.")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with StandIn(options.port, options.host, log=say) as server:
        say(f"Akismet's stand-in is at {server.url}. Steer it with POST {server.url}/stand-in/fault name=…")
        try:
            server.stopping.wait()
        except KeyboardInterrupt:
            say("Stopped.")


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
