"""The program as it is run, under a machine's clock that jumps three days and back while it works.

The clock is set by libfaketime (apt-get install faketime), for one child process alone; on SQLite the
process's own clock is the one that counts (rule 12). Random walks are in test_clock_jumps.py.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from tests.clockwork import Clockwork
from tests.house_sources import ROOT
from tests.notices.conftest import port, script
from tests.notices.rounds import DEADLINE
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import SettableClock
from tests.test_worker import wait_until
from workflow.db import Database
from workflow.domain.terms import CirculationStatus, ResponseKind

__all__ = ["port", "script"]

pytestmark = [pytest.mark.torture, pytest.mark.timeout(180), ONE_DATABASE]

EVE, AFTER = datetime(2020, 10, 6, 12, 0), datetime(2020, 10, 9, 12, 0)  # noqa: DTZ001 - as the machine shows it
#: Ticks until it is stopped, as a server does; `select` is the one wait that libfaketime leaves alone.
SERVER = """import logging, select
from workflow import worker
from workflow.app import create_app

logging.basicConfig()
app = create_app()
while True:
    worker.tick_once(app)
    print("ticked", flush=True)
    select.select([], [], [], 0.2)
"""


@pytest.fixture
def clockwork(fresh_database: Database, clock: SettableClock, port: int) -> Clockwork:
    """Give a circulation that is served to all."""
    clockwork = Clockwork.wound(fresh_database, clock, port)
    clockwork.tick()
    return clockwork


class Machine:
    """A machine's clock, for the child processes that are started under it."""

    def __init__(self, clockwork: Clockwork, folder: Path) -> None:
        self._shows, self._log = folder / "shows", folder / "said"
        preload = subprocess.run(
            ["faketime", "2020-01-01", "printenv", "LD_PRELOAD"], capture_output=True, text=True, timeout=20
        )
        self._environment = {
            "PATH": os.environ["PATH"],
            "TZ": "UTC",
            "LD_PRELOAD": preload.stdout.strip(),
            "FAKETIME_TIMESTAMP_FILE": str(self._shows),
            "FAKETIME_NO_CACHE": "1",
            # What waits, waits as long as it should.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "ADREF_DATABASE_URL": clockwork.database.url,
            "ADREF_LOG_FOLDER": str(folder / "log"),
            "ADREF_SECRET_KEY": "a key for the seconds this test takes",
            "ADREF_MAIL_SERVER": "127.0.0.1",
            "ADREF_MAIL_PORT": str(clockwork.port),
            "ADREF_MAIL_USE_TLS": "no",
        }

    def shows(self, instant: datetime) -> None:
        """Set the clock, under whatever runs."""
        beside = self._shows.with_suffix(".new")
        beside.write_text(f"@{instant:%Y-%m-%d %H:%M:%S}\n", encoding="ascii")
        beside.replace(self._shows)

    def ticks(self) -> tuple[int, str]:
        """Type the operator's command; returns its exit status and what it says."""
        command = [sys.executable, "-m", "flask", "--app", "workflow.app", "clock", "tick"]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout + done.stderr

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the program's clock in a process of its own."""
        with self._log.open("w") as said:
            child = subprocess.Popen(
                [sys.executable, "-c", SERVER], cwd=ROOT, env=self._environment, stdout=said, stderr=said
            )
            try:
                assert wait_until(lambda: "ticked" in self.said())
                yield
            finally:
                child.kill()
                child.wait(timeout=20)

    def said(self) -> str:
        """Return what the program said so far."""
        return self._log.read_text(encoding="utf-8")


@pytest.fixture
def machine(clockwork: Clockwork, tmp_path: Path) -> Machine:
    """Give the machine."""
    return Machine(clockwork, tmp_path)


def test_command_closes_at_the_deadline_and_says_that_its_clock_went_back(
    clockwork: Clockwork, machine: Machine
) -> None:
    machine.shows(EVE)
    assert machine.ticks()[0] == 0
    assert clockwork.circulation().status is CirculationStatus.OPEN
    machine.shows(AFTER)
    assert machine.ticks()[0] == 0
    closed = clockwork.circulation()
    assert (closed.status, closed.closed_at) == (CirculationStatus.CLOSED, DEADLINE)
    machine.shows(EVE)
    code, said = machine.ticks()
    assert (code, "The clock stands behind the newest entry of the log" in said) == (1, True)


def test_process_that_runs_through_the_jumps_keeps_the_deadline_and_an_objection(
    clockwork: Clockwork, clock: SettableClock, machine: Machine
) -> None:
    machine.shows(EVE)
    with machine.running():
        clock.now = DEADLINE.replace(day=6)
        [objection] = clockwork.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
        machine.shows(AFTER)
        assert wait_until(lambda: clockwork.circulation().status is CirculationStatus.CLOSED)
        machine.shows(EVE)
        assert wait_until(lambda: "Only objections and inputs are taken" in machine.said())
    closed = clockwork.circulation()
    assert closed.closed_at == DEADLINE
    assert objection.received_at < DEADLINE
    assert str(closed.outcome) == "partially_endorsed"
