"""Programs that are measured in a process of their own: they are told a line, and answer with a line.

What each of them does is in a file of its own beside, or in peers/.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.house_sources import ROOT

#: Where the libraries of the peers lie (requirements-bench.lock).
PEERS = ROOT / "build" / "bench"
Command = Callable[..., Any]


class Program:
    """A running program of tests/benchmarks; it says `ready` once it can be told what to do."""

    def __init__(self, module: str, *arguments: str, more: Mapping[str, str] | None = None) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        assert self.answer() == "ready"

    def tell(self, command: str, *arguments: object) -> None:
        """Say what to do, without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([command, *arguments]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """Wait for the answer; the work has gone wrong where there is none."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"{self.process.args} ended with {self.process.wait()}"
        return json.loads(line)

    def does(self, command: str, *arguments: object) -> Any:
        """Say what to do and return the answer."""
        self.tell(command, *arguments)
        return self.answer()

    def close(self) -> None:
        """Let it end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Program]:
    """Run a program of the product's own code."""
    program = Program(module, *arguments)
    try:
        yield program
    finally:
        program.close()


@contextmanager
def peer(module: str, *arguments: str) -> Iterator[Program]:
    """Run a peer, which finds its libraries before those of the product."""
    program = Program(f"peers.{module}", *arguments, more={"PYTHONPATH": f"{ROOT}:{PEERS}"})
    try:
        yield program
    finally:
        program.close()


def obey(commands: Mapping[str, Command]) -> None:
    """Do what the lines of standard input say until it ends."""
    sys.stdout.write('"ready"\n')
    sys.stdout.flush()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(commands[name](*arguments)) + "\n")
        sys.stdout.flush()
