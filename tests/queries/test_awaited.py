"""No circulation is passed over to which time owes anything, and few are looked at (rules 6, 9, 23, 32)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.actions.conftest import running, waiting
from tests.actions.rounds import DAY, HOUR, INSTANT, Round
from tests.factories import NEWEST
from tests.queries.conftest import Counting
from tests.settable_clock import DEADLINE, MORNING
from workflow.actions import admitting_states, closing, course, drafts, reminding
from workflow.domain.terms import CirculationStatus, ResponseKind
from workflow.queries.awaited import Watch
from workflow.queries.cases import load

__all__ = ["running", "waiting"]

#: What is looked at apart from the steps: reminders, the last call, midnights, deadlines, and around each.
EDGES = [DEADLINE - timedelta(days=9), DEADLINE - timedelta(days=3), DEADLINE - DAY, DEADLINE]
EDGES += [datetime.combine(MORNING.date() + timedelta(days=day), MORNING.time().replace(17), MORNING.tzinfo)
          for day in (3, 6)]  # fmt: skip


def instants() -> Iterator[datetime]:
    """Give instants from the dispatch to two days after the deadline, ascending."""
    steps = {MORNING + timedelta(hours=8 * step) for step in range(49)}
    around = {edge + shift for edge in EDGES for shift in (-INSTANT, timedelta(0), INSTANT)}
    yield from sorted(one for one in steps | around if one > MORNING + HOUR)


def owed(round_: Round, now: datetime) -> bool:
    """Tell by the whole circulation whether time owes it anything."""
    loaded = load(round_.session, round_.circulation.id)
    return (
        closing.is_owed(loaded, now)
        or reminding.is_owed(round_.session, loaded, now)
        or bool(admitting_states.uninformed(round_.session, loaded, now))
    )


def kept(round_: Round) -> None:
    """Do all that time owes."""
    closing.settled(round_.session, round_.circulation.id)
    for act in (reminding.remind, admitting_states.inform):
        circulation, now = round_.locked()
        act(round_.session, circulation, now=now)
    round_.session.flush()


def walked(round_: Round, acts: dict[datetime, Callable[[Round], object]]) -> tuple[int, int]:
    """Walk through the round's time; return how often time owed anything, and how often a look was passed by.

    Each act is done once its instant is reached.
    """
    watch, owing, passed, waiting = Watch(), 0, 0, dict(acts)
    for instant in instants():
        round_.clock.now = instant
        for due in [one for one in waiting if one <= instant]:
            waiting.pop(due)(round_)
        round_.session.flush()
        awaited = watch.awaited(round_.session, instant)
        if owed(round_, instant):
            owing += 1
            assert awaited == [round_.circulation.id], instant
            kept(round_)
        elif not awaited and round_.status is CirculationStatus.OPEN:
            passed += 1
    assert waiting == {}
    return owing, passed


def admitted(round_: Round) -> None:
    """Admit the newest State from the sixth day on."""
    round_.world.states[NEWEST].member_from = date(2020, 10, 1)


def drafted(round_: Round) -> None:
    """Let a drafter prepare an objection that nobody sends."""
    answer = drafts.DraftAnswer(round_.world.versions[0].id, ResponseKind.OBJECTION, "Not yet.")
    round_.act(drafts.save, [answer], by="MY drafter")


def extended(round_: Round) -> None:
    """Give the States a week more."""
    round_.act(course.extend, deadline=DEADLINE + timedelta(days=7), reason="A holiday.")


def suspended(round_: Round) -> None:
    """Stop the clock."""
    round_.act(course.suspend, reason="A question of law.")


def resumed(round_: Round) -> None:
    """Let it run again."""
    round_.act(course.resume)


SECOND, FOURTH, SEVENTH = (MORNING + timedelta(days=day) for day in (2, 4, 7))
STORIES = {
    "left alone": {},
    "a State joins": {SECOND: admitted},
    "a draft waits": {SECOND: drafted},
    "a draft of the last minute": {DEADLINE - HOUR: drafted},
    "extended": {FOURTH: extended},
    "extended after a reminder": {SEVENTH: extended, SEVENTH + DAY: drafted},
    "suspended and resumed": {SECOND: suspended, FOURTH: resumed, SEVENTH: admitted},
}


@pytest.mark.parametrize("story", STORIES)
def test_nothing_owed_is_passed_over(running: Round, story: str) -> None:
    owing, passed = walked(running, STORIES[story])
    assert owing >= 1
    # The rounds' quiet days: a watch that looked at everything would pass over nothing.
    assert passed >= 15


def test_silence_that_waits_for_service_is_watched(waiting: Round) -> None:
    watch, awaited = Watch(), [waiting.circulation.id]
    for instant in (MORNING, MORNING + HOUR, SEVENTH):
        waiting.clock.now = instant
        assert watch.awaited(waiting.session, instant) == awaited
    waiting.serve()
    kept(waiting)
    assert watch.awaited(waiting.session, SEVENTH + HOUR) == []


def test_statements_do_not_grow_with_the_circulations(running: Round, counted: Counting) -> None:
    watch, now = Watch(), MORNING + DAY
    with counted() as first:
        assert watch.awaited(running.session, now) == []
    with counted() as again:
        assert watch.awaited(running.session, now) == []
    dispatched_twice(running, running.session)
    with counted() as more:
        assert watch.awaited(running.session, now) == []
    with counted() as known:
        assert watch.awaited(running.session, now) == []
    assert [len(sent) for sent in (first, again, more, known)] == [3, 2, 3, 2]


def dispatched_twice(round_: Round, session: Session) -> None:
    """Dispatch two more circulations, served to all, of texts of their own."""
    first = round_.circulation
    for item in (1, 2):
        round_.dispatch(versions=round_.redraft(item))
        round_.serve()
    round_.circulation = first
    session.flush()
