"""Tests that letters the clock writes leave their entries too, with exactly their keys (rule 39)."""

import pytest

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.audit.test_entries import Walk, drafted, nothing
from tests.settable_clock import MORNING
from workflow.actions import admitting_states, reminding
from workflow.audit.entries import COMMON, KEYS, Entry


def reminded(round_: Round) -> None:
    """Let the clock remind an hour before the deadline, twice."""
    circulation = round_.at(DEADLINE - HOUR)
    for owed in (True, False):
        assert reminding.remind(round_.session, circulation, now=round_.clock()) is owed


def admitted(round_: Round) -> None:
    """Admit Timor-Leste a day after the dispatch."""
    round_.world.states["TL"].member_from = (MORNING + DAY).date()


def informed(round_: Round) -> None:
    """Let the clock look on that day for whom a copy is owed, twice."""
    circulation = round_.at(MORNING + DAY)
    for owed in (True, False):
        assert admitting_states.inform(round_.session, circulation, now=round_.clock()) is owed


#: What goes before, the act, and the entries it leaves, in order.
ACTS: dict[str, tuple[Walk, Walk, list[str]]] = {
    "reminding": (nothing, reminded, ["circulation.reminded"]),
    "reminding of a draft": (drafted, reminded, ["circulation.reminded", "draft.warned"]),
    "informing of an admission": (admitted, informed, ["circulation.informed"]),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_letter_of_the_clock_leaves_one_entry(running: Round, name: str) -> None:
    before, act, expected = ACTS[name]
    before(running)
    known = len(running.entries())
    act(running)
    new = running.entries()[known:]
    assert [one["type"] for one in new] == expected
    for one in new:
        assert set(one) == COMMON | KEYS[Entry(one["type"])]
        assert one["actor"] == "clock"
    assert "@" not in str(new)
