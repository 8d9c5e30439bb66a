"""`python -m crpsinfo.run Procfile`: start a Procfile's processes together on one machine (see `make run`)."""

import os
import socket
import sys
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager

from crpsinfo import settings

TRIES = 10

WELCOME = """
The site:   {site}/
The admin:  {site}/admin/
To make the first moderator:  {python} manage.py createsuperuser
(then, in the admin, give other people a user in the group Moderator or Editor)
Stop with Ctrl-C.
"""


def main(procfile):
    """Run until one process ends or Ctrl-C; returns the exit code of the process that ended first."""
    processes = parse_procfile(Path(procfile).read_text()).processes
    bin_dir = Path(sys.executable).parent
    env = os.environ | {
        "PATH": f"{bin_dir}{os.pathsep}{os.environ.get('PATH', '')}",
        "PORT": str(settings.PORT),
        "SITE_URL": settings.SITE_URL,
        "PYTHONUNBUFFERED": "1",
    }
    if "akismet" in processes:
        port = str(free_port())
        stand_in = f"http://127.0.0.1:{port}"
        env |= {"AKISMET_PORT": port, "AKISMET_API_URL": stand_in, "AKISMET_API_KEY": "local-stand-in"}
    manager = Manager()
    for name, command in processes.items():
        manager.add_process(name, kept_alive(command), env=env)
    sys.stdout.write(WELCOME.format(site=settings.SITE_URL, python=os.path.relpath(sys.executable)))
    sys.stdout.flush()
    manager.loop()
    return manager.returncode


def kept_alive(command):
    """A shell command that starts `command` again a second after it failed or was killed, and gives up on one that does
    so for the tenth time."""
    give_up = f"[ $n -lt {TRIES} ] || exit 1"
    return f"n=1; until {command}; do {give_up}; n=$((n + 1)); echo 'It ended. Starting it again.'; sleep 1; done"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
