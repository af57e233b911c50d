"""A scaled installation on this machine: PostgreSQL, a broker, web hosts, workers, beat, a signer.

Each is the real program on a port or in a folder of its own. What is done with them is in the tests.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from tests.databases import PostgreSQL
from tests.house_sources import ROOT
from tests.notices.servers import free_port
from tests.scaled.processes import Process, wait_for
from tests.scaled.shifted_clock import ShiftedClock
from workflow import settings
from workflow.app import create_app
from workflow.db import Database, migrate
from workflow.notices.catcher import Catcher

BIN = Path(sys.executable).parent
#: Starts a process as docs/operations.md says.
START = str(ROOT / "config" / "hosts" / "start")
#: How far the clock of the second web host is off.
WRONG_CLOCK = "+3d"


@dataclass
class Installation:
    """A running installation; `app` is a host like the others, without pages, from which the tests act."""

    folder: Path
    environment: dict[str, str]
    clock: ShiftedClock
    app: Flask
    ports: tuple[int, int]
    servers: PostgreSQL
    redis: Process
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """Return the one database."""
        found: Database = self.app.extensions["adref"]
        return found

    @property
    def letters(self) -> Path:
        """Return the folder in which the mail catcher keeps letters."""
        return self.folder / "mailbox"

    def start(self, name: str, *command: str, **more: str) -> Process:
        """Start one more process of the installation, with more in its environment."""
        made = Process(name, command, {**self.environment, **more}, self.folder / f"{name}.log")
        self.processes[name] = made
        return made.start()

    def flask(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the operator's on the host that signs, and return what came of it."""
        return subprocess.run(
            [str(BIN / "flask"), "--app", "workflow.app", *words],
            cwd=ROOT,
            env={**self.environment, **self.signing},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def signing(self) -> dict[str, str]:
        """Return the settings of the one host that signs."""
        return {"ADREF_LOG_SIGNS": "true", "ADREF_LOG_FOLDER": str(self.folder / "log")}

    def start_signer(self) -> Process:
        """Start the one consumer of the signing queue, which holds the key."""
        return self.start("signer", START, "signer", **self.signing)

    def start_worker(self, number: int) -> Process:
        """Start a worker that keeps deadlines and sends letters."""
        return self.start(f"worker-{number}", START, "worker", NUMBER=str(number), WORKER_PROCESSES="1")

    def start_web(self, number: int, **more: str) -> Process:
        """Start a web host with two processes."""
        more |= {"ADREF_METRICS_FOLDER": str(self.folder / f"metrics-{number}")}
        return self.start(f"web-{number}", START, "web", PORT=str(self.ports[number - 1]), **more)

    def start_all(self) -> None:
        """Start two web hosts, the second with a wrong clock, two workers, beat and the signer."""
        self.start_web(1)
        self.start_web(2, **wrong_clock())
        for number in (1, 2):
            self.start_worker(number)
        self.start_signer()
        self.start("beat", START, "beat")
        for port in self.ports:
            wait_for(lambda port=port: _answers(port), f"web host on port {port}\n{self.said()}")

    def stop(self) -> None:
        """Stop everything that was started, beat first."""
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            process.stop()

    def said(self) -> str:
        """Return the end of what each process has said, for whoever must find out why something failed."""
        return "\n".join(f"-- {name}:\n{one.said()[-1500:]}" for name, one in self.processes.items())


def wrong_clock() -> dict[str, str]:
    """Return the environment in which a process sees another day."""
    asked = ["faketime", "-f", WRONG_CLOCK, "printenv", "LD_PRELOAD"]
    preload = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True)
    return {"LD_PRELOAD": preload.stdout.strip(), "FAKETIME": WRONG_CLOCK}


@contextmanager
def installation() -> Iterator[Installation]:
    """Give a migrated installation with a broker and a mail catcher, without any host yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="adref-scaled-")))
        servers = PostgreSQL()
        stack.callback(servers.close)
        redis, broker = stack.enter_context(_redis(folder))
        catcher = Catcher(folder / "mailbox").start()
        stack.callback(catcher.stop)
        url, ports = servers.empty(), (free_port(), free_port())
        stack.callback(servers.drop, url)
        environment = _environment(folder, url, broker, catcher.port, ports[0])
        app = create_app(settings.load(environment))
        stack.callback(app.extensions["adref"].close)
        made = Installation(
            folder, environment, ShiftedClock(app.extensions["adref"]), app, ports, servers, redis
        )
        stack.callback(made.stop)
        migrate(url)
        made.clock = ShiftedClock.installed(made.database)
        yield made


def _environment(folder: Path, url: str, redis: str, mail: int, web: int) -> dict[str, str]:
    chosen = {
        "CONFIG": "demonstration",
        "DATABASE_URL": url,
        # Another broker, such as RabbitMQ, if one is named.
        "BROKER_URL": os.environ.get("TEST_BROKER_URL", redis),
        "RATELIMIT_STORAGE_URI": redis,
        "RATELIMIT_SIGN_IN": "1000 per minute",
        # What a password costs is no part of this.
        "ARGON2_TIME_COST": "1",
        "ARGON2_MEMORY_COST": "1024",
        "ARGON2_PARALLELISM": "1",
        "BASE_URL": f"http://127.0.0.1:{web}",
        "SECRET_KEY": "a key for the minutes this installation stands",
        "MAIL_PORT": str(mail),
        "MAILBOX_DIR": str(folder / "mailbox"),
        "CLOCK_THREAD": "false",
        "CLOCK_INTERVAL_SECONDS": "1",
        "LOG_SIGNS": "false",
        "JOURNAL_AS_JSON": "true",
        "JOURNAL_LEVEL": "INFO",
        "METRICS_ADDRESSES": "127.0.0.1",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ADREF_")}
    return kept | {f"ADREF_{name}": value for name, value in chosen.items()}


@contextmanager
def _redis(folder: Path) -> Iterator[tuple[Process, str]]:
    """Give a Redis of the installation's own, which keeps nothing, and its address."""
    program = shutil.which("redis-server")
    assert program, "No Redis here. Install it: apt-get install redis-server"
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    redis = Process("redis", command, dict(os.environ), folder / "redis.log").start()
    try:
        wait_for(lambda: "eady to accept" in redis.said(), f"Redis\n{redis.said()}")
        yield redis, f"redis://127.0.0.1:{port}/0"
    finally:
        redis.stop()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
