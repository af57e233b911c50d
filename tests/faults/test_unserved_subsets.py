"""Every subset of States that were not served holds a circulation; only the empty one lets it close (rule 9).

Of ten States these are 1,023; a few go through the database. Each hunt is shown to see a planted mistake.
"""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE as DUE
from tests.actions.rounds import INSTANT, Round
from tests.domain.rounds import DEADLINE, FIRST, SECOND, accepted, bounced, case, hours, said
from tests.settable_clock import MORNING, SettableClock
from tests.stages import INSTALLATION, Stage, brought
from workflow.domain import outcome
from workflow.domain.outcome import Case, Would, judge
from workflow.domain.serving import Evidence
from workflow.domain.terms import CirculationStatus, ResponseKind

TEN = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN")
SUBSETS = [frozenset(chosen) for size in range(11) for chosen in combinations(TEN, size)]
SERVED = {state: (accepted(state),) for state in TEN}
#: Ways in which a State's silence does not count.
UNSERVED: dict[str, Callable[[str], tuple[Evidence, ...]]] = {
    "nothing arrived": lambda _state: (),
    "it came back": lambda state: (accepted(state), bounced(state, hours(3))),
    "it came back on the eve": lambda state: (accepted(state), bounced(state, DEADLINE - INSTANT)),
    "it arrived a working day late": lambda state: (accepted(state, hours(72)),),
    "it arrived after the deadline": lambda state: (accepted(state, DEADLINE),),
}


def of(unserved: frozenset[str], way: Callable[[str], tuple[Evidence, ...]], **more: Any) -> Case:
    """Return the round of the ten in which these were not served."""
    facts = (fact for state in TEN for fact in (way(state) if state in unserved else SERVED[state]))
    return case(roster=TEN, evidence=tuple(facts), **more)


def hunt(way: Callable[[str], tuple[Evidence, ...]]) -> None:
    """Ask of each subset what the deadline does."""
    for unserved in SUBSETS:
        judged = judge(of(unserved, way))
        assert set(judged.missing) == unserved
        assert {item.would for item in judged.items} == {Would.HOLD if unserved else Would.ENDORSE}


@pytest.mark.parametrize("way", UNSERVED)
def test_each_subset_of_unserved_states_holds(way: str) -> None:
    assert len(SUBSETS) == 1024
    hunt(UNSERVED[way])


def test_who_spoke_needs_no_service_and_who_spoke_of_half_does() -> None:
    for spoke in SUBSETS:
        words = [(state, version) for state in spoke for version in (FIRST, SECOND)]
        lodged = tuple(
            said(number, state, ResponseKind.NO_OBJECTION, hours(1), version)
            for number, (state, version) in enumerate(words, 1)
        )
        nobody = of(frozenset(TEN), UNSERVED["nothing arrived"], lodged=lodged)
        assert set(judge(nobody).missing) == set(TEN) - spoke
        half = of(frozenset(TEN), UNSERVED["nothing arrived"], lodged=lodged[::2])
        assert set(judge(half).missing) == set(TEN)


def _as_if_one_did_not_matter(needed: Callable[[Case], Any]) -> Callable[[Case], Any]:
    return lambda case: dict(list(needed(case).items())[:-1])


def _as_if_late_were_enough(*_given: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("name", "mistake", "way"),
    [
        ("needs_silence", _as_if_one_did_not_matter(outcome.needs_silence), "nothing arrived"),
        ("silence_counts", _as_if_late_were_enough, "it arrived a working day late"),
    ],
)
def test_hunt_sees_a_state_that_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, name: str, mistake: object, way: str
) -> None:
    monkeypatch.setattr(outcome, name, mistake)
    with pytest.raises(AssertionError):
        hunt(UNSERVED[way])


def some() -> Iterator[frozenset[str]]:
    """Give a few subsets: of one, of half, of all but one, of all, of none."""
    for size in (0, 1, 5, 9, 10):
        yield frozenset(TEN[:size])


@pytest.mark.parametrize("missed", list(some()), ids=len)
def test_subset_holds_through_the_database(
    session: Session, peopled: Stage, clock: SettableClock, missed: frozenset[str]
) -> None:
    session.info.update(INSTALLATION)
    world = brought(session, peopled.world)
    round_ = Round(session, world, clock)
    round_.dispatch()
    assert {state.code for state in round_.loaded.states} == set(TEN)
    if missed != set(TEN):
        round_.serve(*sorted(set(TEN) - missed))
    assert (round_.circulation.silence_started_at == MORNING) is (not missed)
    circulation = round_.at(DUE)
    assert circulation.status is (CirculationStatus.HELD if missed else CirculationStatus.CLOSED)
    assert round_.loaded.holding == missed
    assert len(world.states) > len(TEN)
    # Being served afterwards does not release it.
    if missed:
        round_.at(DUE + INSTANT)
        round_.serve(*sorted(missed))
        assert round_.status is CirculationStatus.HELD
