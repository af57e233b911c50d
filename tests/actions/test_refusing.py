"""Tests of what the log tells of an act that was refused, and of how much of it it takes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, INSTANT, Round
from tests.settable_clock import MORNING
from workflow.actions.refusing import MOST, WINDOW, tell_refused
from workflow.audit import tying
from workflow.audit.entries import COMMON, KEYS, Entry
from workflow.domain.errors import ClockBehind
from workflow.models.audit import PrivateText
from workflow.queries.refused_acts import REMEMBERED, refused_acts


def refused(round_: Round, name: str = "MY contact_point", **changes: object) -> bool:
    """Tell that the person of this name was refused the lifting of a response."""
    told = {
        "by": round_.world.actor(name),
        "now": round_.clock(),
        "act": "lift",
        "route": "focal_point.lift",
        "thing": {"circulation_id": round_.circulation.id, "response_id": 7},
        "cause": "not_found",
    } | changes
    return tell_refused(round_.session, **told)


def test_entry_tells_who_tried_what_and_no_free_text(running: Round) -> None:
    thing = {"circulation_id": running.circulation.id, "key": "x" * 41, "code": "<b>", "person_id": 2**62}
    assert refused(running, thing=thing)
    [entry] = running.entries(Entry.ACT_REFUSED)
    assert set(entry) == COMMON | KEYS[Entry.ACT_REFUSED]
    person = running.world.people["MY contact_point"].public_id
    assert (entry["actor"], entry["role"], entry["state"]) == (person, "contact_point", "MY")
    assert (entry["act"], entry["route"], entry["cause"]) == ("lift", "focal_point.lift", "not_found")
    assert entry["thing"] == {"circulation": "2020-1", "key": None, "code": None, "person_id": str(2**62)}
    assert running.session.scalars(select(PrivateText).where(PrivateText.seq == entry["seq"])).all() == []


def test_it_changes_no_table_that_the_log_tells_of(session: Session, running: Round) -> None:
    before = list(tying.differences(session, running.world.body.id))
    refused(running)
    assert list(tying.differences(session, running.world.body.id)) == before


def test_one_person_fills_the_log_no_further_and_hides_nobody_else(running: Round) -> None:
    taken = [refused(running) for _ in range(MOST + 5)]
    assert taken == [True] * MOST + [False] * 5
    entries = running.entries(Entry.ACT_REFUSED)
    assert [entry["more_untold"] for entry in entries] == [False] * (MOST - 1) + [True]
    assert refused(running, "SG contact_point")
    running.clock.advance(WINDOW)
    assert refused(running)
    assert len(running.entries(Entry.ACT_REFUSED)) == MOST + 2


def test_clock_that_stands_behind_writes_nothing(running: Round) -> None:
    running.clock.now = MORNING - INSTANT
    with running.refused(ClockBehind):
        refused(running)
    assert running.entries(Entry.ACT_REFUSED) == []


@pytest.mark.parametrize("known", [True, False])
def test_secretariat_reads_who_tried_for_some_days(running: Round, known: bool) -> None:
    thing = {"circulation_id": running.circulation.id} if known else {}
    refused(running, thing=thing)
    body = running.world.body.id
    [read] = refused_acts(running.session, body, running.clock(), limit=5)
    assert (read.name, read.role, read.state) == ("MY contact_point", "contact_point", "MY")
    assert (read.act, read.circulation, read.more_untold) == ("lift", "2020-1" if known else "", False)
    assert read.at < DEADLINE
    assert refused_acts(running.session, body, running.clock() + REMEMBERED, limit=5) == ()
