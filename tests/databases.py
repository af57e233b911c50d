"""The databases tests run on: a migrated template for each backend, and copies of it.

Where the PostgreSQL server comes from lives in postgres.py; which test gets what, in conftest.py.
"""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests import postgres, stages
from tests.stages import Stage
from workflow import db

Clock = Callable[[], datetime]
#: Where Linux keeps files in memory, and how many bytes must be free there.
_MEMORY, _ROOM = Path("/dev/shm"), 1 << 30  # noqa: S108 - a folder of our own is made in it


class RolledBack(db.Database):
    """Give sessions on one connection whose transaction is never committed; a commit ends a savepoint.

    One thread at a time: whoever needs two connections, or a real commit, takes a copy of his own.
    """

    def __init__(self, url: str, connection: Connection, clock: Clock | None) -> None:
        self.url = url
        self.clock = clock
        self.info = {}
        self.connection = connection

    def session(self, *, writing: bool) -> Session:
        """Return a new session within the one transaction."""
        session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        session.info.update(self.info, clock=self.clock)
        return session

    def close(self) -> None:
        """Leave the connection to whoever opened it."""


class Backend:
    """One kind of database: its template is migrated once, its copies are named in order."""

    name: str

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._stages: dict[str, Stage] = {}

    @cached_property
    def shared(self) -> db.Database:
        """Open the copy on which all rolled-back tests run that begin with nothing."""
        return db.Database(self.copy())

    def stage(self, name: str) -> Stage:
        """Give the copy in which a world is committed, made when the first test asks for it."""
        if name not in self._stages:
            self._stages[name] = stages.build(name, db.Database(self.copy()))
        return self._stages[name]

    def copy(self) -> str:
        """Copy the migrated template and return the copy's URL."""
        raise NotImplementedError

    def copy_of(self, url: str) -> str:
        """Copy a database that nobody has open and return the copy's URL."""
        raise NotImplementedError

    def empty(self) -> str:
        """Create a database without tables and return its URL."""
        raise NotImplementedError

    def drop(self, url: str) -> None:
        """Remove a copy for good."""
        raise NotImplementedError

    @contextmanager
    def rolled_back(self, clock: Clock | None, stage: str | None = None) -> Iterator[RolledBack]:
        """Give the shared copy, or that of a stage; whatever a test writes to it is gone afterwards."""
        shared = self.shared if stage is None else self.stage(stage).database
        with shared.writer.connect() as connection:
            transaction = connection.begin()
            yield RolledBack(shared.url, connection, clock)
            transaction.rollback()

    @contextmanager
    def fresh(self, clock: Clock | None) -> Iterator[db.Database]:
        """Give a copy of its own to a test that commits, races or crashes; dropped afterwards."""
        database = db.Database(self.copy(), clock=clock)
        try:
            yield database
        finally:
            database.close()
            self.drop(database.url)

    @contextmanager
    def bare(self) -> Iterator[str]:
        """Give the URL of a database without tables to a test that makes them itself; dropped afterwards."""
        url = self.empty()
        try:
            yield url
        finally:
            self.drop(url)

    def close(self) -> None:
        """Close the shared copies, if any test wanted them."""
        copies = [one.database for one in self._stages.values()]
        for copy in (*copies, *([self.shared] if "shared" in self.__dict__ else [])):
            copy.close()
            self.drop(copy.url)


def in_memory(stack: ExitStack) -> Path | None:
    """Give a folder whose files live in memory while `stack` is open, where the machine has room for one.

    SQLite waits for the disk at every commit, and no test outlives its machine: killing a process loses
    nothing there either.
    """
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    return Path(stack.enter_context(TemporaryDirectory(prefix="adref-test-", dir=_MEMORY)))


class SQLite(Backend):
    """Files in one folder; a copy is a copy of the file."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    @cached_property
    def template(self) -> Path:
        """Migrate the template file."""
        path = self.folder / "template.db"
        db.migrate(f"sqlite:///{path}")
        return path

    def copy(self) -> str:
        """Copy the template file."""
        return self.copy_of(f"sqlite:///{self.template}")

    def copy_of(self, url: str) -> str:
        """Copy a file, with nothing left in its write-ahead log."""
        original = Path(url.removeprefix("sqlite:///"))
        connection = sqlite3.connect(original)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        path = self.folder / f"copy-{next(self._numbers)}.db"
        shutil.copyfile(original, path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        """Name a file that is not there yet: SQLite makes it."""
        return f"sqlite:///{self.folder / f'empty-{next(self._numbers)}.db'}"

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        path = Path(url.removeprefix("sqlite:///"))
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class PostgreSQL(Backend):
    """Databases of one server, all named after this process.

    A commit waits for the disk only where the databases are to be `synced`, as an operator's are.
    """

    name = "postgresql"

    def __init__(self, *, synced: bool = False) -> None:
        super().__init__()
        self.synced = synced
        self._stack = ExitStack()
        # The server writes all it holds to the disk before it drops a database: nothing need wait for that.
        self._dropping = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dropping")
        self._dropped: list[Future[None]] = []
        self.prefix = f"adref_test_{os.getpid()}"

    @cached_property
    def server(self) -> postgres.Server:
        """Find or start the server when the first test asks for it."""
        return postgres.find(self._stack)

    @cached_property
    def template(self) -> str:
        """Migrate the template database."""
        self._create(self.prefix, "template0")
        db.migrate(self._url(self.prefix))
        return self.prefix

    def copy(self) -> str:
        """Create a database from the template."""
        return self.copy_of(self._url(self.template))

    def copy_of(self, url: str) -> str:
        """Create a database from another."""
        name = f"{self.prefix}_{next(self._numbers)}"
        self._create(name, _name(url))
        return self._url(name)

    def empty(self) -> str:
        """Create a database from the server's own empty template."""
        name = f"{self.prefix}_empty_{next(self._numbers)}"
        self._create(name, "template0")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Let the database be dropped, whoever is still connected to it, by the time all is closed."""
        self._dropped.append(self._dropping.submit(self._drop, _name(url)))

    def close(self) -> None:
        """Drop the copy and the template, and stop the server if it was started here."""
        with self._stack:
            super().close()
            self._dropping.shutdown()
            for one in self._dropped:
                one.result()
            if "server" in self.__dict__:
                self._drop(self.prefix)

    def _url(self, name: str) -> str:
        return self.server.url.set(database=name).render_as_string(hide_password=False)

    def _create(self, name: str, template: str) -> None:
        # The same order and case rules wherever the server comes from.
        command = "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        self._drop(name)
        with self.server.connect() as connection:
            connection.execute(sql.SQL(command).format(sql.Identifier(name), sql.Identifier(template)))
            if self.synced:
                return
            # No test outlives its server: a commit need not wait for the disk of one that somebody else runs.
            unhurried = sql.SQL("ALTER DATABASE {} SET synchronous_commit TO off")
            connection.execute(unhurried.format(sql.Identifier(name)))

    def _drop(self, name: str) -> None:
        with self.server.connect() as connection:
            command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(command.format(sql.Identifier(name)))


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
