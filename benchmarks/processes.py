"""Processes of a measured site: their environment, and that none outlives the benchmark."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
OF_THE_MACHINE = ("HOME", "LANG", "TMPDIR")  # handed on; nothing else that somebody has set is


class Failed(Exception):
    """There is no result, or none that means anything. As text: why."""


def environment(database_url, **values):
    """All variables of a site's process: of the machine, of `benchmarks.settings`, and these."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {name: os.environ[name] for name in OF_THE_MACHINE if name in os.environ} | {
        "PATH": programs,
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": database_url,
        **values,
    }


def inside(variables, *arguments):
    """What `benchmarks.inside` answers, run with these variables. Raises Failed."""
    command = [sys.executable, "-m", "benchmarks.inside", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(arguments)} failed within a site.\n{done.stderr}")
    return done.stdout


@contextmanager
def process(command, variables, log):
    """Run a command for as long as the block does; what it says goes to the file `log`.

    It gets a session of its own: Ctrl-C reaches this program alone, which then ends the processes, theirs included."""
    with log.open("wb") as output:
        each = {"cwd": ROOT, "env": variables, "stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        started = subprocess.Popen(command, start_new_session=True, **each)
        try:
            yield started
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)  # its database is thrown away: there is nothing to finish
            started.wait()


def free_ports(count):
    """So many different ports that nobody listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
