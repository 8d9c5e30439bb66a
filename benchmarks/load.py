"""Readers of a site: connections that ask again and again, and what a server spends on that."""

import socket
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.processes import HOST, Failed

PATIENCE = 30  # seconds, for an answer
ASKED = "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: br, gzip\r\n{more}\r\n"
END_OF_HEADERS = b"\r\n\r\n"
NANOSECONDS = 1e9


class Reader:
    """A connection that asks for the same address each time."""

    def __init__(self, port, path, headers=None):
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self.asked, self.port = ASKED.format(path=path, host=HOST, port=port, more=more).encode(), port
        self.connect()

    def connect(self):
        self.socket = socket.create_connection((HOST, self.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self):
        self.socket.sendall(self.asked)

    def answer(self):
        """(status, {header: value}, body). Raises Failed."""
        got = b""
        while END_OF_HEADERS not in got:
            got += self.more()
        head, _, body = got.partition(END_OF_HEADERS)
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        missing = int(headers.get("content-length", 0)) - len(body)
        parts = [body]
        while missing > 0:
            parts.append(self.more())
            missing -= len(parts[-1])
        if headers.get("connection") == "close":
            self.socket.close()
            self.connect()
        return int(status.split(" ")[1]), headers, b"".join(parts)

    def close(self):
        self.socket.close()

    def more(self):
        got = self.socket.recv(1 << 16)
        if not got:
            raise Failed("A server closed the connection of a reader.")
        return got


@contextmanager
def readers(count, port, path, headers=None):
    """So many Readers, for as long as the block runs."""
    with ExitStack() as stack:
        found = [Reader(port, path, headers) for _ in range(count)]
        for reader in found:
            stack.callback(reader.close)
        yield found


def read(some, times, expected=200):
    """Have these Readers ask so many times each, all at once; returns the seconds it took. Raises Failed."""
    start = time.perf_counter()
    for _ in range(times):
        for reader in some:
            reader.ask()
        for reader in some:
            status = reader.answer()[0]
            if status != expected:
                raise Failed(f"A page was answered with {status}, not with {expected}.")
    return time.perf_counter() - start


def seconds_of_cpu(pid):
    """What a process and its children have spent. Linux only. https://docs.kernel.org/scheduler/sched-stats.html"""
    return sum(int(path.read_text().split()[0]) for path in threads_of(pid)) / NANOSECONDS


def threads_of(pid):
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield task / "schedstat"
        for child in (task / "children").read_text().split():
            yield from threads_of(child)


def memory_of(pid):
    """Bytes of memory that each child of a process takes, with its share of what they have in common. Linux only."""
    children = [
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return [proportional_size(child) for child in children]


def proportional_size(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
