"""The clock in a thread of the web process, for one machine; elsewhere `flask clock tick` does the same.

What a tick does is in `workflow/clock.py`; the clock on Celery, for many machines, is in `tasks`.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

from workflow.clock import Ticked, deliver_due, read_due, tick
from workflow.db import Database
from workflow.notices.inbox import ReadMail

log = logging.getLogger(__name__)


class ClockThread(threading.Thread):
    """Ticks every `interval` seconds until stopped; a tick that fails is logged and the next one comes."""

    def __init__(
        self,
        database: Database,
        deliver: Callable[[Database], int],
        interval: float,
        sign: Callable[[Database], int] | None = None,
    ) -> None:
        super().__init__(name="clock", daemon=True)
        self.database, self.deliver, self.interval, self.sign = database, deliver, interval, sign
        self.stopping = threading.Event()

    def run(self) -> None:
        """Tick until stopped."""
        while not self.stopping.is_set():
            try:
                tick(self.database, self.deliver, self.sign)
            except Exception:
                # Whatever it was, deadlines must go on being kept; the operator reads it in the log.
                log.exception("The clock's tick failed; it ticks again in %s s.", self.interval)
            self.stopping.wait(self.interval)

    def stop(self, timeout: float = 10.0) -> None:
        """Stop after the tick that runs, waiting at most `timeout` seconds for it."""
        self.stopping.set()
        self.join(timeout)


class MailboxThread(threading.Thread):
    """Reads the mailbox beside the clock, which never waits for it; what fails is logged and tried again."""

    def __init__(self, database: Database, read: Callable[[Database], ReadMail], interval: float) -> None:
        super().__init__(name="mailbox", daemon=True)
        self.database, self.read, self.interval = database, read, interval
        self.stopping = threading.Event()

    def run(self) -> None:
        """Read until stopped."""
        while not self.stopping.is_set():
            try:
                self.read(self.database)
            except Exception:
                # A fault in reading ends no thread: what waits in the mailbox is read at the next try.
                log.exception("The mailbox could not be read; it is tried again in %s s.", self.interval)
            self.stopping.wait(self.interval)

    def stop(self, timeout: float = 10.0) -> None:
        """Stop after the reading that runs, waiting at most `timeout` seconds for it."""
        self.stopping.set()
        self.join(timeout)


class Application(Protocol):
    """What the worker needs of the web application."""

    config: Any
    extensions: dict[str, Any]


def init_app(app: Application) -> None:
    """Prepare the clock of this application; nothing runs until `start`."""
    interval = float(app.config["CLOCK_INTERVAL_SECONDS"])
    app.extensions["clock"] = ClockThread(
        app.extensions["adref"], _deliver(app), interval, app.extensions["log_signer"].sign_owed
    )
    app.extensions["mailbox_reader"] = MailboxThread(app.extensions["adref"], _read(app), interval)


def start(app: Application) -> None:
    """Start the clock's thread where the settings want it in this process."""
    if app.config["CLOCK_THREAD"]:
        app.extensions["clock"].start()
        if app.extensions["mailbox_settings"].is_set:
            app.extensions["mailbox_reader"].start()


def tick_once(app: Application) -> Ticked:
    """Tick once, now: what an operator or a timer asks for."""
    return tick(app.extensions["adref"], _deliver(app), app.extensions["log_signer"].sign_owed)


def read_once(app: Application) -> ReadMail:
    """Read the mailbox now if it is due: what follows a tick from the command line."""
    return _read(app)(app.extensions["adref"])


def deliver_once(app: Application) -> int:
    """Send the letters that are due, as many as a tick sends; returns how many were sent."""
    return _deliver(app)(app.extensions["adref"])


def sign_once(app: Application) -> int:
    """Sign what is owed, where this process holds the key; returns how many checkpoints that were."""
    signed: int = app.extensions["log_signer"].sign_owed(app.extensions["adref"])
    return signed


def _read(app: Application) -> Callable[[Database], ReadMail]:
    def read(database: Database) -> ReadMail:
        returns = app.extensions["mail_settings"].returns
        return read_due(database, app.extensions["mailbox_settings"], returns)

    return read


def _deliver(app: Application) -> Callable[[Database], int]:
    def deliver(database: Database) -> int:
        return deliver_due(database, app.extensions["mail_settings"])

    return deliver
