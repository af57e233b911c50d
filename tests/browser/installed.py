"""The product as it is installed: its pages on a port of their own, a database file, a real mail server.

The clock is the test's, and ticks when told. Browsers are in browsing.py, what people do in walks.py.
"""

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

import waitress
from flask import Flask
from waitress import wasyncore

from config.demo import setting_up
from tests.settable_clock import SettableClock
from workflow import settings, worker
from workflow.app import create_app
from workflow.clock import Ticked
from workflow.notices.catcher import Catcher

HOST = "127.0.0.1"
#: A browser sends many requests and one test signs many people in, all from one address.
UNLIMITED = {"ADREF_RATELIMIT_ENABLED": "no"}
#: The cheapest the library takes; a real hash would cost most of a walk's time.
CHEAP = {"ADREF_ARGON2_TIME_COST": "1", "ADREF_ARGON2_MEMORY_COST": "8", "ADREF_ARGON2_PARALLELISM": "1"}

SECRETARIAT = "siti.rahmawati@secretariat.example"
SHEPHERD = "mariateresa.santos@ph.example"
TWO_CAPACITIES = "ramon.villanueva@ph.example"
PROGRAMME = "claire.donovan@programme.example"
MALAYSIA = "nurul.hashim@my.example"
SINGAPORE = "rajesh.pillai@sg.example"
VIET_NAM = "nguyen.lan@vn.example"
THAI_DRAFTER = "anan.wongsa@th.example"


class Installed:
    """The running product; everybody of the demonstration has the same password."""

    def __init__(self, app: Flask, clock: SettableClock, address: str) -> None:
        self.app, self.clock, self.address = app, clock, address
        self.letters = Path(app.config["MAILBOX_DIR"])
        self.database = app.extensions["adref"]
        self.password = setting_up.password()

    def tick(self, at: datetime | None = None) -> Ticked:
        """Set the clock, if an instant is given, and let it do what it owes, letters included."""
        self.clock.now = at or self.clock.now
        return worker.tick_once(self.app)


Act = Callable[[Installed], None]


@contextmanager
def installed(folder: Path, *, after: Act | None = None) -> Iterator[Installed]:
    """Give the product in this folder, served and with its mail server: a demonstration, after these acts.

    Setting up and acting take seconds, so both are done once a run; every test has a copy of what they made.
    """
    made, instant = _made(after)
    shutil.copytree(made, folder, dirs_exist_ok=True)
    with _running(folder, SettableClock(instant)) as product:
        yield product


@cache
def _made(after: Act | None) -> tuple[Path, datetime]:
    """Return a folder that holds the product set up and acted on, stopped, and the instant it stands at."""
    folder = Path(tempfile.mkdtemp(prefix="adref-"))
    atexit.register(shutil.rmtree, folder)
    clock = SettableClock()
    with _running(folder, clock) as product:
        if after is not None:
            after(product)
    return folder, clock.now


@contextmanager
def _running(folder: Path, clock: SettableClock) -> Iterator[Installed]:
    environment = {
        "ADREF_CONFIG": "demonstration",
        # The clock moves by weeks, and nobody signs in anew.
        "ADREF_SESSION_HOURS": "100000",
        "ADREF_DATABASE_URL": f"sqlite:///{folder}/adref.sqlite3",
        "ADREF_MAILBOX_DIR": str(folder / "mailbox"),
        "ADREF_LOG_FOLDER": str(folder / "log"),
        "ADREF_SECRET_KEY": "a key for the seconds this test takes",
        "ADREF_CLOCK_THREAD": "no",
    }
    new = not (folder / "adref.sqlite3").exists()
    chosen = settings.load(environment | UNLIMITED | CHEAP)
    catcher = Catcher(folder / "mailbox").start()
    try:
        app = create_app({**chosen, "CLOCK": clock, "MAIL_SERVER": HOST, "MAIL_PORT": catcher.port})
        if new:
            setting_up.set_up(app)
        with served(app) as address:
            app.extensions["adref"].info["base_url"] = address
            yield Installed(app, clock, address)
        app.extensions["adref"].close()
    finally:
        catcher.stop()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the pages in a thread, on a free port; gives their address."""
    server = waitress.create_server(app, host=HOST, port=0, threads=4)
    thread = threading.Thread(target=server.run, name="pages")
    thread.start()
    try:
        yield f"http://{HOST}:{server.effective_port}"
    finally:
        # Asked of the server's own thread: nobody else may close what it waits on.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive()
