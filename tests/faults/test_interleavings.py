"""All orders in which a few acts can take their locks, and the deadline pass (rules 12-14, 25)."""

import pytest

from tests.faults.interleavings import Interleavings
from tests.faults.planted import ON_BOTH, PLANTED
from tests.faults.sides import Deed

LODGE, CLOSE, EXTEND, REVOKE = Deed.LODGE, Deed.CLOSE, Deed.EXTEND, Deed.REVOKE
#: How many orders there are of each: were there fewer, the steps would not be where they are thought to be.
ORDERS = {"postgresql": {(LODGE, CLOSE): 42}}
LONG = {"postgresql": {(LODGE, REVOKE): 144}}
#: How many with time between any two looks at the clock.
LOOKING = {
    "sqlite": {(LODGE, EXTEND, CLOSE): 84},
    "postgresql": {(LODGE, CLOSE): 121, (EXTEND, LODGE): 389},
}
#: The acts among which each planted mistake must show.
SHOWN = {
    # An objection behind a close is dated by the log whatever its act believes; no extension is.
    "clock_before_the_lock": (EXTEND, LODGE),
    "authority_not_held": (LODGE, REVOKE),
    "dismissal_dated_before_its_lock": (LODGE, REVOKE),
    "second_close": (LODGE, CLOSE),
}


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
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("backend", "deeds"), cases(LOOKING), indirect=["backend"])
def test_no_order_of_acts_and_their_looks_at_the_clock_breaks_the_rules(fresh_database, backend, deeds):
    orders = Interleavings(fresh_database, deeds, looks=True)
    assert orders.breaches() == []
    assert orders.count == LOOKING[backend.name][deeds]


@pytest.mark.torture
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("backend", "name"),
    [("postgresql", name) for name in PLANTED] + [("sqlite", name) for name in sorted(ON_BOTH)],
    indirect=["backend"],
)
def test_some_order_shows_a_planted_mistake(fresh_database, monkeypatch, name):
    orders = Interleavings(fresh_database, SHOWN.get(name, (LODGE, CLOSE)), looks=True)
    PLANTED[name](monkeypatch)
    assert orders.first_breach() != []
