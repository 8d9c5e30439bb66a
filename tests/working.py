"""Workers for tests: threads in this process, or processes of their own; what to give them to do, and how to wait."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils import timezone

from comments.models import Comment
from crpsinfo.models import CheckerState
from crpsinfo.work import all_work
from crpsinfo.worker import Worker
from tests.factories import make_article

ROOT = Path(__file__).parent.parent


def post(names, **values):
    """As many comments as there are names, due for their check; each with a text of its own."""
    article, now = make_article(), timezone.now()
    values = {"article": article, "ip": "192.0.2.7", "due_at": now} | values
    rows = [Comment(author_name=name, text=f"Text {n}", **values) for n, name in enumerate(names)]
    return Comment.objects.bulk_create(rows)


def until(condition, seconds=30):
    """Wait for the condition to be true; the test fails if it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def nothing_in_hand():
    """Whether no row is left to a worker."""
    return not any(work.model._base_manager.filter(leased_until__isnull=False).exists() for work in all_work())


def let_probe():
    """As if the pause were over after which the checker is asked again."""
    CheckerState.objects.filter(failing_since__isnull=False).update(probe_at=timezone.now())


# --- In this process ------------------------------------------------------------------------------


@contextmanager
def working(threads):
    """A worker with so many threads, for as long as the block runs."""
    worker = Worker(threads, idle=0.02)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        yield
    finally:
        worker.stop()
        running.join()


@contextmanager
def in_a_thread(call):
    """Call it in a thread of its own, which has ended when the block has."""

    def run():
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()


# --- Processes ------------------------------------------------------------------------------------


class Processes:
    """`with Processes(akismet) as workers: workers.start()`: workers that are processes of their own, with the stand-in
    as their Akismet, on the tests' database or another."""

    threads = 2  # of each worker

    def __init__(self, akismet, *, url=None, lease=5):
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
            "DATABASE_URL": url or database_url(),
            "TEST_AKISMET_URL": akismet.url,
            "TEST_WORK_LEASE": str(lease),  # seconds
        }
        self.running = []

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        for process in self.running:
            process.kill()
            process.wait()

    def manage(self, *command):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True)

    def start(self, count=1):
        """Start so many more. Returns the last."""
        command = [sys.executable, "manage.py", "worker", "--threads", str(self.threads), "--idle", "0.1"]
        for _ in range(count):
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)
            self.running.append(process)
        return self.running[-1]

    def kill(self, number):
        """Give one no time to finish anything."""
        process = self.running.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait()


def database_url():
    """The address of the test database, for other processes."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}@{str(values['HOST']).replace('/', '%2F')}/{values['NAME']}"
