"""Who takes part in a simulated year, and what a body must answer to.

What happens in it is in `year`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from tests.faults.journal import View

START = datetime(2021, 1, 4, 2, 0, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
TICK, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


class Body(Protocol):
    """What a body must answer to; `newest` is the instant of the newest entry of its log."""

    newest: datetime | None

    def attempt(self, now: datetime, verb: str, *given: Any) -> bool:
        """Do one act at an instant and return whether it was taken."""

    def deliver(self, now: datetime, fate: Any) -> list[tuple[str, str, str, str]]:
        """Send what waits; `fate` says of an address what becomes of its letter."""

    def view(self, key: str, *, forecast: bool) -> View:
        """Show a circulation as it is."""


@dataclass(frozen=True)
class Cast:
    """Who takes part: States with their members' days, and who speaks for each, as the body knows them."""

    states: Sequence[str]
    joins: dict[str, datetime]
    leaves: dict[str, datetime]
    items: Sequence[str]

    def members(self, now: datetime) -> list[str]:
        """Return the member States of an instant (rule 32)."""
        return [
            code for code in self.states if self.joins.get(code, START) <= now < self.leaves.get(code, NEVER)
        ]
