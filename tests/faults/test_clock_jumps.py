"""A clock that jumps by days and back: nothing closes early, nothing is endorsed wrongly, nothing is lost.

Random walks drive the real tick and the real actions under such a clock (rules 9, 12-14); a walk is named by
its seed and runs alone. Daylight saving is in test_daylight_saving.py.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from tests.actions.rounds import DAY, DEADLINE, HOUR, Round
from tests.clockwork import Clockwork
from tests.faults.jumping import Jumping, Torn
from tests.notices.conftest import port, script
from tests.notices.waiting import ONE_DATABASE
from tests.settable_clock import MORNING, SettableClock
from tests.stages import INSTALLATION, Stage, brought
from tests.test_cli import application
from workflow.audit import record, tying
from workflow.clock import Ticked
from workflow.db import Database
from workflow.domain.errors import ClockBehind
from workflow.domain.terms import CirculationStatus, DisputeKind, Outcome, ResponseKind
from workflow.models.circulation import Dispute

__all__ = ["port", "script"]

JUMP = timedelta(days=3)
STEPS = 30


def walk(database: Database, peopled: Stage, clock: SettableClock, seed: int, tmp_path: Path) -> Jumping:
    """Let a circulation live under a clock that jumps; everything is asked after every step."""
    database.info.update(INSTALLATION)
    with database.writing() as session:
        world = brought(session, peopled.world)
        round_ = Round(session, world, clock)
        round_.dispatch()
        jumping = Jumping(database, world, clock, round_.circulation.id, random.Random(seed))
    for _ in range(STEPS):
        jumping.step()
    jumping.is_told_by(tmp_path / "log.jsonl")
    return jumping


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(2))
def test_walk_under_a_jumping_clock(
    database: Database, peopled: Stage, clock: SettableClock, tmp_path: Path, seed: int
) -> None:
    walk(database, peopled, clock, seed, tmp_path)


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("block", range(20))
def test_many_walks_under_a_jumping_clock(
    database: Database, peopled: Stage, clock: SettableClock, tmp_path: Path, block: int
) -> None:
    ended = []
    for seed in range(100 + 5 * block, 105 + 5 * block):
        clock.now = MORNING
        undone = database.connection.begin_nested()  # type: ignore[attr-defined]
        ended.append(walk(database, peopled, clock, seed, tmp_path).status)
        undone.rollback()
    assert set(ended) <= set(CirculationStatus)


@ONE_DATABASE
@pytest.mark.timeout(120)
def test_hunt_sees_a_log_that_lets_its_clock_run_backwards(
    database: Database, peopled: Stage, clock: SettableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_require_clock", lambda *_given: None)
    with pytest.raises(Torn, match="while the clock stood behind"):
        walk(database, peopled, clock, 0, tmp_path)


def operated(clockwork: Clockwork) -> Callable[[], Result]:
    """Return the operator's command, to be typed again and again."""
    app = application(clockwork.database, MAIL_PORT=clockwork.port)
    return lambda: app.test_cli_runner().invoke(args=["clock", "tick"])


def test_jump_over_the_deadline_and_back_opens_a_dispute(
    fresh_database: Database, clock: SettableClock, port: int
) -> None:
    clockwork = Clockwork.wound(fresh_database, clock, port)
    clockwork.tick()
    clock.now = DEADLINE - 2 * DAY
    # The clock says it is over, so it is; what was decided is decided as at the deadline.
    assert clockwork.tick(clock.now + JUMP).settled == 1
    closed = clockwork.circulation()
    assert (closed.status, closed.closed_at) == (CirculationStatus.CLOSED, DEADLINE)
    clock.now = DEADLINE - 2 * DAY + HOUR
    assert clockwork.tick() == Ticked(is_behind=True)
    with pytest.raises(ClockBehind):
        clockwork.lodge("TH contact_point", ResponseKind.NO_OBJECTION)
    [response] = clockwork.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
    with clockwork.database.reading() as session:
        [dispute] = session.scalars(select(Dispute))
        assert (dispute.kind, dispute.response_id) == (DisputeKind.LATE_ENTRY, response.id)
        found = list(tying.differences(session, clockwork.world.body.id))
    # The factories' people and papers have no entries; the circulation has them all.
    assert [one for one in found if one.startswith("Circulation")] == []
    assert clockwork.circulation().outcome is Outcome.ENDORSED


def test_jump_back_of_three_days_decides_nothing_and_tells_the_operator(
    fresh_database: Database, clock: SettableClock, port: int
) -> None:
    clockwork = Clockwork.wound(fresh_database, clock, port)
    tick = operated(clockwork)
    tick()
    clock.now = DEADLINE - HOUR
    tick()
    before = len(clockwork.rows()["audit_entry"])
    clock.now = DEADLINE - HOUR - JUMP
    said = tick()
    assert (said.exit_code, "The clock stands behind the newest entry" in said.output) == (1, True)
    assert len(clockwork.rows()["audit_entry"]) == before
    [objection] = clockwork.lodge("MY contact_point", ResponseKind.OBJECTION, 1)
    assert objection.received_at == clock.now
    clock.now = DEADLINE + HOUR
    assert tick().exit_code == 0
    closed = clockwork.circulation()
    assert (closed.closed_at, closed.outcome) == (DEADLINE, Outcome.PARTIALLY_ENDORSED)


@ONE_DATABASE
def test_short_silence_stays_short_however_the_clock_jumps(
    fresh_database: Database, clock: SettableClock, port: int
) -> None:
    clockwork = Clockwork.wound(fresh_database, clock, port)
    # Everybody is served two days late, by a clock that then is put back and forth.
    clockwork.tick(MORNING + 4 * DAY)
    for instant in (MORNING + DAY, MORNING + 7 * DAY, MORNING + 2 * DAY):
        clockwork.tick(instant)
    clockwork.tick(DEADLINE + DAY)
    assert clockwork.circulation().status is CirculationStatus.HELD
