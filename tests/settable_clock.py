"""The clock that tests set and advance; the product's one clock is read in workflow/db.py."""

from datetime import UTC, datetime, timedelta

#: 25 September 2020, 09:00 in Jakarta: a working day in every calendar of the demonstration's body.
MORNING = datetime(2020, 9, 25, 2, 0, tzinfo=UTC)
#: Ten working days after that morning: 9 October 2020, 17:00 in Jakarta.
DEADLINE = datetime(2020, 10, 9, 10, 0, tzinfo=UTC)


class SettableClock:
    """Stand still until told otherwise; call it for the instant (UTC), or assign `now`."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        return self.now

    def advance(self, by: timedelta) -> datetime:
        """Move on (or back, with a negative step) and return the new instant."""
        self.now += by
        return self.now
