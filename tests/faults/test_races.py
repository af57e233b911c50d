"""Races around a deadline (rules 12-14, 25): never a wrong endorsement, a lost objection, a second close."""

import pytest

from tests.faults import races
from tests.faults.planted import ON_BOTH, PLANTED

#: Races on each database: in make test, and in one share of make torture; on the database's own clock fewer.
QUICK, SHARE, QUICK_REAL, SHARE_REAL = 480, 900, 20, 500
SEED = 20201009
#: How many races a planted mistake may stay unseen.
UNSEEN = 400


def hunted(database, count, seed, *, ticking):
    """Run so many races and assert that they show nothing, and that neither side always won."""
    meeting = races.Meeting.called(database, count, seed, ticking=ticking)
    found = meeting.run()
    assert found == [], f"seed {seed}:\n" + "\n".join(found)
    timely, late = races.sides_won(database, meeting.arena.races)
    # A race that one side always wins would prove nothing.
    assert min(timely, late) >= count // 10


@pytest.mark.timeout(300)
def test_races_end_as_the_rules_say(fresh_database):
    hunted(fresh_database, QUICK, SEED, ticking=True)


@pytest.mark.timeout(120)
def test_races_on_the_own_clock_end_as_the_rules_say(fresh_database):
    hunted(fresh_database, QUICK_REAL, SEED, ticking=False)


@pytest.mark.torture
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("share", range(5))
def test_many_races_end_as_the_rules_say(fresh_database, share):
    hunted(fresh_database, SHARE, SEED + 1 + share, ticking=True)


@pytest.mark.torture
@pytest.mark.timeout(1200)
def test_many_races_on_the_own_clock_end_as_the_rules_say(fresh_database):
    hunted(fresh_database, SHARE_REAL, SEED + 9, ticking=False)


@pytest.mark.torture
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("backend", "name"),
    [("postgresql", name) for name in PLANTED] + [("sqlite", name) for name in sorted(ON_BOTH)],
    indirect=["backend"],
)
def test_races_show_a_planted_mistake(fresh_database, monkeypatch, name):
    meeting = races.Meeting.called(fresh_database, UNSEEN, SEED)
    PLANTED[name](monkeypatch)
    assert meeting.first_breach() != []
