"""A PostgreSQL cluster of a test's own, as an operator runs one, that is killed and started again.

Where binaries come from, and the cluster that other tests share, is in tests/postgres.py.
"""

import ctypes
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL

from tests import databases, postgres

#: How a cluster dies: all its processes at once, one of its backends, or by an immediate shutdown.
WAYS = ("all", "backend", "immediate")
_PATIENCE = 60
_SET_PARENT_DEATH_SIGNAL = 1


@dataclass
class Cluster:
    """One cluster in a folder; `settings` are given to the server on top of its own."""

    binaries: Path
    folder: Path
    settings: tuple[str, ...] = ()
    server: postgres.Server = field(init=False)
    process: "subprocess.Popen[bytes]" = field(init=False)

    def start(self) -> None:
        """Start the server on its files, as they are, and wait until it lets us in."""
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        command += ["-h", "", *(part for one in self.settings for part in ("-c", one))]
        log = self.folder / "log"
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                command,
                stdout=written,
                stderr=written,
                cwd=self.folder,
                preexec_fn=_die_with_the_tests,
                **postgres.unprivileged(),
            )
        url = URL.create("postgresql", "adref", database="postgres", query={"host": str(self.folder)})
        self.server = postgres.answering(postgres.Server(url, "a cluster of its own"), log)

    def die(self, way: str) -> None:
        """Kill the cluster in one of the `WAYS`, and start it again where it does not do so by itself."""
        if way == "backend":
            backends = [one for one in self._children() if b"adref adref_test" in _command(one)]
            for one in backends[:1]:
                os.kill(one, signal.SIGKILL)
            time.sleep(0.1)
            postgres.answering(self.server, self.folder / "log")
            return
        if way == "all":
            # Those that are not killed would hold the memory that all share.
            for one in [self.process.pid, *self._children()]:
                os.kill(one, signal.SIGKILL)
        else:
            self.process.send_signal(signal.SIGQUIT)
        self.process.wait(_PATIENCE)
        self.start()

    def back(self) -> None:
        """Wait until the server lets us in after a panic; start it where it gave up, as an operator does."""
        try:
            # Who cannot recover gives up in a moment; who can, goes on for ever.
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            postgres.answering(self.server, self.folder / "log")
        else:
            self.start()

    def named(self, kind: str) -> int:
        """Return the number of the one process of a kind, as the server calls it."""
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = %s"
        with self.server.connect() as connection:
            return int(connection.execute(query, (kind,)).fetchall()[0][0])

    def stop(self) -> None:
        """Stop the server for good."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(_PATIENCE)

    def databases(self) -> databases.PostgreSQL:
        """Return a kind of database whose copies are made on this cluster, and synced as it is set."""
        made = databases.PostgreSQL(synced=True)
        made.__dict__["server"] = self.server
        return made

    def _children(self) -> list[int]:
        task = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return [int(one) for one in Path(task).read_text().split()]


@contextmanager
def cluster(*settings: str) -> Iterator[Cluster]:
    """Give a running cluster that syncs what it commits, unless settings say otherwise."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="adref-own-")))
        account = postgres.unprivileged()
        if account:
            os.chown(folder, account["user"], account["group"])
        binaries = next(iter(postgres.installed()), None) or postgres.embedded(stack)
        postgres.initialise(binaries, folder, account)
        own = Cluster(binaries, folder, settings)
        own.start()
        try:
            yield own
        finally:
            own.stop()


def _die_with_the_tests() -> None:
    """Ask the kernel for an immediate shutdown when the process that started the server is gone."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
