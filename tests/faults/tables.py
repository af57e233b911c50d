"""Years of a body in a database, by their seeds, each in one transaction that is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.databases import Backend
from tests.faults.cast import START
from tests.faults.table_body import TableBody
from tests.faults.year import Year
from tests.model.machine import CALENDAR
from tests.model.reference_terms import Rules
from tests.notices.servers import settings
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION

#: How far the days lie apart on which something happens: a step costs much more than on paper.
STRIDE = 12


@contextmanager
def year(backend: Backend, seed: int, *, days: int = 365) -> Iterator[Year]:
    """Give the year of a seed on this database, not yet lived."""
    clock = SettableClock(START)
    with backend.rolled_back(clock) as database:
        database.info.update(INSTALLATION)
        body = TableBody(database, clock, settings(1), seed)
        try:
            yield Year(seed, body, body.cast, Rules(calendars=(CALENDAR,)), days=days, stride=STRIDE)
        finally:
            body.session.close()


def breach(backend: Backend, seed: int, *, days: int = 365) -> str:
    """Live the year of a seed and return the first thing that must not be, or nothing."""
    with year(backend, seed, days=days) as one:
        found = one.breach()
        assert isinstance(one.body, TableBody)
        return found or one.body.audited()
