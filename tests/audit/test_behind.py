"""Tests of what stands behind the entries: circulations they point to, texts they show as fingerprints."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.actions.rounds import DEADLINE, Round
from tests.audit.scenarios import REASON, opened
from tests.factories import World
from tests.settable_clock import SettableClock
from tests.stages import INSTALLATION
from tests.tampering import unguarded
from workflow.actions import course
from workflow.audit import tying
from workflow.audit.entries import Entry
from workflow.domain.terms import ResponseKind

ANOTHER = "the one whose fingerprint the entry shows."


@pytest.fixture
def objected(session: Session, world: World, clock: SettableClock) -> Round:
    """Give a round in which Malaysia objected with reasons, in entry `lodged`."""
    session.info.update(INSTALLATION)
    round_ = opened(Round(session, world, clock))
    round_.lodge("MY contact_point", ResponseKind.OBJECTION, 4)
    return round_


def found_after(round_: Round, change: str, **values: object) -> list[str]:
    """Change the tables behind the program's back, and return what is said beside the untold world."""
    unguarded(round_.session)
    changed = round_.session.execute(text(change), values)
    assert changed.rowcount > 0  # type: ignore[attr-defined]
    round_.session.expire_all()
    found = tying.differences(round_.session, round_.world.body.id)
    return [one for one in found if not one.startswith("The body: ")]


def lodged(round_: Round) -> int:
    """Return the number of the entry of the objection."""
    [entry] = round_.entries(Entry.LODGED)
    return int(entry["seq"])


def test_an_entry_that_points_to_no_circulation_is_named(objected: Round) -> None:
    seq = lodged(objected)
    found = found_after(objected, "UPDATE audit_entry SET circulation_id = NULL WHERE seq = :seq", seq=seq)
    assert f"Entry {seq} tells of circulation 2020-1, but its row points to None." in found


def test_a_text_that_was_deleted_is_named(objected: Round) -> None:
    seq = lodged(objected)
    found = found_after(objected, "DELETE FROM private_text WHERE seq = :seq", seq=seq)
    assert f"The text behind text of entry {seq} is missing, and no entry tells that it was erased." in found


def test_a_text_that_was_altered_is_named(objected: Round) -> None:
    seq = lodged(objected)
    found = found_after(objected, "UPDATE private_text SET text = 'No.' WHERE seq = :seq", seq=seq)
    assert found == [f"The text kept as text of entry {seq} is not {ANOTHER}"]


@pytest.mark.parametrize(
    ("seq", "said"),
    [("0", "of entry 0, which shows none."), ("999999", "of entry 999999, which is not there.")],
)
def test_a_text_of_no_entry_is_named(objected: Round, seq: str, said: str) -> None:
    salt = bytes(32)
    planted = (
        "INSERT INTO private_text (body_id, seq, field, salt, text) "
        "SELECT body_id, CAST(:seq AS integer), 'text', :salt, 'No.' FROM log_head"
    )
    assert found_after(objected, planted, seq=int(seq), salt=salt) == [f"A text is kept as text {said}"]


def test_an_entry_that_does_not_follow_is_named_and_the_rest_is_still_compared(objected: Round) -> None:
    seq = lodged(objected)
    spoilt = "UPDATE audit_entry SET entry = replace(entry, '\"idem\"', '\"idle\"') WHERE seq = :seq"
    found = found_after(objected, spoilt, seq=seq)
    spoken = f"entry {seq} does not follow from those before it; it cannot be replayed."
    assert f"Circulation 2020-1: {spoken}" in found
    table_only = (
        f"Circulation 2020-1: its table holds response of entry {seq}, of which the log tells nothing."
    )
    assert table_only in found


def test_time_that_stood_still_for_no_time_leaves_no_difference(objected: Round) -> None:
    for act in (course.suspend, course.resume):
        objected.act(act, **(REASON if act is course.suspend else {}))
    objected.at(DEADLINE)
    found = tying.differences(objected.session, objected.world.body.id)
    assert [one for one in found if not one.startswith("The body: ")] == []
