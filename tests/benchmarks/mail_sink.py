"""A program that is a mail server on this machine: it takes every letter and keeps none."""

import sys
from typing import Any

from aiosmtpd.controller import Controller

from tests.benchmarks.programs import obey


class Sink:
    """Takes letters and counts them."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd names it
        """Take a letter."""
        self.taken += 1
        return "250 taken"


if __name__ == "__main__":
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    obey({"taken": lambda: sink.taken})
    controller.stop()
