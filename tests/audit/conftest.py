"""The world and the round of the actions' tests; the log is tested beside this file."""

from tests.actions.conftest import round_, running, world

__all__ = ["round_", "running", "world"]
