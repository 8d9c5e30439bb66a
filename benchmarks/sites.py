"""Whole sites to measure. Each has a web server and a worker, started by the Procfile's commands as in production, and
a stand-in for Akismet, all in processes of their own and reached from this machine alone."""

import json
import shlex
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from honcho.environ import parse_procfile

from benchmarks.processes import HOST, ROOT, Failed, environment, free_ports, inside, process

PATIENCE = 30  # seconds, for a start and for an answer
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TROUBLE = (OSError, HTTPException)  # what a request that is not answered raises


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes


@dataclass(frozen=True)
class Site:
    """A site whose Akismet takes `pause` seconds for each answer; None: it has none. Its logs go to `folder`."""

    pause: float | None
    port: int
    akismet_port: int
    variables: dict
    folder: Path

    @contextmanager
    def running(self):
        """Run it for as long as the block does. Raises Failed."""
        commands = parse_procfile((ROOT / "Procfile").read_text()).processes
        commands["akismet"] = f"python -m tests.akismet_stand_in --port {self.akismet_port}"
        with ExitStack() as stack:
            for name in ("akismet", "web", "worker"):
                command = shlex.split(commands[name])
                stack.enter_context(process(command, self.variables, self.folder / f"{name}.log"))
            yield self

    def get_ready(self):
        """Wait until it answers, and let its Akismet be as slow as it shall be. Raises Failed."""
        fault = {"name": "slow" if self.pause else "", "seconds": self.pause or 0}
        self.until(lambda: self.steer("POST", "fault", fault).status == 200)
        self.until(lambda: request(self.port, "GET", "/healthz").status == 200)

    def has_asked(self):
        """Whether its worker has asked its Akismet about a comment."""
        return any(call["endpoint"] == "1.1/comment-check" for call in json.loads(self.steer("GET", "calls").body))

    def steer(self, method, what, fields=None):
        return request(self.akismet_port, method, f"/stand-in/{what}", fields)

    def until(self, condition):
        """Wait until the condition is true. Raises Failed, with the end of the logs, if it does not come true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(*TROUBLE):
                if condition():
                    return
            time.sleep(0.05)
        raise Failed(f"The site was not ready within {PATIENCE} s.\n{self.last_words()}")

    def last_words(self):
        """The end of what its processes said."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.stem}: {line}" for log in logs for line in log.read_text().splitlines()[-8:])

    def count(self, since, until):
        """{"stored": comments posted between two moments, "checked": those of them checked before the second}"""
        return json.loads(inside(self.variables, "count", since.isoformat(), until.isoformat()))


@contextmanager
def running_sites(pauses, database_urls, folder):
    """A running Site for each pause and its database, all at the same time."""
    ports = iter(free_ports(2 * len(pauses)))
    with ExitStack() as stack:
        pairs = zip(pauses, database_urls, strict=True)
        sites = [make_site(pause, url, next(ports), next(ports), folder) for pause, url in pairs]
        for site in sites:
            stack.enter_context(site.running())
        for site in sites:
            site.get_ready()
        yield sites


def make_site(pause, database_url, port, akismet_port, folder):
    """A Site with one web process: what one reader waits is measured, not how many a site can serve."""
    variables = environment(
        database_url,
        SITE_URL=f"http://{HOST}:{port}",
        WEB_BIND=HOST,
        PORT=str(port),
        WEB_CONCURRENCY="1",
        TRUSTED_PROXIES="1",
        AKISMET_API_KEY="" if pause is None else "local-stand-in",
        AKISMET_API_URL=f"http://{HOST}:{akismet_port}",
    )
    folder = folder / str(port)
    folder.mkdir()
    return Site(pause, port, akismet_port, variables, folder)


def request(port, method, path, fields=None, headers=None):
    """The Answer to a request on a connection of its own, with `fields` as a form. Raises one of TROUBLE."""
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        body = None if fields is None else urlencode(fields)
        connection.request(method, path, body, (FORM if body else {}) | (headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.getheader("Location", ""), response.read())
    finally:
        connection.close()
