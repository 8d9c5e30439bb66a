"""A private PostgreSQL server in a folder of its own, on a socket, without a network port."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# Nobody needs what is in it after a crash, its tables are small, and what is in them is gone a moment later.
HASTY = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1d",
    "jit": "off",
}


def programs():
    """The folder of the newest server's binaries on this machine, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found += [Path(path) for path in [shutil.which("initdb")] if path]
    return found[-1].parent if found else None


class PrivatePostgres:
    """`with PrivatePostgres() as server: server.url` runs one for as long as the block does.

    The server refuses to run as root, so root hands the folder to the user `postgres`."""

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="crpsinfo-pg-")
        self.folder = Path(self.temporary.name)
        self.as_user = []
        if os.geteuid() == 0:
            self.as_user = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()
        self.temporary.cleanup()

    @property
    def url(self):
        return f"postgres://postgres@{str(self.folder).replace('/', '%2F')}/postgres"

    def start(self):
        options = " ".join(f"-c {name}={value}" for name, value in HASTY.items())
        self.run("pg_ctl", "-o", f"-k {self.folder} {options}", "-l", self.folder / "log", "-w", "start")

    def stop(self):
        self.run("pg_ctl", "-m", "immediate", "-w", "stop")

    def run(self, program, *arguments):
        command = [*self.as_user, programs() / program, "-D", self.folder / "data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
