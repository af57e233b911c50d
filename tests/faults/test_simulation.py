"""Whole years of a body from seeds: 21 States, several circulations at once, and a world that fails.

A seed that shows something is printed; it is lived again alone by
ADREF_TEST_SEED=SEED python -m pytest tests/faults/test_simulation.py -m "torture or not torture" -k alone
"""

import os

import pytest

from tests.faults import paper, tables
from workflow.actions import authority, closing
from workflow.domain import outcome, positions, serving
from workflow.domain.calendars import WorkingTime
from workflow.domain.terms import CirculationStatus

#: Years on paper: in make test, and in one share of make torture.
QUICK, SHARE, SHARES = 15, 1250, 16
#: Years in a database in one share of make torture: 120 on SQLite, 80 on PostgreSQL.
YEARS = {"sqlite": 30, "postgresql": 20}
#: Months in a database in make test.
MONTHS = {"sqlite": range(3), "postgresql": range(3, 5)}
#: The seed to live again alone.
SEED = os.environ.get("ADREF_TEST_SEED")
#: How many years a planted mistake may stay unseen, on paper and in a database.
UNSEEN, UNSEEN_IN_TABLES = 150, 12


def on_paper(seeds):
    """Return the first breach of these years, with its seed."""
    for seed in seeds:
        if found := paper.year(seed).breach():
            return f"seed {seed}, {found}"
    return ""


def in_tables(backend, seeds, days=365):
    """Return the first breach of these years in a database, with its seed."""
    for seed in seeds:
        if found := tables.breach(backend, seed, days=days):
            return f"seed {seed}, {found}"
    return ""


@pytest.mark.timeout(120)
def test_years_on_paper_keep_the_rules():
    assert on_paper(range(QUICK)) == ""


@pytest.mark.timeout(240)
def test_months_in_a_database_keep_the_rules(backend):
    assert in_tables(backend, MONTHS[backend.name], days=30) == ""


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("share", range(SHARES))
def test_many_years_on_paper_keep_the_rules(share):
    assert on_paper(range(share * SHARE, (share + 1) * SHARE)) == ""


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("share", range(4))
def test_many_years_in_a_database_keep_the_rules(backend, share):
    years = YEARS[backend.name]
    assert in_tables(backend, range(1000 + share * years, 1000 + (share + 1) * years)) == ""


@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_a_year_alone_keeps_the_rules(backend):
    seed = int(SEED or 0)
    assert (on_paper([seed]), in_tables(backend, [seed], days=30), in_tables(backend, [seed])) == ("", "", "")


def period_not_asked(since, _period, _deadline):
    """Let silence count that ran too short."""
    return since is not None


def bounce_overlooked(_fact, _bounced):
    """Let a bounce void nothing."""
    return False


def deadline_included(at, deadline):
    """Let what comes exactly at the deadline be in time."""
    return deadline is None or at <= deadline


def resumed_too_early(_self, deadline, suspended_at, resumed_at, *, window_end=None):
    """Give back the time that stood still, but not the working days, nor the period after a window."""
    return deadline + (resumed_at - suspended_at)


def late_endings(remarks, _deadline):
    """Let a late lifting end a blocker."""
    return frozenset(one.response for one in remarks if one.kind in positions.ENDINGS)


def packages_apart(case, folded=None):
    """Let a package break item by item."""
    folded = case.positions() if folded is None else folded
    return frozenset(key for (key, _), one in folded.items() if one.blockers(case.inputs_block))


PLANTED = {
    "period_not_asked": (outcome, "silence_counts", period_not_asked),
    "bounce_overlooked": (serving, "_voided", bounce_overlooked),
    "deadline_included": (positions, "in_time", deadline_included),
    "resumed_too_early": (WorkingTime, "resumed", resumed_too_early),
    "late_endings": (positions, "ended_responses", late_endings),
    "packages_apart": (outcome, "blocked_versions", packages_apart),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", PLANTED)
def test_years_on_paper_show_a_planted_mistake(monkeypatch, name):
    monkeypatch.setattr(*PLANTED[name])
    assert on_paper(range(UNSEEN)) != ""


def dismissed_return(_session, _body):
    """Judge authority by a clock that stands behind."""
    return None


def close_twice(session, circulation, now, catch_up=closing.catch_up):
    """Close again what is closed."""
    if circulation.status is CirculationStatus.CLOSED:
        with session.no_autoflush:
            circulation.status, circulation.outcome = CirculationStatus.OPEN, None
    catch_up(session, circulation, now)


PLANTED_IN_TABLES = {
    "dismissed_return": (authority, "newest_at", dismissed_return),
    "close_twice": (closing, "catch_up", close_twice),
    "deadline_included": PLANTED["deadline_included"],
    "period_not_asked": PLANTED["period_not_asked"],
}


@pytest.mark.torture
@pytest.mark.timeout(900)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", PLANTED_IN_TABLES)
def test_years_in_a_database_show_a_planted_mistake(backend, monkeypatch, name):
    monkeypatch.setattr(*PLANTED_IN_TABLES[name])
    assert in_tables(backend, range(UNSEEN_IN_TABLES)) != ""
