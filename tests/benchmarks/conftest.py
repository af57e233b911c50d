"""What benchmarks can ask for: databases whose commits wait for the disk, as a user's do.

The tests' own databases forget that wait, and SQLite's files lie in memory there.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import postgres
from tests.benchmarks import measured
from tests.databases import Backend, PostgreSQL, SQLite
from tests.house_sources import ROOT

_DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=100")


class DurablePostgreSQL(PostgreSQL):
    """Databases of a server that waits for the disk at each commit."""

    @cached_property
    def server(self) -> postgres.Server:
        """Use a server that runs, else start one that keeps its word."""
        with ExitStack() as stack:
            for source in (postgres.from_environment, postgres.from_local_port):
                try:
                    return source(stack)
                except postgres.Unavailable:
                    continue
        folders = postgres.installed() or [postgres.embedded(self._stack)]
        return self._stack.enter_context(postgres.started(folders[0], "started here", _DURABLE))


@pytest.fixture(scope="session")
def disk() -> Iterator[Path]:
    """Give a folder on the disk of the project."""
    (ROOT / "build").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="measured-", dir=ROOT / "build") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def durable_sqlite(disk: Path) -> Iterator[SQLite]:
    """Give SQLite files on the disk."""
    files = SQLite(disk)
    yield files
    files.close()


@pytest.fixture(scope="session")
def durable_postgresql() -> Iterator[DurablePostgreSQL]:
    """Give databases of a PostgreSQL that waits for the disk."""
    databases = DurablePostgreSQL(synced=True)
    yield databases
    databases.close()


@pytest.fixture(params=["durable_sqlite", "durable_postgresql"])
def durable(request: pytest.FixtureRequest) -> Backend:
    """Measure once on each kind of database."""
    backend: Backend = request.getfixturevalue(request.param)
    return backend


@pytest.fixture(scope="session", autouse=True)
def kept_lines() -> None:
    """Begin the file of this run's lines anew."""
    measured.KEPT.unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table once more, in the order of its rows, where a person looks last."""
    if measured.KEPT.exists():
        lines = measured.KEPT.read_text().splitlines()
        terminalreporter.write_sep("=", f"the table, also in {measured.KEPT.relative_to(ROOT)}")
        for line in sorted(lines, key=lambda line: line.split(":")[0]):
            terminalreporter.write_line(line)
