"""Databases to measure on: new, all alike, and thrown away afterwards."""

import argparse
import os
import secrets
import sqlite3
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg2

from benchmarks.processes import Failed, environment, inside
from tests.run import postgresql

SQLITE, POSTGRESQL = "sqlite", "postgresql"
READY = "ready.sqlite3"


def parser_of(description, **more):
    """The parser of a program that measures on either database: PostgreSQL without a choice if DATABASE_URL is one."""
    given = POSTGRESQL if os.environ.get("DATABASE_URL", "").startswith("postgres") else SQLITE
    parser = argparse.ArgumentParser(description=description, **more)
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=given)
    return parser


@contextmanager
def new_databases(kind, count, folder):
    """(the database's name and version, the addresses of so many databases that are ready for a site). Raises Failed.

    SQLite's are files in the folder. PostgreSQL's are in the server that DATABASE_URL names, beside what is there, or
    in a private one, which does not wait for the disk."""
    if kind == SQLITE:
        yield f"SQLite {sqlite3.sqlite_version}", sqlite_files(folder, count)
        return
    with postgresql() as server:
        if server is None:
            raise Failed("DATABASE_URL names no PostgreSQL server, and no server's binaries are on this machine.")
        try:
            with postgresql_databases(server, count) as found:
                yield found
        except psycopg2.Error as error:
            raise Failed(f"PostgreSQL: {error}") from error


def sqlite_files(folder, count):
    """Copies of one that is ready."""
    paths = [folder / f"{number}.sqlite3" for number in range(count)]
    with closing(sqlite3.connect(Path(ready_folder().name) / READY)) as source:
        for path in paths:
            with closing(sqlite3.connect(path)) as copy:
                source.backup(copy)
    return [f"sqlite:///{path}" for path in paths]


@cache
def ready_folder():
    """The TemporaryDirectory of an SQLite database that is ready for a site: made once, and gone with the process."""
    folder = TemporaryDirectory(prefix="crpsinfo-bench-ready-")
    inside(environment(f"sqlite:///{folder.name}/{READY}"), "prepare")
    return folder


@contextmanager
def postgresql_databases(server, count):
    """The same in a server, with the same answer as `new_databases`."""
    run = secrets.token_hex(4)
    first, *others = names = [f"crpsinfo_measured_{run}_{number}" for number in range(count)]
    urls = [urlsplit(server)._replace(path=f"/{name}").geturl() for name in names]
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        try:
            cursor.execute(f"CREATE DATABASE {first}")
            inside(environment(urls[0]), "prepare")
            for name in others:
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE {first}")
            cursor.execute("SELECT split_part(version(), ' ', 2), current_setting('fsync')")
            yield "PostgreSQL {} (fsync {})".format(*cursor.fetchone()), urls
        finally:
            for name in names:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
