"""A server process that a test starts, visits over HTTP, traces and kills."""

import multiprocessing
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import waitress
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event

from tests.faults.crash_child import LODGED
from tests.faults.crash_worlds import Installation, Place
from tests.notices.servers import free_port
from tests.settable_clock import SettableClock

#: How long anything may take, in seconds.
PATIENCE = 100
#: What a page says of the act it could not answer as usual.
NOTHING, UNKNOWN = "Nothing was recorded.", "It is not known whether what you sent was recorded."
RECORDED = "What you sent is recorded"


@dataclass
class Answer:
    """What a visitor got: the status, 0 where the line broke; the body."""

    status: int
    body: str

    @property
    def says(self) -> str:
        """Return the words of the page, without its marks."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.body).split())


@dataclass
class Served:
    """One installation with a process that serves it; `pragmas` plant a defect."""

    installation: Installation
    place: Place
    pragmas: tuple[str, ...] = ()
    port: int = 0
    process: BaseProcess | None = None

    def __enter__(self) -> "Served":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the process and wait until it answers."""
        self.port = free_port()
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.crash_warm"])
        self.alive, theirs = context.Pipe()
        given = (self.installation, self.port, self.pragmas, theirs)
        self.process = context.Process(target=_serve, args=given, daemon=True)
        self.process.start()
        theirs.close()
        assert self.alive.poll(PATIENCE), "the server does not start"
        assert self.alive.recv() == "ready"

    @property
    def pid(self) -> int:
        """Return the number of the process."""
        assert self.process is not None
        assert self.process.pid is not None
        return self.process.pid

    def kill(self) -> None:
        """Kill the process, which leaves what it gave the kernel."""
        assert self.process is not None
        self.process.kill()
        self.process.join(PATIENCE)
        self.alive.close()

    def object(self, version: int, key: str, words: str = "It is not ready.") -> Answer:
        """Object to one version with this idempotency key."""
        sent = {"key": key, f"kind-{version}": "objection", f"reasons-{version}": words}
        return self.post(f"/desk/{self.place.circulation}/answers", sent | {"rest": "no_answer"})

    def post(self, path: str, sent: dict[str, str]) -> Answer:
        """Send a form as whoever speaks, and follow nothing."""
        return self.ask("POST", path, urlencode(sent), {"Content-Type": "application/x-www-form-urlencoded"})

    def ask(
        self, method: str, path: str, body: str | None = None, more: dict[str, str] | None = None
    ) -> Answer:
        """Ask for a page as whoever speaks."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(
                method, path, body, {"Cookie": self._cookie(), "Accept": "text/html", **(more or {})}
            )
            answer = line.getresponse()
            return Answer(answer.status, answer.read().decode("utf-8", "replace"))
        except OSError as broken:
            return Answer(0, str(broken))
        finally:
            line.close()

    def _cookie(self) -> str:
        app = self.installation.app(None)
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        session = {"_user_id": self.place.person, "capacity": self.place.appointment, "used": 2**40}
        return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}"


def _serve(installation: Installation, port: int, pragmas: tuple[str, ...], alive: Connection) -> None:
    app = installation.app(SettableClock(LODGED))

    def planted(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(app.extensions["adref"].reader, "connect", planted)
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=2)
    # When the tests end, however they end, the pipe closes and so does the server.
    threading.Thread(target=_until_closed, args=(alive,), daemon=True).start()
    alive.send("ready")
    server.run()


def _until_closed(alive: Connection) -> None:
    try:
        alive.recv()
    except EOFError:
        os._exit(0)


@contextmanager
def traced(pid: int, *options: str) -> Iterator[None]:
    """Let strace watch every thread of a process, or fail its system calls, while the block runs."""
    command = ["strace", "-f", "-p", str(pid), *options]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert tracer.stderr is not None
    last = time.monotonic() + PATIENCE
    # Every thread of a traced process names its tracer.
    while not all(_tracer_of(task) for task in Path(f"/proc/{pid}/task").iterdir()):
        assert tracer.poll() is None, tracer.stderr.read()
        assert time.monotonic() < last, "strace does not attach"
        time.sleep(0.02)
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=PATIENCE)


def _tracer_of(task: Path) -> int:
    status = (task / "status").read_text()
    return int(status.partition("TracerPid:")[2].split()[0])


def failing(call: str, error: str, path: str | Path | None = None) -> list[str]:
    """Return the options that fail a system call with an error, of one file if a path is given."""
    only = [] if path is None else ["-P", str(path)]
    return ["-o", "/dev/null", *only, "-e", f"trace={call}", "-e", f"inject={call}:error={error}"]
