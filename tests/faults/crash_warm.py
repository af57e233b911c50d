"""Imported once by the process from which all are forked that will be killed: it makes the application once.

What is compiled for it then is there in each of them.
"""

from tests.faults import crash_child
from tests.faults.crash_worlds import Installation

__all__ = ["crash_child"]

Installation("sqlite:///:memory:", "/nonexistent", 25).app(None)
