"""The worker's loop: a few threads that claim due rows until they are told to stop."""

import logging
import threading
import time

from django.db import Error, close_old_connections, connection

from crpsinfo import periodic
from crpsinfo.work import all_work

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30  # seconds between attempts to reach a database that is away
TURN = 1  # seconds that a thread spends on one kind of work before it looks at the next


class Worker:
    """Works on due rows in `threads` threads, looking for new ones every `idle` seconds when there are none."""

    def __init__(self, threads=4, idle=1.0):
        self.idle = idle
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.loop, name=f"work-{n}") for n in range(threads)]

    def run(self):
        """Work until `stop` is called; what is in hand then is finished first."""
        for thread in self.threads:
            thread.start()
        for thread in self.threads:
            thread.join()

    def stop(self, *signal):
        self.stopping.set()

    def loop(self):
        """One thread's work. A database that is away is waited for."""
        pause, scheduled = self.idle, False
        while not self.stopping.is_set():
            try:
                if not scheduled:
                    periodic.schedule()
                    scheduled = True
                busy = self.work_once()
                pause = self.idle
            except Error as error:
                log.warning("The database cannot be used now: %s", type(error).__name__)
                connection.close()
                busy, pause = False, min(pause * 2, LONGEST_PAUSE)
            if not busy:
                close_old_connections()
                self.stopping.wait(pause)
        connection.close()

    def work_once(self):
        """Each kind of work gets its turn. Returns whether there was any."""
        turns = [self.take_turn(work) for work in all_work()]
        return any(turns)

    def take_turn(self, work):
        """Work on due rows of one kind for a while. Returns whether there was any."""
        ends_at, any_done = time.monotonic() + TURN, False
        while work.do_one():
            any_done = True
            if time.monotonic() > ends_at or self.stopping.is_set():
                break
        return any_done


def work_off():
    """Do everything that is due now, in this thread, and return. For tests and `worker --once`."""
    periodic.schedule()
    worker = Worker(threads=0)
    while worker.work_once():
        pass
