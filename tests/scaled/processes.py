"""Processes of an installation: started with a log of their own, waited for, killed, and started again.

Which processes an installation has is in installation.py.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.house_sources import ROOT

#: How long anything may take to start or to come about, in seconds.
PATIENCE = 40
_SET_PARENT_DEATH_SIGNAL = 1


@dataclass
class Process:
    """One program of the installation, in a group of its own; `log` is all that it says."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    running: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> "Process":
        """Start it; it dies with whoever started it."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_the_tests,
            )
        return self

    def kill(self) -> None:
        """Kill it with all its children at once, as a host dies whose power is cut."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(PATIENCE)

    def terminate(self) -> None:
        """Ask it to stop, as an operator does."""
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()

    def stop(self) -> None:
        """Ask it to stop and wait until it has; kill what does not obey."""
        if self.running is None or self.running.poll() is not None:
            return
        self.running.terminate()
        try:
            self.running.wait(PATIENCE / 4)
        except subprocess.TimeoutExpired:
            self.kill()
        with suppress(ProcessLookupError):
            # Whatever it has left behind.
            os.killpg(self.running.pid, signal.SIGKILL)

    def said(self) -> str:
        """Return what it has said so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def wait_for(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Ask again and again until it holds; fails saying what did not come about."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, f"waited {seconds} s for nothing: {what}"
        time.sleep(0.1)


def _die_with_the_tests() -> None:
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
