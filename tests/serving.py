"""Web servers in processes of their own, on the tests' database."""

import os
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

from tests.working import ROOT, database_url, until


@contextmanager
def web_servers(count):
    """So many servers, for as long as the block runs: a list of WebServer."""
    with ExitStack() as stack:
        yield [stack.enter_context(web_server()) for _ in range(count)]


@contextmanager
def web_server():
    port = free_port()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.web_settings", "DATABASE_URL": database_url()}
    environment |= {"WEB_CONCURRENCY": "1"}
    command = ["-m", "gunicorn", "-c", "crpsinfo/gunicorn.py", "-b", f"127.0.0.1:{port}", "crpsinfo.wsgi"]
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        server = WebServer(port)
        until(server.answers)
        yield server
    finally:
        process.terminate()
        process.wait()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class WebServer:
    def __init__(self, port):
        self.port = port

    def get(self, path):
        """The body of the page, as text."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def answers(self):
        try:
            return bool(self.get("/healthz"))
        except OSError:
            return False
