"""All orders in which a few acts can take their locks, and the deadline pass (rules 12-14, 25)."""

import pytest

from tests.faults.interleavings import Interleavings
from tests.faults.planted import ON_BOTH, PLANTED
from tests.faults.sides import Deed

LODGE, CLOSE, EXTEND, REVOKE = Deed.LODGE, Deed.CLOSE, Deed.EXTEND, Deed.REVOKE
#: How many orders there are of each: were there fewer, the steps would not be where they are thought to be.
ORDERS = {"postgresql": {(LODGE, CLOSE): 42}}
LONG = {"sqlite": {(LODGE, EXTEND, CLOSE): 42}, "postgresql": {(LODGE, REVOKE): 144}}
#: The acts among which each planted mistake must show.
SHOWN = {
    "authority_not_held": (LODGE, REVOKE),
    "dismissal_dated_before_its_lock": (LODGE, REVOKE),
    "second_close": (LODGE, CLOSE),
}
#: What no order of steps can show, and the races do: an answer dated too early is dated anew by the log,
#: and on SQLite nothing lies between a look at the clock and the lock.
BY_RACES = {"postgresql": {"clock_before_the_lock"}, "sqlite": {"deadline_included"}}


def cases(orders):
    """Return the acts with their database, as parameters."""
    return [(backend, deeds) for backend, known in orders.items() for deeds in known]


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("backend", "deeds"), cases(ORDERS), indirect=["backend"])
def test_no_order_of_two_acts_breaks_the_rules(fresh_database, backend, deeds):
    orders = Interleavings(fresh_database, deeds)
    assert orders.breaches() == []
    assert orders.count == ORDERS[backend.name][deeds]


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("backend", "deeds"), cases(LONG), indirect=["backend"])
def test_no_order_of_more_acts_breaks_the_rules(fresh_database, backend, deeds):
    orders = Interleavings(fresh_database, deeds)
    assert orders.breaches() == []
    assert orders.count == LONG[backend.name][deeds]


@pytest.mark.torture
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("backend", "name"),
    [("postgresql", name) for name in PLANTED if name not in BY_RACES["postgresql"]]
    + [("sqlite", name) for name in sorted(ON_BOTH - BY_RACES["sqlite"])],
    indirect=["backend"],
)
def test_some_order_shows_a_planted_mistake(fresh_database, monkeypatch, name):
    orders = Interleavings(fresh_database, SHOWN.get(name, (LODGE, CLOSE)))
    PLANTED[name](monkeypatch)
    assert orders.first_breach() != []
