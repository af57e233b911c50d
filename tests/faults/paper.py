"""Years of a body on paper, by their seeds: 21 States, their calendar, and the year that a seed draws."""

from datetime import date
from functools import cache

from tests.faults.cast import DAY, START, Cast
from tests.faults.paper_body import PaperBody
from tests.faults.paper_round import Remembering
from tests.faults.year import Year
from tests.model.reference_terms import Calendar as Days
from tests.model.reference_terms import Rules as ReferenceRules
from workflow.domain.calendars import national
from workflow.domain.rules import Rules

STATES = tuple(f"S{number:02}" for number in range(1, 22))
JOINS, LEAVES = {STATES[-1]: START + 150 * DAY}, {STATES[-2]: START + 250 * DAY}
_WEEKEND = (5, 6)


@cache
def calendars() -> tuple[Remembering, ReferenceRules]:
    """Return the working time of the product, and the rules as the second reading takes them."""
    known = national("ID", _WEEKEND, date(2020, 1, 1), date(2024, 12, 31))
    time = Remembering(Rules(zone="Asia/Jakarta", calendars=("ID",)), (known,))
    return time, ReferenceRules(calendars=(Days(frozenset(_WEEKEND), frozenset(known.holidays)),))


def year(seed: int, *, days: int = 365) -> Year:
    """Return the year of a seed, not yet lived."""
    time, rules = calendars()
    cast = Cast(STATES, JOINS, LEAVES, tuple(f"item {number}" for number in range(1, 41)))
    return Year(seed, PaperBody(time), cast, rules, days=days)
