"""The race of rule 14: an objection and two clocks around one deadline, never a wrong endorsement."""

import random

import pytest

from tests.faults import races
from workflow import db
from workflow.actions import closing

RACES = 500
SEED = 20201009
AT_ONCE = 5


@pytest.fixture
def real_clock(fresh_database):
    """Give a database that commits, on its own clock."""
    fresh_database.clock = None
    return fresh_database


@pytest.mark.timeout(600)
def test_objection_and_close_never_endorse_wrongly(real_clock):
    chance, pace = random.Random(SEED), races.Pace()
    prepared, voice = races.prepared(real_clock, RACES)
    for batch in in_batches(prepared):
        races.run(real_clock, batch, voice, chance, pace)
    races.settle(real_clock, prepared)
    assert races.breaches(real_clock, prepared) == []
    timely, late = races.sides_won(real_clock, prepared)
    assert timely + late == RACES
    # A race that one side always wins would prove nothing.
    assert min(timely, late) >= RACES // 5


@pytest.mark.timeout(300)
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_races_without_the_lock_are_seen_to_break(real_clock, monkeypatch):
    def unlocked(session, table, key):
        return session.get_one(table, key), db.now(session)

    prepared, voice = races.prepared(real_clock, RACES // 2)
    monkeypatch.setattr(closing, "locked", unlocked)
    chance, pace = random.Random(SEED), races.Pace()
    for batch in in_batches(prepared):
        races.run(real_clock, batch, voice, chance, pace)
        if any(race.errors for race in batch):
            return
    races.settle(real_clock, prepared)
    assert races.breaches(real_clock, prepared) != []


def in_batches(prepared):
    """Return the races in groups that run at once."""
    return [prepared[start : start + AT_ONCE] for start in range(0, len(prepared), AT_ONCE)]
